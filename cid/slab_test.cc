// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/slab.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/cid/test_memory.h"

namespace waybill {
namespace {

constexpr size_t kElement = 64;
constexpr uint32_t kInChunk = (1 << 20) / kElement;

// The next element, which was taken before or not.
uint32_t TakeOne(Slab* slab, bool expect_fresh) {
  bool fresh = !expect_fresh;
  const uint32_t number = slab->Take(&fresh);
  if (number != Slab::kNone) {
    EXPECT_EQ(fresh, expect_fresh);
  }
  return number;
}

TEST(Slab, NumbersElementsFromZeroAndStopsAtItsCapacity) {
  for (const uint32_t capacity : {1u, 2u, kInChunk, kInChunk + 1, 3 * kInChunk - 1}) {
    TestMemory memory;
    Slab slab(&memory, kElement, capacity);
    ASSERT_EQ(slab.capacity(), capacity);
    for (uint32_t i = 0; i < capacity; ++i) {
      ASSERT_EQ(TakeOne(&slab, true), i);
      ASSERT_EQ(slab.taken_once(), i + 1);
    }
    EXPECT_EQ(TakeOne(&slab, true), Slab::kNone);
    EXPECT_EQ(slab.taken_once(), capacity);
    EXPECT_EQ(slab.bytes(), memory.live_bytes());
    // The last chunk is no larger than it must be.
    EXPECT_LE(slab.bytes(), capacity * kElement + 64);
  }
}

TEST(Slab, GivesWhatWasReturnedLastFirst) {
  TestMemory memory;
  Slab slab(&memory, kElement, 10);
  for (uint32_t i = 0; i < 5; ++i) TakeOne(&slab, true);
  for (const uint32_t number : {3, 0, 4}) slab.Return(number);
  for (const uint32_t number : {4u, 0u, 3u}) EXPECT_EQ(TakeOne(&slab, false), number);
  EXPECT_EQ(TakeOne(&slab, true), 5u) << "then new ones";
}

TEST(Slab, ElementsDoNotOverlapOrMove) {
  for (const size_t element : {size_t{16}, size_t{36}, size_t{64}, size_t{320}}) {
    const uint32_t capacity = static_cast<uint32_t>((2 << 20) / element + 5);
    TestMemory memory;
    Slab slab(&memory, element, capacity);
    std::vector<unsigned char*> places;
    for (uint32_t i = 0; i < capacity; ++i) {
      ASSERT_EQ(TakeOne(&slab, true), i);
      places.push_back(slab[i]);
      std::memset(slab[i], static_cast<int>(i), element);
    }
    for (uint32_t i = 0; i < capacity; ++i) {
      ASSERT_EQ(slab[i], places[i]);
      ASSERT_EQ(slab[i][0], i % 256);
      ASSERT_EQ(slab[i][element - 1], i % 256);
    }
    std::sort(places.begin(), places.end());
    for (uint32_t i = 1; i < capacity; ++i) {
      ASSERT_GE(places[i] - places[i - 1], static_cast<ptrdiff_t>(element));
    }
  }
}

// All but the second word of an element is as it was left.
TEST(Slab, LeavesWhatWasReturnedReadable) {
  TestMemory memory;
  Slab slab(&memory, 16, 3);
  for (uint32_t i = 0; i < 3; ++i) {
    TakeOne(&slab, true);
    std::memset(slab[i], 0x77, 16);
  }
  for (uint32_t i = 0; i < 3; ++i) slab.Return(i);
  for (uint32_t i = 0; i < 3; ++i) {
    for (const size_t byte : {0, 1, 2, 3, 8, 11, 15}) EXPECT_EQ(slab[i][byte], 0x77);
  }
}

TEST(Slab, OfOneChunkTakesItsMemoryAtOnce) {
  TestMemory memory;
  Slab slab(&memory, kElement, kInChunk);
  const size_t allocations = memory.allocations();
  for (uint32_t i = 0; i < kInChunk; ++i) ASSERT_EQ(TakeOne(&slab, true), i);
  EXPECT_EQ(memory.allocations(), allocations);
}

TEST(Slab, TakesChunksAsTheyAreNeeded) {
  TestMemory memory;
  Slab slab(&memory, kElement, 3 * kInChunk);
  EXPECT_LE(memory.live_bytes(), 64u);
  for (uint32_t i = 0; i < 3 * kInChunk; ++i) {
    ASSERT_EQ(TakeOne(&slab, true), i);
    ASSERT_EQ(memory.allocations(), 2 + i / kInChunk);
  }
  EXPECT_EQ(slab.bytes(), memory.live_bytes());
}

TEST(Slab, OfNoCapacityGivesNothing) {
  TestMemory memory;
  Slab slab(&memory, kElement, 0);
  EXPECT_EQ(TakeOne(&slab, true), Slab::kNone);
  EXPECT_EQ(slab.bytes(), 0u);
  EXPECT_EQ(memory.allocations(), 0u);
}

TEST(Slab, WithoutMemoryHasNoCapacity) {
  for (const uint32_t capacity : {1u, kInChunk, kInChunk + 1}) {
    for (size_t k = 0; k < (capacity <= kInChunk ? 2 : 1); ++k) {
      TestMemory memory;
      memory.FailAfter(k);
      Slab slab(&memory, kElement, capacity);
      EXPECT_TRUE(memory.failed());
      EXPECT_EQ(slab.capacity(), 0u);
      EXPECT_EQ(TakeOne(&slab, true), Slab::kNone);
      EXPECT_EQ(slab.bytes(), memory.live_bytes());
    }
  }
}

// A chunk that is missing is asked for again; meanwhile what is returned is given.
TEST(Slab, WhereMemoryIsMissingGivesWhatItHas) {
  TestMemory memory;
  Slab slab(&memory, kElement, 2 * kInChunk);
  for (uint32_t i = 0; i < kInChunk; ++i) ASSERT_EQ(TakeOne(&slab, true), i);
  memory.FailAfter(0);
  EXPECT_EQ(TakeOne(&slab, true), Slab::kNone);
  memory.FailAfter(0);
  EXPECT_EQ(TakeOne(&slab, true), Slab::kNone);
  EXPECT_EQ(slab.taken_once(), kInChunk);
  slab.Return(17);
  memory.FailAfter(0);
  EXPECT_EQ(TakeOne(&slab, false), 17u);
  memory.FailAfter(TestMemory::kNever);
  EXPECT_EQ(TakeOne(&slab, true), kInChunk);
  EXPECT_EQ(slab.bytes(), memory.live_bytes());
}

// The largest capacity costs addresses of chunks, and no overflow.
TEST(Slab, CountsAsFarAsNumbersDo) {
  TestMemory memory;
  Slab slab(&memory, kElement, 0xffffffff);
  EXPECT_EQ(slab.capacity(), 0xffffffffu);
  EXPECT_EQ(slab.bytes(), (size_t{1} << 32) / kInChunk * sizeof(void*));
  for (uint32_t i = 0; i < 10; ++i) EXPECT_EQ(TakeOne(&slab, true), i);
  EXPECT_EQ(slab.bytes(), memory.live_bytes());
}

}  // namespace
}  // namespace waybill
