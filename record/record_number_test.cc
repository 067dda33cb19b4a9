// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/record_number.h"

#include "gtest/gtest.h"

namespace waybill {
namespace {

uint64_t Distance(uint64_t a, uint64_t b) { return a < b ? b - a : a - b; }

// The definition, slowly: of all numbers that end in the bits, the nearest, and the larger of two.
uint64_t NearestBySearch(uint16_t wire, int bits, uint64_t expected) {
  const uint64_t step = uint64_t{1} << bits;
  const uint64_t block = expected / step * step;
  uint64_t best = UINT64_MAX;
  for (int blocks = -2; blocks <= 2; ++blocks) {
    if (blocks < 0 && block < step * static_cast<uint64_t>(-blocks)) continue;
    const uint64_t candidate = block + step * static_cast<uint64_t>(blocks) + wire;
    if (candidate > kMaxSequence) continue;
    if (best == UINT64_MAX || Distance(candidate, expected) <= Distance(best, expected))
      best = candidate;
  }
  return best;
}

TEST(ReconstructSequence, IsTheNearestNumberThatEndsInTheBits) {
  for (uint64_t expected = 0; expected < 1100; ++expected) {
    for (int wire = 0; wire < 256; ++wire) {
      ASSERT_EQ(ReconstructSequence(static_cast<uint16_t>(wire), 8, expected),
                NearestBySearch(static_cast<uint16_t>(wire), 8, expected));
      const uint64_t late = kMaxSequence + 1 - expected;
      ASSERT_EQ(ReconstructSequence(static_cast<uint16_t>(wire), 8, late),
                NearestBySearch(static_cast<uint16_t>(wire), 8, late));
    }
  }
  for (uint64_t expected : {uint64_t{0}, uint64_t{1}, uint64_t{32767}, uint64_t{32768},
                            uint64_t{65536}, uint64_t{100000}, uint64_t{1} << 47,
                            kMaxSequence - 32768, kMaxSequence, kMaxSequence + 1}) {
    for (int wire = 0; wire < 65536; ++wire) {
      ASSERT_EQ(ReconstructSequence(static_cast<uint16_t>(wire), 16, expected),
                NearestBySearch(static_cast<uint16_t>(wire), 16, expected));
    }
  }
}

TEST(ReconstructSequence, NeverLeavesTheRangeWhateverIsExpected) {
  EXPECT_EQ(ReconstructSequence(0xff, 8, UINT64_MAX), kMaxSequence);
  EXPECT_LE(ReconstructSequence(0, 8, UINT64_MAX), kMaxSequence);
}

// REQ-045: the most recent epoch that ends in the bits. Four epochs back is the newest itself.
TEST(ReconstructEpoch, IsTheMostRecentThatEndsInTheBits) {
  for (uint64_t newest = 0; newest < 70000; ++newest) {
    for (uint8_t wire = 0; wire < 4; ++wire) {
      uint64_t epoch = 0;
      const bool found = ReconstructEpoch(wire, newest, &epoch);
      uint64_t expected = newest;
      while (expected % 4 != wire && expected > 0) --expected;
      ASSERT_EQ(found, expected % 4 == wire) << newest << " " << int{wire};
      if (found) {
        ASSERT_EQ(epoch, expected);
      }
    }
  }
  uint64_t epoch = 0;
  ASSERT_TRUE(ReconstructEpoch(3, UINT64_MAX, &epoch));
  EXPECT_EQ(epoch, UINT64_MAX);
}

// Newer is later in epoch, then in sequence.
TEST(RecordNumber, IsOrderedByEpochThenSequence) {
  EXPECT_LT((RecordNumber{1, kMaxSequence}), (RecordNumber{2, 0}));
  EXPECT_LT((RecordNumber{2, 4}), (RecordNumber{2, 5}));
  EXPECT_FALSE((RecordNumber{2, 5}) < (RecordNumber{2, 5}));
  EXPECT_EQ((RecordNumber{2, 5}), (RecordNumber{2, 5}));
  EXPECT_FALSE((RecordNumber{2, 5}) == (RecordNumber{3, 5}));
  EXPECT_FALSE((RecordNumber{2, 5}) == (RecordNumber{2, 6}));
  EXPECT_EQ(RecordNumber(), (RecordNumber{0, 0}));
}

}  // namespace
}  // namespace waybill
