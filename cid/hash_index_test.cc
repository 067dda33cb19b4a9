// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/hash_index.h"

#include <algorithm>
#include <map>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/cid/retired_memory.h"
#include "waybill/cid/test_hash.h"
#include "waybill/cid/test_memory.h"
#include "waybill/cid/test_random.h"

namespace waybill {
namespace {

constexpr size_t kLargestSegment = 16 * 1024;
// Of the numbers of one place; see HashIndex::Add().
constexpr uint32_t kRoom = 20;

std::vector<uint64_t> DrawHashes(uint64_t seed, size_t count) {
  SeededSource source(seed);
  std::vector<uint64_t> hashes(count);
  for (uint64_t& hash : hashes) hash = DrawU64(&source);
  return hashes;
}

bool Holds(const HashIndex& index, uint64_t hash, uint32_t number) {
  const auto is_it = [&](uint32_t found) { return found == number; };
  return HashIndex::Find(index.Locate(hash), is_it) == number;
}

// Whether nothing is left in any bucket, of whatever tag: a tag's home and counter are all that it
// may have touched.
bool IsBare(const HashIndex& index, uint32_t segments) {
  for (uint64_t segment = 0; segment < segments; ++segment) {
    const uint64_t top = (segment << 32) / segments + 1;
    for (uint64_t tag = 1; tag <= 0xffff; ++tag) {
      const HashIndex::Place place = index.Locate(top << 32 | tag);
      if (HashIndex::MayBeElsewhere(place)) return false;
      if (HashIndex::FirstAtHome(place) != HashIndex::kNone) return false;
    }
  }
  return true;
}

TEST(HashIndex, OfNoCapacityHoldsNothing) {
  TestMemory memory;
  HashIndex index(&memory, nullptr, 0);
  EXPECT_EQ(index.capacity(), 0u);
  EXPECT_FALSE(index.Add(5, 5));
  EXPECT_FALSE(Holds(index, 5, 5));
  index.Remove(5, 5);
  EXPECT_EQ(index.size(), 0u);
  EXPECT_EQ(index.bytes(), 0u);
  EXPECT_EQ(memory.allocations(), 0u);
}

TEST(HashIndex, OfOneHoldsOneAtATime) {
  TestMemory memory;
  HashIndex index(&memory, nullptr, 1);
  for (const uint64_t hash : DrawHashes(1, 100)) {
    EXPECT_TRUE(index.Add(hash, 0));
    EXPECT_FALSE(index.Add(~hash, 1));
    EXPECT_TRUE(Holds(index, hash, 0));
    index.Remove(hash, 0);
    EXPECT_FALSE(Holds(index, hash, 0));
  }
  EXPECT_EQ(memory.allocations(), 1u);
}

TEST(HashIndex, WhereItIsFullRefusesUntilOneIsRemoved) {
  for (const uint32_t capacity : {2u, 7u, 8u, 9u, 100u, 896u, 897u, 5000u}) {
    TestMemory memory;
    HashIndex index(&memory, nullptr, capacity);
    const std::vector<uint64_t> hashes = DrawHashes(capacity, capacity + 1);
    for (uint32_t i = 0; i < capacity; ++i) ASSERT_TRUE(index.Add(hashes[i], i));
    EXPECT_FALSE(index.Add(hashes[capacity], capacity));
    EXPECT_EQ(index.size(), capacity);
    for (uint32_t i = 0; i < capacity; ++i) ASSERT_TRUE(Holds(index, hashes[i], i));
    EXPECT_FALSE(Holds(index, hashes[capacity], capacity));
    index.Remove(hashes[0], 0);
    EXPECT_TRUE(index.Add(hashes[capacity], capacity));
    EXPECT_TRUE(Holds(index, hashes[capacity], capacity));
    EXPECT_EQ(index.bytes(), memory.live_bytes());
  }
}

TEST(HashIndex, RemovesOnlyWhatIsThere) {
  TestMemory memory;
  HashIndex index(&memory, nullptr, 100);
  ASSERT_TRUE(index.Add(0x1234, 7));
  index.Remove(0x1234, 8);
  index.Remove(0x1235, 7);
  EXPECT_EQ(index.size(), 1u);
  EXPECT_TRUE(Holds(index, 0x1234, 7));
}

// Two tags that would be 0 and 1 are the same one.
TEST(HashIndex, NoTagIsThatOfAFreeSlot) {
  TestMemory memory;
  HashIndex index(&memory, nullptr, 100);
  constexpr uint64_t kHash = 0xabcdef0012340000;
  EXPECT_EQ(HashIndex::FirstAtHome(index.Locate(kHash)), HashIndex::kNone);
  ASSERT_TRUE(index.Add(kHash, 3));
  EXPECT_EQ(HashIndex::FirstAtHome(index.Locate(kHash)), 3u);
  EXPECT_EQ(HashIndex::FirstAtHome(index.Locate(kHash | 1)), 3u);
  index.Remove(kHash, 3);
  EXPECT_EQ(HashIndex::FirstAtHome(index.Locate(kHash)), HashIndex::kNone);
  EXPECT_EQ(index.size(), 0u);
}

// Whatever else is there.
TEST(HashIndex, HoldsTwentyNumbersOfOneHashAndRefusesTheNext) {
  for (const uint32_t capacity : {32u, 100u, 896u, 897u, 10000u}) {
    for (const uint32_t others : {0u, capacity / 4, capacity / 2}) {
      TestMemory memory;
      HashIndex index(&memory, nullptr, capacity);
      const std::vector<uint64_t> hashes = DrawHashes(capacity + others, others + 2);
      const uint64_t hash = hashes[others];
      for (uint32_t i = 0; i < others; ++i) ASSERT_TRUE(index.Add(hashes[i], i));
      uint32_t held = 0;
      while (index.size() < capacity && index.Add(hash, others + held)) ++held;
      EXPECT_GE(held, std::min(kRoom, capacity - others));
      if (index.size() == capacity) continue;

      const size_t bytes = index.bytes();
      EXPECT_FALSE(index.Add(hash, others + held));
      EXPECT_EQ(index.size(), others + held);
      EXPECT_EQ(index.bytes(), bytes);
      EXPECT_EQ(memory.live_bytes(), bytes);
      for (uint32_t i = 0; i < others; ++i) ASSERT_TRUE(Holds(index, hashes[i], i));
      for (uint32_t i = 0; i < held; ++i) ASSERT_TRUE(Holds(index, hash, others + i));
      EXPECT_FALSE(Holds(index, hash, others + held));
      EXPECT_TRUE(index.Add(hashes[others + 1], 77777)) << "others are none the worse";

      for (uint32_t i = 0; i < held; ++i) index.Remove(hash, others + i);
      EXPECT_EQ(index.size(), others + 1);
      EXPECT_TRUE(index.Add(hash, 0));
    }
  }
}

// Each segment has its own twenty of one tag.
TEST(HashIndex, TagsMeetInOneSegmentAlone) {
  constexpr uint32_t kSegments = 10;
  TestMemory memory;
  HashIndex index(&memory, nullptr, 896 * kSegments);
  std::map<uint32_t, uint64_t> held;
  for (uint64_t top = 0; top < 1000; ++top) {
    const uint64_t hash = (top << 32) / 1000 << 32 | 0x4321;
    const uint32_t number = static_cast<uint32_t>(top);
    if (index.Add(hash, number)) held[number] = hash;
  }
  EXPECT_EQ(held.size(), kSegments * kRoom);
  EXPECT_EQ(index.size(), held.size());
  for (const auto& [number, hash] : held) EXPECT_TRUE(Holds(index, hash, number));
  for (const auto& [number, hash] : held) index.Remove(hash, number);
  EXPECT_TRUE(IsBare(index, kSegments));
}

TEST(HashIndex, NothingIsLeftOfWhatWasRemoved) {
  for (const uint32_t segments : {1u, 3u}) {
    TestMemory memory;
    HashIndex index(&memory, nullptr, 896 * segments);
    EXPECT_TRUE(IsBare(index, segments));
    for (uint64_t round = 0; round < 3; ++round) {
      const std::vector<uint64_t> hashes = DrawHashes(round, index.capacity());
      for (uint32_t i = 0; i < hashes.size(); ++i) ASSERT_TRUE(index.Add(hashes[i], i));
      // Not in the order in which they came.
      for (uint32_t i = 0; i < hashes.size(); ++i) {
        const uint32_t number = i * 1009 % index.capacity();
        index.Remove(hashes[number], number);
      }
      EXPECT_EQ(index.size(), 0u);
    }
    EXPECT_TRUE(IsBare(index, segments));
  }
}

// What comes and goes for long does not wear it out.
TEST(HashIndex, StaysAsLargeAsItIsWhileNumbersComeAndGo) {
  constexpr uint32_t kCapacity = 2000;
  TestMemory memory;
  HashIndex index(&memory, nullptr, kCapacity);
  const std::vector<uint64_t> hashes = DrawHashes(9, 50000);
  for (uint32_t i = 0; i < hashes.size(); ++i) {
    if (i >= kCapacity) index.Remove(hashes[i - kCapacity], i - kCapacity);
    ASSERT_TRUE(index.Add(hashes[i], i));
  }
  for (size_t i = hashes.size() - kCapacity; i < hashes.size(); ++i) {
    EXPECT_TRUE(Holds(index, hashes[i], static_cast<uint32_t>(i)));
  }
  EXPECT_LT(index.bytes(), 10 * kCapacity);
}

TEST(HashIndex, OfOneSegmentTakesItsMemoryAtOnce) {
  for (uint32_t capacity = 1; capacity <= 896; capacity += capacity < 20 ? 1 : 73) {
    TestMemory memory;
    HashIndex index(&memory, nullptr, capacity);
    ASSERT_EQ(memory.allocations(), 1u);
    const std::vector<uint64_t> hashes = DrawHashes(capacity, capacity);
    for (uint32_t i = 0; i < capacity; ++i) ASSERT_TRUE(index.Add(hashes[i], i));
    EXPECT_EQ(memory.allocations(), 1u) << capacity;
    EXPECT_EQ(index.bytes(), memory.live_bytes());
  }
}

// No insertion moves more than a segment, and the index is filled well.
TEST(HashIndex, GrowsInSmallStepsAndStaysDense) {
  for (const uint32_t numbers : {1000u, 10000u, 200000u}) {
    TestMemory memory;
    HashIndex index(&memory, nullptr, numbers);
    const std::vector<uint64_t> hashes = DrawHashes(numbers, numbers);
    for (uint32_t i = 0; i < numbers; ++i) {
      ASSERT_TRUE(index.Add(hashes[i], i));
      ASSERT_EQ(index.bytes(), memory.live_bytes());
    }
    for (uint32_t i = 0; i < numbers; ++i) ASSERT_TRUE(Holds(index, hashes[i], i));
    EXPECT_LE(memory.largest(), kLargestSegment);
    EXPECT_LT(static_cast<double>(index.bytes()) / numbers, 9.0) << numbers;
  }
}

// Looking for what is not there costs one line as a rule.
TEST(HashIndex, FewNumbersStandElsewhere) {
  constexpr uint32_t kCount = 20000;
  TestMemory memory;
  HashIndex index(&memory, nullptr, kCount);
  const std::vector<uint64_t> hashes = DrawHashes(1, 2 * kCount);
  for (uint32_t i = 0; i < kCount; ++i) ASSERT_TRUE(index.Add(hashes[i], i));
  uint32_t two_lines = 0;
  for (uint32_t i = kCount; i < 2 * kCount; ++i) {
    if (HashIndex::MayBeElsewhere(index.Locate(hashes[i]))) ++two_lines;
  }
  EXPECT_LT(two_lines, kCount / 16);
}

TEST(HashIndex, WithoutMemoryHasNoCapacity) {
  for (const uint32_t capacity : {1u, 896u, 897u, 10000u}) {
    const size_t allocations = capacity <= 896 ? 1 : 2;
    for (size_t k = 0; k < allocations; ++k) {
      TestMemory memory;
      memory.FailAfter(k);
      HashIndex index(&memory, nullptr, capacity);
      EXPECT_TRUE(memory.failed());
      EXPECT_EQ(index.capacity(), 0u);
      EXPECT_EQ(index.bytes(), 0u);
      EXPECT_EQ(memory.live_bytes(), 0u);
      EXPECT_FALSE(index.Add(1, 1));
      EXPECT_FALSE(Holds(index, 1, 1));
    }
  }
}

// Whichever allocation fails: one number is refused, all others are found, and it is accepted when
// it comes again.
TEST(HashIndex, WhereMemoryIsMissingRefusesWhatIsNewAlone) {
  constexpr uint32_t kCapacity = 1500;  // two segments
  const std::vector<uint64_t> hashes = DrawHashes(3, kCapacity);
  bool failed = true;
  size_t k = 0;
  for (; failed; ++k) {
    TestMemory memory;
    HashIndex index(&memory, nullptr, kCapacity);
    memory.FailAfter(k);
    for (uint32_t i = 0; i < kCapacity; ++i) {
      if (index.Add(hashes[i], i)) continue;
      ASSERT_TRUE(memory.failed());
      ASSERT_EQ(index.size(), i);
      ASSERT_EQ(index.bytes(), memory.live_bytes());
      EXPECT_FALSE(Holds(index, hashes[i], i));
      for (uint32_t j = 0; j < i; ++j) ASSERT_TRUE(Holds(index, hashes[j], j));
      ASSERT_TRUE(index.Add(hashes[i], i));
    }
    failed = memory.failed();
    for (uint32_t i = 0; i < kCapacity; ++i) ASSERT_TRUE(Holds(index, hashes[i], i));
    EXPECT_EQ(index.bytes(), memory.live_bytes());
  }
  EXPECT_GT(k, 30u) << "growth has many steps";
}

// The same where a reader is registered, for which replaced segments are kept: also what keeps them
// takes memory.
TEST(HashIndex, WhereMemoryIsMissingForItsReadersRefusesWhatIsNewAlone) {
  constexpr uint32_t kCapacity = 1000;
  const std::vector<uint64_t> hashes = DrawHashes(4, kCapacity);
  bool failed = true;
  for (size_t k = 0; failed; ++k) {
    TestMemory memory;
    ForeignReader reader;
    RetiredMemory retired(&memory);
    retired.Register(&reader);
    HashIndex index(&memory, &retired, kCapacity);
    memory.FailAfter(k);
    for (uint32_t i = 0; i < kCapacity; ++i) {
      if (index.Add(hashes[i], i)) continue;
      ASSERT_TRUE(memory.failed());
      ASSERT_TRUE(index.Add(hashes[i], i));
    }
    failed = memory.failed();
    for (uint32_t i = 0; i < kCapacity; ++i) ASSERT_TRUE(Holds(index, hashes[i], i));
  }
}

// What a reader found stays as it was while it reads, though the index has grown since.
TEST(HashIndex, KeepsWhatReadersMayBeAt) {
  constexpr uint32_t kCapacity = 1000;
  const std::vector<uint64_t> hashes = DrawHashes(5, kCapacity);
  TestMemory memory;
  ForeignReader reader;
  RetiredMemory retired(&memory);
  retired.Register(&reader);
  HashIndex index(&memory, &retired, kCapacity);
  for (uint32_t i = 0; i < 10; ++i) ASSERT_TRUE(index.Add(hashes[i], i));
  {
    const ForeignReading reading(&reader);
    std::vector<HashIndex::Place> places;
    for (uint32_t i = 0; i < 10; ++i) places.push_back(index.Locate(hashes[i]));
    for (uint32_t i = 10; i < kCapacity; ++i) ASSERT_TRUE(index.Add(hashes[i], i));
    for (uint32_t i = 0; i < 10; ++i) {
      EXPECT_EQ(HashIndex::Find(places[i], [i](uint32_t number) { return number == i; }), i);
      EXPECT_NE(index.Locate(hashes[i]).segment.word(), places[i].segment.word());
    }
    retired.Reclaim();
    EXPECT_GT(memory.live_bytes(), index.bytes());
  }
  retired.Reclaim();
  EXPECT_EQ(memory.live_bytes(), index.bytes());
}

}  // namespace
}  // namespace waybill
