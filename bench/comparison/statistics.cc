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

}  // namespace

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
