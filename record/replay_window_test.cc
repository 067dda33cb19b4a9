// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/replay_window.h"

#include <cstring>
#include <random>
#include <set>
#include <type_traits>

#include "gtest/gtest.h"
#include "waybill/record/record_view.h"

namespace waybill {
namespace {

TEST(ReplayWindow, AcceptsEveryNumberWhenNew) {
  const ReplayWindow window;
  EXPECT_EQ(window.expected(), 0u);
  for (uint64_t sequence : {uint64_t{0}, uint64_t{1}, uint64_t{255}, uint64_t{256}, kMaxSequence}) {
    EXPECT_EQ(window.Check(sequence), DropReason::kNone);
  }
}

// REQ-055, REQ-057, REQ-060: 255 records may overtake one that is late.
TEST(ReplayWindow, RefusesDuplicatesAndWhatIsLeftOfIt) {
  ReplayWindow window;
  window.Mark(1000);
  EXPECT_EQ(window.Check(1000), DropReason::kReplayed);
  EXPECT_EQ(window.Check(999), DropReason::kNone);
  EXPECT_EQ(window.Check(1000 - 255), DropReason::kNone);
  EXPECT_EQ(window.Check(1000 - 256), DropReason::kLeftOfWindow);
  EXPECT_EQ(window.Check(0), DropReason::kLeftOfWindow);
  EXPECT_EQ(window.Check(1001), DropReason::kNone);
  EXPECT_EQ(window.expected(), 1001u);
}

// BUG-01, REQ-059: checking, however often and of whatever, changes nothing.
TEST(ReplayWindow, CheckChangesNothing) {
  ReplayWindow window;
  window.Mark(5);
  for (uint64_t sequence = 0; sequence < 100000; ++sequence) window.Check(sequence);
  window.Check(kMaxSequence);
  EXPECT_EQ(window.expected(), 6u);
  EXPECT_EQ(window.Check(4), DropReason::kNone);
  EXPECT_EQ(window.Check(5), DropReason::kReplayed);
}

// BUG-02: jumps of every distance around a word, the window and the whole range. After each, the
// window is what a set would say.
TEST(ReplayWindow, JumpsOfAnyDistance) {
  for (uint64_t jump : {uint64_t{1}, uint64_t{31}, uint64_t{32}, uint64_t{63}, uint64_t{64},
                        uint64_t{65}, uint64_t{127}, uint64_t{128}, uint64_t{255}, uint64_t{256},
                        uint64_t{257}, uint64_t{1} << 32, kMaxSequence - 300}) {
    ReplayWindow window;
    for (uint64_t sequence = 0; sequence < 300; sequence += 3) window.Mark(sequence);
    const uint64_t highest = 297 + jump;
    window.Mark(highest);
    for (uint64_t age = 0; age < ReplayWindow::kSize && age <= highest; ++age) {
      const uint64_t sequence = highest - age;
      const bool marked = sequence == highest || (sequence <= 297 && sequence % 3 == 0);
      ASSERT_EQ(window.Check(sequence), marked ? DropReason::kReplayed : DropReason::kNone)
          << sequence << " after a jump of " << jump;
    }
  }
}

// BUG-03: 10^8 numbers leave nothing behind but the last of them.
TEST(ReplayWindow, NeverGrows) {
  static_assert(std::is_trivially_copyable_v<ReplayWindow>, "it owns no memory");
  constexpr uint64_t kNumbers = 100000000;
  ReplayWindow window, of_the_last;
  for (uint64_t sequence = 0; sequence < kNumbers; ++sequence) window.Mark(sequence);
  for (uint64_t age = ReplayWindow::kSize; age > 0; --age) of_the_last.Mark(kNumbers - age);
  EXPECT_EQ(std::memcmp(&window, &of_the_last, sizeof(window)), 0);
}

TEST(ReplayWindow, ALateNumberLeftOfTheWindowIsNotMarked) {
  ReplayWindow window;
  window.Mark(10000);
  window.Mark(10000 - 256);  // its bit would be that of 10000
  window.Mark(10000 - 512 + 1);
  EXPECT_EQ(window.Check(10000 - 256 + 1), DropReason::kNone);
  EXPECT_EQ(window.expected(), 10001u);
}

// Against a set of everything marked, over streams that reorder, repeat, fall back and leap.
TEST(ReplayWindow, AgreesWithASet) {
  std::mt19937_64 random(1);
  for (int stream = 0; stream < 40; ++stream) {
    ReplayWindow window;
    std::set<uint64_t> marked;
    uint64_t highest = 0;
    for (int i = 0; i < 5000; ++i) {
      const uint64_t back = random() % 400;
      uint64_t sequence = highest + random() % 3;
      if (random() % 2 == 0) sequence = highest < back ? 0 : highest - back;
      if (random() % 200 == 0) sequence = highest + random() % 1000;
      DropReason expected = DropReason::kNone;
      if (!marked.empty() && sequence + ReplayWindow::kSize <= highest) {
        expected = DropReason::kLeftOfWindow;
      } else if (marked.count(sequence) != 0) {
        expected = DropReason::kReplayed;
      }
      ASSERT_EQ(window.Check(sequence), expected) << sequence << " with highest " << highest;
      if (expected == DropReason::kNone) {
        window.Mark(sequence);
        marked.insert(sequence);
        highest = std::max(highest, sequence);
      }
    }
  }
}

// As if every number below had been marked.
TEST(ReplayWindow, SeenBelowRefusesAllThatIsBelow) {
  for (const uint64_t next : {0, 1, 2, 63, 64, 65, 255, 256, 257, 300, 1000}) {
    ReplayWindow marked;
    for (uint64_t number = 0; number < next; ++number) marked.Mark(number);
    ReplayWindow seen = ReplayWindow::SeenBelow(next);
    EXPECT_EQ(seen.expected(), next);
    for (int step = 0; step < 2; ++step) {
      for (uint64_t number = 0; number < next + 600; ++number) {
        ASSERT_EQ(seen.Check(number), marked.Check(number)) << number << " of " << next;
      }
      seen.Mark(next + 200);
      marked.Mark(next + 200);
    }
  }
  EXPECT_EQ(ReplayWindow::SeenBelow(kMaxSequence + 1).Check(kMaxSequence), DropReason::kReplayed);
}

TEST(ReplayWindow, IsStoredAndTakenUpAgain) {
  for (const uint64_t highest :
       {uint64_t{0}, uint64_t{5}, uint64_t{255}, uint64_t{256}, uint64_t{1000}, kMaxSequence}) {
    ReplayWindow window;
    for (uint64_t number = highest % 3; number < std::min<uint64_t>(highest, 1000); number += 3) {
      window.Mark(highest - number);
    }
    uint8_t state[ReplayWindow::kStateLength];
    for (size_t room = 0; room < sizeof(state); ++room) {
      ByteWriter too_small(absl::MakeSpan(state, room));
      EXPECT_FALSE(window.WriteState(&too_small));
      EXPECT_EQ(too_small.size(), 0u);
    }
    ByteWriter writer{absl::MakeSpan(state)};
    ASSERT_TRUE(window.WriteState(&writer));
    EXPECT_EQ(writer.size(), sizeof(state));

    ReplayWindow again;
    again.Mark(77);
    for (size_t length = 0; length < sizeof(state); ++length) {
      ByteReader cut(absl::MakeConstSpan(state, length));
      EXPECT_FALSE(again.ReadState(&cut));
      EXPECT_EQ(again.expected(), 78u) << "as it was";
    }
    ByteReader reader{absl::MakeConstSpan(state)};
    ASSERT_TRUE(again.ReadState(&reader));
    EXPECT_EQ(again.expected(), window.expected());
    for (uint64_t number = highest - std::min<uint64_t>(highest, 300); number <= highest;
         ++number) {
      ASSERT_EQ(again.Check(number), window.Check(number)) << number;
    }
  }
}

// A stored window with numbers that there are none of, or bits of numbers that did not come yet.
TEST(ReplayWindow, TakesNoStateThatCannotBe) {
  uint8_t state[ReplayWindow::kStateLength];
  std::fill(std::begin(state), std::end(state), uint8_t{0xff});
  ReplayWindow window;
  ByteReader reader{absl::MakeConstSpan(state)};
  EXPECT_FALSE(window.ReadState(&reader));
  std::fill(state, state + 8, uint8_t{0});
  state[7] = 10;
  reader = ByteReader{absl::MakeConstSpan(state)};
  ASSERT_TRUE(window.ReadState(&reader));
  for (uint64_t number = 0; number < 600; ++number) {
    ASSERT_EQ(window.Check(number), number < 10 ? DropReason::kReplayed : DropReason::kNone);
    if (number >= 10) window.Mark(number);
  }
}

// The end of the range is a number like any other.
TEST(ReplayWindow, ReachesTheLastSequenceNumber) {
  ReplayWindow window;
  window.Mark(kMaxSequence - 1);
  EXPECT_EQ(window.Check(kMaxSequence), DropReason::kNone);
  window.Mark(kMaxSequence);
  EXPECT_EQ(window.Check(kMaxSequence), DropReason::kReplayed);
  EXPECT_EQ(window.Check(kMaxSequence - 1), DropReason::kReplayed);
  EXPECT_EQ(window.expected(), kMaxSequence + 1);
}

}  // namespace
}  // namespace waybill
