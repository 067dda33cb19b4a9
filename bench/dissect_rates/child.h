// SPDX-License-Identifier: Apache-2.0
//
// Another program, run to its end, and what it cost.
#ifndef WAYBILL_BENCH_DISSECT_RATES_CHILD_H_
#define WAYBILL_BENCH_DISSECT_RATES_CHILD_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace waybill {

struct ChildCost {
  double cpu_seconds = 0;  // of user and system
  double peak_mb = 0;      // resident memory
};

// Runs `arguments`, of which the first is the program, with nothing on its standard input; standard
// output goes to /dev/null. Fails where the program cannot be run, or its exit status is not 0.
//
// The kernel lets a program begin with the peak of the one that started it: no peak is lower than
// OwnPeakMb().
absl::StatusOr<ChildCost> RunChild(const std::vector<std::string>& arguments);

// The same, but calls `on_line` with each line of its standard output.
absl::StatusOr<ChildCost> ReadChild(const std::vector<std::string>& arguments,
                                    const std::function<void(absl::string_view)>& on_line);

// The peak of this program's own resident memory so far, in MB.
double OwnPeakMb();

}  // namespace waybill

#endif  // WAYBILL_BENCH_DISSECT_RATES_CHILD_H_
