// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/comparison/statistics.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace waybill {
namespace {

// `count` down to 1.
std::vector<double> Countdown(int count) {
  std::vector<double> values(count);
  std::iota(values.rbegin(), values.rend(), 1);
  return values;
}

// Ranks of the 95 % interval for a median, as tables of the sign test have them.
TEST(StatisticsTest, IntervalsAreThoseOfTheSignTest) {
  const struct {
    int count;
    double low, high;
  } kCases[] = {{6, 1, 6},   {8, 1, 8},   {9, 2, 8},   {10, 2, 9}, {11, 2, 10},
                {15, 4, 12}, {20, 6, 15}, {21, 6, 16}, {25, 8, 18}};
  for (const auto& expected : kCases) {
    const Summary summary = Summarize(Countdown(expected.count));
    EXPECT_EQ(summary.low, expected.low) << expected.count;
    EXPECT_EQ(summary.high, expected.high) << expected.count;
    EXPECT_EQ(summary.median, (1 + expected.count) / 2.0) << expected.count;
  }
}

TEST(StatisticsTest, RawIsKeptInTheOrderMeasured) {
  EXPECT_EQ(Summarize(Countdown(7)).raw, Countdown(7));
}

TEST(StatisticsTest, OneOutlierMovesNothing) {
  std::vector<double> values = Countdown(21);
  values[0] = 1e9;
  const Summary summary = Summarize(values);
  EXPECT_EQ(summary.median, 11);
  EXPECT_EQ(summary.low, 6);
  EXPECT_EQ(summary.high, 16);
}

}  // namespace
}  // namespace waybill
