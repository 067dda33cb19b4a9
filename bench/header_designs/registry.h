// SPDX-License-Identifier: Apache-2.0
//
// The header designs that the comparison holds side by side.
#ifndef WAYBILL_BENCH_HEADER_DESIGNS_REGISTRY_H_
#define WAYBILL_BENCH_HEADER_DESIGNS_REGISTRY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "waybill/bench/comparison/compared_design.h"

namespace waybill {

// All designs, in the order in which they are shown; valid as long as the program.
absl::Span<const ComparedDesign> AllDesigns();

// The designs with these names, in the order of AllDesigns(); all of them where there are no names.
// Fails with kInvalidArgument for a name that no design has.
absl::StatusOr<std::vector<ComparedDesign>> DesignsNamed(absl::Span<const std::string> names);

}  // namespace waybill

#endif  // WAYBILL_BENCH_HEADER_DESIGNS_REGISTRY_H_
