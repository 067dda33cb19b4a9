// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/located_cids.h"

#include "waybill/cid/cids_at_once.h"
#include "waybill/cid/short_key.h"

namespace waybill {

// Stands where a ShortKey would, as one of no bytes: no table's key has a length of 0.
struct LocatedCids::Ordinals {
  uint64_t live = 0;  // bit I: that of `lowest` + I
  uint16_t lowest = 0;

  static bool IsOne(const ShortKey& key) { return (key.back & 0xff) == 0; }
  // None where a table's key stands there.
  static Ordinals In(const ShortKey& key) {
    return {IsOne(key) ? key.front : 0, static_cast<uint16_t>(key.back >> 8)};
  }
  ShortKey AsKey() const { return live == 0 ? ShortKey() : ShortKey{live, uint64_t{lowest} << 8}; }

  bool Contains(uint16_t ordinal) const {
    const uint32_t distance = uint32_t{ordinal} - lowest;
    return distance < kMaxSpan && (live >> distance & 1) != 0;
  }
  // False where it is too far from the others.
  bool Add(uint16_t ordinal) {
    if (live == 0) lowest = ordinal;
    if (ordinal < lowest) {
      const uint32_t down = uint32_t{lowest} - ordinal;
      if (down >= kMaxSpan || live >> (kMaxSpan - down) != 0) return false;
      live <<= down;
      lowest = ordinal;
    }
    const uint32_t distance = uint32_t{ordinal} - lowest;
    if (distance >= kMaxSpan) return false;
    live |= uint64_t{1} << distance;
    return true;
  }
  void Remove(uint16_t ordinal) {
    live &= ~(uint64_t{1} << (uint32_t{ordinal} - lowest));
    if (live == 0) return;
    const int gap = __builtin_ctzll(live);
    live >>= gap;
    lowest = static_cast<uint16_t>(lowest + gap);
  }
};

void LocatedCids::Find(absl::Span<CidReading> cids,
                       absl::Span<AssociationHandle> associations) const {
  AssociationHandle* association = associations.data();
  InParts(cids, [&](absl::Span<CidReading> part) {
    format_->Read(part);
    for (const CidReading& cid : part) {
      if (cid.reason == DropReason::kNone) store_->PrefetchIfEver(cid.target.slot);
    }
    for (const CidReading& cid : part) *association++ = AssociationOf(cid);
  });
}

AssociationHandle LocatedCids::AssociationOf(const CidReading& cid) const {
  const CidTarget& target = cid.target;
  const bool is_one = cid.reason == DropReason::kNone && IsHere(target) &&
                      Ordinals::In(store_->KeyOf(target.slot)).Contains(target.ordinal);
  return is_one ? AssociationHandle{target.slot, target.generation} : AssociationHandle();
}

CidRegistry::Answer LocatedCids::Add(absl::Span<const uint8_t> /*cid*/, const CidTarget& target) {
  if (!IsHere(target)) return Answer::kInvalid;
  const ShortKey key = store_->KeyOf(target.slot);
  if (!Ordinals::IsOne(key)) return Answer::kFull;
  Ordinals ordinals = Ordinals::In(key);
  if (ordinals.Contains(target.ordinal)) return Answer::kTaken;
  if (!ordinals.Add(target.ordinal)) return Answer::kFull;
  store_->SetKey(target.slot, ordinals.AsKey());
  return Answer::kAdded;
}

void LocatedCids::Remove(absl::Span<const uint8_t> cid) {
  CidReading reading;
  reading.cid = cid;
  format_->Read(absl::Span<CidReading>(&reading, 1));
  if (!AssociationOf(reading)) return;
  Ordinals ordinals = Ordinals::In(store_->KeyOf(reading.target.slot));
  ordinals.Remove(reading.target.ordinal);
  store_->SetKey(reading.target.slot, ordinals.AsKey());
}

}  // namespace waybill
