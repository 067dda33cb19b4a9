// SPDX-License-Identifier: Apache-2.0
//
// Instructions a record, counted by callgrind. This program runs itself under valgrind over a file
// of datagrams, so that what is counted is what was timed.
#ifndef WAYBILL_BENCH_COMPARISON_CALLGRIND_H_
#define WAYBILL_BENCH_COMPARISON_CALLGRIND_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "waybill/bench/comparison/datagram_store.h"

namespace waybill {

// The arguments that make this program call ParseReplay() for a design and a file, its own name not
// counted. The name kFloorName stands for the floor.
using ReplayArguments =
    std::function<std::vector<std::string>(const std::string& name, const std::string& file)>;

inline constexpr char kFloorName[] = "copy";

// Instructions a datagram that ParseOne() takes for the design over the datagrams, all calls
// included, without the loop around it. Fails where they could not be counted, and says why; never
// answers 0.
absl::StatusOr<double> CountInstructions(const std::string& name, const DatagramStore& datagrams,
                                         const ReplayArguments& arguments);

// The other side: calls ParseOne() of the design for each datagram in the file. Fails where there
// is no such design or the file is not one that CountInstructions() wrote.
absl::Status ParseReplay(const std::string& name, const std::string& file);

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_CALLGRIND_H_
