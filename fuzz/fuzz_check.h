// SPDX-License-Identifier: Apache-2.0
//
// Assertions that hold in every build: a fuzz target that breaks a promise must stop, not go on.
#ifndef WAYBILL_FUZZ_FUZZ_CHECK_H_
#define WAYBILL_FUZZ_FUZZ_CHECK_H_

#include <cstdio>
#include <string>

#define WAYBILL_FUZZ_CHECK(condition)                                                     \
  do {                                                                                    \
    if (!(condition)) {                                                                   \
      std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
      __builtin_trap();                                                                   \
    }                                                                                     \
  } while (false)

namespace waybill {

// For the answers of tests/codec/agreement.h: a disagreement in words, or nothing.
inline void CheckAgreement(const std::string& disagreement) {
  if (disagreement.empty()) return;
  std::fprintf(stderr, "%s\n", disagreement.c_str());
  __builtin_trap();
}

}  // namespace waybill

#endif  // WAYBILL_FUZZ_FUZZ_CHECK_H_
