// SPDX-License-Identifier: Apache-2.0
//
// Shards on two cores: each thread with its own, and one that looks into the other's.
//
//   bazel run --config=opt //bench/table:cores_benchmark -- [--associations N]
//   [--benchmark_filter=…]
//
// Two threads share caches and memory, whatever they do: so the same is asked of a control, lines
// of memory whose places are known. All times are processor time of the thread that is measured.
#include <benchmark/benchmark.h>
#include <pthread.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/types/span.h"
#include "waybill/bench/machine/cpu_clock.h"
#include "waybill/bench/machine/large_memory.h"
#include "waybill/bench/machine/warm_heap.h"
#include "waybill/bench/table/check.h"
#include "waybill/bench/table/finders.h"
#include "waybill/bench/table/floors.h"
#include "waybill/bench/table/peer_tables.h"
#include "waybill/bench/table/population.h"
#include "waybill/cid/association_shard.h"
#include "waybill/cid/association_table.h"
#include "waybill/cid/retired_memory.h"

namespace waybill {
namespace {

constexpr size_t kBlock = 1 << 16;  // lookups between two looks at the clock
constexpr size_t kChanged = 4096;   // associations that an owner adds and removes again and again

void StayOn(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  Check(pthread_setaffinity_np(pthread_self(), sizeof(set), &set) == 0,
        "there are no two processors");
}

// One core's associations, and what is asked of them.
class Core {
 public:
  explicit Core(size_t count)
      : population_(count),
        memory_(count * (kLinesBytes + 64) + kChanged * 1024 + (size_t{8} << 20)),
        shard_(OptionsFor(count), KeyedHash(cipher_.get()), &memory_) {
    for (size_t i = 0; i < count; ++i) {
      Check(Add(population_.cids[i], population_.states[i].payload), "a CID is not added");
    }
    Random random(11);
    for (size_t i = 0; i < kChanged; ++i) changed_.push_back(OpaqueCid(&random));
  }
  size_t queries() const { return population_.queries(); }
  RetiredMemory* retired() { return &shard_.retired; }

  // A block of lookups. `batch` is the thread's.
  void Find(size_t begin, TableBatch* batch) const {
    uint64_t sum = 0;
    for (size_t i = begin; i < begin + kBlock; i += kBatch) sum += FindBatch(i, batch);
    Check(sum == population_.SumOf(begin, begin + kBlock), "a CID leads elsewhere");
  }
  // The same by another core's thread, which may read while a batch lasts.
  void FindAsForeigner(size_t begin, TableBatch* batch, ForeignReader* reader) const {
    uint64_t sum = 0;
    for (size_t i = begin; i < begin + kBlock; i += kBatch) {
      ForeignReading reading(reader);
      sum += FindBatch(i, batch);
    }
    Check(sum == population_.SumOf(begin, begin + kBlock), "a CID leads elsewhere");
  }
  void Touch(size_t begin) const {
    benchmark::DoNotOptimize(TouchBoth(population_, population_, begin, begin + kBlock));
  }
  // Adds associations with a CID each, and closes them.
  void AddAndClose() {
    for (const TableCid& cid : changed_) Check(Add(cid, {}), "a CID is not added");
    for (const TableCid& cid : changed_) {
      const AssociationHandle handle = shard_.cids.Find(cid.span());
      Check(static_cast<bool>(handle), "a CID is not found");
      shard_.Close(handle, 0);
    }
  }

 private:
  static AssociationShard::Options OptionsFor(size_t count) {
    AssociationShard::Options options;
    options.associations = options.cids = static_cast<uint32_t>(count + kChanged);
    options.lines = kLines;
    return options;
  }
  bool Add(const TableCid& cid, const Payload& payload) {
    const AssociationHandle handle = shard_.store.Add(0);
    if (!handle) return false;
    std::memcpy(shard_.store.HotBytes(handle), &payload, sizeof(payload));
    return shard_.cids.Add(cid.span(), handle) == CidRegistry::Answer::kAdded;
  }
  // The sum of the numbers of those who were found.
  uint64_t FindBatch(size_t begin, TableBatch* batch) const {
    for (size_t i = 0; i < kBatch; ++i) batch->keys[i] = population_.hits[begin + i].span();
    batch->FindIn(shard_.cids);
    uint64_t sum = 0;
    for (const AssociationHandle& association : batch->associations) {
      Check(static_cast<bool>(association), "a CID is not found");
      sum += reinterpret_cast<const Payload*>(shard_.store.HotBytes(association))->number;
    }
    return sum;
  }

  const Population population_;
  const std::unique_ptr<Aes128> cipher_ = MakeTableCipher();
  LargeMemory memory_;
  AssociationShard shard_;
  std::vector<TableCid> changed_;
};

// Another thread on the second processor, which does one thing again and again.
template <typename Turn>
class Companion {
 public:
  explicit Companion(Turn turn) : thread_([this, turn] { Run(turn); }) {
    while (turns_.load() == 0) std::this_thread::yield();
  }
  ~Companion() {
    stop_.store(true);
    thread_.join();
  }
  // Of processor time that a turn took until now.
  double TurnNs() const { return ns_.load() / static_cast<double>(turns_.load()); }

