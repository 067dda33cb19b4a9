// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/hash_index.h"

#include "waybill/cid/made_array.h"

namespace waybill {
namespace {

// Numbers in a segment of a full index, on average.
constexpr uint32_t kSegmentCapacity = 896;
// Numbers for each bucket with which a segment grows: of ten, so that few of them have to stand
// elsewhere, where looking for them costs a second line.
constexpr uint32_t kFull = 8;

// What a segment refers to before its first number comes. Nobody writes to it.
constexpr IndexBucket kNoNumbers;

IndexSegment NoSegment() { return IndexSegment(&kNoNumbers, 0); }
bool IsNone(const IndexSegment& segment) { return segment.buckets() == &kNoNumbers; }

}  // namespace

HashIndex::HashIndex(MemorySource* memory, RetiredMemory* retired, uint32_t capacity)
    : memory_(memory), retired_(retired), only_segment_(NoSegment().word()) {
  if (capacity <= kSegmentCapacity) {
    uint32_t size = 0;
    while (IndexSegment::CountOf(size) * kFull < capacity) ++size;
    const IndexSegment segment = capacity == 0 ? NoSegment() : MakeSegment(size);
    if (IsNone(segment)) return;
    only_segment_.store(segment.word(), std::memory_order_relaxed);
  } else {
    const uint32_t count = (capacity - 1) / kSegmentCapacity + 1;
    auto* const segments = MakeArray<std::atomic<uintptr_t>>(memory, count);
    auto* const counts = segments == nullptr ? nullptr : MakeArray<uint16_t>(memory, count);
    if (counts == nullptr) {
      FreeArray(memory, segments, count);
      return;
    }
    segments_ = segments;
    counts_ = counts;
    segment_count_ = count;
    for (uint32_t i = 0; i < count; ++i) {
      segments_[i].store(NoSegment().word(), std::memory_order_relaxed);
    }
    bytes_ = count * (sizeof(*segments_) + sizeof(*counts_));
  }
  capacity_ = capacity;
}

HashIndex::~HashIndex() {
  for (uint32_t i = 0; i < segment_count_; ++i) {
    FreeSegment(IndexSegment(segments_[i].load(std::memory_order_relaxed)));
  }
  if (segments_ == &only_segment_) return;
  FreeArray(memory_, segments_, segment_count_);
  FreeArray(memory_, counts_, segment_count_);
}

bool HashIndex::Add(uint64_t hash, uint32_t number) {
  if (size_ == capacity_) return false;
  const size_t place = SegmentOf(hash);
  const IndexSegment segment(segments_[place].load(std::memory_order_relaxed));
  const bool has_room = !IsNone(segment) && counts_[place] < segment.bucket_count() * kFull;
  const uint32_t tag = TagOf(hash);
  if (!(has_room && segment.Put(tag, number)) && !Grow(place, tag, number)) return false;
  ++counts_[place];
  ++size_;
  return true;
}

void HashIndex::Remove(uint64_t hash, uint32_t number) {
  const size_t place = SegmentOf(hash);
  const IndexSegment segment(segments_[place].load(std::memory_order_relaxed));
  if (!segment.Remove(TagOf(hash), number)) return;
  --counts_[place];
  --size_;
}

bool HashIndex::Grow(size_t place, uint32_t tag, uint32_t number) {
  const IndexSegment old(segments_[place].load(std::memory_order_relaxed));
  if (!IsNone(old) && retired_ != nullptr && !retired_->Prepare()) return false;
  uint32_t size = IsNone(old) ? 0 : IndexSegment::NextSize(old.size());
  for (; size <= IndexSegment::kMaxSize; size = IndexSegment::NextSize(size)) {
    const IndexSegment larger = MakeSegment(size);
    if (IsNone(larger)) return false;
    if (larger.PutAllOf(old) && larger.Put(tag, number)) {
      segments_[place].store(larger.word(), std::memory_order_seq_cst);
      if (retired_ == nullptr || IsNone(old)) {
        FreeSegment(old);
      } else {
        bytes_ -= old.bytes();
        retired_->Retire(old.buckets(), old.bytes());
      }
      return true;
    }
    FreeSegment(larger);
  }
  return false;
}

IndexSegment HashIndex::MakeSegment(uint32_t size) {
  const uint32_t count = IndexSegment::CountOf(size);
  const IndexBucket* const buckets = MakeArray<IndexBucket>(memory_, count);
  if (buckets == nullptr) return NoSegment();
  bytes_ += count * sizeof(IndexBucket);
  return IndexSegment(buckets, size);
}

void HashIndex::FreeSegment(const IndexSegment& segment) {
  if (IsNone(segment)) return;
  bytes_ -= segment.bytes();
  memory_->Free(segment.buckets(), segment.bytes());
}

}  // namespace waybill
