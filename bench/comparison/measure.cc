// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/comparison/measure.h"

#include <algorithm>

#include "waybill/bench/comparison/compared_design.h"
#include "waybill/bench/machine/cpu_clock.h"

namespace waybill {
namespace {

// Large enough for reading the clock not to matter, small enough for the second-level cache.
constexpr size_t kBlock = 2048;

// What the clock shows for doing nothing, in nanoseconds.
double ClockCost() {
  std::vector<double> costs(1001);
  for (double& cost : costs) {
    const double start = ThreadCpuNs();
    cost = ThreadCpuNs() - start;
  }
  std::nth_element(costs.begin(), costs.begin() + costs.size() / 2, costs.end());
  return costs[costs.size() / 2];
}

template <typename F>
double TimeNs(double clock_cost, const F& run) {
  const double start = ThreadCpuNs();
  run();
  return ThreadCpuNs() - start - clock_cost;
}

// Both the datagrams' first lines and the addresses that they came from.
void BringIntoCache(const DatagramStore& datagrams, size_t begin, size_t end) {
  uint64_t sum = 0;
  for (size_t i = begin; i < end; ++i) {
    if (!datagrams.bytes(i).empty()) sum += datagrams.bytes(i)[0];
    sum += datagrams.from(i).bytes()[0];
  }
  KeepAlive(&sum);
}

}  // namespace

PassTimes TimePass(const Loop& loop) {
  static const double clock_cost = ClockCost();
  const DatagramStore& datagrams = *loop.datagrams;
  PassTimes total;
  bool floor_first = true;
  for (size_t begin = 0; begin < datagrams.size(); begin += kBlock, floor_first = !floor_first) {
    const size_t end = std::min(begin + kBlock, datagrams.size());
    const auto time_floor = [&] {
      total.floor_ns += TimeNs(
          clock_cost, [&] { ParseBlock<CopyFloor>(datagrams, CopyFloor::kRules, begin, end); });
    };
    BringIntoCache(datagrams, begin, end);
    if (floor_first) time_floor();
    total.ns += TimeNs(clock_cost, [&] { loop.run(begin, end); });
    if (!floor_first) time_floor();
  }
  const double count = static_cast<double>(datagrams.size());
  return {total.ns / count, total.floor_ns / count};
}

std::vector<Measured> Measure(absl::Span<const Loop> loops, int repetitions,
                              const std::function<void(int repetition)>& on_repetition) {
  struct Raw {
    std::vector<double> ns, floor_ns, ratio;
  };
  std::vector<Raw> raw(loops.size());
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    on_repetition(repetition);
    for (size_t i = 0; i < loops.size(); ++i) {
      const PassTimes times = TimePass(loops[i]);
      raw[i].ns.push_back(times.ns);
      raw[i].floor_ns.push_back(times.floor_ns);
      raw[i].ratio.push_back(times.ns / times.floor_ns);
    }
  }
  std::vector<Measured> measured;
  for (Raw& one : raw) {
    measured.push_back({Summarize(one.ns), Summarize(one.floor_ns), Summarize(one.ratio)});
  }
  return measured;
}

}  // namespace waybill
