// SPDX-License-Identifier: Apache-2.0
//
// What figures were measured on: a figure without it says nothing.
#ifndef WAYBILL_BENCH_COMPARISON_ENVIRONMENT_H_
#define WAYBILL_BENCH_COMPARISON_ENVIRONMENT_H_

#include <string>

namespace waybill {

struct Environment {
  std::string cpu;     // as the kernel calls it, "unknown" where it does not say
  unsigned cores = 0;  // that threads can run on at a time
  std::string compiler;
  std::string build_mode;  // "optimised" or "not optimised"
  std::string kernel;
};

Environment ThisEnvironment();

// True in a build whose times mean something: with optimisation, and with NDEBUG.
bool IsOptimisedBuild();

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_ENVIRONMENT_H_
