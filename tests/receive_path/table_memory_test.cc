// SPDX-License-Identifier: Apache-2.0
//
// What finds associations does with memory what was promised: looking takes none, and what is full
// takes no more, whatever arrives.
#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/cid/address_key.h"
#include "waybill/cid/association_handle.h"
#include "waybill/cid/association_shard.h"
#include "waybill/cid/association_store.h"
#include "waybill/cid/association_table.h"
#include "waybill/cid/block_cipher.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/cid_issuer.h"
#include "waybill/cid/keyed_hash.h"
#include "waybill/cid/located_cids.h"
#include "waybill/cid/sealed_cid_format.h"
#include "waybill/cid/siphash.h"
#include "waybill/cid/test_chosen_hash.h"
#include "waybill/cid/test_memory.h"
#include "waybill/protection/aes128.h"
#include "waybill/tests/receive_path/memory_watch.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/random.h"

namespace waybill {
namespace {

using Answer = CidRegistry::Answer;

// A flood is of 10^6 records; WAYBILL_FLOOD_MESSAGES says another number.
uint64_t Records() {
  const char* const text = std::getenv("WAYBILL_FLOOD_MESSAGES");
  return text == nullptr ? 1000000 : std::strtoull(text, nullptr, 10);
}

enum class Hash { kSipHash, kAes, kChosen };

// A shard that is full, and keys that are in it and that are not.
class TableMemoryTest : public testing::TestWithParam<Hash> {
 protected:
  static constexpr uint32_t kAssociations = 2000;
  static constexpr uint32_t kNow = 100;

  TableMemoryTest() : aes_(MakeAes128(Random(1).MakeBytes(BlockCipher::kKeyLength))) {
    AssociationShard::Options options;
    options.associations = kAssociations;
    options.lines = 2;
    options.cids = 2 * kAssociations;
    options.addresses = kAssociations;
    options.recently_closed = 100;
    options.closed_duration = 10;
    const KeyedHash hash = GetParam() == Hash::kAes      ? KeyedHash(aes_.get())
                           : GetParam() == Hash::kChosen ? ChosenHash()
                                                         : KeyedHash(SipHashKey{1, 2});
    shard_ = std::make_unique<AssociationShard>(options, hash, &memory_);
    for (uint32_t i = 0; i < kAssociations; ++i) {
      // Every slot is another one's second.
      if (i % 2 == 0) shard_->Close(shard_->store.Add(0), kNow);
      const AssociationHandle handle = shard_->store.Add(i % 10);
      associations_.push_back(handle);
      // A short one and a long one, and many that have their hash in common.
      for (const size_t length : {12, 20}) AddKey(&shard_->cids, length, handle, &cids_);
      AddKey(&shard_->addresses, AddressKey::kMaxLength, handle, &addresses_);
    }
    other_cids_.resize(kAssociations);
    for (Bytes& cid : other_cids_) cid = NewKey(random_.Between(0, 24));
  }

  Bytes NewKey(size_t length) {
    Bytes key = random_.MakeBytes(length);
    // Five of them meet: they have their first eight bytes in common.
    if (GetParam() == Hash::kChosen && length >= 12) {
      const uint64_t common = made_++ / 5 * 0x9e3779b97f4a7c15;
      std::memcpy(key.data(), &common, sizeof(common));
      if (length > 16) std::fill(key.begin() + 15, key.end() - 1, 0);
    }
    return key;
  }
  void AddKey(AssociationTable* table, size_t length, AssociationHandle handle,
              std::vector<Bytes>* keys) {
    keys->push_back(NewKey(length));
    EXPECT_EQ(table->Add(keys->back(), handle), Answer::kAdded);
  }
  struct Lookups {
    explicit Lookups(const std::vector<Bytes>& asked)
        : keys(asked.begin(), asked.end()), associations(asked.size()) {}
    void FindIn(const AssociationTable& table) { table.Find(keys, absl::MakeSpan(associations)); }

