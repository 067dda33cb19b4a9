// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/association_shard.h"

#include <algorithm>
#include <array>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/cid/address_key.h"
#include "waybill/cid/association_handle.h"
#include "waybill/cid/association_store.h"
#include "waybill/cid/association_table.h"
#include "waybill/cid/cid_issuer.h"
#include "waybill/cid/retired_memory.h"
#include "waybill/cid/storage_memory.h"
#include "waybill/cid/test_hash.h"
#include "waybill/cid/test_memory.h"

namespace waybill {
namespace {

using Answer = CidRegistry::Answer;
using Bytes = std::vector<uint8_t>;

Bytes NthKey(uint32_t i, size_t length) {
  Bytes key(length, 0);
  for (size_t j = 0; j < 4; ++j) key[j] = static_cast<uint8_t>(i >> 8 * j);
  return key;
}
Bytes AddressOf(uint32_t i) { return NthKey(i, AddressKey::kMaxLength); }

AssociationShard::Options SomeOptions(uint32_t associations) {
  AssociationShard::Options options;
  options.associations = associations;
  options.cids = 3 * associations;
  options.addresses = 2 * associations;
  options.recently_closed = 16 * associations;
  options.closed_duration = 100;
  return options;
}

class AssociationShards : public testing::Test {
 protected:
  // An association with a CID for its hot line, a second and a long one, and two addresses.
  static AssociationHandle Add(AssociationShard* shard, uint32_t i, uint32_t now) {
    const AssociationHandle added = shard->store.Add(now);
    for (const size_t length : {8, 12, 20}) {
      EXPECT_EQ(shard->cids.Add(NthKey(i, length), added), Answer::kAdded);
    }
    EXPECT_EQ(shard->addresses.Add(AddressOf(i), added), Answer::kAdded);
    EXPECT_EQ(shard->addresses.Add(AddressOf(~i), added), Answer::kAdded);
    return added;
  }
  // How many of its keys lead to somebody.
  static int KeysOf(const AssociationShard& shard, uint32_t i, AssociationHandle expected) {
    int found = 0;
    for (const size_t length : {8, 12, 20}) {
      found += shard.cids.Find(NthKey(i, length)) == expected ? 1 : 0;
    }
    for (const uint32_t j : {i, ~i}) {
      found += shard.addresses.Find(AddressOf(j)) == expected ? 1 : 0;
    }
    return found;
  }
  static int ClosedKeysOf(const AssociationShard& shard, uint32_t i, uint32_t now) {
    int closed = 0;
    for (const size_t length : {8, 12, 20}) {
      closed += shard.closed.Contains(NthKey(i, length), now) ? 1 : 0;
    }
    for (const uint32_t j : {i, ~i}) closed += shard.closed.Contains(AddressOf(j), now) ? 1 : 0;
    return closed;
  }

