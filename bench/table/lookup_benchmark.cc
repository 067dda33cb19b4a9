// SPDX-License-Identifier: Apache-2.0
//
// Finding associations by CID: hits that touch the association's state, and CIDs of nobody, one at
// a time and in batches of 32.
//
//   bazel run --config=opt //bench/table:lookup_benchmark -- [--associations N]
//   [--benchmark_filter=…]
//
// Beside each, in the same moments, what memory alone takes, or a table of others.
#include <benchmark/benchmark.h>

#include "waybill/bench/machine/warm_heap.h"
#include "waybill/bench/table/check.h"
#include "waybill/bench/table/lookup_rows.h"
#include "waybill/bench/table/population.h"

int main(int argc, char** argv) {
  using namespace waybill;
  const size_t count = BeginTableBenchmark(argc, argv, 1000000);
  WarmHeap(LookupHeapBytes(count));
  const Population population(count);
  LookupRows rows(population);
  AddLookupRows(count, &rows);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
