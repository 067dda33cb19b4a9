// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/comparison/statistics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace waybill {
namespace {

constexpr double kConfidence = 0.95;

// The largest number of measurements that may be left out at each end. Leaving out k, the median is
// missed where at most k of `count` fair coins show heads, or at most k show tails.
size_t LeftOut(size_t count) {
  size_t left_out = 0;
  double term = std::pow(0.5, static_cast<double>(count));
  double tail = term;  // P(heads <= left_out)
  while (left_out < count) {
    term *= static_cast<double>(count - left_out) / static_cast<double>(left_out + 1);
    tail += term;
    if (2 * tail > 1 - kConfidence) break;
    ++left_out;
  }
  return left_out;
}

// The continued fraction of the incomplete beta function, by Lentz's method (W. H. Press et al.:
// Numerical Recipes, section 6.4). Takes a number of steps like the root of the larger parameter.
double BetaFraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300;
  constexpr double kPrecision = 1e-15;
  const auto not_zero = [](double value) { return std::fabs(value) < kTiny ? kTiny : value; };
  double c = 1;
  double d = 1 / not_zero(1 - (a + b) * x / (a + 1));
  double fraction = d;
  for (double m = 1;; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / not_zero(1 + even * d);
    c = not_zero(1 + even / c);
    fraction *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / not_zero(1 + odd * d);
    c = not_zero(1 + odd / c);
    fraction *= d * c;
    if (std::fabs(d * c - 1) < kPrecision || m > 1e6) return fraction;
  }
}

// P(at least `hits` hits) in `trials` trials of probability `p`, for 1 to `trials` hits: the
// regularized incomplete beta function.
double AtLeast(double hits, double trials, double p) {
  const double a = hits;
  const double b = trials - hits + 1;
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) +
                                a * std::log(p) + b * std::log1p(-p));
  return p < (a + 1) / (a + b + 2) ? front * BetaFraction(a, b, p) / a
                                   : 1 - front * BetaFraction(b, a, 1 - p) / b;
}

// The probability at which at least `hits` hits are as likely as `likelihood` says.
double ProbabilityOf(double hits, double trials, double likelihood) {
  double low = 0;
  double high = 1;
  for (double middle = 0.5; low < middle && middle < high; middle = low + (high - low) / 2) {
    (AtLeast(hits, trials, middle) < likelihood ? low : high) = middle;
  }
  return high;
}

}  // namespace

Interval ShareInterval(uint64_t hits, uint64_t trials) {
  constexpr double kTail = (1 - kConfidence) / 2;
  const double count = static_cast<double>(hits);
  const double of = static_cast<double>(trials);
  Interval interval;
  interval.low = hits == 0 ? 0 : ProbabilityOf(count, of, kTail);
  interval.high = hits == trials ? 1 : ProbabilityOf(count + 1, of, 1 - kTail);
  return interval;
}

double BoundAfterNoHit(uint64_t trials) {
  return -std::expm1(std::log1p(-kConfidence) / static_cast<double>(trials));
}

Summary Summarize(std::vector<double> raw) {
  Summary summary;
  summary.raw = raw;
  std::sort(raw.begin(), raw.end());
  const size_t count = raw.size();
  const size_t middle = count / 2;
  summary.median = count % 2 == 1 ? raw[middle] : (raw[middle - 1] + raw[middle]) / 2;
  const size_t left_out = LeftOut(count);
  summary.low = raw[left_out];
  summary.high = raw[count - 1 - left_out];
  return summary;
}

}  // namespace waybill
