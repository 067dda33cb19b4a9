// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/recently_closed.h"

#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/cid/keyed_hash.h"
#include "waybill/cid/test_hash.h"
#include "waybill/cid/test_memory.h"

namespace waybill {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes NthKey(uint32_t i) {
  Bytes key(8, 0);
  for (size_t j = 0; j < 4; ++j) key[j] = static_cast<uint8_t>(i >> 8 * j);
  return key;
}

class RecentlyClosedKeys : public testing::TestWithParam<HashKind> {
 protected:
  RecentlyClosedKeys() : test_(GetParam()) {}
  const KeyedHash& hash() const { return test_.hash; }

  TestMemory memory_;

 private:
  TestHash test_;
};

INSTANTIATE_TEST_SUITE_P(BothHashes, RecentlyClosedKeys,
                         testing::Values(HashKind::kSipHash, HashKind::kAes));

TEST_P(RecentlyClosedKeys, AreRememberedForTheirDuration) {
  RecentlyClosed closed(&memory_, hash(), 1000, 50);
  EXPECT_FALSE(closed.Contains(NthKey(1), 0));
  for (uint32_t now = 1000; now < 1200; ++now) {
    closed.Remember(NthKey(now), now);
    for (uint32_t then = 1000; then <= now; ++then) {
      ASSERT_EQ(closed.Contains(NthKey(then), now), now - then <= 50) << then << " at " << now;
    }
    EXPECT_FALSE(closed.Contains(NthKey(now + 1), now));
  }
}

TEST_P(RecentlyClosedKeys, AreRememberedAcrossAWrapOfTheClock) {
  RecentlyClosed closed(&memory_, hash(), 8, 0x20);
  closed.Remember(NthKey(1), 0xfffffff0);
  EXPECT_TRUE(closed.Contains(NthKey(1), 0xffffffff));
  EXPECT_TRUE(closed.Contains(NthKey(1), 0x10));
  EXPECT_FALSE(closed.Contains(NthKey(1), 0x11));
}

TEST_P(RecentlyClosedKeys, ThatAreClosedAgainBeginAnew) {
  RecentlyClosed closed(&memory_, hash(), 8, 10);
  for (uint32_t now = 0; now < 1000; now += 5) {
    closed.Remember(NthKey(1), now);
    closed.Remember(NthKey(2), now);
    EXPECT_TRUE(closed.Contains(NthKey(1), now + 10));
    EXPECT_FALSE(closed.Contains(NthKey(1), now + 11));
  }
  // They took one place each.
  for (uint32_t i = 3; i < 9; ++i) closed.Remember(NthKey(i), 995);
  for (uint32_t i = 3; i < 9; ++i) EXPECT_TRUE(closed.Contains(NthKey(i), 1000));
  EXPECT_TRUE(closed.Contains(NthKey(1), 1000));
}

// One line is all of it: the ninth key takes the place of the first.
TEST_P(RecentlyClosedKeys, AreForgottenTheOldestFirst) {
  for (const uint32_t start : {0u, 1000u, 0xfffffff8u}) {  // the last one wraps
    RecentlyClosed closed(&memory_, hash(), 8, 1000);
    for (uint32_t i = 0; i < 200; ++i) {
      closed.Remember(NthKey(i), start + i);
      for (uint32_t j = 0; j <= i; ++j) {
        ASSERT_EQ(closed.Contains(NthKey(j), start + i), j + 8 > i) << i << ", " << j;
      }
    }
  }
}

// Several close at once, which is one moment of the clock: none takes the place of another.
TEST_P(RecentlyClosedKeys, OfOneMomentGoInTheirOrder) {
  RecentlyClosed closed(&memory_, hash(), 8, 1000);
  for (uint32_t i = 0; i < 100; ++i) {
    closed.Remember(NthKey(i), 7);
    for (uint32_t j = 0; j <= i; ++j) {
      ASSERT_EQ(closed.Contains(NthKey(j), 7), j + 8 > i) << i << ", " << j;
    }
  }
}

// A key that has expired is gone when another one closes in its line: it does not come back when
// the clock has gone around.
TEST_P(RecentlyClosedKeys, DoNotComeBackWithTheClock) {
  RecentlyClosed closed(&memory_, hash(), 8, 10);
  closed.Remember(NthKey(1), 100);
  closed.Remember(NthKey(2), 200);
  EXPECT_FALSE(closed.Contains(NthKey(1), 100));
}

// The place of a key that is in use again is the next one's.
TEST_P(RecentlyClosedKeys, AreForgottenWhenTheyAreInUseAgain) {
  RecentlyClosed closed(&memory_, hash(), 8, 1000);
  for (uint32_t i = 0; i < 8; ++i) closed.Remember(NthKey(i), i);
  closed.Forget(NthKey(5));
  closed.Forget(NthKey(5));
  closed.Forget(NthKey(77));
  EXPECT_FALSE(closed.Contains(NthKey(5), 10));
  closed.Remember(NthKey(8), 10);
  for (uint32_t i = 0; i < 9; ++i) EXPECT_EQ(closed.Contains(NthKey(i), 10), i != 5);
}

// However many come, memory stays what it was; of those that fit, few are lost to lines that are
// full, and the last ones never.
TEST_P(RecentlyClosedKeys, AreBounded) {
  for (const uint32_t capacity : {1u, 8u, 9u, 1000u}) {
    TestMemory memory;
    RecentlyClosed closed(&memory, hash(), capacity, 1 << 30);
    const size_t bytes = (capacity + 7) / 8 * 64;
    EXPECT_EQ(closed.bytes(), bytes);
    EXPECT_EQ(memory.live_bytes(), bytes);
    constexpr uint32_t kCount = 5000;
    for (uint32_t i = 0; i < kCount; ++i) {
      closed.Remember(NthKey(i), i);
      ASSERT_TRUE(closed.Contains(NthKey(i), i));
    }
    EXPECT_EQ(memory.allocations(), 1u);
    EXPECT_EQ(memory.live_bytes(), bytes);
    uint32_t remembered = 0;
    for (uint32_t i = 0; i < kCount; ++i) remembered += closed.Contains(NthKey(i), kCount) ? 1 : 0;
    EXPECT_EQ(remembered, (capacity + 7) / 8 * 8);
    uint32_t recent = 0;
    for (uint32_t i = kCount - capacity / 2; i < kCount; ++i) {
      recent += closed.Contains(NthKey(i), kCount) ? 1 : 0;
    }
    EXPECT_GE(recent, capacity / 2 * 9 / 10);
  }
}

TEST_P(RecentlyClosedKeys, MayHaveAnyLength) {
  RecentlyClosed closed(&memory_, hash(), 4096, 10);
  const Bytes zeros(255, 0);
  for (size_t length = 1; length <= 255; length += 2) {
    closed.Remember(absl::Span<const uint8_t>(zeros.data(), length), 0);
  }
  for (size_t length = 1; length <= 255; ++length) {
    EXPECT_EQ(closed.Contains(absl::Span<const uint8_t>(zeros.data(), length), 5), length % 2 == 1);
  }
}

TEST_P(RecentlyClosedKeys, OfNoCapacityOrMemoryAreNotRemembered) {
  memory_.FailAfter(0);
  RecentlyClosed without_memory(&memory_, hash(), 100, 10);
  EXPECT_TRUE(memory_.failed());
  RecentlyClosed without_capacity(&memory_, hash(), 0, 10);
  for (RecentlyClosed* const closed : {&without_memory, &without_capacity}) {
    closed->Remember(NthKey(1), 0);
    EXPECT_FALSE(closed->Contains(NthKey(1), 0));
    closed->Forget(NthKey(1));
    EXPECT_EQ(closed->bytes(), 0u);
  }
  EXPECT_EQ(memory_.allocations(), 0u);
}

// A free place has the tag 0, and no key has.
TEST(RecentlyClosed, NoKeyIsTakenForAFreePlace) {
  TestMemory memory;
  const ConstantCipher cipher(0);
  RecentlyClosed closed(&memory, KeyedHash(&cipher), 8, 10);
  EXPECT_FALSE(closed.Contains(NthKey(1), 0));
  closed.Forget(NthKey(1));
  closed.Remember(NthKey(1), 0);
  EXPECT_TRUE(closed.Contains(NthKey(1), 0));
  closed.Forget(NthKey(1));
  EXPECT_FALSE(closed.Contains(NthKey(1), 0));
}

}  // namespace
}  // namespace waybill
