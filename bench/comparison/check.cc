// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/comparison/check.h"

#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "waybill/bench/comparison/stages.h"

namespace waybill {
namespace {

// What of a number stands in `bits` bits on the wire.
constexpr uint64_t LowBits(uint64_t number, int bits) {
  return number & ((uint64_t{1} << bits) - 1);
}

// Names the first field that differs from the label, or nullptr.
const char* Difference(const DesignInfo& design, const RecordLabel& label,
                       absl::Span<const uint8_t> datagram, const RecordView& view) {
  const int epoch_bits = view.unified() ? 2 : 16;
  if (view.epoch != LowBits(ApplicationEpoch(design.version), epoch_bits)) return "epoch";
  if (view.sequence != LowBits(label.sequence, 8 * view.number().length)) return "sequence number";
  if (design.lookup_by == LookupBy::kCid && view.cid.In(datagram) != label.cid) return "CID";
  if (design.protected_type == 0 && view.first_byte != label.content_type) return "content type";
  const size_t header_length = datagram.size() - label.payload_length;
  if (view.payload.offset != header_length || view.payload.length != label.payload_length) {
    return "payload";
  }
  return nullptr;
}

absl::Status WrongAt(size_t datagram, absl::string_view what) {
  return absl::InternalError(absl::StrCat("datagram ", datagram + 1, ": ", what));
}

}  // namespace

std::vector<RecordView> ReadAll(const ComparedDesign& design, const DatagramStore& datagrams) {
  std::vector<RecordView> views(datagrams.size());
  for (size_t i = 0; i < datagrams.size(); ++i) design.parse(datagrams.bytes(i), &views[i]);
  return views;
}

absl::Status CheckAnswers(const ComparedDesign& design, const Trace& trace,
                          const DatagramStore& datagrams, const std::vector<RecordView>& views) {
  for (size_t i = 0; i < datagrams.size(); ++i) {
    const RecordLabel& label = trace.labels[i];
    const char* difference = Difference(*design.info, label, datagrams.bytes(i), views[i]);
    if (difference != nullptr) return WrongAt(i, absl::StrCat("wrong ", difference));
    const Verdict verdict =
        design.receive(trace.associations, datagrams.bytes(i), datagrams.from(i));
    if (verdict.stage != Stage::kAead) {
      const std::string_view stage = NameOf(verdict.stage);
      return WrongAt(i, absl::StrCat("a valid record is refused at stage ",
                                     absl::string_view(stage.data(), stage.size())));
    }
    if (verdict.association != label.association) return WrongAt(i, "wrong association");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Verdict>> CheckedVerdicts(const ComparedDesign& design,
                                                     const AssociationTable& associations,
                                                     const DatagramStore& datagrams) {
  std::vector<Verdict> verdicts;
  verdicts.reserve(datagrams.size());
  for (size_t i = 0; i < datagrams.size(); ++i) {
    verdicts.push_back(design.receive(associations, datagrams.bytes(i), datagrams.from(i)));
  }
  for (size_t i = 0; i < datagrams.size(); ++i) {
    if (design.receive(associations, datagrams.bytes(i), datagrams.from(i)) != verdicts[i]) {
      return WrongAt(i, "two passes give two verdicts");
    }
    RecordView view;
    const bool parses = design.parse(datagrams.bytes(i), &view) == DropReason::kNone;
    if (!parses && verdicts[i].stage > Stage::kHeader) {
      return WrongAt(i, "a header that cannot be read passes");
    }
  }
  return verdicts;
}

}  // namespace waybill
