// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/short_key.h"

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/cid/test_random.h"

namespace waybill {
namespace {

using Bytes = std::vector<uint8_t>;
using Key = absl::Span<const uint8_t>;

// A key with nothing behind it, so that a sanitizer sees a byte too many read.
struct Exact {
  Exact(uint64_t seed, size_t length) : bytes(new uint8_t[length]), key(bytes.get(), length) {
    SeededSource(seed).Fill(absl::Span<uint8_t>(bytes.get(), length));
  }
  std::unique_ptr<uint8_t[]> bytes;
  Key key;
};

uint8_t ByteOf(const ShortKey& key, size_t i) {
  return static_cast<uint8_t>((i < 8 ? key.front : key.back) >> (56 - 8 * (i % 8)));
}

TEST(ShortKey, HoldsBytesZerosAndTheLength) {
  for (size_t length = 0; length <= 255; ++length) {
    const Exact exact(length, length);
    const ShortKey key = ShortKey::FrontOf(exact.key);
    for (size_t i = 0; i < ShortKey::kMaxLength; ++i) {
      EXPECT_EQ(ByteOf(key, i), i < length ? exact.key[i] : 0) << length << ", " << i;
    }
    EXPECT_EQ(ByteOf(key, 15), length);
  }
}

TEST(ShortKey, ComesBackAsItWas) {
  for (size_t length = 0; length <= ShortKey::kMaxLength; ++length) {
    const Exact exact(100 + length, length);
    std::array<uint8_t, ShortKey::kMaxLength> copy;
    ASSERT_EQ(ShortKey::FrontOf(exact.key).CopyTo(copy.data()), length);
    EXPECT_TRUE(std::equal(exact.key.begin(), exact.key.end(), copy.begin())) << length;
  }
}

TEST(ShortKey, NothingIsNoKey) {
  EXPECT_EQ(ShortKey::FrontOf({}), ShortKey());
  const Bytes zeros(ShortKey::kMaxLength, 0);
  for (size_t length = 1; length <= zeros.size(); ++length) {
    EXPECT_FALSE(ShortKey::FrontOf(Key(zeros.data(), length)) == ShortKey());
  }
}

TEST(ShortKey, KeysAreEqualIfEveryByteAndTheLengthAre) {
  for (size_t length = 0; length <= ShortKey::kMaxLength; ++length) {
    Bytes bytes(length, 0);
    const ShortKey key = ShortKey::FrontOf(bytes);
    EXPECT_EQ(key, ShortKey::FrontOf(bytes));
    for (size_t bit = 0; bit < 8 * length; ++bit) {
      bytes[bit / 8] ^= 1 << (bit % 8);
      EXPECT_FALSE(ShortKey::FrontOf(bytes) == key) << length << ", " << bit;
      bytes[bit / 8] ^= 1 << (bit % 8);
    }
    bytes.push_back(0);
    EXPECT_FALSE(ShortKey::FrontOf(bytes) == key) << "a zero more than " << length;
  }
}

}  // namespace
}  // namespace waybill
