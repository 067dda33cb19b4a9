// SPDX-License-Identifier: Apache-2.0
//
// The one place where repetitions and counts become a figure.
#ifndef WAYBILL_BENCH_COMPARISON_STATISTICS_H_
#define WAYBILL_BENCH_COMPARISON_STATISTICS_H_

#include <cstdint>
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

struct Interval {
  double low = 0;
  double high = 0;
};

// Where the true share lies with a confidence of at least 95 %, whatever it is, after `hits` of
// `trials` independent trials; at least one trial, and no more hits than that. Exact: by C. J.
// Clopper and E. S. Pearson, Biometrika 26 (1934).
Interval ShareInterval(uint64_t hits, uint64_t trials);

// What a share is below, with a confidence of 95 %, that no trial has hit: about 3 / `trials`, the
// rule of three.
double BoundAfterNoHit(uint64_t trials);

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_STATISTICS_H_
