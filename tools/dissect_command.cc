// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/dissect_command.h"

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "waybill/capture/capture_reader.h"
#include "waybill/capture/key_log.h"
#include "waybill/tools/command.h"
#include "waybill/tools/dissect_statistics.h"
#include "waybill/tools/dissector.h"
#include "waybill/tools/hex_reader.h"
#include "waybill/tools/progress.h"
#include "waybill/tools/record_printer.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

constexpr char kFooter[] =
    R"(FILE is a pcap or pcapng capture (Ethernet, Linux cooked, raw IP, loopback; IPv4, IPv6), or - for
standard input. With --hex it holds one datagram a line, in hex; # begins a comment.

A connection ID carries no length of its own. It is known from the hellos, else from --cid-length,
else from the record itself (a connection ID extension), else from the lengths that fit the datagrams
of its direction so far; where it is not, the record is shown as cid_not_delineated.

JSON, one object a line, null where a thing is not known or not there:
  frame, record        counted from 1: in the file, in the datagram
  src, dst             address and port, as 192.0.2.1:5684 or [2001:db8::1]:5684
  form                 dtls_plaintext, dtls_ciphertext, tls12_cid, unified, extended12, extended13, other
  protocol             dtls, stun, zrtp, turn, rtp, quic, fragment, unknown
  content_type         the outer one
  version, epoch, sequence
  number_protected     true where epoch and sequence are masked, and no key is at hand
  cid                  in hex
  cid_length_source    hello, option, header, inferred
  extensions           [{type, length, value}], record header extensions
  length               of the length field without its E bit, or what remains where there is none
  drop                 why a receiver refuses the record: waybill dissect --list-drop-reasons
  opened               true where --keylog has the keys, and the record is what their holder sealed
  inner_type, payload  what was sealed, in hex; null where opened is false

A key log has lines of the NSS key log format: CLIENT_RANDOM for DTLS 1.2, the traffic secrets for
DTLS 1.3. Without a hello in the capture DTLS 1.2 cannot be opened, and DTLS 1.3 is tried with every
secret.

Exit status: 0 done, 1 an input could not be read, 2 wrong usage.)";

struct Arguments {
  std::vector<std::string> files;
  bool json = false;
  bool hex = false;
  bool stats = false;
  bool list_drop_reasons = false;
  bool quiet = false;
  std::string key_log;
  DissectorOptions options;
};

// Standard output in large writes. A reader that went away ends the program, as for any filter.
class Output {
 public:
  std::string* buffer() { return &buffer_; }
  absl::Status FlushIfLarge() { return buffer_.size() < kLarge ? absl::OkStatus() : Flush(); }
  absl::Status Flush() {
    const bool ok = std::fwrite(buffer_.data(), 1, buffer_.size(), stdout) == buffer_.size() &&
                    std::fflush(stdout) == 0;
    buffer_.clear();
    return ok ? absl::OkStatus() : absl::ErrnoToStatus(errno, "standard output: cannot write");
  }

 private:
  static constexpr size_t kLarge = 1 << 16;
  std::string buffer_;
};

class Dissection {
 public:
  explicit Dissection(const Arguments& arguments)
      : arguments_(arguments), progress_(arguments.quiet), printer_(output_.buffer()) {}

  // All that was read before a fault has been printed when this fails.
  absl::Status Run() {
    absl::Status status;
    for (const std::string& file : arguments_.files) {
      status = arguments_.hex ? ReadHex(file) : ReadCapture(file);
      if (!status.ok()) break;
    }
    if (arguments_.stats) {
      output_.buffer()->append(arguments_.json ? statistics_.ToJson() : statistics_.ToText());
    }
    progress_.Wipe();
    const absl::Status flushed = output_.Flush();
    return status.ok() ? flushed : status;
  }

 private:
  absl::Status ReadCapture(const std::string& file) {
    absl::StatusOr<CaptureReader> reader = CaptureReader::Open(file);
    if (!reader.ok()) return reader.status();
    Dissector dissector(arguments_.options);
    CapturedPacket packet;
    for (;;) {
      const absl::StatusOr<bool> more = reader->Next(&packet);
      if (!more.ok()) return more.status();
      if (!*more) return absl::OkStatus();
      const FlowDirection direction = {packet.udp.source, packet.udp.destination};
      const absl::Status status = Read(
          {packet.frame, direction, packet.udp.payload, packet.udp.is_fragment, packet.udp.is_cut},
          file, reader->offset(), &dissector);
      if (!status.ok()) return status;
    }
  }

