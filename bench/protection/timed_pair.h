// SPDX-License-Identifier: Apache-2.0
//
// Times a subject beside its floor in the same moments: over blocks of records, in turn, either
// first.
#ifndef WAYBILL_BENCH_PROTECTION_TIMED_PAIR_H_
#define WAYBILL_BENCH_PROTECTION_TIMED_PAIR_H_

#include <benchmark/benchmark.h>

#include <cstddef>
#include <functional>
#include <string>

namespace waybill {

inline constexpr size_t kBlock = 256;  // records timed at once, unless said otherwise

// Each call is about the records from `begin` to `end`, a block or what is left of one.
struct TimedPair {
  std::function<void(size_t begin, size_t end)> prepare;  // before either, not timed
  std::function<void(size_t begin, size_t end)> floor;
  std::function<void(size_t begin, size_t end)> subject;
  // What takes a few nanoseconds each is timed in greater blocks: to ask the clock takes some 500.
  size_t block = kBlock;
};

// CPU time of a record: the subject's as the benchmark's, the floor's as `floor_ns`, and
// `times_the_floor`. An iteration is a pass over `records`.
void TimePair(benchmark::State& state, const TimedPair& pair, size_t records);

// Registers a benchmark of `pair`, of 20 passes, after it has run once, untimed: so that floor and
// subject check their answers before anything is timed.
void RegisterPair(const std::string& name, const TimedPair& pair, size_t records);

}  // namespace waybill

#endif  // WAYBILL_BENCH_PROTECTION_TIMED_PAIR_H_
