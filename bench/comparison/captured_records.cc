// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/comparison/captured_records.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "waybill/bench/comparison/own_path.h"
#include "waybill/capture/capture_reader.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/record_view.h"
#include "waybill/tools/direction.h"
#include "waybill/tools/dissector.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

constexpr uint16_t kShortestPayload = 16;  // RFC 9147, section 4.2.3

bool IsProtected(const RecordView& view) {
  // The two bits of a unified header are 0 for epochs 4, 8 and on; epoch 0 has no such header.
  return view.unified() || view.epoch > 0;
}

// Handshake records have no CID extension (EXT-13), so what they are is not kept.
uint8_t ContentTypeOf(const RecordView& view) {
  const bool shown =
      view.form == RecordForm::kDtlsCiphertext || view.form == RecordForm::kExtended12;
  return shown && view.first_byte == kAlert ? kAlert : kApplicationData;
}

class FileReader {
 public:
  FileReader(const std::string& path, uint32_t first_flow, CapturedTraffic* traffic)
      : first_flow_(first_flow), traffic_(*traffic) {
    summary_.path = path;
  }

  absl::StatusOr<CaptureSummary> Read() {
    absl::StatusOr<CaptureReader> reader = CaptureReader::Open(summary_.path);
    if (!reader.ok()) return reader.status();
    Dissector dissector({});
    CapturedPacket packet;
    for (;;) {
      const absl::StatusOr<bool> more = reader->Next(&packet);
      if (!more.ok()) return more.status();
      if (!*more) return summary_;
      ++summary_.datagrams;
      const FlowDirection direction = {packet.udp.source, packet.udp.destination};
      dissector.Read(
          {packet.frame, direction, packet.udp.payload, packet.udp.is_fragment, packet.udp.is_cut},
          [&](const DissectedRecord& record) { Take(direction, record); });
    }
  }

 private:
  void Take(const FlowDirection& direction, const DissectedRecord& record) {
    if (record.drop != DropReason::kNone || record.header_unread) return;
    ++summary_.records;
    const RecordView& view = record.view;
    if (!IsProtected(view) || view.payload.length < kShortestPayload ||
        view.payload.length > kMaxCiphertextLength13) {
      return;
    }
    ++summary_.protected_records;
    const uint32_t next_flow = first_flow_ + static_cast<uint32_t>(flows_.size());
    const uint32_t flow = flows_.emplace(direction, next_flow).first->second;
    traffic_.records.push_back({flow, ContentTypeOf(view), view.payload.length});
  }

  uint32_t first_flow_;
  CapturedTraffic& traffic_;
  CaptureSummary summary_;
  absl::flat_hash_map<FlowDirection, uint32_t> flows_;
};

}  // namespace

absl::StatusOr<CapturedTraffic> ReadCaptures(absl::Span<const std::string> paths) {
  CapturedTraffic traffic;
  for (const std::string& path : paths) {
    uint32_t first_flow = 0;
    for (const CapturedRecord& record : traffic.records) {
      first_flow = std::max(first_flow, record.flow + 1);
    }
    absl::StatusOr<CaptureSummary> summary = FileReader(path, first_flow, &traffic).Read();
    if (!summary.ok()) return summary.status();
    traffic.captures.push_back(*std::move(summary));
  }
  if (traffic.records.empty()) {
    return absl::NotFoundError(
        absl::StrCat(absl::StrJoin(paths, ", "), ": no protected DTLS record to compare with"));
  }
  return traffic;
}

absl::StatusOr<std::vector<std::string>> ShippedCaptures() {
  const absl::StatusOr<std::string> self = OwnPath();
  if (!self.ok()) return self.status();
  const std::string folder = absl::StrCat(*self, ".runfiles/waybill/traffic/captures");
  std::vector<std::string> paths;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string extension = entry->path().extension().string();
    if (extension == ".pcap" || extension == ".pcapng") paths.push_back(entry->path().string());
  }
  if (paths.empty()) {
    return absl::NotFoundError(absl::StrCat(
        folder,
        ": the captures that the build puts beside the program are not there; name some "
        "with --capture FILE"));
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace waybill
