// SPDX-License-Identifier: Apache-2.0
//
// lookup_benchmark, with DPDK's rte_hash among the tables of others.
//
//   bench/table/fetch_dpdk.sh
//   bazel run --config=opt --repo_env=WAYBILL_DPDK=1 //bench/table:lookup_benchmark_with_dpdk -- [--associations N]
//   [--benchmark_filter=…]
#include <benchmark/benchmark.h>

#include "waybill/bench/machine/warm_heap.h"
#include "waybill/bench/table/check.h"
#include "waybill/bench/table/lookup_rows.h"
#include "waybill/bench/table/population.h"
#include "waybill/bench/table/rte_hash_table.h"

int main(int argc, char** argv) {
  using namespace waybill;
  const size_t count = BeginTableBenchmark(argc, argv, 1000000);
  WarmHeap(LookupHeapBytes(count));
  const Population population(count);
  LookupRows rows(population);
  AddLookupRows(count, &rows);
  AddPeer<RteHash>(&rows);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
