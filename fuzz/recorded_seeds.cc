// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "waybill/capture/capture_reader.h"
#include "waybill/capture/ip_endpoint.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/ext/hello.h"
#include "waybill/fuzz/fuzzed_rules.h"
#include "waybill/fuzz/seeds.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/tools/dissector.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/handshake_message.h"
#include "waybill/wire/byte_reader.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

// Takes seeds from one capture after the other, and remembers which kinds there have been.
class Recorder {
 public:
  explicit Recorder(SeedWriter* writer) : writer_(writer) {}

  absl::Status Read(const std::string& path) {
    capture_ = std::filesystem::path(path).filename().string();
    absl::StatusOr<CaptureReader> reader = CaptureReader::Open(path);
    if (!reader.ok()) return reader.status();
    Dissector dissector{DissectorOptions()};
    Bytes observed = {0, static_cast<uint8_t>(ExtensionProfile::kAuthenticated)};
    std::optional<IpEndpoint> server;
    CapturedPacket packet;
    absl::StatusOr<bool> more = reader->Next(&packet);
    for (; more.ok() && *more; more = reader->Next(&packet)) {
      if (!server.has_value()) server = packet.udp.destination;
      ReadDatagram(packet, &dissector);
      AppendObserved(packet, packet.udp.source == *server, &observed);
      if (packet.frame == kFramesOfACapture) WriteCapture(path, packet, reader->offset());
    }
    writer_->Write("observed_datagrams", capture_, observed);
    return more.status();
  }

 private:
  static constexpr uint64_t kFramesOfACapture = 2;
  // Of what dissect_fuzz.cc reads: long enough for a handshake without its longer messages, and
  // some records behind it.
  static constexpr size_t kMaxObserved = 2000;
  static constexpr size_t kMaxObservedDatagram = 300;

  bool IsNew(const std::string& kind) { return kinds_.insert(kind).second; }
  std::string Frame(uint64_t frame) const { return absl::StrCat(capture_, " frame ", frame); }

  void ReadDatagram(const CapturedPacket& packet, Dissector* dissector) {
    std::string kind = "datagram";
    uint8_t cid_length = 0;
    dissector->Read({packet.frame, FlowDirection{packet.udp.source, packet.udp.destination},
                     packet.udp.payload, packet.udp.is_fragment, packet.udp.is_cut},
                    [&](const DissectedRecord& record) {
                      const RecordView& view = record.view;
                      // The epoch alone makes no kind.
                      const int first_byte =
                          view.unified() ? view.first_byte & ~kUnifiedEpochMask : view.first_byte;
                      absl::StrAppend(&kind, " ", first_byte, "/", view.epoch != 0, "/",
                                      view.cid.length, "/", std::string(NameOf(record.drop)));
                      if (!view.cid.empty()) cid_length = static_cast<uint8_t>(view.cid.length);
                      WriteHello(packet.frame, view, view.payload.In(packet.udp.payload));
                    });
    ExtensionRules extensions;
    extensions.profile = ExtensionProfile::kAuthenticated;
    extensions.accepted = ExtensionTypeSet::All();
    Bytes seed;
    AppendFuzzedRules(RecordRules(CidLength::Fixed(cid_length), extensions), &seed);
    AppendBytes(packet.udp.payload, &seed);
    if (seed.size() > kMaxSeedLength || !IsNew(kind)) return;
    writer_->Write("datagrams", Frame(packet.frame), seed);
  }

  // A hello that came in one fragment.
  void WriteHello(uint64_t frame, const RecordView& view, absl::Span<const uint8_t> payload) {
    ByteReader message(payload);
    uint8_t type;
    uint16_t message_sequence;
    uint32_t length, fragment_offset, fragment_length;
    if (view.form != RecordForm::kDtlsPlaintext || view.first_byte != kHandshake ||
        !message.ReadU8(&type) || !message.ReadU24(&length) ||
        !message.ReadU16(&message_sequence) || !message.ReadU24(&fragment_offset) ||
        !message.ReadU24(&fragment_length) || fragment_length != length ||
        message.remaining() != length) {
      return;
    }
    const bool client = type == kClientHelloMessage;
    const std::string stack = capture_.substr(0, capture_.find('-'));
    Hello hello;
    if (!client && type != kServerHelloMessage) return;
    if ((client ? ReadClientHello(message.rest(), &hello)
                : ReadServerHello(message.rest(), &hello)) != DropReason::kNone) {
      return;
    }
    const std::string kind = absl::StrCat("hello ", stack, " ", type, "/", message_sequence, "/",
                                          hello.is_hello_retry_request, "/", hello.cid.has_value(),
                                          "/", hello.cid.has_value() && hello.cid->empty());
    Bytes seed = {static_cast<uint8_t>(client ? 0 : 1)};
    AppendBytes(message.rest(), &seed);
    if (seed.size() <= kMaxSeedLength && IsNew(kind)) writer_->Write("hellos", Frame(frame), seed);
  }

  void AppendObserved(const CapturedPacket& packet, bool from_server, Bytes* observed) const {
    const absl::Span<const uint8_t> payload = packet.udp.payload;
    if (payload.size() > kMaxObservedDatagram || observed->size() + payload.size() > kMaxObserved) {
      return;
    }
    AppendUint(from_server ? 1 : 0, 1, observed);
    AppendUint(payload.size(), 2, observed);
    AppendBytes(payload, observed);
  }

  // The front of the file, of each format, link layer and version of IP.
  void WriteCapture(const std::string& path, const CapturedPacket& packet, uint64_t size) {
    std::ifstream file(path, std::ios::binary);
    Bytes bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    bytes.resize(size);
    const std::string format(bytes.begin(), bytes.begin() + 4);
    const std::string link(bytes.begin() + 20, bytes.begin() + 24);
    if (!IsNew(absl::StrCat("capture ", format, link, packet.udp.source.is_v6))) return;
    writer_->Write("captures", absl::StrCat(capture_, " up to frame ", packet.frame), bytes);
  }

  SeedWriter* writer_;
  std::string capture_;
  std::set<std::string> kinds_;
};

}  // namespace

absl::Status WriteRecordedSeeds(const std::vector<std::string>& paths, SeedWriter* writer) {
  Recorder recorder(writer);
  for (const std::string& path : paths) {
    const absl::Status status = recorder.Read(path);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace waybill
