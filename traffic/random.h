// SPDX-License-Identifier: Apache-2.0
//
// Random numbers that are the same on every machine and with every compiler, so that a seed names a
// traffic for good. The distributions of the standard library do not promise that.
#ifndef WAYBILL_TRAFFIC_RANDOM_H_
#define WAYBILL_TRAFFIC_RANDOM_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/traffic/bytes.h"

namespace waybill {

// SplitMix64 (Steele, Lea and Flood, 2014): one 64-bit counter, scrambled. Good statistics, and no
// secrets: anybody who sees some outputs knows all of them.
//
// A small value; a copy goes on as the original does. Two calls in one expression may be evaluated
// in either order, which would make the traffic depend on the compiler: one call a statement.
class Random {
 public:
  constexpr explicit Random(uint64_t seed) : state_(seed) {}

  // All 64-bit values are equally likely.
  constexpr uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  // 0 to `bound` - 1, equally likely; `bound` must not be 0.
  constexpr uint64_t Below(uint64_t bound) {
    // Of the 2^64 values, the first 2^64 mod `bound` would favour small remainders.
    const uint64_t excess = (0 - bound) % bound;
    uint64_t value = Next();
    while (value < excess) value = Next();
    return value % bound;
  }

  // `low` to `high`, both included; `low` must not exceed `high`, nor the range be all of 64 bits.
  constexpr uint64_t Between(uint64_t low, uint64_t high) { return low + Below(high - low + 1); }

  // True in `percent` of 100 cases.
  constexpr bool Percent(unsigned percent) { return Below(100) < percent; }

  // An index of `weights`, each as likely as its weight says; their sum must not be 0.
  constexpr size_t Weighted(absl::Span<const uint8_t> weights) {
    uint64_t sum = 0;
    for (const uint8_t weight : weights) sum += weight;
    uint64_t left = Below(sum);
    size_t index = 0;
    while (left >= weights[index]) left -= weights[index++];
    return index;
  }

  // `length` random bytes.
  Bytes MakeBytes(size_t length) {
    Bytes bytes;
    bytes.reserve(length + 7);
    while (bytes.size() < length) AppendUint(Next(), 8, &bytes);
    bytes.resize(length);
    return bytes;
  }

 private:
  uint64_t state_;
};

}  // namespace waybill

#endif  // WAYBILL_TRAFFIC_RANDOM_H_
