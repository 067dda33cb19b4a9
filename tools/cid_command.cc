// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/cid_command.h"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "waybill/cid/checked_random.h"
#include "waybill/protection/system_random.h"
#include "waybill/tools/cid_arguments.h"
#include "waybill/tools/cid_issuing.h"
#include "waybill/tools/cid_options.h"
#include "waybill/tools/cid_printer.h"
#include "waybill/tools/cid_reading.h"
#include "waybill/tools/command.h"
#include "waybill/tools/hex_reader.h"
#include "waybill/wire/cid_length.h"

namespace waybill {
namespace {

using Bytes = std::vector<uint8_t>;

constexpr char kFooter[] = R"(Formats:
  random        random bytes; the receiver knows how many
  length-octet  the first byte counts the bytes that follow, which are random
  nibble        the low four bits of the first byte do
  quic-lb       a load balancer finds the server in it (draft-ietf-quic-load-balancers)
  sealed        says where its association is, to the holder of the key alone
  tagged        random bytes and a tag of them

Example:
  waybill cid issue --format sealed --key 000102030405060708090a0b0c0d0e0f --slot 5
  waybill cid read --format sealed --key 000102030405060708090a0b0c0d0e0f HEX

`waybill cid issue --help` and `waybill cid read --help` say more.)";

constexpr char kIssueFooter[] = R"(What a format takes, and its length unless --length says another:
  random        --length 1 to 255 (8)
  length-octet  --length 2 to 255 (8)
  nibble        --length 2 to 16 (8)
  quic-lb       --server-id of 1 to 15 bytes, --nonce of 4 to 18 (a random one), together up to 19;
                --config 0 to 6 (0), --key (server ID and nonce in clear); the length follows, or
                that of the nonce from --length (17, or 20 where the server ID needs it)
                --config 7: not routable, random; --length 8 to 32 (8)
  sealed        --key; --slot, --generation, --ordinal, --core (0); --server-id of 2 bytes (0000);
                --length 8, 12 or 16 (16): fewer bytes have room for smaller numbers
  tagged        --key; --length with the tag (16), --tag-length 3 to 8 (8); by SipHash-2-4

--count CIDs differ: ordinals and nonces count up, random bytes are drawn anew. Nonces in clear that
were not given are passed through a permutation under a key that is thrown away.

Example, the first vector of the QUIC-LB draft:
  waybill cid issue --format quic-lb --key 8f95f09245765f80256934e50c66207f --config 0
      --server-id ed793a --nonce ee080dbf

JSON is that of `waybill cid read`.
Exit status: 0 done, 1 there is no randomness, 2 wrong usage.)";

constexpr char kReadFooter[] =
    R"(HEX are CIDs as they stand in a record, or - for standard input, with one a line; # begins a comment.
A CID that is not valid is an answer, and no error.

What a format takes:
  random        --length (any)
  quic-lb       --server-id-length, --nonce-length, or one of them where the CID says its length;
                --config (that of the CID), --key (server ID and nonce in clear)
  sealed        --key, --length 8, 12 or 16 (that of the CID)
  tagged        --key, --length (that of the CID), --tag-length (8)

JSON, one object a line, null where a format does not have a thing or the CID is not valid:
  cid          in hex
  valid        whether an endpoint with these options may have issued it
  length       of all its bytes
  config       quic-lb: its first three bits, 7 where it is not routable; also where it is not valid
  server_id    quic-lb, sealed with 12 and 16 bytes: in hex
  nonce        quic-lb: in hex
  slot, generation, ordinal      sealed
  core         sealed with 12 and 16 bytes
  reason       why it is not valid: waybill dissect --list-drop-reasons

Example:
  waybill cid read --json --format quic-lb --key 8f95f09245765f80256934e50c66207f
      --server-id-length 3 --nonce-length 4 0720b1d07b359d3c

Exit status: 0 done, 1 an input could not be read, 2 wrong usage.)";

struct Arguments {
  CidOptions options;
  std::vector<std::string> cids;
  bool json = false;
};

bool CanBeCid(const Bytes& bytes) { return !bytes.empty() && bytes.size() <= kMaxCidLength; }

int Failed(const absl::Status& status) {
  std::fprintf(stderr, "waybill: %s\n", std::string(status.message()).c_str());
  return kInputUnreadable;
}

absl::Status Print(const std::string& text) {
  const bool printed =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  return printed ? absl::OkStatus() : absl::InternalError("standard output: cannot write");
}

