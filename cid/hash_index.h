// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: from the hash of a key to a number. docs/cid-table.md has the picture, and
// why it is so.
#ifndef WAYBILL_CID_HASH_INDEX_H_
#define WAYBILL_CID_HASH_INDEX_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "waybill/cid/index_bucket.h"
#include "waybill/cid/index_segment.h"
#include "waybill/cid/memory_source.h"
#include "waybill/cid/retired_memory.h"

namespace waybill {

// Numbers found by a keyed hash of 64 bits, 16 of which it holds: whoever asks compares the key
// that belongs to a number that was found.
//
// An array of segments, each of which grows by itself, so that no insertion moves more than the 16
// KB of one. One thread adds and removes. Others may look up at the same time, each while it has a
// ForeignReading of `retired`: what is in the index all the while is found.
class HashIndex {
 public:
  static constexpr uint32_t kNone = 0xffffffff;

  // For up to `capacity` numbers. Nothing is owned, and all must outlive the index; `retired` may
  // be null where no other thread reads. An index of one segment takes its memory at once. Where
  // memory is missing, the capacity is 0.
  HashIndex(MemorySource* memory, RetiredMemory* retired, uint32_t capacity);
  ~HashIndex();
  HashIndex(const HashIndex&) = delete;
  HashIndex& operator=(const HashIndex&) = delete;

  uint32_t capacity() const { return capacity_; }
  uint32_t size() const { return size_; }
  // Of memory that it has.
  size_t bytes() const { return bytes_; }

  // Adds a number; whether it is there already is not looked at. False, and nothing is changed,
  // where there are `capacity` numbers, memory is missing, or as many numbers have the same place
  // as it has room for, twenty at least: of hashes that nobody can choose, two have it as a rule.
  bool Add(uint64_t hash, uint32_t number);
  // Removes a number that was added with this hash. Nothing stays of it.
  void Remove(uint64_t hash, uint32_t number);

  // Where the numbers of a hash stand. Looking for one costs one line of memory, or two.
  struct Place {
    IndexSegment segment;
    const IndexBucket* home;
    uint32_t tag;
  };
  // Where Find() will look: its first line is on its way when this returns.
  void Locate(uint64_t hash, Place* place) const {
    const IndexSegment segment(segments_[SegmentOf(hash)].load(std::memory_order_seq_cst));
    const uint32_t tag = TagOf(hash);
    place->segment = segment;
    place->home = segment.Home(tag);
    place->tag = tag;
    __builtin_prefetch(place->home);
  }
  Place Locate(uint64_t hash) const {
    Place place;
    Locate(hash, &place);
    return place;
  }
  // The first number that may be the one; kNone where there is none, or it may stand elsewhere.
  static uint32_t FirstAtHome(const Place& place) { return First(*place.home, place.tag); }
  static bool MayBeElsewhere(const Place& place) { return place.home->Overflowed(place.tag); }
  static const IndexBucket* Elsewhere(const Place& place) { return place.segment.Other(place.tag); }
  static uint32_t FirstElsewhere(const Place& place) { return First(*Elsewhere(place), place.tag); }
  // The number for which is_it(number) is true, or kNone.
  template <typename IsIt>
  static uint32_t Find(const Place& place, IsIt is_it) {
    uint32_t number = kNone;
    const auto find_in = [&](const IndexBucket& bucket) {
      return bucket.Match(place.tag, [&](size_t slot) {
        number = bucket.NumberOf(slot);
        return is_it(number);
      });
    };
    if (find_in(*place.home)) return number;
    return MayBeElsewhere(place) && find_in(*Elsewhere(place)) ? number : kNone;
  }

 private:
  static uint32_t TagOf(uint64_t hash) {
    const uint32_t tag = hash & 0xffff;
    return tag == 0 ? 1 : tag;  // 0 is a slot that is free
  }
  size_t SegmentOf(uint64_t hash) const { return (hash >> 32) * segment_count_ >> 32; }
  static uint32_t First(const IndexBucket& bucket, uint32_t tag) {
    uint32_t number = kNone;
    bucket.Match(tag, [&](size_t slot) {
      number = bucket.NumberOf(slot);
      return true;
    });
    return number;
  }
  // Puts a segment's numbers, and this one, into a larger one.
  bool Grow(size_t place, uint32_t tag, uint32_t number);
  IndexSegment MakeSegment(uint32_t size);
  void FreeSegment(const IndexSegment& segment);

  MemorySource* memory_;
  RetiredMemory* retired_;
  std::atomic<uintptr_t> only_segment_;
  uint16_t only_count_ = 0;
  std::atomic<uintptr_t>* segments_ = &only_segment_;
  uint16_t* counts_ = &only_count_;  // of the numbers in each
  uint32_t segment_count_ = 1;
  uint32_t capacity_ = 0;
  uint32_t size_ = 0;
  size_t bytes_ = 0;
};

}  // namespace waybill

#endif  // WAYBILL_CID_HASH_INDEX_H_
