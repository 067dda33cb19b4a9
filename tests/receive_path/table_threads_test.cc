// SPDX-License-Identifier: Apache-2.0
//
// Threads that look up associations of others', which come and go meanwhile: two shards with their
// owners, and six readers of both. --config=tsan sees what they should not share.
#include <algorithm>
#include <array>
#include <atomic>
#include <cinttypes>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <memory>
#include <set>
#include <thread>
#include <tuple>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/cid/association_handle.h"
#include "waybill/cid/association_shard.h"
#include "waybill/cid/association_table.h"
#include "waybill/cid/cid_issuer.h"
#include "waybill/cid/keyed_hash.h"
#include "waybill/cid/retired_memory.h"
#include "waybill/cid/siphash.h"
#include "waybill/cid/test_memory.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/random.h"

namespace waybill {
namespace {

constexpr size_t kOwners = 2;
constexpr size_t kReaders = 6;

// What its owner says of a key, and readers hold the table to: who sees the same stage before and
// behind a lookup knows whether the key was there all the while.
struct Key {
  enum Stage : uint32_t { kAbsent, kComing, kPresent, kGoing, kStages };

  const AssociationTable* table = nullptr;
  Bytes bytes;
  std::atomic<uint32_t> stage{kAbsent};  // counts on
  // The association's, while the key is present.
  std::atomic<uint32_t> slot{0}, generation{0};
  size_t owner = 0;

  static Stage Of(uint32_t stage) { return static_cast<Stage>(stage % kStages); }
  AssociationHandle handle() const { return {slot, generation}; }
};

// Keys, and associations that they once had.
using Had = std::set<std::tuple<const Key*, uint32_t, uint32_t>>;

struct Size {
  uint32_t associations;
  uint32_t keys;  // of each table, that fit
  uint32_t operations;
};

// A shard, its keys, and what its owner does with them.
class Owned {
 public:
  Owned(const Size& size, uint64_t seed)
      : size_(size),
        random_(seed),
        shard_(Options(size), KeyedHash(SipHashKey{seed, 1}), &memory_) {
    for (uint32_t i = 0; i < size.associations; ++i)
      associations_.push_back({shard_.store.Add(0), {}});
    // More than fit, in the hot lines and elsewhere.
    constexpr size_t kLengths[] = {6, 8, 15, 16, 20};
    keys_.resize(3 * size.keys);
    for (size_t i = 0; i < keys_.size(); ++i) {
      keys_[i].table = i % 2 == 0 ? &shard_.cids : &shard_.addresses;
      keys_[i].bytes = random_.MakeBytes(kLengths[random_.Below(5)]);
    }
    // The first come now, to stay; the last never do.
    stay_ = size.keys / 8;
    never_ = keys_.size() - size.keys / 8;
    for (size_t i = 0; i < stay_; ++i) Add(&keys_[i], i % StayingAssociations());
  }

  const std::deque<Key>& keys() const { return keys_; }
  const Had& had() const { return had_; }
  void Register(ForeignReader* reader) { shard_.retired.Register(reader); }
  void Unregister(ForeignReader* reader) { shard_.retired.Unregister(reader); }
  size_t allocations() const { return memory_.allocations(); }
  // Beyond that of the tables.
  size_t bytes_held() const { return memory_.live_bytes() - shard_.bytes(); }
  size_t most_held() const { return most_held_; }

  void Run() {
    for (uint32_t i = 0; i < size_.operations; ++i) {
      // Fuller and fuller, then up and down.
      Key* const key = &keys_[random_.Between(stay_, never_ - 1)];
      const bool is_there = Key::Of(key->stage) == Key::kPresent;
      if (!is_there) {
        Add(key, random_.Below(associations_.size()));
      } else if (random_.Percent(60)) {
        Remove(key);
      } else if (random_.Percent(10)) {
        Close(random_.Between(StayingAssociations(), associations_.size() - 1));
      }
      if (i % 64 == 0) {
        most_held_ = std::max(most_held_, bytes_held());
        shard_.retired.Reclaim();
      }
    }
  }

 private:
  struct Association {
    AssociationHandle handle;
    std::set<Key*> keys;
  };

  static AssociationShard::Options Options(const Size& size) {
    AssociationShard::Options options;
    options.associations = size.associations;
    options.lines = 2;
    options.cids = size.keys;
    options.addresses = size.keys;
    return options;
  }
  size_t StayingAssociations() const { return size_.associations / 4; }
  AssociationTable* TableOf(const Key& key) {
    return key.table == &shard_.cids ? &shard_.cids : &shard_.addresses;
  }

  void Add(Key* key, size_t number) {
    Association& association = associations_[number];
    key->slot = association.handle.slot;
    key->generation = association.handle.generation;
    ++key->stage;
    if (TableOf(*key)->Add(key->bytes, association.handle) != CidRegistry::Answer::kAdded) {
      key->stage += Key::kStages - 1;
      return;
    }
    association.keys.insert(key);
    had_.emplace(key, association.handle.slot, association.handle.generation);
    key->owner = number;
    ++key->stage;
  }
  void Remove(Key* key) {
    ++key->stage;
    TableOf(*key)->Remove(key->bytes);
    associations_[key->owner].keys.erase(key);
    ++key->stage;
  }
  // … and another one takes its slot.
  void Close(size_t number) {
    Association& association = associations_[number];
    for (Key* key : association.keys) ++key->stage;
    shard_.Close(association.handle, 0);
    for (Key* key : association.keys) ++key->stage;
    association = {shard_.store.Add(0), {}};
  }

