// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/comparison/check.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "waybill/bench/comparison/compared_cids.h"
#include "waybill/bench/comparison/stages.h"
#include "waybill/wire/cid_length.h"

namespace waybill {
namespace {

// What of a number stands in `bits` bits on the wire.
constexpr uint64_t LowBits(uint64_t number, int bits) {
  return number & ((uint64_t{1} << bits) - 1);
}

// Names the first field that differs from the label, or nullptr.
const char* Difference(const DesignInfo& design, const RecordLabel& label,
                       absl::Span<const uint8_t> cid, absl::Span<const uint8_t> datagram,
                       const RecordView& view) {
  const int epoch_bits = view.unified() ? 2 : 16;
  if (view.epoch != LowBits(ApplicationEpoch(design.version), epoch_bits)) return "epoch";
  if (view.sequence != LowBits(label.sequence, 8 * view.number().length)) return "sequence number";
  if (view.cid.length != cid.size() || view.cid.In(datagram) != cid) return "CID";
  if (design.protected_type == 0 && view.first_byte != label.content_type) return "content type";
  const size_t header_length = datagram.size() - label.payload_length;
  if (view.payload.offset != header_length || view.payload.length != label.payload_length) {
    return "payload";
  }
  return nullptr;
}

// Whether each CID ends where it was issued to, whatever stands behind it.
absl::Status CheckDelineation(const ComparedCids& cids) {
  for (uint32_t i = 0; i < cids.states().size(); ++i) {
    std::vector<uint8_t> bytes(cids.Of(i).begin(), cids.Of(i).end());
    const size_t length = bytes.size();
    bytes.resize(length + kMaxCidLength, 0xff);
    if (cids.length().Of(bytes) != length) {
      return absl::InternalError(
          absl::StrCat("the CID of association ", i + 1, " does not say its length"));
    }
  }
  return absl::OkStatus();
}

absl::Status WrongAt(size_t datagram, absl::string_view what) {
  return absl::InternalError(absl::StrCat("datagram ", datagram + 1, ": ", what));
}

// Whether batches find what datagrams find one by one.
absl::Status CheckBatches(const ComparedDesign& design, const Trace& trace,
                          const ComparedReceiver& receiver, const DatagramStore& datagrams,
                          const std::vector<RecordView>& views) {
  std::vector<ByteRange> cids;
  for (const RecordView& view : views) cids.push_back(view.cid);
  for (size_t begin = 0; begin < datagrams.size(); begin += kReceivedAtOnce) {
    const size_t count = std::min(kReceivedAtOnce, datagrams.size() - begin);
    AssociationHandle found[kReceivedAtOnce];
    design.find_each(receiver, datagrams, cids, begin, count, found);
    for (size_t i = 0; i < count; ++i) {
      if (found[i].slot != trace.labels[begin + i].association) {
        return WrongAt(begin + i, "wrong association in a batch");
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<RecordView> ReadAll(const ComparedDesign& design, const RecordRules& rules,
                                const DatagramStore& datagrams) {
  std::vector<RecordView> views(datagrams.size());
  for (size_t i = 0; i < datagrams.size(); ++i) design.parse(datagrams.bytes(i), rules, &views[i]);
  return views;
}

absl::Status CheckAnswers(const ComparedDesign& design, const Trace& trace,
                          const ComparedReceiver& receiver, const DatagramStore& datagrams,
                          const std::vector<RecordView>& views) {
  absl::Status delineated = CheckDelineation(*receiver.cids);
  if (!delineated.ok()) return delineated;
  for (size_t i = 0; i < datagrams.size(); ++i) {
    const RecordLabel& label = trace.labels[i];
    const char* difference = Difference(*design.info, label, receiver.cids->Of(label.association),
                                        datagrams.bytes(i), views[i]);
    if (difference != nullptr) return WrongAt(i, absl::StrCat("wrong ", difference));
    const Verdict verdict = design.receive(receiver, datagrams.bytes(i), datagrams.from(i));
    if (verdict.stage != Stage::kAead) {
      const std::string_view stage = NameOf(verdict.stage);
      return WrongAt(i, absl::StrCat("a valid record is refused at stage ",
                                     absl::string_view(stage.data(), stage.size())));
    }
    if (verdict.association != label.association) return WrongAt(i, "wrong association");
  }
  return CheckBatches(design, trace, receiver, datagrams, views);
}

absl::StatusOr<std::vector<Verdict>> CheckedVerdicts(const ComparedDesign& design,
                                                     const ComparedReceiver& receiver,
                                                     const DatagramStore& datagrams) {
  std::vector<Verdict> verdicts;
  verdicts.reserve(datagrams.size());
  for (size_t i = 0; i < datagrams.size(); ++i) {
    verdicts.push_back(design.receive(receiver, datagrams.bytes(i), datagrams.from(i)));
  }
  for (size_t i = 0; i < datagrams.size(); ++i) {
    if (design.receive(receiver, datagrams.bytes(i), datagrams.from(i)) != verdicts[i]) {
      return WrongAt(i, "two passes give two verdicts");
    }
    RecordView view;
    const bool parses =
        design.parse(datagrams.bytes(i), receiver.rules, &view) == DropReason::kNone;
    if (!parses && verdicts[i].stage > Stage::kHeader) {
      return WrongAt(i, "a header that cannot be read passes");
    }
  }
  return verdicts;
}

}  // namespace waybill
