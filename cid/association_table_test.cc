// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/association_table.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/cid/association_handle.h"
#include "waybill/cid/association_store.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/cid_issuer.h"
#include "waybill/cid/keyed_hash.h"
#include "waybill/cid/recently_closed.h"
#include "waybill/cid/test_cids.h"
#include "waybill/cid/test_hash.h"
#include "waybill/cid/test_memory.h"
#include "waybill/cid/test_random.h"

namespace waybill {
namespace {

using Answer = CidRegistry::Answer;
using Kind = AssociationTable::Kind;
using Bytes = std::vector<uint8_t>;
using Key = absl::Span<const uint8_t>;

// A store and a table over it, each with memory of its own.
struct World {
  World(const KeyedHash& hash, uint32_t associations, const AssociationTable::Options& options)
      : store(&store_memory, associations, 2), table(options, hash, &store, &memory) {}

  // The length of the key in an association's hot line: its last byte in front of the caller's.
  size_t HotKeyLength(AssociationHandle association) const {
    return *reinterpret_cast<std::atomic<uintptr_t>*>(store.HotBytes(association) -
                                                      sizeof(uintptr_t)) &
           0xff;
  }

  TestMemory store_memory;
  TestMemory memory;
  AssociationStore store;
  AssociationTable table;
};

// The `i`th of many keys of a length, which is 4 or more.
Bytes NthKey(uint32_t i, size_t length) {
  Bytes key(length, 0);
  for (size_t j = 0; j < 4; ++j) key[j] = static_cast<uint8_t>(i >> 8 * j);
  return key;
}

class EveryAssociationTable : public testing::TestWithParam<HashKind> {
 protected:
  EveryAssociationTable() : test_(GetParam()) {}
  const KeyedHash& hash() const { return test_.hash; }