  const Size size_;
  Random random_;
  TestMemory memory_;
  AssociationShard shard_;
  std::vector<Association> associations_;
  std::deque<Key> keys_;
  size_t stay_, never_;
  Had had_;
  size_t most_held_ = 0;
};

using Shards = std::array<std::unique_ptr<Owned>, kOwners>;

// What a reader saw.
struct Seen {
  uint64_t present = 0, absent = 0;  // right answers, of keys that were so all the while
  uint64_t between = 0;              // of keys that came or went
  uint64_t wrong = 0;
  Had answers;  // of the latter: whether they are right is for the owner to say
};

class Reader {
 public:
  Reader(const Shards& shards, uint64_t seed) : shards_(shards), random_(seed) {
    for (size_t i = 0; i < kOwners; ++i) shards_[i]->Register(&readers_[i]);
  }
  ~Reader() {
    for (size_t i = 0; i < kOwners; ++i) shards_[i]->Unregister(&readers_[i]);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  const Seen& seen() const { return seen_; }

  void Run(const std::atomic<size_t>& owners_left) {
    for (size_t looked = 0; owners_left != 0 || looked < 1000; ++looked) {
      for (size_t i = 0; i < kOwners; ++i) Look(shards_[i]->keys(), &readers_[i]);
    }
  }

 private:
  // Looks up keys of one table, several at once.
  void Look(const std::deque<Key>& keys, ForeignReader* reader) {
    constexpr size_t kBatch = 40;
    struct Looked {
      const Key* key;
      uint32_t stage;
      AssociationHandle association;
    };
    std::array<Looked, kBatch> looked;
    std::array<absl::Span<const uint8_t>, kBatch> asked;
    std::array<AssociationHandle, kBatch> associations;
    const size_t table = random_.Below(2);
    for (size_t i = 0; i < kBatch; ++i) {
      const Key& key = keys[random_.Below(keys.size() / 2) * 2 + table];
      const uint32_t stage = key.stage;
      looked[i] = {&key, stage, key.handle()};
      asked[i] = key.bytes;
    }
    {
      const ForeignReading reading(reader);
      keys[table].table->Find(asked, absl::MakeSpan(associations));
    }
    for (size_t i = 0; i < kBatch; ++i) {
      const AssociationHandle found = associations[i];
      const bool same = looked[i].key->stage == looked[i].stage;
      const Key::Stage stage = Key::Of(looked[i].stage);
      if (same && stage == Key::kPresent) {
        ++(found == looked[i].association ? seen_.present : seen_.wrong);
      } else if (same && stage == Key::kAbsent) {
        ++(found ? seen_.wrong : seen_.absent);
      } else {
        ++seen_.between;
        if (found) seen_.answers.emplace(looked[i].key, found.slot, found.generation);
      }
    }
  }

  const Shards& shards_;
  Random random_;
  std::array<ForeignReader, kOwners> readers_;
  Seen seen_;
};

// BUG-39: a key that is there is found, whatever comes and goes, and grows, beside it; what is not
// there is not. One shard has segments that are replaced all the time; the other one is small and
// nearly full.
TEST(TableThreads, FindWhatIsThereAndNothingElse) {
  uint64_t present = 0, absent = 0, between = 0;
  for (uint64_t seed = 0; seed < 3; ++seed) {
    SCOPED_TRACE(seed);
    Shards shards = {std::make_unique<Owned>(Size{2000, 6000, 60000}, 2 * seed),
                     std::make_unique<Owned>(Size{20, 32, 200000}, 2 * seed + 1)};
    const size_t allocations = shards[0]->allocations();
    {
      std::deque<Reader> readers;
      for (size_t i = 0; i < kReaders; ++i) readers.emplace_back(shards, seed * kReaders + i);

      std::vector<std::thread> threads;
      std::atomic<size_t> started{0}, owners_left{kOwners};
      const auto wait_for_all = [&] {
        ++started;
        while (started < kOwners + kReaders) std::this_thread::yield();
      };
      for (const auto& shard : shards) {
        threads.emplace_back([&] {
          wait_for_all();
          shard->Run();
          --owners_left;
        });
      }
      for (Reader& reader : readers) {
        threads.emplace_back([&] {
          wait_for_all();
          reader.Run(owners_left);
        });
      }
      for (std::thread& thread : threads) thread.join();

      for (const Reader& reader : readers) {
        const Seen& seen = reader.seen();
        EXPECT_EQ(seen.wrong, 0u);
        for (const auto& answer : seen.answers) {
          EXPECT_TRUE(shards[0]->had().count(answer) != 0 || shards[1]->had().count(answer) != 0);
        }
        present += seen.present;
        absent += seen.absent;
        between += seen.between;
      }
    }
    EXPECT_GT(shards[0]->allocations() - allocations, 200u) << "segments are replaced";
    EXPECT_GT(shards[0]->most_held(), 64u) << "… and wait for readers";
    for (const auto& shard : shards) EXPECT_LE(shard->bytes_held(), 64u) << "none waits any more";
  }
  EXPECT_GT(present, 10000u);
  EXPECT_GT(absent, 10000u);
  EXPECT_GT(between, 0u);
  std::printf("%" PRIu64 " keys found, %" PRIu64 " nobody's, %" PRIu64 " that came or went\n",
              present, absent, between);
}

}  // namespace
}  // namespace waybill
