// SPDX-License-Identifier: Apache-2.0
//
// An assertion that holds in every build: a fuzz target that breaks a promise must stop, not go on.
#ifndef WAYBILL_FUZZ_FUZZ_CHECK_H_
#define WAYBILL_FUZZ_FUZZ_CHECK_H_

#define WAYBILL_FUZZ_CHECK(condition)   \
  do {                                  \
    if (!(condition)) __builtin_trap(); \
  } while (false)

#endif  // WAYBILL_FUZZ_FUZZ_CHECK_H_
