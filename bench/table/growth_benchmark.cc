// SPDX-License-Identifier: Apache-2.0
//
// A table that grows from nothing, insertion by insertion: how long one may take.
//
//   bazel run --config=opt //bench/table:growth_benchmark -- [--associations N]
//   [--benchmark_repetitions=10] [--benchmark_filter=…]
//
// Before each insertion something that takes no time is timed in the same way: what the clock and
// the machine show by themselves. A machine that is interrupted makes the worst of either a matter
// of luck; but tables grow the same each time, and luck does not strike the same insertion in every
// repetition. So the least that each insertion took in any of the repetitions until now is kept,
// and told as well, as `least_…`: the worst of those is the table's own.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "waybill/bench/machine/cpu_clock.h"
#include "waybill/bench/machine/large_memory.h"
#include "waybill/bench/machine/warm_heap.h"
#include "waybill/bench/table/check.h"
#include "waybill/bench/table/finders.h"
#include "waybill/bench/table/peer_tables.h"
#include "waybill/bench/table/table_cid.h"
#include "waybill/cid/association_handle.h"
#include "waybill/cid/association_table.h"
#include "waybill/cid/keyed_hash.h"

namespace waybill {
namespace {

using Cids = std::vector<TableCid>;

// An association with its CID is an insertion. The table has memory of its own, so that what it
// asks for is known.
class GrowingWaybill {
 public:
  static constexpr const char* kName = "waybill_aes";

  explicit GrowingWaybill(size_t count)
      : memory_(count * 64 + (size_t{4} << 20)),
        states_(count),
        table_({static_cast<uint32_t>(count), sizeof(TableCid::bytes)}, KeyedHash(cipher_.get()),
               &states_.store, &memory_) {
    memory_.ForgetLargest();  // what is there from the beginning
  }
  bool Insert(const TableCid& cid, uint32_t /*index*/) {
    return table_.Add(cid.span(), states_.store.Add(0)) == CidRegistry::Answer::kAdded;
  }
  void Report(size_t count, benchmark::State* state) const {
    state->counters["bytes_moved"] = static_cast<double>(memory_.largest());
    state->counters["bytes_each"] =
        static_cast<double>(table_.index_bytes()) / static_cast<double>(count);
  }

 private:
  const std::unique_ptr<Aes128> cipher_ = MakeTableCipher();
  LargeMemory memory_;
  NumberedStore states_;
  AssociationTable table_;
};

template <typename Table>
class GrowingPeer : public Table {
 public:
  explicit GrowingPeer(size_t /*count*/) : Table(0) {}
  void Report(size_t count, benchmark::State* state) const {
    state->counters["bytes_each"] =
        static_cast<double>(HeapBytes() - before_) / static_cast<double>(count);
  }

 private:
  const size_t before_ = HeapBytes();
};

void ReportTimes(const std::string& of, std::vector<float> ns, benchmark::State* state) {
  std::sort(ns.begin(), ns.end());
  const auto report = [&](const std::string& percent, size_t one_in) {
    if (one_in > ns.size()) return;
    state->counters[of + "p" + percent + "_ns"] = ns[ns.size() - 1 - ns.size() / one_in];
  };
  report("50", 2);
  report("90", 10);
  report("99", 100);
  report("99.9", 1000);
  report("99.99", 10000);
  report("99.999", 100000);
  report("99.9999", 1000000);
  state->counters[of + "worst_ns"] = ns.back();
}

template <typename Table>
void Grow(const Cids& cids, std::vector<float>* least, benchmark::State& state) {
  least->resize(cids.size(), 1e18f);
  std::vector<float> nothing(cids.size()), ns(cids.size());
  volatile uint32_t sink;
  for (auto _ : state) {
    Table table(cids.size());
    double last = ThreadCpuNs();
    double sum = 0;
    for (uint32_t i = 0; i < cids.size(); ++i) {
      sink = i;
      const double before = ThreadCpuNs();
      Check(table.Insert(cids[i], i), "a CID is not inserted");
      const double after = ThreadCpuNs();
      nothing[i] = static_cast<float>(before - last);
      ns[i] = static_cast<float>(after - before);
      sum += after - before;
      last = after;
    }
    state.SetIterationTime(1e-9 * sum / static_cast<double>(cids.size()));
    table.Report(cids.size(), &state);
  }
  static_cast<void>(sink);
  for (size_t i = 0; i < ns.size(); ++i) (*least)[i] = std::min((*least)[i], ns[i]);
  ReportTimes("", std::move(ns), &state);
  ReportTimes("nothing_", std::move(nothing), &state);
  ReportTimes("least_", *least, &state);
}

template <typename Table>
void Register(const Cids& cids) {
  const std::string name =
      std::string("growth/") + Table::kName + "/" + std::to_string(cids.size());
  benchmark::RegisterBenchmark(
      name.c_str(), [&cids, least = std::vector<float>()](
                        benchmark::State& state) mutable { Grow<Table>(cids, &least, state); })
      ->UseManualTime()
      ->Iterations(1)
      ->Unit(benchmark::kNanosecond);
}

}  // namespace
}  // namespace waybill

int main(int argc, char** argv) {
  using namespace waybill;
  const size_t count = BeginTableBenchmark(argc, argv, 10000000);
  WarmHeap((count * 600 + (size_t{1} << 29)) >> 21 << 21);
  Random random(1);
  Cids cids;
  cids.reserve(count);
  for (size_t i = 0; i < count; ++i) cids.push_back(OpaqueCid(&random));
  Register<GrowingWaybill>(cids);
  Register<GrowingPeer<AbslSipHash>>(cids);
  Register<GrowingPeer<AbslNumber>>(cids);
  Register<GrowingPeer<StdSipHash>>(cids);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