// What `result` holds. Options that do not fit together are errors of the command line.
template <typename T>
T Usable(absl::StatusOr<T> result) {
  if (absl::IsInvalidArgument(result.status())) {
    throw CLI::ValidationError(std::string(result.status().message()));
  }
  return *std::move(result);
}

int Issue(const Arguments& arguments) {
  SystemRandom source;
  CheckedRandom random(&source);
  const absl::StatusOr<std::vector<Bytes>> issued = IssueCids(arguments.options, &random);
  if (absl::IsInternal(issued.status())) return Failed(issued.status());
  const std::vector<Bytes> cids = Usable(issued);
  const CidReader reader = Usable(MakeCidReader(arguments.options));
  std::string text;
  for (const Bytes& cid : cids) {
    if (arguments.json) {
      PrintCidAsJson(cid, reader(cid), &text);
    } else {
      absl::StrAppend(&text, absl::BytesToHexString(std::string(cid.begin(), cid.end())), "\n");
    }
  }
  const absl::Status printed = Print(text);
  return printed.ok() ? kDone : Failed(printed);
}

class Reading {
 public:
  Reading(const Arguments& arguments, CidReader reader)
      : arguments_(arguments), reader_(std::move(reader)) {}

  absl::Status Read(const Bytes& cid) {
    std::string line;
    const CidContent content = reader_(cid);
    if (arguments_.json) {
      PrintCidAsJson(cid, content, &line);
    } else {
      PrintCidAsText(cid, content, &line);
    }
    return Print(line);
  }

  absl::Status ReadStandardInput() {
    absl::StatusOr<HexReader> reader = HexReader::Open("-");
    if (!reader.ok()) return reader.status();
    Bytes cid;
    for (;;) {
      const absl::StatusOr<bool> more = reader->Next(&cid);
      if (!more.ok()) return more.status();
      if (!*more) return absl::OkStatus();
      if (!CanBeCid(cid)) {
        return absl::InvalidArgumentError(absl::StrCat(
            "standard input: in front of byte ", reader->offset(), ": a CID has up to 255 bytes"));
      }
      const absl::Status status = Read(cid);
      if (!status.ok()) return status;
    }
  }

 private:
  const Arguments& arguments_;
  CidReader reader_;
};

int Read(const Arguments& arguments) {
  Reading reading(arguments, Usable(MakeCidReader(arguments.options)));
  std::vector<Bytes> cids;  // an empty one is standard input
  for (const std::string& hex : arguments.cids) {
    const std::optional<Bytes> cid = hex == "-" ? Bytes() : BytesOfHex(hex);
    if (!cid.has_value()) throw CLI::ValidationError("HEX", "bytes are pairs of hex digits");
    if (hex != "-" && !CanBeCid(*cid))
      throw CLI::ValidationError("HEX", "CIDs have 1 to 255 bytes");
    cids.push_back(*cid);
  }
  for (const Bytes& cid : cids) {
    const absl::Status status = cid.empty() ? reading.ReadStandardInput() : reading.Read(cid);
    if (!status.ok()) return Failed(status);
  }
  return kDone;
}

void AddIssue(CLI::App* cid, int* exit_status) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = cid->add_subcommand("issue", "Issue connection IDs");
  CidArguments options(command, &arguments->options);
  options.AddForIssue();
  command->add_flag("--json", arguments->json, "one JSON object a line");
  command->footer(kIssueFooter);
  command->callback([arguments, options, exit_status] {
    options.ExpectTaken();
    *exit_status = Issue(*arguments);
  });
}

void AddRead(CLI::App* cid, int* exit_status) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = cid->add_subcommand("read", "Say what connection IDs say");
  CidArguments options(command, &arguments->options);
  options.AddForRead();
  command->add_option("HEX", arguments->cids, "CIDs, or - for standard input")
      ->required()
      ->type_name("");
  command->add_flag("--json", arguments->json, "one JSON object a line");
  command->footer(kReadFooter);
  command->callback([arguments, options, exit_status] {
    options.ExpectTaken();
    *exit_status = Read(*arguments);
  });
}

}  // namespace

void AddCidCommand(CLI::App* app, int* exit_status) {
  CLI::App* command = app->add_subcommand("cid", "Issue connection IDs, and read them");
  command->require_subcommand(1);
  command->footer(kFooter);
  AddIssue(command, exit_status);
  AddRead(command, exit_status);
}

}  // namespace waybill