  TestHash hash_{HashKind::kAes};
  TestMemory memory_;
};

TEST_F(AssociationShards, CloseEndsAllOfAnAssociationAndRemembersIt) {
  AssociationShard shard(SomeOptions(10), hash_.hash, &memory_);
  std::vector<AssociationHandle> all;
  for (uint32_t i = 0; i < 10; ++i) all.push_back(Add(&shard, i, 0));
  EXPECT_EQ(KeysOf(shard, 4, all[4]), 5);
  EXPECT_EQ(ClosedKeysOf(shard, 4, 0), 0);
  shard.Close(all[4], 50);
  EXPECT_FALSE(shard.store.Has(all[4]));
  EXPECT_EQ(KeysOf(shard, 4, AssociationHandle()), 5);
  EXPECT_EQ(ClosedKeysOf(shard, 4, 150), 5);
  EXPECT_EQ(ClosedKeysOf(shard, 4, 151), 0);
  EXPECT_EQ(shard.store.size(), 9u);
  EXPECT_EQ(shard.cids.size(), 27u);
  EXPECT_EQ(shard.addresses.size(), 18u);
  for (uint32_t i = 0; i < 10; ++i) {
    if (i == 4) continue;
    EXPECT_EQ(KeysOf(shard, i, all[i]), 5);
    EXPECT_EQ(ClosedKeysOf(shard, i, 50), 0);
  }
}

// Whoever closes late closes nobody who came to the same slot.
TEST_F(AssociationShards, CloseAgainDoesNothing) {
  AssociationShard shard(SomeOptions(10), hash_.hash, &memory_);
  const AssociationHandle first = Add(&shard, 1, 0);
  shard.Close(first, 10);
  shard.Close(first, 20);
  EXPECT_EQ(ClosedKeysOf(shard, 1, 111), 0) << "closed at 10";
  const AssociationHandle second = Add(&shard, 2, 20);
  ASSERT_EQ(second.slot, first.slot);
  shard.Close(first, 30);
  shard.Close({}, 30);
  EXPECT_EQ(KeysOf(shard, 2, second), 5);
  EXPECT_EQ(ClosedKeysOf(shard, 2, 30), 0);
  EXPECT_TRUE(shard.store.Has(second));
}

TEST_F(AssociationShards, KeysThatAreInUseAgainAreForgotten) {
  AssociationShard shard(SomeOptions(10), hash_.hash, &memory_);
  shard.Close(Add(&shard, 1, 0), 10);
  const AssociationHandle again = Add(&shard, 1, 20);
  EXPECT_EQ(KeysOf(shard, 1, again), 5);
  for (const uint32_t i : {1u, ~1u}) shard.closed.Forget(AddressOf(i));
  EXPECT_EQ(ClosedKeysOf(shard, 1, 20), 3);
}

// From the first CID to an address that changed, and a peer that is never heard of again.
TEST_F(AssociationShards, SeeAnAssociationThroughItsLife) {
  AssociationShard shard(SomeOptions(10), hash_.hash, &memory_);
  const AssociationHandle association = shard.store.Add(1000);
  ASSERT_EQ(shard.addresses.Add(AddressOf(1), association), Answer::kAdded);
  std::fill_n(shard.store.HotBytes(association), AssociationStore::kHotBytes, 0x11);
  std::fill_n(shard.store.ColdBytes(association), AssociationStore::kColdBytes, 0x22);
  for (uint32_t i = 0; i < 100; ++i) {
    ASSERT_EQ(shard.cids.Add(NthKey(i, 8), association), Answer::kAdded);
    if (i > 0) shard.cids.Remove(NthKey(i - 1, 8));
    EXPECT_EQ(shard.cids.Find(NthKey(i, 8)), association);
    shard.store.Use(association, 1000 + i);
  }
  shard.addresses.Remove(AddressOf(1));
  ASSERT_EQ(shard.addresses.Add(AddressOf(2), association), Answer::kAdded);
  EXPECT_FALSE(shard.addresses.Find(AddressOf(1)));
  EXPECT_EQ(shard.addresses.Find(AddressOf(2)), association);
  EXPECT_EQ(shard.cids.size(), 1u);
  for (size_t i = 0; i < AssociationStore::kHotBytes; ++i) {
    EXPECT_EQ(shard.store.HotBytes(association)[i], 0x11);
  }
  for (size_t i = 0; i < AssociationStore::kColdBytes; ++i) {
    EXPECT_EQ(shard.store.ColdBytes(association)[i], 0x22);
  }
  std::array<AssociationHandle, 4> idle;
  EXPECT_EQ(shard.store.FindIdle(1599, 500, 10, absl::MakeSpan(idle)), 0u);
  ASSERT_EQ(shard.store.FindIdle(1600, 500, 10, absl::MakeSpan(idle)), 1u);
  shard.Close(idle[0], 1600);
  EXPECT_TRUE(shard.closed.Contains(NthKey(99, 8), 1600));
  EXPECT_FALSE(shard.closed.Contains(NthKey(98, 8), 1600)) << "retired while it lived";
  EXPECT_EQ(shard.store.size() + shard.cids.size() + shard.addresses.size(), 0u);
}

// A few slots at a time, while others come and are used.
TEST_F(AssociationShards, CloseWhatIsIdle) {
  constexpr uint32_t kCount = 500;
  AssociationShard shard(SomeOptions(kCount), hash_.hash, &memory_);
  std::vector<AssociationHandle> all;
  uint32_t next = 0;
  uint32_t closed = 0;
  for (uint32_t now = 0; now < 5000; ++now) {
    if (shard.store.size() < kCount) all.push_back(Add(&shard, next++, now));
    for (size_t i = 0; i < all.size(); i += 7) {  // the others say nothing any more
      if (shard.store.Has(all[i])) shard.store.Use(all[i], now);
    }
    std::array<AssociationHandle, 3> idle;
    const size_t count = shard.store.FindIdle(now, 200, 10, absl::MakeSpan(idle));
    for (size_t i = 0; i < count; ++i) {
      EXPECT_GT(now - shard.store.LastUse(idle[i]), 200u);
      shard.Close(idle[i], now);
      ++closed;
    }
    ASSERT_EQ(shard.cids.size(), 3 * shard.store.size());
    ASSERT_EQ(shard.addresses.size(), 2 * shard.store.size());
  }
  EXPECT_EQ(shard.store.size() + closed, next);
  EXPECT_GT(closed, kCount);
  for (uint32_t i = 0; i < next; ++i) {
    const bool here = shard.store.Has(all[i]);
    ASSERT_EQ(KeysOf(shard, i, all[i]), here ? 5 : 0) << i;
    if (i % 7 == 0) {
      ASSERT_TRUE(here) << i;
    }
  }
}

TEST_F(AssociationShards, CountTheirMemory) {
  AssociationShard shard(SomeOptions(5000), hash_.hash, &memory_);
  for (uint32_t i = 0; i < 5000; ++i) {
    Add(&shard, i, 0);
    if (i % 100 == 0) {
      ASSERT_EQ(shard.bytes(), memory_.live_bytes());
    }
  }
  EXPECT_EQ(shard.bytes(), memory_.live_bytes());
}

// Whichever part goes without memory, the others work, and nothing is lost.
TEST_F(AssociationShards, LiveWithWhatMemoryThereIs) {
  bool failed = true;
  for (size_t k = 0; failed; ++k) {
    TestMemory memory;
    memory.FailAfter(k);
    AssociationShard shard(SomeOptions(10), hash_.hash, &memory);
    failed = memory.failed();
    memory.FailAfter(TestMemory::kNever);
    EXPECT_EQ(shard.bytes(), memory.live_bytes());
    const AssociationHandle association = shard.store.Add(0);
    EXPECT_EQ(static_cast<bool>(association), shard.store.capacity() != 0);
    if (!association) continue;
    const Answer cid = shard.cids.Add(NthKey(1, 20), association);
    EXPECT_EQ(cid, shard.cids.capacity() != 0 ? Answer::kAdded : Answer::kFull);
    const Answer address = shard.addresses.Add(AddressOf(1), association);
    EXPECT_EQ(address, shard.addresses.capacity() != 0 ? Answer::kAdded : Answer::kFull);
    shard.Close(association, 0);
    EXPECT_EQ(shard.store.size() + shard.cids.size() + shard.addresses.size(), 0u);
  }
}

// A shard for a processor without a heap: it has all that it needs when it is made.
TEST_F(AssociationShards, SmallOnesNeedNoMoreThanTheirStorage) {
  alignas(64) static std::array<uint8_t, 48 * 1024> bytes;
  StorageMemory storage(absl::MakeSpan(bytes));
  AssociationShard::Options options = SomeOptions(32);
  options.lines = 2;
  AssociationShard shard(options, hash_.hash, &storage);
  ASSERT_EQ(shard.store.capacity(), 32u);
  size_t left = 0;
  for (uint32_t round = 0; round < 20; ++round) {
    std::vector<AssociationHandle> all;
    for (uint32_t i = 0; i < 32; ++i) all.push_back(Add(&shard, 32 * round + i, round));
    for (uint32_t i = 0; i < 32; ++i) EXPECT_EQ(KeysOf(shard, 32 * round + i, all[i]), 5);
    for (const AssociationHandle association : all) shard.Close(association, round);
    if (round == 0) left = storage.left();
  }
  EXPECT_EQ(storage.left(), left);
}

// What a registered reader is at stays, while the shard grows under it.
TEST_F(AssociationShards, ServeAReader) {
  constexpr uint32_t kCount = 2000;
  ForeignReader reader;
  AssociationShard shard(SomeOptions(kCount), hash_.hash, &memory_);
  shard.retired.Register(&reader);
  std::vector<AssociationHandle> all;
  for (uint32_t i = 0; i < kCount / 2; ++i) all.push_back(Add(&shard, i, 0));
  {
    const ForeignReading reading(&reader);
    for (uint32_t i = kCount / 2; i < kCount; ++i) all.push_back(Add(&shard, i, 0));
    for (uint32_t i = 0; i < kCount; ++i) ASSERT_EQ(KeysOf(shard, i, all[i]), 5);
    EXPECT_GT(memory_.live_bytes(), shard.bytes()) << "what was replaced is kept";
  }
  shard.retired.Reclaim();
  EXPECT_EQ(memory_.live_bytes(), shard.bytes());
  shard.retired.Unregister(&reader);
}

}  // namespace
}  // namespace waybill
