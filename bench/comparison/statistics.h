// SPDX-License-Identifier: Apache-2.0
//
// The one place where repetitions become a figure.
#ifndef WAYBILL_BENCH_COMPARISON_STATISTICS_H_
#define WAYBILL_BENCH_COMPARISON_STATISTICS_H_

#include <vector>

namespace waybill {

// The median of repeated measurements and an interval that holds the true median with a confidence
// of at least 95 %.
struct Summary {
  double median = 0;
  double low = 0;
  double high = 0;
  std::vector<double> raw;  // in the order measured
};

// Fewer repetitions give no interval of 95 %.
inline constexpr int kFewestRepetitions = 6;

// Summarizes at least kFewestRepetitions measurements. The interval lies between two of them, by
// rank: the binomial distribution of how many fall below the median says which, whatever the
// distribution of the measurements (for 21: the 6th and the 16th).
Summary Summarize(std::vector<double> raw);

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_STATISTICS_H_
