// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: the buckets among which a HashIndex looks for one number.
#ifndef WAYBILL_CID_INDEX_SEGMENT_H_
#define WAYBILL_CID_INDEX_SEGMENT_H_

#include <cstddef>
#include <cstdint>

#include "waybill/cid/index_bucket.h"
#include "waybill/cid/memory_source.h"

namespace waybill {

// Refers to 1 to 256 buckets, which are not owned, in one word that readers load at once: below the
// address, which is a multiple of 64, stands the size. A number has two buckets, which follow from
// its tag and the size, so that a segment is made anew in another size from its tags alone.
class IndexSegment {
 public:
  // Sizes are four to a doubling: 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, … 256 buckets. What
  // is filled to 90 % is filled to more than 70 % in the next size.
  static constexpr uint32_t kMaxSize = 32;
  static constexpr uint32_t CountOf(uint32_t size) { return (4 + size % 4) << size / 4 >> 2; }
  static constexpr uint32_t NextSize(uint32_t size) {
    const uint32_t count = CountOf(size);
    while (CountOf(size) == count) ++size;
    return size;
  }

  IndexSegment() = default;
  IndexSegment(const IndexBucket* buckets, uint32_t size)
      : word_(reinterpret_cast<uintptr_t>(buckets) | size) {}
  explicit IndexSegment(uintptr_t word) : word_(word) {}
  uintptr_t word() const { return word_; }

  uint32_t size() const { return word_ % MemorySource::kAlignment; }
  uint32_t bucket_count() const { return CountOf(size()); }
  size_t bytes() const { return bucket_count() * sizeof(IndexBucket); }
  IndexBucket* buckets() const { return reinterpret_cast<IndexBucket*>(word_ - size()); }

  // Where a number belongs, and where it stands if there is no room; the same one where there is
  // but one.
  IndexBucket* Home(uint32_t tag) const { return &buckets()[HomeOf(tag, bucket_count())]; }
  IndexBucket* Other(uint32_t tag) const {
    const uint32_t count = bucket_count();
    const uint32_t home = HomeOf(tag, count);
    // Tags that have their home in common are neighbours, and are spread over all the others.
    const uint32_t other = HomeOf(tag * kSpread & 0xffff, count);
    if (other != home) return &buckets()[other];
    return &buckets()[home + 1 == count ? 0 : home + 1];
  }

  // The owner's. False, and nothing is changed, where both buckets are full and none of the numbers
  // in them can go to its other one.
  bool Put(uint32_t tag, uint32_t number) const;
  // False where it is not there.
  bool Remove(uint32_t tag, uint32_t number) const;
  // Puts all that another one has into this one, which is empty. False where not all found a place.
  bool PutAllOf(const IndexSegment& other) const;

 private:
  static constexpr uint32_t kSpread = 0x9e37;
  static uint32_t HomeOf(uint32_t tag, uint32_t count) { return tag * count >> 16; }

  bool PutElsewhere(uint32_t tag, uint32_t number) const;
  bool MakeRoom(IndexBucket* bucket) const;

  uintptr_t word_;
};

}  // namespace waybill

#endif  // WAYBILL_CID_INDEX_SEGMENT_H_
