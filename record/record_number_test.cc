// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/record_number.h"

#include "gtest/gtest.h"

namespace waybill {
namespace {

struct Vector {
  uint16_t wire;
  int bits;
  uint64_t highest;
  uint64_t sequence;
};

// Figures of BoringSSL's ssl_internal_test.cc. The limit of 2^48-1 and the larger of two equally
// near numbers are its choices; RFC 9147 leaves them open, and they are ours too.
constexpr Vector kVectors[] = {
    {0, 8, 0, 0},
    {1, 8, 0, 1},
    {2, 8, 0, 2},
    {0, 16, 0, 0},
    {1, 16, 0, 1},
    {2, 16, 0, 2},
    {255, 8, 0, 255},
    {254, 8, 0, 254},
    {65535, 16, 0, 65535},
    {65534, 16, 0, 65534},
    {0, 8, 255, 256},
    {1, 8, 255, 257},
    {2, 8, 255, 258},
    {0, 16, 65535, 65536},
    {1, 16, 65535, 65537},
    {2, 16, 65535, 65538},
    {255, 8, 752, 767},
    {254, 8, 752, 766},
    {65535, 16, 192512, 196607},
    {65534, 16, 192512, 196606},
    {255, 8, 281474976710655, 281474976710655},
    {255, 8, 281474976710654, 281474976710655},
    {65535, 16, 281474976710655, 281474976710655},
    {65535, 16, 281474976710654, 281474976710655},
    {0, 8, 16, 0},
    {0, 16, 4096, 0},
    {0, 8, 528, 512},
    {2, 8, 528, 514},
    {0, 16, 274960, 262144},
    {2, 16, 274960, 262146},
    {255, 8, 512, 511},
    {254, 8, 512, 510},
    {65535, 16, 131072, 131071},
    {65534, 16, 131072, 131070},
    {0, 8, 281474976710655, 281474976710400},
    {0, 8, 281474976710654, 281474976710400},
    {1, 8, 281474976710655, 281474976710401},
    {1, 8, 281474976710654, 281474976710401},
    {254, 8, 281474976710655, 281474976710654},
    {253, 8, 281474976710654, 281474976710653},
    {0, 16, 281474976710655, 281474976645120},
    {0, 16, 281474976710654, 281474976645120},
    {1, 16, 281474976710655, 281474976645121},
    {1, 16, 281474976710654, 281474976645121},
    {65534, 16, 281474976710655, 281474976710654},
    {65533, 16, 281474976710654, 281474976710653},
    {128, 8, 256, 384},
    {129, 8, 256, 385},
    {130, 8, 256, 130},
    {32768, 16, 65536, 98304},
    {32769, 16, 65536, 98305},
    {32770, 16, 65536, 32770},
};

// REQ-044: nearest to one more than the highest.
TEST(ReconstructSequence, AgreesWithPublishedVectors) {
  for (const Vector& vector : kVectors) {
    EXPECT_EQ(ReconstructSequence(vector.wire, vector.bits, vector.highest + 1), vector.sequence)
        << vector.wire << "/" << vector.bits << " after " << vector.highest;
  }
}

// RFC 9000, appendix A.3: the same question, asked by QUIC.
TEST(ReconstructSequence, AgreesWithQuicsExample) {
  EXPECT_EQ(ReconstructSequence(0x9b32, 16, 0xa82f30eb), 0xa82f9b32u);
}

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

// REQ-020: newer is later in epoch, then in sequence.
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
