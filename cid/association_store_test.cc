// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/association_store.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <set>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/cid/association_handle.h"
#include "waybill/cid/test_memory.h"

namespace waybill {
namespace {

constexpr uint32_t kMost = AssociationStore::kMaxGeneration;

std::vector<AssociationHandle> AddSome(AssociationStore* store, uint32_t count, uint32_t now = 0) {
  std::vector<AssociationHandle> added;
  for (uint32_t i = 0; i < count; ++i) {
    added.push_back(store->Add(now));
    EXPECT_TRUE(store->Has(added.back()));
  }
  return added;
}

// The word that says how often a slot was given away, in front of the caller's bytes of its hot
// line: tests write it where they cannot wait for 2^31 associations.
std::atomic<uint32_t>* StateOf(const AssociationStore& store, AssociationHandle handle) {
  return reinterpret_cast<std::atomic<uint32_t>*>(store.HotBytes(handle) - 24);
}

TEST(AssociationStore, HoldsAsManyAsItsCapacity) {
  for (const uint32_t capacity : {1u, 2u, 100u, 20000u}) {
    TestMemory memory;
    AssociationStore store(&memory, capacity, 2);
    EXPECT_EQ(store.capacity(), capacity);
    const std::vector<AssociationHandle> all = AddSome(&store, capacity);
    EXPECT_EQ(store.size(), capacity);
    EXPECT_FALSE(store.Add(0));
    EXPECT_EQ(store.size(), capacity);
    for (const AssociationHandle handle : all) EXPECT_TRUE(store.Has(handle));
    store.Remove(all[capacity / 2]);
    EXPECT_EQ(store.size(), capacity - 1);
    const AssociationHandle next = store.Add(0);
    EXPECT_EQ(next, (AssociationHandle{all[capacity / 2].slot, 1}));
    EXPECT_EQ(store.bytes(), memory.live_bytes());
  }
}

TEST(AssociationStore, HandlesOfTheRemovedStandForNobody) {
  TestMemory memory;
  AssociationStore store(&memory, 3, 2);
  std::vector<AssociationHandle> gone;
  for (uint32_t round = 0; round < 100; ++round) {
    const std::vector<AssociationHandle> here = AddSome(&store, 3);
    for (const AssociationHandle handle : gone) ASSERT_FALSE(store.Has(handle));
    for (const AssociationHandle handle : here) store.Remove(handle);
    for (const AssociationHandle handle : here) ASSERT_FALSE(store.Has(handle));
    gone.insert(gone.end(), here.begin(), here.end());
  }
  std::set<std::pair<uint32_t, uint32_t>> different;
  for (const AssociationHandle handle : gone) different.insert({handle.slot, handle.generation});
  EXPECT_EQ(different.size(), 300u);
}

TEST(AssociationStore, KnowsNoHandleThatItDidNotGive) {
  TestMemory memory;
  AssociationStore store(&memory, 100, 2);
  EXPECT_FALSE(store.Has({}));
  EXPECT_FALSE(store.Has({0, 0})) << "a slot that was never used";
  const AssociationHandle handle = store.Add(0);
  for (const AssociationHandle other :
       {AssociationHandle{handle.slot, 1}, AssociationHandle{handle.slot, kMost},
        AssociationHandle{handle.slot, kMost + 1}, AssociationHandle{handle.slot + 1, 0},
        AssociationHandle{99, 0}, AssociationHandle{100, 0}, AssociationHandle{0xfffffffe, 0},
        AssociationHandle()}) {
    EXPECT_FALSE(store.Has(other)) << other.slot << ", " << other.generation;
    store.Remove(other);
    EXPECT_EQ(store.size(), 1u);
  }
  EXPECT_TRUE(store.Has(handle));
}

TEST(AssociationStore, RemovesOnce) {
  TestMemory memory;
  AssociationStore store(&memory, 2, 2);
  const AssociationHandle first = store.Add(0);
  store.Remove(first);
  store.Remove(first);
  EXPECT_EQ(store.size(), 0u);
  const std::vector<AssociationHandle> both = AddSome(&store, 2);
  EXPECT_NE(both[0].slot, both[1].slot) << "the slot was returned once";
  store.Remove(first);
  EXPECT_EQ(store.size(), 2u);
}

// A slot is given away max_generation + 1 times; then there is one less of them.
TEST(AssociationStore, WearsOutSlotsAndNeverRepeatsAGeneration) {
  for (const uint32_t max_generation : {0u, 1u, 3u}) {
    TestMemory memory;
    AssociationStore store(&memory, 5, 2, max_generation);
    std::vector<AssociationHandle> gone;
    uint32_t added = 0;
    for (AssociationHandle handle = store.Add(0); handle; handle = store.Add(0)) {
      ++added;
      EXPECT_LE(handle.generation, max_generation);
      store.Remove(handle);
      gone.push_back(handle);
    }
    EXPECT_EQ(added, 5 * (max_generation + 1));
    EXPECT_EQ(store.size(), 0u);
    for (const AssociationHandle handle : gone) EXPECT_FALSE(store.Has(handle));
  }
}

TEST(AssociationStore, HasNoSlotsOfGenerationsBeyondItsWord) {
  for (const uint32_t max_generation : {kMost, ~uint32_t{0}}) {
    TestMemory memory;
    AssociationStore store(&memory, 1, 2, max_generation);
    AssociationHandle handle = store.Add(0);
    std::atomic<uint32_t>* const state = StateOf(store, handle);
    ASSERT_EQ(*state, 1u);
    store.Remove(handle);
    ASSERT_EQ(*state, 2u);
    *state = 2 * (kMost - 1);
    const AssociationHandle last_but_one = store.Add(0);
    EXPECT_EQ(last_but_one, (AssociationHandle{0, kMost - 1}));
    store.Remove(last_but_one);
    const AssociationHandle last = store.Add(0);
    EXPECT_EQ(last, (AssociationHandle{0, kMost}));
    EXPECT_TRUE(store.Has(last));
    store.Remove(last);
    EXPECT_FALSE(store.Add(0)) << "the first generation would come again";
    for (const AssociationHandle gone : {handle, last_but_one, last}) EXPECT_FALSE(store.Has(gone));
    EXPECT_EQ(store.size(), 0u);
    std::array<AssociationHandle, 1> idle;
    EXPECT_EQ(store.FindIdle(100, 1, 1, absl::MakeSpan(idle)), 0u);
  }
}

// Hot, between and cold: each byte is the caller's alone, and no other association's.
TEST(AssociationStore, LinesDoNotOverlap) {
  for (const size_t lines : {2, 3, 4, 7}) {
    constexpr uint32_t kCount = 9;
    TestMemory memory;
    AssociationStore store(&memory, kCount, lines);
    ASSERT_EQ(store.lines(), lines);
    const std::vector<AssociationHandle> all = AddSome(&store, kCount, 5);
    std::vector<std::pair<unsigned char*, size_t>> pieces;
    for (const AssociationHandle handle : all) {
      pieces.push_back({store.HotBytes(handle), AssociationStore::kHotBytes});
      for (size_t line = 1; line + 1 < lines; ++line) {
        pieces.push_back({store.Line(handle, line), AssociationStore::kLineBytes});
        EXPECT_EQ(reinterpret_cast<uintptr_t>(pieces.back().first) % 64, 0u);
        EXPECT_EQ(pieces.back().first, store.HotBytes(handle) - 24 + 64 * line);
      }
      pieces.push_back({store.ColdBytes(handle), AssociationStore::kColdBytes});
      EXPECT_EQ(reinterpret_cast<uintptr_t>(store.HotBytes(handle)) % 64, 24u);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(store.ColdBytes(handle)) % 64, 8u);
    }
    std::sort(pieces.begin(), pieces.end());
    for (size_t i = 1; i < pieces.size(); ++i) {
      EXPECT_GE(pieces[i].first, pieces[i - 1].first + pieces[i - 1].second);
    }
    for (const auto& [bytes, count] : pieces) std::memset(bytes, 0xff, count);
    for (const AssociationHandle handle : all) {
      EXPECT_TRUE(store.Has(handle));
      EXPECT_EQ(store.LastUse(handle), 5u);
    }
    for (const AssociationHandle handle : all) store.Remove(handle);
    EXPECT_EQ(store.size(), 0u);
    AddSome(&store, kCount);
    EXPECT_EQ(store.bytes(), memory.live_bytes());
  }
}

TEST(AssociationStore, NothingMovesWhileItGrows) {
  constexpr uint32_t kCapacity = 30000;
  TestMemory memory;
  AssociationStore store(&memory, kCapacity, 2);
  std::vector<std::pair<AssociationHandle, unsigned char*>> places;
  size_t bytes = 0;
  for (uint32_t i = 0; i < kCapacity; ++i) {
    const AssociationHandle handle = store.Add(i);
    places.push_back({handle, store.HotBytes(handle)});
    std::memcpy(store.ColdBytes(handle), &i, sizeof(i));
    EXPECT_GE(store.bytes(), bytes);
    bytes = store.bytes();
  }
  for (uint32_t i = 0; i < kCapacity; ++i) {
    const auto& [handle, place] = places[i];
    ASSERT_EQ(store.HotBytes(handle), place);
    ASSERT_EQ(store.LastUse(handle), i);
    ASSERT_EQ(std::memcmp(store.ColdBytes(handle), &i, sizeof(i)), 0);
  }
}

TEST(AssociationStore, WithoutMemoryHasNoCapacity) {
  for (size_t k = 0; k < 2; ++k) {
    TestMemory memory;
    memory.FailAfter(k);
    AssociationStore store(&memory, 100, 2);
    EXPECT_TRUE(memory.failed());
    EXPECT_EQ(store.capacity(), 0u);
    EXPECT_FALSE(store.Add(0));
    EXPECT_FALSE(store.Has({0, 0}));
    EXPECT_EQ(store.size(), 0u);
    std::array<AssociationHandle, 1> idle;
    EXPECT_EQ(store.FindIdle(0, 0, 10, absl::MakeSpan(idle)), 0u);
  }
}

TEST(AssociationStore, WhereMemoryIsMissingKeepsWhatItHas) {
  constexpr uint32_t kCapacity = 20000;
  bool failed = true;
  for (size_t k = 0; failed; ++k) {
    TestMemory memory;
    AssociationStore store(&memory, kCapacity, 2);
    memory.FailAfter(k);
    for (uint32_t i = 0; i < kCapacity; ++i) {
      AssociationHandle handle = store.Add(i);
      if (!handle) {
        ASSERT_TRUE(memory.failed());
        ASSERT_EQ(store.size(), i);
        ASSERT_EQ(store.bytes(), memory.live_bytes());
        handle = store.Add(i);
      }
      ASSERT_EQ(handle, (AssociationHandle{i, 0}));
    }
    failed = memory.failed();
    for (uint32_t i = 0; i < kCapacity; ++i) ASSERT_EQ(store.LastUse({i, 0}), i);
    memory.FailAfter(TestMemory::kNever);
  }
}

class IdleAssociations : public testing::Test {
 protected:
  std::vector<AssociationHandle> Find(uint32_t now, uint32_t limit, uint32_t slots, size_t room) {
    std::vector<AssociationHandle> idle(room);
    idle.resize(store_.FindIdle(now, limit, slots, absl::MakeSpan(idle)));
    return idle;
  }
  std::vector<uint32_t> SlotsOf(const std::vector<AssociationHandle>& handles) {
    std::vector<uint32_t> slots;
    for (const AssociationHandle handle : handles) slots.push_back(handle.slot);
    return slots;
  }

