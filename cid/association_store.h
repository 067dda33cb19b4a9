// SPDX-License-Identifier: Apache-2.0
//
// The states of the associations of one core.
#ifndef WAYBILL_CID_ASSOCIATION_STORE_H_
#define WAYBILL_CID_ASSOCIATION_STORE_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/cid/association_handle.h"
#include "waybill/cid/memory_source.h"
#include "waybill/cid/short_key.h"
#include "waybill/cid/slab.h"

namespace waybill {

// Associations in slots, each of some cache lines one behind the other, by use:
//
//   the first line   hot: looked at for every datagram. 24 bytes are the store's and the table's:
//                    whether the association is there, when it was used last, a CID. 40 are the
//                    caller's, as a replay window needs them.
//   lines between    the caller's: keys to receive with, keys to send with.
//   the last line    cold: 8 bytes are the tables', 56 the caller's.
//
// The caller's bytes are undefined when an association is added. Nothing ever moves, so that
// addresses hold until the association is removed; memory is taken as more associations are there
// at once than ever before.
//
// For one thread. Others reach it through an AssociationTable alone.
class AssociationStore {
 public:
  static constexpr size_t kLineBytes = 64;
  static constexpr size_t kHotBytes = 40;
  static constexpr size_t kColdBytes = 56;
  // Slots are given away as often as this, and then never again: what was known of an association
  // never leads to another one.
  static constexpr uint32_t kMaxGeneration = 0x7fffffff;

  // For up to `capacity` associations of `lines` cache lines each, two or more. `memory` is not
  // owned and must outlive the store; where it has none to begin with, the capacity is 0. Sealed
  // CIDs want their format's limit as `max_generation`.
  AssociationStore(MemorySource* memory, uint32_t capacity, size_t lines,
                   uint32_t max_generation = kMaxGeneration);
  AssociationStore(const AssociationStore&) = delete;
  AssociationStore& operator=(const AssociationStore&) = delete;

  uint32_t capacity() const { return slots_.capacity(); }
  uint32_t size() const { return size_; }
  // Of memory that it has.
  size_t bytes() const { return slots_.bytes(); }

  // A new association, used at `now`, of the caller's clock. No handle where the capacity or the
  // memory has no more.
  AssociationHandle Add(uint32_t now);
  // Whether a handle stands for an association that is here, and was not removed.
  bool Has(AssociationHandle handle) const {
    if (handle.slot >= slots_.taken_once()) return false;
    const uint32_t state = hot(handle.slot).state.load(std::memory_order_relaxed);
    return state % 2 == 1 && state / 2 == handle.generation;
  }
  // Removes an association, which must have no keys in any table: see AssociationShard. Nothing
  // happens where it is not there.
  void Remove(AssociationHandle handle);

  // The caller's bytes of an association that is here; `line` counts from 1 to lines() - 2.
  size_t lines() const { return lines_; }
  unsigned char* HotBytes(AssociationHandle handle) const { return hot(handle.slot).caller; }
  unsigned char* Line(AssociationHandle handle, size_t line) const {
    return slots_[handle.slot] + line * kLineBytes;
  }
  unsigned char* ColdBytes(AssociationHandle handle) const { return cold(handle.slot).caller; }

  // Time is in units of the caller's, at most 2^31 - 1 of which pass between two uses that are
  // compared; it may wrap.
  void Use(AssociationHandle handle, uint32_t now) {
    hot(handle.slot).used_or_next.store(now, std::memory_order_relaxed);
  }
  uint32_t LastUse(AssociationHandle handle) const {
    return hot(handle.slot).used_or_next.load(std::memory_order_relaxed);
  }
  // Looks at the next `slots` slots, behind those of the last call and around in a circle, and puts
  // associations that were not used for more than `limit` into `idle`; stops where that is full.
  // Answers how many there are; they stay where they are.
  size_t FindIdle(uint32_t now, uint32_t limit, uint32_t slots, absl::Span<AssociationHandle> idle);

 private:
  friend class AssociationTable;
  friend class LocatedCids;

  using Word = uintptr_t;

  // Begins with the two words that a Slab wants.
  struct HotLine {
    std::atomic<uint32_t> state;         // twice the generation, and 1 where the association is
    std::atomic<uint32_t> used_or_next;  // when; of a slot that is free: the slab's
    std::atomic<Word> key[sizeof(ShortKey) / sizeof(Word)];
    alignas(8) unsigned char caller[kHotBytes];
  };
  static_assert(sizeof(HotLine) == kLineBytes);
  static constexpr size_t kTables = 2;
  struct ColdLine {
    std::array<uint32_t, kTables> first_place;  // see AssociationTable
    alignas(8) unsigned char caller[kColdBytes];
  };
  static_assert(sizeof(ColdLine) == kLineBytes);

  HotLine& hot(uint32_t slot) const { return *reinterpret_cast<HotLine*>(slots_[slot]); }
  ColdLine& cold(uint32_t slot) const {
    return *reinterpret_cast<ColdLine*>(slots_[slot] + (lines_ - 1) * kLineBytes);
  }
  void Prefetch(uint32_t slot) const { __builtin_prefetch(slots_[slot]); }
  // The same of a slot that may never have been.
  void PrefetchIfEver(uint32_t slot) const {
    if (slot < slots_.taken_once()) Prefetch(slot);
  }

  // A key that stands in the hot line. Other threads may compare it while it is set.
  ShortKey KeyOf(uint32_t slot) const;
  void SetKey(uint32_t slot, const ShortKey& key);
  // The association whose key it is; none where it is not that of the one in this slot.
  AssociationHandle IfKeyOf(uint32_t slot, const ShortKey& key) const;

  Slab slots_;
  size_t lines_;
  uint32_t max_generation_;
  uint32_t size_ = 0;
  uint32_t next_idle_ = 0;
};

inline ShortKey AssociationStore::KeyOf(uint32_t slot) const {
  const auto& words = hot(slot).key;
  ShortKey key;
  if constexpr (sizeof(Word) == sizeof(uint64_t)) {
    key.back = words[1].load(std::memory_order_acquire);
    key.front = words[0].load(std::memory_order_acquire);
  } else {
    key.back = uint64_t{words[2].load(std::memory_order_relaxed)} << 32 |
               words[3].load(std::memory_order_relaxed);
    key.front = uint64_t{words[0].load(std::memory_order_relaxed)} << 32 |
                words[1].load(std::memory_order_relaxed);
  }
  return key;
}

inline AssociationHandle AssociationStore::IfKeyOf(uint32_t slot, const ShortKey& key) const {
  const HotLine& line = hot(slot);
  const uint32_t state = line.state.load(std::memory_order_acquire);
  if (!(KeyOf(slot) == key) || state % 2 == 0) return {};
  // Another thread's reader: the same key in both moments, of the same association.
  if (!(KeyOf(slot) == key) || line.state.load(std::memory_order_relaxed) != state) return {};
  return {slot, state / 2};
}

}  // namespace waybill

#endif  // WAYBILL_CID_ASSOCIATION_STORE_H_
