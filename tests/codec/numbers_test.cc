// SPDX-License-Identifier: Apache-2.0
//
// Record numbers and replay windows: what the library computes against what a search finds.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/record/record_number.h"
#include "waybill/record/record_view.h"
#include "waybill/record/replay_window.h"
#include "waybill/traffic/random.h"
#include "waybill/traffic/reference_numbers.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

// Numbers where a window or a block of them begins or ends, and the last ones there are.
std::vector<uint64_t> Edges() {
  std::vector<uint64_t> edges;
  for (const uint64_t middle :
       {uint64_t{0}, uint64_t{1} << 7, uint64_t{1} << 8, uint64_t{1} << 15, uint64_t{1} << 16,
        uint64_t{3} << 15, uint64_t{1} << 32, kMaxSequence - 65536, kMaxSequence - 32768,
        kMaxSequence - 256, kMaxSequence - 128, kMaxSequence}) {
    for (uint64_t i = 0; i < 4; ++i) {
      edges.push_back(middle + i);
      if (middle >= i) edges.push_back(middle - i);
    }
  }
  return edges;
}

// REQ-044.
TEST(Reconstruction, OfEightBitsFindsTheNearestNumber) {
  std::vector<uint64_t> all = Edges();
  for (uint64_t expected = 0; expected <= 1024; ++expected) {
    all.push_back(expected);
    all.push_back(kMaxSequence + 1 - expected);
  }
  for (const uint64_t expected : all) {
    for (uint16_t wire = 0; wire < 256; ++wire) {
      ASSERT_EQ(ReconstructSequence(wire, 8, expected),
                reference::ReconstructSequenceNumber(wire, 8, expected))
          << wire << " where " << expected << " is expected";
    }
  }
}

TEST(Reconstruction, OfSixteenBitsFindsTheNearestNumber) {
  Random random(44);
  std::vector<uint64_t> all = Edges();
  for (int i = 0; i < 100; ++i) all.push_back(random.Below(kMaxSequence + 2));
  for (const uint64_t expected : all) {
    std::vector<uint64_t> wires = Edges();
    // On both sides of the number that is as far below as above.
    for (uint64_t i = 0; i < 3; ++i) wires.push_back(expected + 32767 + i);
    for (const uint64_t wire : wires) {
      const uint16_t bits = static_cast<uint16_t>(wire);
      ASSERT_EQ(ReconstructSequence(bits, 16, expected),
                reference::ReconstructSequenceNumber(bits, 16, expected))
          << bits << " where " << expected << " is expected";
    }
  }
}

// REQ-045.
TEST(Reconstruction, FindsTheLastEpoch) {
  Random random(45);
  std::vector<uint64_t> all = {~uint64_t{0}, ~uint64_t{0} - 1, uint64_t{1} << 48};
  for (uint64_t newest = 0; newest < 1000; ++newest) all.push_back(newest);
  for (int i = 0; i < 1000; ++i) all.push_back(random.Next());
  for (const uint64_t newest : all) {
    for (uint8_t wire = 0; wire < 4; ++wire) {
      uint64_t epoch = 0;
      const bool found = ReconstructEpoch(wire, newest, &epoch);
      const std::optional<uint64_t> expected = reference::ReconstructEpoch(wire, newest);
      ASSERT_EQ(found, expected.has_value()) << newest;
      ASSERT_EQ(epoch, expected.value_or(0)) << newest;
    }
  }
}

// The library's window and the reference, told the same.
class BothWindows {
 public:
  void ExpectSameAnswer(uint64_t sequence) const {
    ASSERT_EQ(window_.Check(sequence), reference_.Check(sequence))
        << sequence << " where " << window_.expected() << " is expected";
    ASSERT_EQ(window_.expected(), reference_.expected());
  }
  // Asks about all numbers that the window covers, and some on both sides.
  void ExpectSameAnswers() const {
    const uint64_t expected = window_.expected();
    const uint64_t first = expected < 300 ? 0 : expected - 300;
    for (uint64_t sequence = first; sequence < expected + 5; ++sequence) {
      ASSERT_NO_FATAL_FAILURE(ExpectSameAnswer(sequence));
    }
  }
  void Mark(uint64_t sequence) {
    window_.Mark(sequence);
    reference_.Mark(sequence);
  }
  uint64_t expected() const { return window_.expected(); }

 private:
  ReplayWindow window_;
  reference::ReplayWindow reference_;
};

// REQ-055, REQ-057, REQ-059: records arrive in order, late, twice, and after losses.
TEST(Window, OfRandomNumbersIsASet) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    BothWindows windows;
    for (int i = 0; i < 5000; ++i) {
      const uint64_t back = random.Below(random.Percent(90) ? 40 : 600);
      const uint64_t ahead = random.Below(random.Percent(98) ? 3 : 400);
      const uint64_t next = windows.expected() + ahead;
      const uint64_t sequence = random.Percent(50) ? next : next - std::min(next, back);
      ASSERT_NO_FATAL_FAILURE(windows.ExpectSameAnswer(sequence));
      if (random.Percent(80)) windows.Mark(sequence);
      if (i % 50 == 0) {
        ASSERT_NO_FATAL_FAILURE(windows.ExpectSameAnswers());
      }
    }
  }
}

// BUG-02: jumps of every size that may be a width of something, back and forth, by whoever chooses
// the numbers.
TEST(Window, OfJumpsIsASet) {
  std::vector<uint64_t> jumps;
  for (int bit = 0; bit < 48; ++bit) {
    for (const int64_t near : {-1, 0, 1}) jumps.push_back((uint64_t{1} << bit) + near);
  }
  Random random(2);
  for (int run = 0; run < 200; ++run) {
    BothWindows windows;
    for (int i = 0; i < 40; ++i) {
      const uint64_t jump = jumps[random.Below(jumps.size())];
      const uint64_t right = windows.expected();
      const uint64_t sequence = random.Percent(70) ? right + jump : right - std::min(right, jump);
      if (sequence > kMaxSequence) break;
      ASSERT_NO_FATAL_FAILURE(windows.ExpectSameAnswer(sequence));
      windows.Mark(sequence);
      ASSERT_NO_FATAL_FAILURE(windows.ExpectSameAnswers());
    }
  }
}

TEST(Window, AtTheLastNumbersIsASet) {
  BothWindows windows;
  for (uint64_t back = 600; back <= 600; --back) {
    windows.Mark(kMaxSequence - back);
    if (back % 3 == 0) {
      ASSERT_NO_FATAL_FAILURE(windows.ExpectSameAnswers());
    }
  }
  ASSERT_EQ(windows.expected(), kMaxSequence + 1);
  for (uint64_t back = 0; back < 600; ++back) {
    ASSERT_NO_FATAL_FAILURE(windows.ExpectSameAnswer(kMaxSequence - back));
  }
}

}  // namespace
}  // namespace waybill
