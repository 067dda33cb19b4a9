// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/keyed_hash.h"

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/cid/block_cipher.h"
#include "waybill/cid/siphash.h"
#include "waybill/cid/test_hash.h"
#include "waybill/cid/test_random.h"
#include "waybill/protection/aes128.h"

namespace waybill {
namespace {

using Bytes = std::vector<uint8_t>;
using Key = absl::Span<const uint8_t>;

constexpr size_t kLongest = 255;

// Keys of all lengths, all different.
std::vector<Bytes> KeysOfAllLengths(uint64_t seed) {
  SeededSource source(seed);
  std::vector<Bytes> keys;
  for (size_t length = 0; length <= kLongest; ++length) keys.push_back(DrawBytes(&source, length));
  return keys;
}

// CBC-MAC with the length in the first block, byte by byte.
uint64_t ChainByHand(const BlockCipher& aes, const Bytes& key) {
  std::array<uint8_t, 16> block = {};
  std::copy_n(key.begin(), std::min<size_t>(15, key.size()), block.begin());
  block[15] = static_cast<uint8_t>(key.size());
  aes.Encrypt(absl::MakeSpan(block));
  for (size_t done = 15; done < key.size(); done += 16) {
    for (size_t i = 0; i < 16 && done + i < key.size(); ++i) block[i] ^= key[done + i];
    aes.Encrypt(absl::MakeSpan(block));
  }
  uint64_t hash = 0;
  for (size_t i = 0; i < 8; ++i) hash = hash << 8 | block[i];
  return hash;
}

TEST(KeyedHash, ByBlocksIsAChainOfAes) {
  const TestHash test(HashKind::kAes);
  const std::unique_ptr<Aes128> aes = MakeBoringsslAes128(test.key);
  for (const Bytes& key : KeysOfAllLengths(2)) {
    EXPECT_EQ(test.hash(key), ChainByHand(*aes, key)) << key.size();
  }
}

TEST(KeyedHash, WithoutACipherIsSipHash) {
  const TestHash test(HashKind::kSipHash);
  const SipHashKey key_of_all = SipHashKey::FromBytes(test.key);
  for (const Bytes& key : KeysOfAllLengths(3)) {
    EXPECT_EQ(test.hash(key), SipHash(key_of_all, key)) << key.size();
  }
}

class EveryKeyedHash : public testing::TestWithParam<HashKind> {
 protected:
  EveryKeyedHash() : test_(GetParam()) {}

  // Each alone.
  std::vector<uint64_t> OneByOne(const std::vector<Key>& keys) const {
    std::vector<uint64_t> hashes;
    for (const Key& key : keys) hashes.push_back(test_.hash(key));
    return hashes;
  }
  std::vector<uint64_t> AtOnce(const std::vector<Key>& keys) const {
    constexpr uint64_t kUntouched = 0x5555555555555555;
    std::vector<uint64_t> hashes(keys.size() + 1, kUntouched);
    test_.hash.Compute(keys, hashes.data());
    EXPECT_EQ(hashes.back(), kUntouched) << "one more than there are keys";
    hashes.pop_back();
    return hashes;
  }

  TestHash test_;
};

INSTANTIATE_TEST_SUITE_P(BothKinds, EveryKeyedHash,
                         testing::Values(HashKind::kSipHash, HashKind::kAes));

// Keys that end give way to those that go on: in every order of lengths.
TEST_P(EveryKeyedHash, HashesABatchOfAllLengthsAsOneByOne) {
  const std::vector<Bytes> keys = KeysOfAllLengths(4);
  for (const size_t step : {1, 255, 77, 16, 8 * 17 + 1}) {  // 16 alone repeats keys
    std::vector<Key> mixed;
    for (size_t i = 0; i < keys.size(); ++i) mixed.push_back(keys[i * step % keys.size()]);
    EXPECT_EQ(AtOnce(mixed), OneByOne(mixed)) << step;
  }
}

TEST_P(EveryKeyedHash, HashesBatchesOfEverySizeAsOneByOne) {
  const std::vector<Bytes> keys = KeysOfAllLengths(5);
  for (const size_t size : {0, 1, 2, 3, 7, 31, 32, 33, 63, 64, 65, 1000}) {
    std::vector<Key> batch;
    for (size_t i = 0; i < size; ++i) batch.push_back(keys[i * 7 % 40]);
    EXPECT_EQ(AtOnce(batch), OneByOne(batch)) << size;
  }
}

// Zeros in place of nothing, and what begins alike, make a difference.
TEST_P(EveryKeyedHash, TellsZerosPrefixesAndLengthsApart) {
  const Bytes random = KeysOfAllLengths(6).back();
  const Bytes zeros(kLongest, 0);
  std::set<uint64_t> hashes;
  for (size_t length = 0; length <= kLongest; ++length) {
    hashes.insert(test_.hash(Key(zeros.data(), length)));
    if (length != 0) hashes.insert(test_.hash(Key(random.data(), length)));
  }
  EXPECT_EQ(hashes.size(), 2 * kLongest + 1);
}

TEST_P(EveryKeyedHash, DependsOnEveryBitOfTheKey) {
  std::set<uint64_t> hashes;
  size_t computed = 0;
  for (const size_t length : {1, 4, 8, 15, 16, 31, 32, 36, 255}) {
    Bytes key(length, 0);
    for (size_t bit = 0; bit < 8 * length; ++bit) {
      key[bit / 8] ^= 1 << (bit % 8);
      hashes.insert(test_.hash(key));
      ++computed;
      key[bit / 8] ^= 1 << (bit % 8);
    }
  }
  EXPECT_EQ(hashes.size(), computed);
}

TEST_P(EveryKeyedHash, DependsOnTheSecret) {
  const TestHash other(GetParam(), 2);
  for (const Bytes& key : KeysOfAllLengths(7)) EXPECT_NE(test_.hash(key), other.hash(key));
}

// Tables divide the 64 bits among places, tags and cores: each bit is one about half of the time.
TEST_P(EveryKeyedHash, EveryBitIsBalanced) {
  constexpr int kCount = 4096;
  std::array<int, 64> ones = {};
  for (int i = 0; i < kCount; ++i) {
    const Bytes key = {static_cast<uint8_t>(i), static_cast<uint8_t>(i >> 8)};
    const uint64_t hash = test_.hash(key);
    for (size_t bit = 0; bit < 64; ++bit) ones[bit] += hash >> bit & 1;
  }
  for (const int count : ones) EXPECT_NEAR(count, kCount / 2, 5 * 32);  // five deviations
}

}  // namespace
}  // namespace waybill