  absl::Status ReadHex(const std::string& file) {
    absl::StatusOr<HexReader> reader = HexReader::Open(file);
    if (!reader.ok()) return reader.status();
    Dissector dissector(arguments_.options);
    std::vector<uint8_t> datagram;
    for (uint64_t frame = 1;; ++frame) {
      const absl::StatusOr<bool> more = reader->Next(&datagram);
      if (!more.ok()) return more.status();
      if (!*more) return absl::OkStatus();
      const absl::Status status =
          Read({frame, std::nullopt, datagram, false, false}, file, reader->offset(), &dissector);
      if (!status.ok()) return status;
    }
  }

  absl::Status Read(const ObservedDatagram& datagram, const std::string& file, uint64_t offset,
                    Dissector* dissector) {
    dissector->Read(datagram, [this](const DissectedRecord& record) {
      if (arguments_.stats) {
        statistics_.Add(record);
      } else if (arguments_.json) {
        printer_.PrintJson(record);
      } else {
        printer_.PrintText(record);
      }
    });
    if (progress_.shown() && ++datagrams_ % 65536 == 0) {
      progress_.Show(absl::StrFormat("%s: %d datagrams, %d MB", file, datagrams_, offset >> 20));
    }
    return output_.FlushIfLarge();
  }

  const Arguments& arguments_;
  Progress progress_;
  Output output_;
  RecordPrinter printer_;
  DissectStatistics statistics_;
  uint64_t datagrams_ = 0;
};

void ListDropReasons(bool json) {
  for (size_t i = 0; i < kDropReasonCount; ++i) {
    const auto reason = static_cast<DropReason>(i);
    if (reason == DropReason::kNone) continue;
    const std::string name(NameOf(reason)), scope(NameOf(ScopeOf(reason)));
    const std::string sentence(SentenceOf(reason));
    if (json) {
      const nlohmann::ordered_json object = {
          {"name", name}, {"scope", scope}, {"sentence", sentence}};
      std::printf("%s\n", object.dump().c_str());
    } else {
      std::printf("%-26s %-16s %s\n", name.c_str(), scope.c_str(), sentence.c_str());
    }
  }
}

absl::Status Dissect(Arguments arguments) {
  KeyLog key_log;
  if (!arguments.key_log.empty()) {
    absl::StatusOr<KeyLog> read = KeyLog::Read(arguments.key_log);
    if (!read.ok()) return read.status();
    key_log = *std::move(read);
    arguments.options.key_log = &key_log;
  }
  return Dissection(arguments).Run();
}

int Run(const Arguments& arguments) {
  if (arguments.list_drop_reasons) {
    ListDropReasons(arguments.json);
    return kDone;
  }
  const absl::Status status = Dissect(arguments);
  if (status.ok()) return kDone;
  std::fprintf(stderr, "waybill: %s\n", std::string(status.message()).c_str());
  return kInputUnreadable;
}

}  // namespace

void AddDissectCommand(CLI::App* app, int* exit_status) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app->add_subcommand("dissect", "Show every record of every UDP datagram");
  command->add_option("FILE", arguments->files, "captures, or - for standard input");
  command->add_flag("--json", arguments->json, "one JSON object a line");
  command->add_flag("--hex", arguments->hex, "FILE holds one datagram a line, in hex");
  command
      ->add_option("--cid-length", arguments->options.cid_length,
                   "length of all connection IDs in headers, 0 to 255 bytes (0: there are none)")
      ->check(CLI::Range(0, 255));
  const std::map<std::string, ExtensionProfile> profiles = {
      {"strict", ExtensionProfile::kStrict},
      {"authenticated", ExtensionProfile::kAuthenticated},
      {"off", ExtensionProfile::kOff}};
  command
      ->add_option("--profile", arguments->options.profile,
                   "how record header extensions are read: strict, authenticated or off")
      ->transform(CLI::CheckedTransformer(profiles).description(""))
      ->default_str("authenticated");
  command->add_option("--keylog", arguments->key_log,
                      "open records with the secrets of this key log (NSS key log format)");
  command->add_flag("--stats", arguments->stats, "counts instead of records");
  command->add_flag("--list-drop-reasons", arguments->list_drop_reasons,
                    "name, scope and meaning of every reason for a refusal");
  command->add_flag("--quiet", arguments->quiet, "no progress on standard error");
  command->footer(kFooter);
  command->callback([arguments, exit_status] {
    if (arguments->files.empty() && !arguments->list_drop_reasons) {
      throw CLI::RequiredError("FILE");
    }
    *exit_status = Run(*arguments);
  });
}

}  // namespace waybill
