// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/comparison/statistics.h"

#include <gtest/gtest.h>

#include <cstdint>
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

// Intervals of Clopper and Pearson that R. G. Newcombe, Statistics in Medicine 17 (1998), table I,
// has, and others that follow from closed forms.
TEST(StatisticsTest, IntervalsOfSharesAreThoseOfClopperAndPearson) {
  const struct {
    uint64_t hits, trials;
    double low, high;
  } kCases[] = {{81, 263, 0.2527, 0.3676}, {15, 148, 0.0578, 0.1617}, {0, 20, 0, 0.1684},
                {1, 29, 0.0009, 0.1776},   {5, 10, 0.1871, 0.8129},   {10, 10, 0.6915, 1},
                {1, 1, 0.025, 1},          {0, 1, 0, 0.975}};
  for (const auto& expected : kCases) {
    const Interval interval = ShareInterval(expected.hits, expected.trials);
    EXPECT_NEAR(interval.low, expected.low, 5e-5) << expected.hits << " of " << expected.trials;
    EXPECT_NEAR(interval.high, expected.high, 5e-5) << expected.hits << " of " << expected.trials;
  }
}

// Of very many trials, the intervals are those of a Poisson distribution for few hits (tables by
// F. Garwood, Biometrika 28, 1936) and of a normal one for many.
TEST(StatisticsTest, IntervalsOfSharesHoldForVeryManyTrials) {
  constexpr uint64_t kTrials = 1000000000;
  const struct {
    uint64_t hits;
    double low, high;
  } kCases[] = {{0, 0, 3.689},     {1, 0.0253, 5.572}, {2, 0.2422, 7.225},
                {4, 1.090, 10.24}, {10, 4.795, 18.39}, {100, 81.36, 121.6}};
  for (const auto& expected : kCases) {
    const Interval interval = ShareInterval(expected.hits, kTrials);
    EXPECT_NEAR(interval.low * kTrials, expected.low, 1e-3 * (1 + expected.low));
    EXPECT_NEAR(interval.high * kTrials, expected.high, 1e-3 * (1 + expected.high));
  }
  const Interval half = ShareInterval(2000000, 4000000);
  EXPECT_NEAR(half.low, 0.5 - 1.96 * 0.5 / 2000, 1e-6);
  EXPECT_NEAR(half.high, 0.5 + 1.96 * 0.5 / 2000, 1e-6);
}

TEST(StatisticsTest, TheRuleOfThree) {
  EXPECT_NEAR(BoundAfterNoHit(1), 0.95, 1e-12);
  EXPECT_NEAR(BoundAfterNoHit(59), 0.05, 5e-4);
  EXPECT_NEAR(BoundAfterNoHit(4194304) * 4194304, 2.9957, 1e-3);
}

}  // namespace
}  // namespace waybill