 private:
  TestHash test_;
};

INSTANTIATE_TEST_SUITE_P(BothHashes, EveryAssociationTable,
                         testing::Values(HashKind::kSipHash, HashKind::kAes));

TEST_P(EveryAssociationTable, FindsEveryKeyOfManyAssociations) {
  constexpr uint32_t kCount = 40000;
  World world(hash(), kCount / 2, {kCount, 20, Kind::kCids});
  std::vector<Bytes> keys;
  std::vector<AssociationHandle> associations;
  for (uint32_t i = 0; i < kCount; ++i) {
    const AssociationHandle association = i % 2 == 0 ? world.store.Add(0) : associations.back();
    keys.push_back(NthKey(i, 4 + i % 17));
    ASSERT_EQ(world.table.Add(keys.back(), association), Answer::kAdded);
    associations.push_back(association);
  }
  EXPECT_EQ(world.table.Add({9, 9, 9}, associations[0]), Answer::kFull);
  EXPECT_EQ(world.table.bytes(), world.memory.live_bytes());
  const std::vector<Key> asked(keys.begin(), keys.end());
  std::vector<AssociationHandle> found(keys.size());
  world.table.Find(asked, absl::MakeSpan(found));
  EXPECT_EQ(found, associations);
  for (size_t i = 0; i < keys.size(); i += 2) world.table.RemoveAll(associations[i]);
  EXPECT_EQ(world.table.size(), 0u);
  for (size_t i = 0; i < keys.size(); ++i) EXPECT_FALSE(world.table.Find(keys[i]));
}

// Of each length a key of zeros and one that all longer ones begin with, each another
// association's.
TEST_P(EveryAssociationTable, TellsKeysOfAllLengthsApart) {
  for (const Kind kind : {Kind::kCids, Kind::kAddresses}) {
    SeededSource source(1);
    const Bytes zeros(256, 0);
    const Bytes random = DrawBytes(&source, 256);
    World world(hash(), 512, {512, 255, kind});
    std::vector<Key> keys;
    std::vector<AssociationHandle> associations;
    for (size_t length = 1; length <= 255; ++length) {
      for (const Bytes* const bytes : {&zeros, &random}) {
        const Key key(bytes->data(), length);
        EXPECT_FALSE(world.table.Find(key)) << "shorter ones are other keys";
        keys.push_back(key);
        associations.push_back(world.store.Add(0));
        ASSERT_EQ(world.table.Add(key, associations.back()), Answer::kAdded) << length;
      }
    }
    for (size_t i = 0; i < keys.size(); ++i) EXPECT_EQ(world.table.Find(keys[i]), associations[i]);
    for (const Bytes* const bytes : {&zeros, &random}) {
      EXPECT_FALSE(world.table.Find(Key())) << "no bytes are nobody's key";
      EXPECT_FALSE(world.table.Find(*bytes)) << "256 bytes are not taken for none";
    }
    // Each second goes, and takes none of those that are like it along.
    for (size_t i = 0; i < keys.size(); i += 2) world.table.Remove(keys[i]);
    for (size_t i = 0; i < keys.size(); ++i) {
      EXPECT_EQ(world.table.Find(keys[i]), i % 2 == 0 ? AssociationHandle() : associations[i]);
    }
    for (const AssociationHandle association : associations) world.table.RemoveAll(association);
    EXPECT_EQ(world.table.size(), 0u);
  }
}

TEST_P(EveryAssociationTable, KeysDifferInEachBit) {
  for (const size_t length : {1, 8, 15, 16, 20, 36}) {
    World world(hash(), 1, {10, 36, Kind::kCids});
    const AssociationHandle association = world.store.Add(0);
    Bytes key(length, 0x5a);
    ASSERT_EQ(world.table.Add(key, association), Answer::kAdded);
    for (size_t bit = 0; bit < 8 * length; ++bit) {
      key[bit / 8] ^= 1 << (bit % 8);
      EXPECT_FALSE(world.table.Find(key));
      world.table.Remove(key);
      key[bit / 8] ^= 1 << (bit % 8);
    }
    EXPECT_EQ(world.table.Find(key), association);
  }
}

// One short key stands in the hot line, whichever comes first; others beside it.
TEST_P(EveryAssociationTable, AnAssociationMayHaveSeveralKeys) {
  World world(hash(), 2, {10, 255, Kind::kCids});
  const AssociationHandle association = world.store.Add(0);
  const Bytes longer = NthKey(0, 16), first = NthKey(1, 15), second = NthKey(2, 4),
              longest = NthKey(3, 255), third = NthKey(4, 8);
  ASSERT_EQ(world.table.Add(longer, association), Answer::kAdded);
  EXPECT_EQ(world.HotKeyLength(association), 0u) << "too long for it";
  ASSERT_EQ(world.table.Add(first, association), Answer::kAdded);
  EXPECT_EQ(world.HotKeyLength(association), first.size());
  ASSERT_EQ(world.table.Add(second, association), Answer::kAdded);
  ASSERT_EQ(world.table.Add(longest, association), Answer::kAdded);
  EXPECT_EQ(world.HotKeyLength(association), first.size());
  for (const Bytes* const key : {&longer, &first, &second, &longest}) {
    EXPECT_EQ(world.table.Find(*key), association);
  }
  world.table.Remove(first);
  EXPECT_EQ(world.HotKeyLength(association), 0u);
  EXPECT_FALSE(world.table.Find(first));
  for (const Bytes* const key : {&longer, &second, &longest}) {
    EXPECT_EQ(world.table.Find(*key), association);
  }
  ASSERT_EQ(world.table.Add(third, association), Answer::kAdded);
  EXPECT_EQ(world.HotKeyLength(association), third.size());
  EXPECT_EQ(world.table.size(), 4u);
  // From the middle, the end and the beginning of what it has.
  for (const Bytes* const key : {&second, &longer, &longest, &third}) {
    world.table.Remove(*key);
    EXPECT_FALSE(world.table.Find(*key));
  }
  EXPECT_EQ(world.table.size(), 0u);
}

TEST_P(EveryAssociationTable, OfAddressesUsesNoHotLine) {
  World world(hash(), 1, {10, 36, Kind::kAddresses});
  const AssociationHandle association = world.store.Add(0);
  for (const size_t length : {4, 36}) {
    ASSERT_EQ(world.table.Add(NthKey(7, length), association), Answer::kAdded);
    EXPECT_EQ(world.table.Find(NthKey(7, length)), association);
    EXPECT_EQ(world.HotKeyLength(association), 0u);
  }
}

// BUG-32: a key that another association has, or the same one, is refused, and records go on
// finding whom they found; nobody loses a key or a session.
TEST_P(EveryAssociationTable, ADuplicateKeyChangesNothing) {
  for (const size_t length : {8, 20}) {
    World world(hash(), 3, {100, 20, Kind::kCids});
    const AssociationHandle owner = world.store.Add(0);
    const AssociationHandle other = world.store.Add(0);
    const Bytes key = NthKey(1, length), own = NthKey(2, length), second = NthKey(3, length);
    ASSERT_EQ(world.table.Add(second, owner), Answer::kAdded);
    ASSERT_EQ(world.table.Add(key, owner), Answer::kAdded);
    ASSERT_EQ(world.table.Add(own, other), Answer::kAdded);
    for (int i = 0; i < 50; ++i) {
      EXPECT_EQ(world.table.Add(key, other), Answer::kTaken);
      EXPECT_EQ(world.table.Add(key, owner), Answer::kTaken);
      EXPECT_EQ(world.table.Add(second, other), Answer::kTaken);
    }
    EXPECT_EQ(world.table.size(), 3u);
    EXPECT_EQ(world.table.Find(key), owner);
    EXPECT_EQ(world.table.Find(second), owner);
    EXPECT_EQ(world.table.Find(own), other);
    // Also when the one that came in vain goes.
    world.table.RemoveAll(other);
    EXPECT_EQ(world.table.Find(key), owner);
    world.table.Remove(key);
    EXPECT_EQ(world.table.Add(key, other), Answer::kAdded);
    EXPECT_EQ(world.table.Find(key), other);
  }
}

TEST_P(EveryAssociationTable, RefusesWhatIsInvalid) {
  World world(hash(), 2, {10, 8, Kind::kCids});
  const AssociationHandle association = world.store.Add(0);
  const Bytes key = NthKey(1, 8);
  EXPECT_EQ(world.table.Add({}, association), Answer::kInvalid);
  EXPECT_EQ(world.table.Add(NthKey(1, 9), association), Answer::kInvalid);
  EXPECT_EQ(world.table.Add(Bytes(264, 0), association), Answer::kInvalid) << "not modulo 256";
  EXPECT_EQ(world.table.Add(key, AssociationHandle()), Answer::kInvalid);
  EXPECT_EQ(world.table.Add(key, AssociationHandle{1, 0}), Answer::kInvalid) << "never there";
  EXPECT_EQ(world.table.Add(key, AssociationHandle{0, 1}), Answer::kInvalid) << "not there yet";
  ASSERT_EQ(world.table.Add(key, association), Answer::kAdded);
  world.table.RemoveAll(association);
  world.store.Remove(association);
  EXPECT_EQ(world.table.Add(key, association), Answer::kInvalid) << "not there any more";
  const AssociationHandle next = world.store.Add(0);
  ASSERT_EQ(next.slot, association.slot);
  EXPECT_EQ(world.table.Add(key, association), Answer::kInvalid);
  EXPECT_EQ(world.table.Add(key, next), Answer::kAdded);
  world.table.RemoveAll(association);
  EXPECT_EQ(world.table.Find(key), next) << "whoever had the slot before removes nothing";
}

TEST_P(EveryAssociationTable, WhereItIsFullKeepsWhatItHas) {
  for (const size_t length : {8, 20}) {
    for (const uint32_t capacity : {0u, 1u, 5u, 100u}) {
      World world(hash(), 200, {capacity, 20, Kind::kCids});
      std::vector<AssociationHandle> associations;
      for (uint32_t i = 0; i < capacity; ++i) {
        associations.push_back(world.store.Add(0));
        ASSERT_EQ(world.table.Add(NthKey(i, length), associations[i]), Answer::kAdded);
      }
      const AssociationHandle late = world.store.Add(0);
      for (uint32_t i = 0; i < 50; ++i) {
        EXPECT_EQ(world.table.Add(NthKey(1000 + i, length), late), Answer::kFull);
        EXPECT_FALSE(world.table.Find(NthKey(1000 + i, length)));
        EXPECT_EQ(world.HotKeyLength(late), 0u);
      }
      EXPECT_EQ(world.table.size(), capacity);
      for (uint32_t i = 0; i < capacity; ++i) {
        EXPECT_EQ(world.table.Find(NthKey(i, length)), associations[i]);
      }
      if (capacity == 0) continue;
      world.table.Remove(NthKey(0, length));
      EXPECT_EQ(world.table.Add(NthKey(1000, length), late), Answer::kAdded);
    }
  }
}

// Keys of 20 bytes, so that index and places both grow.
TEST_P(EveryAssociationTable, WhereMemoryIsMissingRefusesWhatIsNewAlone) {
  constexpr uint32_t kCapacity = 1200;
  bool failed = true;
  size_t k = 0;
  for (; failed; ++k) {
    TestMemory store_memory;
    TestMemory memory;
    AssociationStore store(&store_memory, 1, 2);
    const AssociationHandle association = store.Add(0);
    memory.FailAfter(k);
    AssociationTable table({kCapacity, 20, Kind::kCids}, hash(), &store, &memory);
    if (memory.failed()) {
      EXPECT_EQ(table.capacity(), 0u);
      EXPECT_EQ(table.Add(NthKey(1, 20), association), Answer::kFull);
      EXPECT_EQ(table.bytes(), memory.live_bytes());
      continue;
    }
    for (uint32_t i = 0; i < kCapacity; ++i) {
      const Bytes key = NthKey(i, 20);
      const Answer answer = table.Add(key, association);
      if (answer == Answer::kAdded) continue;
      ASSERT_EQ(answer, Answer::kFull);
      ASSERT_TRUE(memory.failed());
      ASSERT_EQ(table.size(), i);
      ASSERT_EQ(table.bytes(), memory.live_bytes());
      ASSERT_FALSE(table.Find(key));
      for (uint32_t j = 0; j < i; ++j) ASSERT_EQ(table.Find(NthKey(j, 20)), association);
      ASSERT_EQ(table.Add(key, association), Answer::kAdded) << "when there is memory again";
    }
    failed = memory.failed();
    memory.FailAfter(TestMemory::kNever);
    table.RemoveAll(association);
    EXPECT_EQ(table.size(), 0u);
    EXPECT_EQ(table.bytes(), memory.live_bytes());
  }
  EXPECT_GT(k, 20u);
}

// Index or keys, large tables or small ones: what lacks a part has no capacity at all.
TEST_P(EveryAssociationTable, WithoutMemoryHasNoCapacity) {
  World world(hash(), 1, {100, 20, Kind::kCids});
  const AssociationHandle association = world.store.Add(0);
  for (const Kind kind : {Kind::kCids, Kind::kAddresses}) {
    for (const uint32_t capacity : {100u, 1200u}) {
      // The places of a few CIDs wait until they are needed.
      const size_t pieces = kind == Kind::kCids && capacity == 100 ? 2 : 3;
      for (size_t k = 0; k < pieces; ++k) {
        TestMemory memory;
        memory.FailAfter(k);
        AssociationTable table({capacity, 20, kind}, hash(), &world.store, &memory);
        ASSERT_TRUE(memory.failed());
        EXPECT_EQ(table.capacity(), 0u) << capacity << ", " << k;
        for (const size_t length : {8, 20}) {
          EXPECT_EQ(table.Add(NthKey(1, length), association), Answer::kFull);
          EXPECT_FALSE(table.Find(NthKey(1, length)));
          table.Remove(NthKey(1, length));
        }
        table.RemoveAll(association);
        EXPECT_EQ(table.size(), 0u);
      }
    }
  }
}

// But that for CIDs outside the hot line, which many a server has none of.
TEST_P(EveryAssociationTable, SmallOnesTakeTheirMemoryAtOnce) {
  for (const Kind kind : {Kind::kCids, Kind::kAddresses}) {
    World world(hash(), 800, {800, 20, kind});
    const size_t allocations = world.memory.allocations();
    AssociationHandle association;
    for (uint32_t i = 0; i < 400; ++i) {
      association = world.store.Add(0);
      ASSERT_EQ(world.table.Add(NthKey(i, 4 + i % 12), association), Answer::kAdded);
    }
    EXPECT_EQ(world.memory.allocations(), allocations);
    for (uint32_t i = 400; i < 800; ++i) {
      ASSERT_EQ(world.table.Add(NthKey(i, 4 + i % 17), association), Answer::kAdded);
    }
    EXPECT_EQ(world.memory.allocations(), allocations + (kind == Kind::kCids ? 1 : 0));
  }
}

// An association's keys go, and only they; in both tables over one store, each for itself.
TEST_P(EveryAssociationTable, RemovesAllKeysOfAnAssociation) {
  TestMemory memory;
  AssociationStore store(&memory, 3, 2);
  AssociationTable cids({100, 255, Kind::kCids}, hash(), &store, &memory);
  AssociationTable addresses({100, 36, Kind::kAddresses}, hash(), &store, &memory);
  RecentlyClosed closed(&memory, hash(), 1000, 100);
  std::vector<AssociationHandle> associations;
  const std::array<size_t, 6> lengths = {4, 15, 16, 20, 36, 255};
  for (uint32_t i = 0; i < 3; ++i) {
    associations.push_back(store.Add(0));
    for (const size_t length : lengths) {
      ASSERT_EQ(cids.Add(NthKey(i, length), associations[i]), Answer::kAdded);
      if (length > 36) continue;
      ASSERT_EQ(addresses.Add(NthKey(i, length), associations[i]), Answer::kAdded);
    }
  }
  cids.RemoveAll(associations[1], &closed, 7);
  for (uint32_t i = 0; i < 3; ++i) {
    for (const size_t length : lengths) {
      const Bytes key = NthKey(i, length);
      EXPECT_EQ(cids.Find(key), i == 1 ? AssociationHandle() : associations[i]);
      EXPECT_EQ(closed.Contains(key, 8), i == 1);
      if (length <= 36) {
        EXPECT_EQ(addresses.Find(key), associations[i]);
      }
    }
  }
  EXPECT_EQ(cids.size(), 12u);
  EXPECT_EQ(addresses.size(), 15u);
  cids.RemoveAll(associations[1], &closed, 7);
  addresses.RemoveAll(associations[1]);
  EXPECT_EQ(addresses.size(), 10u);
  EXPECT_EQ(addresses.Find(NthKey(2, 36)), associations[2]);
  store.Remove(associations[1]);
  const AssociationHandle next = store.Add(0);
  EXPECT_EQ(next.slot, associations[1].slot);
  ASSERT_EQ(cids.Add(NthKey(1, 20), next), Answer::kAdded);
  EXPECT_EQ(cids.Find(NthKey(1, 20)), next) << "of the new generation";
}

// Remote and local addresses and ports, which differ in a few bits.
TEST_P(EveryAssociationTable, FindsByAddresses) {
  constexpr uint32_t kCount = 3000;
  World world(hash(), kCount, {kCount, 36, Kind::kAddresses});
  std::vector<AssociationHandle> associations;
  const auto address = [](uint32_t i) {
    Bytes key(36, 0);
    key[10] = key[11] = key[28] = key[29] = 0xff;  // IPv4 in IPv6
    key[15] = static_cast<uint8_t>(i);
    key[16] = static_cast<uint8_t>(i >> 8);
    return key;
  };
  for (uint32_t i = 0; i < kCount; ++i) {
    associations.push_back(world.store.Add(0));
    ASSERT_EQ(world.table.Add(address(i), associations[i]), Answer::kAdded);
  }
  for (uint32_t i = 0; i < kCount; ++i) ASSERT_EQ(world.table.Find(address(i)), associations[i]);
  EXPECT_FALSE(world.table.Find(address(kCount)));
}

// Hits and misses, some of them twice, and what is no key, in any place of a batch.
TEST_P(EveryAssociationTable, FindsBatchesOfAnySize) {
  constexpr uint32_t kCount = 600;
  World world(hash(), kCount, {kCount, 40, Kind::kCids});
  std::vector<Bytes> keys;
  std::map<Bytes, AssociationHandle> owners;
  for (uint32_t i = 0; i < kCount; ++i) {
    keys.push_back(NthKey(i, 4 + i % 37));
    owners[keys[i]] = world.store.Add(0);
    ASSERT_EQ(world.table.Add(keys[i], owners[keys[i]]), Answer::kAdded);
    keys.push_back(NthKey(i, 4 + (i + 1) % 37));  // one byte more or fewer
  }
  keys.push_back({});
  keys.push_back(Bytes(41, 0));
  keys.push_back(Bytes(300, 0));
  SeededSource source(5);
  for (const size_t size : {0, 1, 2, 31, 32, 33, 64, 1000}) {
    std::vector<const Bytes*> asked;
    std::vector<Key> lookups(size);
    std::vector<AssociationHandle> found(size, AssociationHandle{1, 1});  // of lookups before
    for (size_t i = 0; i < size; ++i) {
      const bool again = i > 0 && i % 5 == 0;
      asked.push_back(again ? asked[i / 2] : &keys[DrawU64(&source) % keys.size()]);
      if (i % 100 == 99) asked.back() = &keys[keys.size() - 1 - i / 100 % 3];
      lookups[i] = *asked[i];
    }
    world.table.Find(lookups, absl::MakeSpan(found));
    for (size_t i = 0; i < size; ++i) {
      const auto owner = owners.find(*asked[i]);
      EXPECT_EQ(found[i], owner == owners.end() ? AssociationHandle() : owner->second)
          << i << " of " << size;
    }
  }
}

// What comes and goes in any order, against a map.
TEST_P(EveryAssociationTable, AgreesWithAMap) {
  World world(hash(), 40, {150, 20, Kind::kCids});
  struct Owned {
    AssociationHandle association;
    std::map<Bytes, bool> keys;
  };
  std::map<uint32_t, Owned> associations;  // by slot
  std::map<Bytes, AssociationHandle> owners;
  SeededSource source(11);
  for (int step = 0; step < 20000; ++step) {
    const uint64_t draw = DrawU64(&source);
    const uint32_t slot = draw >> 8 & 31;
    const Bytes key = NthKey(draw >> 16 & 15, 4 + (draw >> 24) % 17);
    const auto at = associations.find(slot);
    if (draw % 16 == 0) {
      if (at == associations.end()) continue;
      for (const auto& [owned, _] : at->second.keys) owners.erase(owned);
      world.table.RemoveAll(at->second.association);
      world.store.Remove(at->second.association);
      associations.erase(at);
    } else if (draw % 16 < 3) {
      const AssociationHandle added = world.store.Add(0);
      if (added) associations[added.slot].association = added;
    } else if (draw % 16 < 11) {
      if (at == associations.end()) continue;
      const Answer expected = owners.count(key) != 0  ? Answer::kTaken
                              : owners.size() == 150u ? Answer::kFull
                                                      : Answer::kAdded;
      ASSERT_EQ(world.table.Add(key, at->second.association), expected);
      if (expected != Answer::kAdded) continue;
      owners[key] = at->second.association;
      at->second.keys[key] = true;
    } else {
      world.table.Remove(key);
      const auto owner = owners.find(key);
      if (owner == owners.end()) continue;
      associations[owner->second.slot].keys.erase(key);
      owners.erase(owner);
    }
    ASSERT_EQ(world.table.size(), owners.size());
    const auto owner = owners.find(key);
    ASSERT_EQ(world.table.Find(key), owner == owners.end() ? AssociationHandle() : owner->second);
  }
  for (const auto& [key, owner] : owners) EXPECT_EQ(world.table.Find(key), owner);
  EXPECT_GT(owners.size(), 50u);
}

// REQ-134: CIDs are registered where they are found, and none that is in use is issued.
TEST_P(EveryAssociationTable, IsARegistryOfIssuedCids) {
  World world(hash(), 2, {300, 20, Kind::kCids});
  CountingCidFormat format(1);
  CidIssuer issuer(&format, &world.table);
  const AssociationHandle association = world.store.Add(0);
  const AssociationHandle other = world.store.Add(0);
  std::array<uint8_t, 1> storage;
  CidIssue job;
  job.storage = absl::MakeSpan(storage);
  for (uint32_t i = 0; i < 256; ++i) {
    const AssociationHandle target = i % 2 == 0 ? association : other;
    job.target = {target.slot, target.generation, 0, 0};
    issuer.Issue(absl::Span<CidIssue>(&job, 1));
    ASSERT_EQ(job.result, CidIssueResult::kIssued);
    EXPECT_EQ(world.table.Find(job.cid()), target);
  }
  issuer.Issue(absl::Span<CidIssue>(&job, 1));
  EXPECT_EQ(job.result, CidIssueResult::kCollided);
  issuer.Retire(Bytes{7});
  EXPECT_FALSE(world.table.Find(Bytes{7}));
  job.target = {other.slot, other.generation + 1, 0, 0};
  format.GoTo(7);
  issuer.Issue(absl::Span<CidIssue>(&job, 1));
  EXPECT_EQ(job.result, CidIssueResult::kRegistryRefused);
  EXPECT_EQ(world.table.size(), 255u);
}

// BUG-34: keys made to meet under a hash that is known fill their place in its table; under another
// key they spread as any do.
TEST_P(EveryAssociationTable, CraftedKeysMeetUnderTheirHashAlone) {
  constexpr size_t kCount = 24;
  std::vector<Bytes> crafted;
  std::array<std::array<uint8_t, 8>, 32> candidates = {};
  std::array<Key, 32> keys;
  std::array<uint64_t, 32> hashes;
  for (size_t i = 0; i < 32; ++i) keys[i] = candidates[i];
  for (uint32_t next = 0; crafted.size() < kCount;) {
    for (auto& candidate : candidates) {
      for (size_t j = 0; j < 4; ++j) candidate[j] = static_cast<uint8_t>(next >> 8 * j);
      ++next;
    }
    hash().Compute(keys, hashes.data());
    for (size_t i = 0; i < 32; ++i) {
      if ((hashes[i] & 0xffff) != 0x1234 || crafted.size() == kCount) continue;
      crafted.emplace_back(candidates[i].begin(), candidates[i].end());
    }
  }
  const TestHash unknown(GetParam(), 99);
  for (const KeyedHash* const by : {&hash(), &unknown.hash}) {
    const size_t room = by == &hash() ? 20 : kCount;
    World world(*by, kCount, {100, 8, Kind::kCids});
    const size_t bytes = world.table.bytes();
    for (size_t i = 0; i < kCount; ++i) {
      const AssociationHandle association = world.store.Add(0);
      EXPECT_EQ(world.table.Add(crafted[i], association),
                i < room ? Answer::kAdded : Answer::kFull);
    }
    EXPECT_EQ(world.table.size(), room);
    EXPECT_EQ(world.table.bytes(), bytes) << "nor do they make it grow";
  }
}

// BUG-34: were all hashes the same, twenty keys would be kept and found, and the rest refused; none
// would be given up for another.
TEST(AssociationTable, KeysThatAllMeetAreKeptOrRefused) {
  for (const uint8_t byte : {0x00, 0x5a, 0xff}) {
    for (const uint32_t capacity : {100u, 5000u}) {
      for (const size_t length : {8, 20}) {
        const ConstantCipher cipher(byte);
        World world(KeyedHash(&cipher), 100, {capacity, 20, Kind::kCids});
        std::vector<AssociationHandle> associations;
        for (uint32_t i = 0; i < 100; ++i) {
          associations.push_back(world.store.Add(0));
          EXPECT_EQ(world.table.Add(NthKey(i, length), associations[i]),
                    i < 20 ? Answer::kAdded : Answer::kFull);
        }
        EXPECT_EQ(world.table.size(), 20u);
        EXPECT_EQ(world.table.bytes(), world.memory.live_bytes());
        for (uint32_t i = 0; i < 100; ++i) {
          EXPECT_EQ(world.table.Find(NthKey(i, length)),
                    i < 20 ? associations[i] : AssociationHandle());
        }
        EXPECT_EQ(world.table.Add(NthKey(3, length), associations[50]), Answer::kTaken);
        world.table.RemoveAll(associations[3]);
        EXPECT_EQ(world.table.Add(NthKey(50, length), associations[50]), Answer::kAdded);
        EXPECT_EQ(world.table.Find(NthKey(50, length)), associations[50]);
        for (const AssociationHandle association : associations) {
          world.table.RemoveAll(association);
        }
        EXPECT_EQ(world.table.size(), 0u);
      }
    }
  }
}

// An association without a key in its hot line has one of no bytes there, and a number stays in the
// index where another tag may be taken for its own: all the same, no bytes are nobody's key.
TEST(AssociationTable, NoBytesAreNobodysKey) {
  const ConstantCipher cipher(0);
  World world(KeyedHash(&cipher), 10, {10, 20, Kind::kCids});
  std::vector<AssociationHandle> associations;
  for (uint32_t i = 0; i < 10; ++i) {
    associations.push_back(world.store.Add(0));
    ASSERT_EQ(world.table.Add(NthKey(i, 8), associations[i]), Answer::kAdded);
  }
  for (uint32_t i = 9; i < 10; --i) {
    EXPECT_FALSE(world.table.Find(Key())) << i;
    world.table.Remove(NthKey(i, 8));
  }
  EXPECT_FALSE(world.table.Find(Key()));
}

}  // namespace
}  // namespace waybill
