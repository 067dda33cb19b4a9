// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/table/check.h"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "waybill/bench/comparison/environment.h"

namespace waybill {

void Check(bool right, const char* what) {
  if (right) return;
  std::fprintf(stderr, "%s: nothing is timed\n", what);
  std::exit(1);
}

size_t BeginTableBenchmark(int argc, char** argv, size_t associations) {
  benchmark::Initialize(&argc, argv);
  if (argc == 3 && std::string_view(argv[1]) == "--associations") {
    associations = std::strtoull(argv[2], nullptr, 10);
    Check(associations >= 100 && associations <= 100000000, "100 to 100000000 associations");
  } else if (argc != 1) {
    std::fprintf(stderr, "usage: [--associations N] [--benchmark_...]\n");
    std::exit(2);
  }
  Check(IsOptimisedBuild(), "build it with --config=opt");
  return associations;
}

}  // namespace waybill