    std::vector<absl::Span<const uint8_t>> keys;
    std::vector<AssociationHandle> associations;
  };
  static size_t Found(const Lookups& lookups) {
    size_t found = 0;
    for (const AssociationHandle& each : lookups.associations) found += static_cast<bool>(each);
    return found;
  }
  void ExpectAllFound() {
    for (size_t i = 0; i < cids_.size(); ++i) {
      ASSERT_EQ(shard_->cids.Find(cids_[i]), associations_[i / 2]);
    }
    for (size_t i = 0; i < addresses_.size(); ++i) {
      ASSERT_EQ(shard_->addresses.Find(addresses_[i]), associations_[i]);
    }
  }

  Random random_{7};
  uint64_t made_ = 0;
  const std::unique_ptr<Aes128> aes_;
  TestMemory memory_;
  std::unique_ptr<AssociationShard> shard_;
  std::vector<AssociationHandle> associations_;
  std::vector<Bytes> cids_, addresses_, other_cids_;
};

INSTANTIATE_TEST_SUITE_P(Hashes, TableMemoryTest,
                         testing::Values(Hash::kSipHash, Hash::kAes, Hash::kChosen),
                         [](const testing::TestParamInfo<Hash>& tested) {
                           return std::string(tested.param == Hash::kSipHash ? "siphash"
                                              : tested.param == Hash::kAes   ? "aes"
                                                                             : "keys_that_meet");
                         });

// BUG-18: hits, misses, keys that meet, keys of lengths that nobody has; one, and many at once.
TEST_P(TableMemoryTest, LookingTakesNone) {
  Lookups hits(cids_), misses(other_cids_), addresses(addresses_);
  std::array<AssociationHandle, 100> idle;
  size_t found_idle = 0, has = 0, closed = 0;
  shard_->Close(associations_[0], kNow);
  const size_t taken = memory_.allocations();
  EXPECT_EQ(AllocationsOf([&] {
              hits.FindIn(shard_->cids);
              misses.FindIn(shard_->cids);
              addresses.FindIn(shard_->addresses);
              for (const Bytes& cid : cids_) {
                has += shard_->store.Has(shard_->cids.Find(cid));
                closed += shard_->closed.Contains(cid, kNow);
              }
              for (const AssociationHandle handle : associations_) {
                if (handle.slot % 2 == 0) shard_->store.Use(handle, kNow);
              }
              for (int i = 0; i < 100; ++i) {
                found_idle += shard_->store.FindIdle(kNow, 50, 40, absl::MakeSpan(idle));
              }
            }),
            0u);
  EXPECT_EQ(memory_.allocations(), taken);
  EXPECT_EQ(Found(hits), cids_.size() - 2);
  EXPECT_EQ(Found(misses), 0u);
  EXPECT_EQ(Found(addresses), addresses_.size() - 1);
  EXPECT_EQ(has, cids_.size() - 2);
  EXPECT_GE(closed, 2u);
  EXPECT_GT(found_idle, kAssociations / 2);
}

// First contacts without end, with CIDs and addresses that were never there, find a shard full:
// they are refused, and nobody is who is there, and no memory goes.
TEST_P(TableMemoryTest, AFloodOfFirstContactsTakesNoneFromAnybody) {
  const uint64_t records = Records();
  const size_t taken = memory_.allocations(), live = memory_.live_bytes();
  uint64_t refused = 0;
  std::array<uint8_t, AddressKey::kMaxLength> key;
  EXPECT_EQ(AllocationsOf([&] {
              for (uint64_t i = 0; i < records; ++i) {
                for (size_t at = 0; at < key.size(); at += 4) {
                  const uint64_t word = random_.Next();
                  std::memcpy(&key[at], &word, 4);
                }
                const absl::Span<const uint8_t> cid(key.data(), 1 + i % 20);
                const AssociationHandle victim = associations_[i % kAssociations];
                // What a dispatcher asks, and what it would do for one that it lets in.
                const bool is_known = shard_->cids.Find(cid) || shard_->addresses.Find(key) ||
                                      shard_->closed.Contains(key, kNow);
                refused += !is_known && !shard_->store.Add(kNow) &&
                           shard_->cids.Add(cid, victim) == Answer::kFull &&
                           shard_->addresses.Add(key, victim) == Answer::kFull;
              }
            }),
            0u);
  EXPECT_EQ(memory_.allocations(), taken);
  EXPECT_EQ(memory_.live_bytes(), live);
  EXPECT_EQ(memory_.live_bytes(), shard_->bytes());
  EXPECT_EQ(refused, records);
  ExpectAllFound();
  std::printf("%" PRIu64 " first contacts refused\n", refused);
}

// Associations that are opened and closed without end: what is remembered of them is bounded, too.
TEST_P(TableMemoryTest, AFloodOfAssociationsThatEndTakesNone) {
  shard_->Close(associations_.back(), kNow);
  associations_.pop_back();
  cids_.resize(cids_.size() - 2);
  addresses_.pop_back();
  const size_t taken = memory_.allocations();
  const uint64_t records = Records() / 10;
  uint64_t opened = 0;
  Bytes key(AddressKey::kMaxLength);
  EXPECT_EQ(AllocationsOf([&] {
              for (uint64_t i = 0; i < records; ++i) {
                for (size_t at = 0; at < key.size(); at += 4) {
                  const uint64_t word = random_.Next();
                  std::memcpy(&key[at], &word, 4);
                }
                const AssociationHandle handle = shard_->store.Add(kNow);
                const absl::Span<const uint8_t> cid(key.data(), 20);
                opened += shard_->cids.Add(cid, handle) == Answer::kAdded &&
                          shard_->addresses.Add(key, handle) == Answer::kAdded &&
                          shard_->cids.Find(cid) == handle;
                shard_->Close(handle, kNow);
              }
            }),
            0u);
  EXPECT_EQ(opened, records);
  EXPECT_EQ(memory_.allocations(), taken);
  EXPECT_EQ(memory_.live_bytes(), shard_->bytes());
  ExpectAllFound();
}

// CIDs that lead to their slots: issued, retired, forged, another core's.
TEST(LocatedCidsMemory, LookingTakesNone) {
  const auto aes = MakeAes128(Random(1).MakeBytes(BlockCipher::kKeyLength));
  for (const uint8_t length : {8, 12, 16}) {
    auto format = SealedCidFormat::Make(aes.get(), length);
    TestMemory memory;
    AssociationStore store(&memory, 100, 2);
    LocatedCids located(&*format, &store, 0);
    std::vector<Bytes> cids;
    std::vector<CidReading> lookups(400);
    std::vector<AssociationHandle> found(lookups.size());
    for (uint32_t i = 0; i < lookups.size(); ++i) {
      if (i % 4 == 0) store.Add(0);
      cids.push_back(Bytes(length));
      CidIssue issue;
      issue.target.slot = i / 4;
      issue.target.ordinal = static_cast<uint16_t>(i % 4);
      issue.target.core = i % 4 == 3 ? format->limits().core : 0;
      issue.storage = absl::MakeSpan(cids.back());
      format->Issue(absl::Span<CidIssue>(&issue, 1));
      ASSERT_EQ(issue.result, CidIssueResult::kIssued);
      located.Add(cids.back(), issue.target);
      // The shortest have one core alone.
      if (i % 4 == 1 || i % 4 == 3) located.Remove(cids.back());
      if (i % 4 == 2) cids.back()[0] ^= 1;
    }
    for (size_t i = 0; i < cids.size(); ++i) lookups[i].cid = cids[i];
    const size_t taken = memory.allocations();
    EXPECT_EQ(AllocationsOf([&] { located.Find(absl::MakeSpan(lookups), absl::MakeSpan(found)); }),
              0u);
    EXPECT_EQ(memory.allocations(), taken);
    for (size_t i = 0; i < lookups.size(); ++i) {
      EXPECT_EQ(static_cast<bool>(found[i]), i % 4 == 0);
    }
  }
}

}  // namespace
}  // namespace waybill
