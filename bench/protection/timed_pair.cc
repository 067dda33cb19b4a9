// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/protection/timed_pair.h"

#include <algorithm>

#include "waybill/bench/machine/cpu_clock.h"

namespace waybill {
void TimePair(benchmark::State& state, const TimedPair& pair, size_t records) {
  double floor_ns = 0, subject_ns = 0;
  size_t turn = 0;
  for (auto _ : state) {
    double pass_ns = 0;
    for (size_t begin = 0; begin < records; begin += pair.block) {
      const size_t end = std::min(begin + pair.block, records);
      for (size_t i = 0; i < 2; ++i) {
        if (pair.prepare) pair.prepare(begin, end);
        const bool floor = (i + turn) % 2 == 0;
        const double start = ThreadCpuNs();
        (floor ? pair.floor : pair.subject)(begin, end);
        const double spent = ThreadCpuNs() - start;
        (floor ? floor_ns : subject_ns) += spent;
        if (!floor) pass_ns += spent;
      }
      ++turn;
    }
    state.SetIterationTime(1e-9 * pass_ns / static_cast<double>(records));
  }
  state.counters["floor_ns"] =
      floor_ns / static_cast<double>(records) / static_cast<double>(state.iterations());
  state.counters["times_the_floor"] = subject_ns / floor_ns;
}

void RegisterPair(const std::string& name, const TimedPair& pair, size_t records) {
  pair.prepare(0, pair.block);
  pair.subject(0, pair.block);
  pair.prepare(0, pair.block);
  pair.floor(0, pair.block);
  benchmark::RegisterBenchmark(
      name.c_str(), [pair, records](benchmark::State& state) { TimePair(state, pair, records); })
      ->UseManualTime()
      ->Iterations(20)
      ->Unit(benchmark::kNanosecond);
}

}  // namespace waybill
