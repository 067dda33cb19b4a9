// SPDX-License-Identifier: Apache-2.0
//
// The way of a datagram through a receiver without keys, stage by stage, the cheapest first. One
// code for all designs.
#ifndef WAYBILL_BENCH_COMPARISON_STAGES_H_
#define WAYBILL_BENCH_COMPARISON_STAGES_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/types/span.h"
#include "waybill/bench/comparison/associations.h"
#include "waybill/bench/header_designs/header_design.h"
#include "waybill/record/record_checks.h"
#include "waybill/record/record_number.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

// Where a datagram was refused.
enum class Stage : uint8_t {
  kFirstByte,  // the first byte announces no record of the design
  kHeader,     // the header cannot be read, or is another form's
  kVersion,    // version or content type are not the protocol's
  kLookup,     // nobody has this CID or this address
  kEpoch,      // the association has no keys for this epoch
  kReplay,     // the number was seen before or is too old; DTLS 1.3 masks it, and cannot say
  kAead,       // nowhere: only the AEAD is left to refuse it
};
inline constexpr size_t kStageCount = 7;

constexpr std::string_view NameOf(Stage stage) {
  constexpr std::string_view kNames[kStageCount] = {"first_byte", "header", "version", "lookup",
                                                    "epoch",      "replay", "aead"};
  return kNames[static_cast<size_t>(stage)];
}

struct Verdict {
  Stage stage = Stage::kFirstByte;
  uint32_t association = AssociationTable::kNone;  // known from stage kEpoch on

  friend constexpr bool operator==(const Verdict& a, const Verdict& b) {
    return a.stage == b.stage && a.association == b.association;
  }
  friend constexpr bool operator!=(const Verdict& a, const Verdict& b) { return !(a == b); }
};

// True where the record may be of the epoch that an association of this version is in.
inline bool IsOfEpoch(const RecordView& view, DtlsVersion version, const AssociationState& state) {
  const uint64_t current = ApplicationEpoch(version) + state.rekeyings;
  if (!view.unified()) return view.epoch == current;
  uint64_t epoch = 0;
  return ReconstructEpoch(static_cast<uint8_t>(view.epoch), current, &epoch) && epoch == current;
}

// Receives one datagram. Changes nothing: what passes was not opened.
template <typename Design>
Verdict Receive(const AssociationTable& associations, absl::Span<const uint8_t> datagram,
                const AddressKey& from) {
  constexpr DtlsVersion kVersion = Design::kInfo.version;
  if (datagram.empty() || !Design::TakesFirstByte(datagram[0])) return {Stage::kFirstByte};
  RecordView view;
  if (Design::Parse(datagram, &view) != DropReason::kNone) return {Stage::kHeader};
  if (CheckVersion(view) != DropReason::kNone ||
      CheckContentType(view, kVersion) != DropReason::kNone) {
    return {Stage::kVersion};
  }
  const uint32_t association = Design::kInfo.lookup_by == LookupBy::kCid
                                   ? associations.FindByCid(view.cid.In(datagram))
                                   : associations.FindByAddress(from);
  if (association == AssociationTable::kNone) return {Stage::kLookup};
  const AssociationState& state = associations.state(association);
  if (!IsOfEpoch(view, kVersion, state)) return {Stage::kEpoch, association};
  if (!view.unified() && state.window.Check(view.sequence) != DropReason::kNone) {
    return {Stage::kReplay, association};
  }
  return {Stage::kAead, association};
}

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_STAGES_H_
