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
#include "waybill/bench/comparison/compared_cids.h"
#include "waybill/bench/comparison/receiver.h"
#include "waybill/bench/header_designs/header_design.h"
#include "waybill/cid/cid_format.h"
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
  kCid,        // the CID was not issued by this endpoint, as it shows by itself
  kLookup,     // nobody has this CID or this address
  kEpoch,      // the association has no keys for this epoch
  kReplay,     // the number was seen before or is too old; DTLS 1.3 masks it, and cannot say
  kAead,       // nowhere: only the AEAD is left to refuse it
};
inline constexpr size_t kStageCount = 8;

constexpr std::string_view NameOf(Stage stage) {
  constexpr std::string_view kNames[kStageCount] = {"first_byte", "header", "version", "cid",
                                                    "lookup",     "epoch",  "replay",  "aead"};
  return kNames[static_cast<size_t>(stage)];
}

// No association.
inline constexpr uint32_t kNoAssociation = AssociationHandle::kNoSlot;

struct Verdict {
  Stage stage = Stage::kFirstByte;
  uint32_t association = kNoAssociation;  // known from stage kEpoch on

  friend constexpr bool operator==(const Verdict& a, const Verdict& b) {
    return a.stage == b.stage && a.association == b.association;
  }
  friend constexpr bool operator!=(const Verdict& a, const Verdict& b) { return !(a == b); }
};

// True where the record may be of the epoch that an association of this version is in.
inline bool IsOfEpoch(const RecordView& view, DtlsVersion version, uint64_t rekeyings) {
  const uint64_t current = ApplicationEpoch(version) + rekeyings;
  if (!view.unified()) return view.epoch == current;
  uint64_t epoch = 0;
  return ReconstructEpoch(static_cast<uint8_t>(view.epoch), current, &epoch) && epoch == current;
}

// Finds the association of a record that carries `cid`: stage kCid or kLookup where there is none,
// else kAead.
template <typename Design>
Verdict Find(const ComparedReceiver& receiver, absl::Span<const uint8_t> cid,
             const AddressKey& from, AssociationHandle* association) {
  using Kind = typename Design::Cids;
  static_assert((Design::kInfo.lookup_by == LookupBy::kAddress) == (Kind::kLength == 0) &&
                    (Design::kInfo.lookup_by == LookupBy::kSlot) == Kind::kLocates,
                "the design says of itself what its CIDs do");
  const auto& cids = static_cast<const CidsOf<Kind>&>(*receiver.cids);
  if constexpr (Kind::kLength == 0) {
    *association = cids.Find(from);
  } else {
    const FoundByCid found = cids.Find(cid);
    if (!found.issued) return {Stage::kCid};
    *association = found.association;
  }
  if (!*association) return {Stage::kLookup};
  return {Stage::kAead, association->slot};
}

// Receives one datagram. Changes nothing: what passes was not opened.
template <typename Design>
Verdict Receive(const ComparedReceiver& receiver, absl::Span<const uint8_t> datagram,
                const AddressKey& from) {
  constexpr DtlsVersion kVersion = Design::kInfo.version;
  if (datagram.empty() || !Design::TakesFirstByte(datagram[0])) return {Stage::kFirstByte};
  RecordView view;
  if (Design::Parse(datagram, receiver.rules, &view) != DropReason::kNone) return {Stage::kHeader};
  if (CheckVersion(view) != DropReason::kNone ||
      CheckContentType(view, kVersion) != DropReason::kNone) {
    return {Stage::kVersion};
  }
  AssociationHandle association;
  const Verdict found = Find<Design>(receiver, view.cid.In(datagram), from, &association);
  if (found.stage != Stage::kAead) return found;
  const AssociationStates& states = receiver.cids->states();
  if (!IsOfEpoch(view, kVersion, states.rekeyings(association))) {
    return {Stage::kEpoch, found.association};
  }
  if (!view.unified() && states.window(association).Check(view.sequence) != DropReason::kNone) {
    return {Stage::kReplay, found.association};
  }
  return found;
}

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_STAGES_H_
