// SPDX-License-Identifier: Apache-2.0
#include "waybill/traffic/random.h"

#include <array>

#include "gtest/gtest.h"

namespace waybill {
namespace {

// Values in use as test vectors elsewhere (Vigna's splitmix64.c with this seed).
TEST(Random, IsSplitMix64) {
  Random random(1234567);
  for (const uint64_t expected : {6457827717110365317u, 3203168211198807973u, 9817491932198370423u,
                                  4593380528125082431u, 16408922859458223821u}) {
    EXPECT_EQ(random.Next(), expected);
  }
}

TEST(Random, CopyGoesOnAsTheOriginalDoes) {
  Random original(7);
  original.Next();
  Random copy = original;
  EXPECT_EQ(copy.Next(), original.Next());
}

TEST(Random, ReachesEveryValueBelowABoundEquallyOften) {
  Random random(1);
  std::array<int, 6> counts = {};
  for (int i = 0; i < 60000; ++i) ++counts[random.Below(6)];
  for (const int count : counts) {
    EXPECT_GT(count, 9500);
    EXPECT_LT(count, 10500);
  }
  for (int i = 0; i < 100; ++i) EXPECT_EQ(random.Below(1), 0u);
}

// Just above half of all values, every second draw has to be refused.
TEST(Random, StaysBelowABoundThatDoesNotDivideThe64Bits) {
  constexpr uint64_t kBound = (uint64_t{1} << 63) + 1;
  Random random(2);
  int large = 0;
  for (int i = 0; i < 1000; ++i) {
    const uint64_t value = random.Below(kBound);
    ASSERT_LT(value, kBound);
    large += value >= kBound / 2 ? 1 : 0;
  }
  EXPECT_GT(large, 400);
  EXPECT_LT(large, 600);
}

TEST(Random, BetweenIncludesBothEnds) {
  Random random(3);
  std::array<bool, 5> seen = {};
  for (int i = 0; i < 100; ++i) {
    const uint64_t value = random.Between(2, 4);
    ASSERT_GE(value, 2u);
    ASSERT_LE(value, 4u);
    seen[value] = true;
  }
  EXPECT_TRUE(seen[2] && seen[3] && seen[4]);
}

TEST(Random, PercentAndWeightsAreKept) {
  Random random(4);
  int chosen = 0;
  std::array<int, 4> counts = {};
  for (int i = 0; i < 10000; ++i) {
    EXPECT_FALSE(random.Percent(0));
    EXPECT_TRUE(random.Percent(100));
    chosen += random.Percent(30) ? 1 : 0;
    ++counts[random.Weighted({0, 3, 0, 1})];
  }
  EXPECT_NEAR(chosen, 3000, 150);
  EXPECT_EQ(counts[0], 0);
  EXPECT_NEAR(counts[1], 7500, 150);
  EXPECT_EQ(counts[2], 0);
  EXPECT_NEAR(counts[3], 2500, 150);
}

TEST(Random, BytesAreTheValuesInNetworkOrder) {
  Random random(1234567);
  const Bytes bytes = random.MakeBytes(11);
  // 6457827717110365317, then the first bytes of 3203168211198807973.
  EXPECT_EQ(bytes, (Bytes{0x59, 0x9e, 0xd0, 0x17, 0xfb, 0x08, 0xfc, 0x85, 0x2c, 0x73, 0xf0}));
  EXPECT_TRUE(random.MakeBytes(0).empty());
}

}  // namespace
}  // namespace waybill
