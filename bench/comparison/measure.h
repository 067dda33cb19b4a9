// SPDX-License-Identifier: Apache-2.0
//
// Times loops over datagrams beside their floor, all of them in turn, so that what disturbs the
// machine disturbs all alike.
#ifndef WAYBILL_BENCH_COMPARISON_MEASURE_H_
#define WAYBILL_BENCH_COMPARISON_MEASURE_H_

#include <cstddef>
#include <functional>
#include <vector>

#include "absl/types/span.h"
#include "waybill/bench/comparison/datagram_store.h"
#include "waybill/bench/comparison/statistics.h"

namespace waybill {

// A loop to be timed. `run` goes over the datagrams from `begin` to before `end`.
struct Loop {
  const DatagramStore* datagrams = nullptr;  // at least one; not owned
  std::function<void(size_t begin, size_t end)> run;
};

// Nanoseconds of thread CPU time a datagram.
struct Measured {
  Summary ns;
  Summary floor_ns;  // copying the first 24 bytes of the same datagrams, in the same moments
  Summary ratio;     // of the two, repetition by repetition
};

// One pass of a loop over all its datagrams, and of the floor beside it: nanoseconds a datagram.
struct PassTimes {
  double ns = 0;
  double floor_ns = 0;
};
PassTimes TimePass(const Loop& loop);

// Lets each loop go over all its datagrams once a repetition, one loop after the other. Each works
// block by block: a block is brought into the cache, as datagrams are that the kernel has just
// handed over, then the floor and the loop run over it, in turns either first. The clock's own cost
// is measured before and taken off. `repetitions` must be at least kFewestRepetitions; each is told
// to `on_repetition`, counted from 0.
//
// Meaningless in a build without optimisation; see IsOptimisedBuild() in environment.h.
std::vector<Measured> Measure(absl::Span<const Loop> loops, int repetitions,
                              const std::function<void(int repetition)>& on_repetition);

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_MEASURE_H_