 private:
  void Run(Turn turn) {
    StayOn(1);
    const double begin = ThreadCpuNs();
    while (!stop_.load(std::memory_order_relaxed)) {
      turn();
      ns_.store(ThreadCpuNs() - begin);
      ++turns_;
    }
  }

  std::atomic<bool> stop_{false};
  std::atomic<double> ns_{0};
  std::atomic<uint64_t> turns_{0};
  std::thread thread_;
};

// Processor time of a turn, over some.
template <typename Turn>
double Timed(Turn turn) {
  constexpr size_t kTurns = 16;
  turn();
  const double begin = ThreadCpuNs();
  for (size_t i = 0; i < kTurns; ++i) turn();
  return (ThreadCpuNs() - begin) / kTurns;
}
template <typename Turn, typename Other>
double TimedBeside(Other other, Turn turn) {
  const Companion<Other> companion(other);
  return Timed(turn);
}

// A turn goes on where the last one stopped.
template <typename Block>
auto InTurn(size_t queries, Block block) {
  return [queries, block, next = size_t{0}]() mutable {
    block(next);
    next = (next + kBlock) % queries;
  };
}

// Throughput of a thread while the other one does the same, over what it has alone: of lookups, of
// the control, and one over the other.
void OwnShards(Core* first, Core* second, benchmark::State& state) {
  TableBatch batches[2];
  const auto find = [&](Core* core, TableBatch* own) {
    return InTurn(core->queries(), [core, own](size_t begin) { core->Find(begin, own); });
  };
  const auto touch = [&](Core* core) {
    return InTurn(core->queries(), [core](size_t begin) { core->Touch(begin); });
  };
  double alone = 0, together = 0, control_alone = 0, control_together = 0;
  for (auto _ : state) {
    alone += Timed(find(first, &batches[0]));
    control_alone += Timed(touch(first));
    const double one = TimedBeside(find(second, &batches[1]), find(first, &batches[0]));
    together += one;
    control_together += TimedBeside(touch(second), touch(first));
    state.SetIterationTime(1e-9 * one / kBlock);
  }
  state.counters["scaling"] = alone / together;
  state.counters["control_scaling"] = control_alone / control_together;
  state.counters["over_control"] = alone / together * control_together / control_alone;
}

// What it costs to look into a shard that is another thread's, which adds and closes associations
// all the while; and what it costs that one.
void ForeignShard(Core* foreign, Core* other, benchmark::State& state) {
  TableBatch batch;
  ForeignReader reader;
  foreign->retired()->Register(&reader);
  const auto read = InTurn(foreign->queries(),
                           [&](size_t begin) { foreign->FindAsForeigner(begin, &batch, &reader); });
  const auto read_other =
      InTurn(other->queries(), [&](size_t begin) { other->Find(begin, &batch); });
  const auto change = [foreign] { foreign->AddAndClose(); };
  double own = 0, quiet = 0, changing = 0, owner_beside_other = 0, owner_with_reader = 0;
  for (auto _ : state) {
    own += Timed(InTurn(foreign->queries(), [&](size_t begin) { foreign->Find(begin, &batch); }));
    quiet += Timed(read);
    // In both the memory is as busy; only in one is it the same shard.
    double beside_other = 0;
    {
      const Companion companion(change);
      beside_other = Timed(read_other);
      owner_beside_other += companion.TurnNs();
    }
    {
      const Companion companion(change);
      const double one = Timed(read);
      changing += one / beside_other;
      owner_with_reader += companion.TurnNs();
      state.SetIterationTime(1e-9 * one / kBlock);
    }
  }
  foreign->retired()->Unregister(&reader);
  state.counters["reading_quiet_over_own"] = quiet / own;
  state.counters["reading_changing_over_other"] =
      changing / static_cast<double>(state.iterations());
  state.counters["owner_ns"] =
      owner_with_reader / static_cast<double>(state.iterations()) / kChanged;
  state.counters["owner_with_reader_over_without"] = owner_with_reader / owner_beside_other;
}

}  // namespace
}  // namespace waybill

int main(int argc, char** argv) {
  using namespace waybill;
  const size_t count = BeginTableBenchmark(argc, argv, 1000000);
  Check(std::thread::hardware_concurrency() >= 2, "there are no two processors");
  StayOn(0);
  WarmHeap((count * 1000 + (size_t{1} << 29)) >> 21 << 21);
  const auto first = std::make_unique<Core>(count), second = std::make_unique<Core>(count);
  const std::string size = "/" + std::to_string(count);
  benchmark::RegisterBenchmark(
      ("cores/waybill_aes/control" + size).c_str(),
      [&](benchmark::State& state) { OwnShards(first.get(), second.get(), state); })
      ->UseManualTime()
      ->Iterations(10)
      ->Unit(benchmark::kNanosecond);
  benchmark::RegisterBenchmark(
      ("foreign/waybill_aes/own" + size).c_str(),
      [&](benchmark::State& state) { ForeignShard(first.get(), second.get(), state); })
      ->UseManualTime()
      ->Iterations(10)
      ->Unit(benchmark::kNanosecond);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
