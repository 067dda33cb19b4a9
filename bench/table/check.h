// SPDX-License-Identifier: Apache-2.0
//
// What stops a program that would time a wrong answer, and what all of these programs are told.
#ifndef WAYBILL_BENCH_TABLE_CHECK_H_
#define WAYBILL_BENCH_TABLE_CHECK_H_

#include <cstddef>
#include <cstdint>

#include "waybill/cid/siphash.h"

namespace waybill {

// Ends the program where something is wrong.
void Check(bool right, const char* what);

// The key of keyed hashes; what is measured does not depend on it.
inline constexpr SipHashKey kTableKey = {0x243f6a8885a308d3, 0x13198a2e03707344};

// Begins a program: Google Benchmark takes its flags, and what is left is `--associations N`, whose
// default is `associations`. Ends the program where the build is not optimised, or a flag is
// nobody's.
size_t BeginTableBenchmark(int argc, char** argv, size_t associations);

}  // namespace waybill

#endif  // WAYBILL_BENCH_TABLE_CHECK_H_
