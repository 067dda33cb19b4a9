// SPDX-License-Identifier: Apache-2.0
//
// The clock of everything that is timed: the processor time of this thread, which other work does
// not lengthen.
#ifndef WAYBILL_BENCH_MACHINE_CPU_CLOCK_H_
#define WAYBILL_BENCH_MACHINE_CPU_CLOCK_H_

#include <time.h>

namespace waybill {

// In nanoseconds. To ask takes some 300 to 500 of them.
inline double ThreadCpuNs() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e9 * static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec);
}

}  // namespace waybill

#endif  // WAYBILL_BENCH_MACHINE_CPU_CLOCK_H_