  using Slots = std::vector<uint32_t>;
  TestMemory memory_;
  AssociationStore store_{&memory_, 10, 2};
};

TEST_F(IdleAssociations, AreThoseNotUsedForLongerThanTheLimit) {
  const std::vector<AssociationHandle> all = AddSome(&store_, 3, 1000);
  store_.Use(all[1], 1001);
  EXPECT_EQ(store_.LastUse(all[1]), 1001u);
  EXPECT_TRUE(Find(1050, 50, 3, 3).empty());
  EXPECT_EQ(SlotsOf(Find(1051, 50, 3, 3)), (Slots{0, 2}));
  EXPECT_EQ(SlotsOf(Find(1052, 50, 3, 3)), (Slots{0, 1, 2}));
  store_.Use(all[0], 1052);
  EXPECT_EQ(Find(1052, 50, 3, 3), (std::vector<AssociationHandle>{all[1], all[2]}));
}

TEST_F(IdleAssociations, AreLookedForAFewSlotsAtATimeAndAround) {
  AddSome(&store_, 5);
  EXPECT_EQ(SlotsOf(Find(100, 1, 2, 5)), (Slots{0, 1}));
  EXPECT_EQ(SlotsOf(Find(100, 1, 2, 5)), (Slots{2, 3}));
  EXPECT_EQ(SlotsOf(Find(100, 1, 2, 5)), (Slots{4, 0}));
  EXPECT_EQ(SlotsOf(Find(100, 1, 100, 5)), (Slots{1, 2, 3, 4, 0})) << "each once a call";
  EXPECT_TRUE(Find(100, 1, 0, 5).empty());
  AddSome(&store_, 1);
  EXPECT_EQ(SlotsOf(Find(100, 1, 6, 6)), (Slots{1, 2, 3, 4, 5, 0}));
}

// What did not fit comes with the next call.
TEST_F(IdleAssociations, AreFoundAsFarAsThereIsRoom) {
  AddSome(&store_, 5);
  EXPECT_EQ(SlotsOf(Find(100, 1, 5, 2)), (Slots{0, 1}));
  EXPECT_TRUE(Find(100, 1, 5, 0).empty());
  EXPECT_EQ(SlotsOf(Find(100, 1, 5, 2)), (Slots{2, 3}));
  EXPECT_EQ(SlotsOf(Find(100, 1, 5, 2)), (Slots{4, 0}));
}

TEST_F(IdleAssociations, AreThere) {
  EXPECT_TRUE(Find(100, 1, 10, 10).empty()) << "of none";
  const std::vector<AssociationHandle> all = AddSome(&store_, 5);
  for (const size_t i : {0, 2, 4}) store_.Remove(all[i]);
  EXPECT_EQ(SlotsOf(Find(100, 1, 5, 5)), (Slots{1, 3}));
  const AssociationHandle again = store_.Add(0);
  EXPECT_EQ(again, (AssociationHandle{4, 1}));
  EXPECT_EQ(Find(100, 1, 5, 5), (std::vector<AssociationHandle>{all[1], all[3], again}));
  EXPECT_EQ(store_.size(), 3u) << "they stay where they are";
}

TEST_F(IdleAssociations, AreToldFromOthersAcrossAWrapOfTheClock) {
  const std::vector<AssociationHandle> all = AddSome(&store_, 3, 0xfffffff0);
  store_.Use(all[1], 0x10);
  EXPECT_TRUE(Find(0x10, 0x20, 3, 3).empty());
  EXPECT_EQ(SlotsOf(Find(0x11, 0x20, 3, 3)), (Slots{0, 2}));
  EXPECT_EQ(SlotsOf(Find(0x7fffffef, 0x20, 3, 3)), (Slots{0, 1, 2}));
}

// Where somebody took the time a moment later than whoever looks.
TEST_F(IdleAssociations, AreNotThoseUsedInTheFuture) {
  AddSome(&store_, 1, 1001);
  EXPECT_TRUE(Find(1000, 0, 1, 1).empty());
  EXPECT_TRUE(Find(1001 - uint32_t{0x7fffffff}, 0, 1, 1).empty());
  EXPECT_TRUE(Find(1001, 0, 1, 1).empty());
  EXPECT_EQ(Find(1002, 0, 1, 1).size(), 1u);
  EXPECT_EQ(Find(1001 + uint32_t{0x7fffffff}, 0, 1, 1).size(), 1u);
}

}  // namespace
}  // namespace waybill
