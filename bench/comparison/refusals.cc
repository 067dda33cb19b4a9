// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/comparison/refusals.h"

#include <vector>

#include "absl/types/span.h"
#include "waybill/bench/comparison/check.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/random.h"
#include "waybill/wire/byte_range.h"

namespace waybill {
namespace {

// The part of the record's CID in which those that can be read differ.
ByteRange FreeBytes(const ComparedDesign& design, const RecordView& view) {
  ByteRange free = view.cid;
  if (free.empty()) return free;
  free.offset = static_cast<uint16_t>(free.offset + design.delineating_bytes);
  free.length = static_cast<uint16_t>(free.length - design.delineating_bytes);
  return free;
}

}  // namespace

absl::StatusOr<DatagramStore> MakeTrashFor(const ComparedDesign& design, TrashClass trash_class,
                                           const DatagramStore& valid,
                                           absl::Span<const RecordView> views, size_t count,
                                           uint64_t seed) {
  Random random(seed);
  const bool without_cid =
      trash_class == TrashClass::kUnknownCid && design.info->lookup_by == LookupBy::kAddress;
  const bool spoiled_on_its_way =
      trash_class == TrashClass::kCut || trash_class == TrashClass::kBitFlips;
  DatagramStore trash;
  trash.Reserve(count);
  for (size_t i = 0; i < count; ++i) {
    const size_t source = i % valid.size();
    const AddressKey from = spoiled_on_its_way ? valid.from(source) : MakeUnknownAddress(&random);
    if (without_cid) {
      trash.Add(valid.bytes(source), from);
      continue;
    }
    const absl::StatusOr<Bytes> datagram =
        MakeTrash(trash_class, valid.bytes(source), FreeBytes(design, views[source]), &random);
    if (!datagram.ok()) return datagram.status();
    trash.Add(*datagram, from);
  }
  return trash;
}

absl::StatusOr<Refusals> CountRefusals(const ComparedDesign& design,
                                       const ComparedReceiver& receiver,
                                       const DatagramStore& trash) {
  const absl::StatusOr<std::vector<Verdict>> verdicts = CheckedVerdicts(design, receiver, trash);
  if (!verdicts.ok()) return verdicts.status();
  Refusals refusals;
  for (size_t i = 0; i < trash.size(); ++i) {
    const Stage stage = (*verdicts)[i].stage;
    ++refusals.at_stage[static_cast<size_t>(stage)];
    if (stage != Stage::kAead) refusals.refused.Add(trash.bytes(i), trash.from(i));
  }
  return refusals;
}

}  // namespace waybill
