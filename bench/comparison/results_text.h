// SPDX-License-Identifier: Apache-2.0
//
// The comparison as tables for people.
#ifndef WAYBILL_BENCH_COMPARISON_RESULTS_TEXT_H_
#define WAYBILL_BENCH_COMPARISON_RESULTS_TEXT_H_

#include <string>

#include "absl/types/span.h"
#include "waybill/bench/comparison/captured_records.h"
#include "waybill/bench/comparison/comparison.h"
#include "waybill/bench/comparison/environment.h"

namespace waybill {

// Lines of at most 120 columns, each table with a sentence on how to read it.
std::string ToText(const ComparisonOptions& options, absl::Span<const CaptureSummary> captures,
                   const Environment& environment, const ComparisonResults& results);

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_RESULTS_TEXT_H_
