// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/checked_random.h"

#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/cid/test_random.h"

namespace waybill {
namespace {

using Bytes = std::vector<uint8_t>;

// What the first call draws before what it was asked for.
constexpr size_t kPrimed = CheckedRandom::kRemembered * 8;

TEST(CheckedRandom, GivesWhatTheSourceGives) {
  SeededSource source(7);
  CheckedRandom random(&source);
  Bytes previous;
  for (size_t length = 0; length <= 100; ++length) {
    Bytes bytes(length, 0xee);
    EXPECT_TRUE(random.Fill(absl::MakeSpan(bytes))) << length;
    if (length >= 8) {
      EXPECT_NE(bytes, Bytes(length, 0xee));
      EXPECT_NE(bytes, Bytes(length, 0));
      EXPECT_NE(Bytes(bytes.begin(), bytes.begin() + 8), previous);
      previous.assign(bytes.begin(), bytes.begin() + 8);
    }
  }
}

TEST(CheckedRandom, TakesAMillionWordsOfAGoodSource) {
  SeededSource source(8);
  CheckedRandom random(&source);
  Bytes bytes(8000);
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(random.Fill(absl::MakeSpan(bytes))) << i;
}

// BUG-42: a source that says that it has failed gives nothing, whenever it fails.
TEST(CheckedRandom, RefusesASourceThatFails) {
  for (size_t good = 0; good < kPrimed + 24; ++good) {
    FailingSource source(good);
    CheckedRandom random(&source);
    Bytes bytes(24, 0xee);
    EXPECT_FALSE(random.Fill(absl::MakeSpan(bytes))) << good;
    EXPECT_EQ(bytes, Bytes(24, 0)) << good;
  }
}

// In the middle of an answer as well: what was drawn before is not given either.
TEST(CheckedRandom, RefusesASourceThatFailsHalfway) {
  for (size_t good = 0; good < 2000; good += 50) {
    FailingSource source(kPrimed + good);
    CheckedRandom random(&source);
    Bytes bytes(1000, 0xee);
    const bool filled = random.Fill(absl::MakeSpan(bytes));
    EXPECT_TRUE(good >= 1000 || !filled) << good;
    EXPECT_TRUE(good < 1100 || filled) << "it may draw a little more than it gives";
    EXPECT_EQ(bytes == Bytes(1000, 0), !filled) << good;
  }
}

// BUG-42: one byte for ever, from the beginning or later, zeros among them: an empty memory is
// equal to nothing.
TEST(CheckedRandom, RefusesASourceThatIsStuck) {
  for (const int byte : {0x00, 0x01, 0x5a, 0xff}) {
    for (const size_t good : {size_t{0}, size_t{1}, size_t{8}, kPrimed - 8}) {
      StuckSource source(good, static_cast<uint8_t>(byte));
      CheckedRandom random(&source);
      Bytes bytes(8, 0xee);
      for (int again = 0; again < 3; ++again) {
        EXPECT_FALSE(random.Fill(absl::MakeSpan(bytes))) << byte << " " << good;
        EXPECT_EQ(bytes, Bytes(8, 0));
      }
    }
  }
}

// One word can still be new; the word after it is not.
TEST(CheckedRandom, SeesASourceGetStuckLater) {
  for (const size_t length : {1, 7, 8, 9, 16, 40}) {
    StuckSource source(kPrimed + 1000, 0x77);
    CheckedRandom random(&source);
    Bytes bytes(length);
    size_t given = 0;
    while (random.Fill(absl::MakeSpan(bytes))) ASSERT_LT(given += length, 1100u) << length;
    EXPECT_FALSE(random.Fill(absl::MakeSpan(bytes))) << length;
  }
}

// BUG-42: every period that fits the memory, in words and in bytes that are no words.
TEST(CheckedRandom, RefusesASourceThatRepeatsItself) {
  for (size_t words = 1; words < CheckedRandom::kRemembered; ++words) {
    RepeatingSource source(0, 8 * words);
    CheckedRandom random(&source);
    Bytes bytes(8, 0xee);
    EXPECT_FALSE(random.Fill(absl::MakeSpan(bytes))) << words;
    EXPECT_EQ(bytes, Bytes(8, 0)) << words;
  }
  for (size_t period = 1; period <= CheckedRandom::kRemembered; period += 2) {
    RepeatingSource source(0, period);
    CheckedRandom random(&source);
    Bytes bytes(8);
    EXPECT_FALSE(random.Fill(absl::MakeSpan(bytes))) << period;
  }
  // Later, too: as soon as the period is over.
  RepeatingSource source(kPrimed + 800, 8 * CheckedRandom::kRemembered);
  CheckedRandom random(&source);
  Bytes bytes(8);
  for (size_t word = 0; word < 100 + CheckedRandom::kRemembered; ++word) {
    EXPECT_TRUE(random.Fill(absl::MakeSpan(bytes))) << word;
  }
  for (int again = 0; again < 100; ++again) EXPECT_FALSE(random.Fill(absl::MakeSpan(bytes)));
}

// Both halves of one answer are looked at.
TEST(CheckedRandom, RefusesARepetitionWithinOneAnswer) {
  RepeatingSource source(kPrimed, 8);
  CheckedRandom random(&source);
  Bytes bytes(16, 0xee);
  EXPECT_FALSE(random.Fill(absl::MakeSpan(bytes)));
  EXPECT_EQ(bytes, Bytes(16, 0));
}

}  // namespace
}  // namespace waybill
