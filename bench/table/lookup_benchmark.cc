// SPDX-License-Identifier: Apache-2.0
//
// Finding associations by CID in the tables that there are: hits that touch the association's
// state, and unknown CIDs, one at a time and in batches of 32 that are prefetched; memory; growth.
//
//   bazel run --config=opt //bench/table:lookup_benchmark -- [--associations N]…
//   [--benchmark_filter=…]
//
// Beside each, in the same moments, the floor: of batches one independent line of state whose place
// is known, of single lookups two lines of which the second's place is in the first. Times nothing
// where an answer is wrong, or the build is not optimised.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "waybill/bench/comparison/environment.h"
#include "waybill/bench/machine/cpu_clock.h"
#include "waybill/bench/machine/large_pages.h"
#include "waybill/bench/protection/timed_pair.h"
#include "waybill/bench/table/contender.h"
#include "waybill/traffic/random.h"

namespace waybill {
namespace {

constexpr size_t kQueries = 1 << 20;
constexpr size_t kTimedAtOnce = 1 << 15;
constexpr size_t kBatch = 32;
constexpr uint8_t kCidLength = 8;
constexpr SipHashKey kKey = {0x243f6a8885a308d3, 0x13198a2e03707344};

void Check(bool right, const char* what) {
  if (right) return;
  std::fprintf(stderr, "lookup_benchmark: %s: nothing is timed\n", what);
  std::exit(1);
}

// What a lookup is for: a line, of which the first words are read.
struct alignas(64) State {
  uint64_t payload;
  uint64_t zero;       // added to what is asked next: it waits for this line
  uint32_t elsewhere;  // another line, at random
};

TableCid CidOf(Random* random) {
  TableCid cid;
  cid.length = kCidLength;
  const uint64_t bits = random->Next();
  std::memcpy(cid.bytes.data(), &bits, sizeof(bits));
  return cid;
}

// Associations, and what is asked for: CIDs of theirs, and of nobody.
struct Population {
  explicit Population(size_t count) : states(count) {
    Random elsewhere(3);
    for (size_t i = 0; i < count; ++i) {
      states[i] = {i, 0, static_cast<uint32_t>(elsewhere.Below(count))};
    }
    Random random(1);
    for (size_t i = 0; i < count; ++i) cids.push_back(CidOf(&random));
    for (size_t i = 0; i < kQueries; ++i) {
      known.push_back(static_cast<uint32_t>(random.Below(count)));
      hits.push_back(cids[known.back()]);
      misses.push_back(CidOf(&random));
    }
  }
  LargePages<State> states;
  std::vector<TableCid> cids;
  std::vector<uint32_t> known;  // whose CIDs `hits` are
  std::vector<TableCid> hits;
  std::vector<TableCid> misses;
};

volatile uint64_t sink;

// The floors.
void TouchKnown(const Population& population, size_t begin, size_t end) {
  uint64_t sum = 0;
  for (size_t i = begin; i < end; i += kBatch) {
    for (size_t j = i; j < i + kBatch; ++j) {
      __builtin_prefetch(&population.states[population.known[j]]);
    }
    for (size_t j = i; j < i + kBatch; ++j) {
      sum += population.states[population.known[j]].payload;
    }
  }
  sink = sum;
}
void FollowTwo(const Population& population, size_t begin, size_t end) {
  uint64_t zero = 0, sum = 0;
  for (size_t i = begin; i < end; ++i) {
    const State& first = population.states[population.known[i] + zero];
    const State& second = population.states[first.elsewhere];
    sum += second.payload;
    zero = second.zero;
  }
  sink = sum;
}

template <typename Table>
void HitsInBatches(const Table& table, const Population& population, size_t begin, size_t end) {
  uint64_t sum = 0;
  uint32_t found[kBatch];
  for (size_t i = begin; i < end; i += kBatch) {
    for (size_t j = 0; j < kBatch; ++j) table.Prefetch(population.hits[i + j]);
    for (size_t j = 0; j < kBatch; ++j) {
      found[j] = table.Find(population.hits[i + j]);
      __builtin_prefetch(&population.states[found[j]]);
    }
    for (const uint32_t index : found) sum += population.states[index].payload;
  }
  sink = sum;
}
template <typename Table>
void HitsOneByOne(const Table& table, const Population& population, size_t begin, size_t end) {
  uint64_t zero = 0, sum = 0;
  for (size_t i = begin; i < end; ++i) {
    const State& state = population.states[table.Find(population.hits[i + zero])];
    sum += state.payload;
    zero = state.zero;
  }
  sink = sum;
}
template <typename Table>
void MissesInBatches(const Table& table, const Population& population, size_t begin, size_t end) {
  uint64_t sum = 0;
  for (size_t i = begin; i < end; i += kBatch) {
    for (size_t j = 0; j < kBatch; ++j) table.Prefetch(population.misses[i + j]);
    for (size_t j = 0; j < kBatch; ++j) sum += table.Find(population.misses[i + j]);
  }
  sink = sum;
}

template <typename Table>
void CheckAnswers(const Table& table, const Population& population) {
  for (size_t i = 0; i < kQueries; ++i) {
    Check(table.Find(population.hits[i]) == population.known[i], "a CID leads elsewhere");
    Check(table.Find(population.misses[i]) == kNobody, "nobody's CID leads somewhere");
  }
}

// Growth from nothing, insertion by insertion.
template <typename Table>
void Grow(benchmark::State& state, const std::vector<TableCid>& cids) {
  for (auto _ : state) {
    const size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    Table table(kKey);
    std::vector<float> ns;
    ns.reserve(cids.size());
    double last = ThreadCpuNs();
    for (uint32_t i = 0; i < cids.size(); ++i) {
      Check(table.Insert(cids[i], i), "a CID is there already");
      const double now = ThreadCpuNs();
      ns.push_back(static_cast<float>(now - last));
      last = now;
    }
    const size_t after = mallinfo2().uordblks + mallinfo2().hblkhd;
    double sum = 0;
    for (const float one : ns) sum += one;
    state.SetIterationTime(1e-9 * sum / static_cast<double>(ns.size()));
    std::sort(ns.begin(), ns.end());
    state.counters["worst_ns"] = ns.back();
    state.counters["p99.99_ns"] = ns[ns.size() - 1 - ns.size() / 10000];
    state.counters["bytes_each"] =
        (static_cast<double>(after - before) - static_cast<double>(ns.capacity() * sizeof(float))) /
        static_cast<double>(cids.size());
  }
}

template <typename Table>
void Register(const std::shared_ptr<Population>& population) {
  const size_t count = population->states.size();
  const std::string name = std::string(Table::kName) + "/" + std::to_string(count);
  auto table = std::make_shared<Table>(kKey);
  table->Reserve(count);
  for (uint32_t i = 0; i < count; ++i)
    Check(table->Insert(population->cids[i], i), "two are alike");
  CheckAnswers(*table, *population);
  const auto add = [&](const char* what, auto floor, auto subject) {
    TimedPair pair;
    pair.block = kTimedAtOnce;
    pair.prepare = [](size_t, size_t) {};
    pair.floor = [population, floor](size_t begin, size_t end) { floor(*population, begin, end); };
    pair.subject = [population, table, subject](size_t begin, size_t end) {
      subject(*table, *population, begin, end);
    };
    RegisterPair(name + what, pair, kQueries);
  };
  add("/hit/batch_of_32", TouchKnown, HitsInBatches<Table>);
  add("/hit/one_by_one", FollowTwo, HitsOneByOne<Table>);
  add("/miss/batch_of_32", TouchKnown, MissesInBatches<Table>);
  benchmark::RegisterBenchmark(
      (name + "/growth").c_str(),
      [population](benchmark::State& state) { Grow<Table>(state, population->cids); })
      ->UseManualTime()
      ->Iterations(1)
      ->Unit(benchmark::kNanosecond);
}

}  // namespace
}  // namespace waybill

int main(int argc, char** argv) {
  using namespace waybill;
  std::vector<size_t> counts;
  // Google Benchmark leaves alone what it does not know.
  benchmark::Initialize(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) != "--associations" || i + 1 == argc) {
      std::fprintf(stderr, "usage: lookup_benchmark [--associations N]... [--benchmark_...]\n");
      return 2;
    }
    counts.push_back(std::strtoull(argv[++i], nullptr, 10));
    if (counts.back() == 0 || counts.back() > 100000000) return 2;
  }
  if (counts.empty()) counts = {1000, 100000, 1000000, 10000000};
  Check(IsOptimisedBuild(), "build it with --config=opt");
  for (const size_t count : counts) {
    const auto population = std::make_shared<Population>(count);
    Register<AbslSipHash>(population);
    Register<AbslOwnHash>(population);
    Register<StdSipHash>(population);
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
