// SPDX-License-Identifier: Apache-2.0
//
// The comparison as one JSON object, with all that is needed to judge the figures or to repeat
// them.
#ifndef WAYBILL_BENCH_COMPARISON_RESULTS_JSON_H_
#define WAYBILL_BENCH_COMPARISON_RESULTS_JSON_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "waybill/bench/comparison/captured_records.h"
#include "waybill/bench/comparison/comparison.h"
#include "waybill/bench/comparison/environment.h"

namespace waybill {

// On one line, without a line feed. A measured figure is
//
//   {"ns": S, "copy_ns": S, "ratio": S} with S = {"median", "low", "high", "raw": [a repetition
//   each]}
//
// and what could not be measured is null, with the reason beside it where there is one. Keys:
//
//   environment {cpu, cores, compiler, build_mode, kernel}
//   parameters  {seed, datagrams, associations, repetitions, trials}
//   captures    [{path, datagrams, records, protected_records}]
//   floor       {copied_bytes, copy, instructions, instructions_not_measured}
//   designs     [{name, sentence, citation, lookup_by, cid_bytes, header_bytes, inner_type_bytes,
//                 overhead [{payload, share}], parse, instructions, instructions_not_measured,
//                 receivers [{associations, lookup, batched_lookup,
//                   trash [{class, datagrams, stages {NAME: count}, aead_share, refused}]}]}]
//   passing     [{hurdle, cid_bytes, check_bytes, associations, trials, passed, share, low, high,
//                 bound, expected, expected_inside}]
//
// `lookup_by` is cid, address or slot.
//
// `passing` counts the random CIDs that pass a hurdle (see CidHurdle): `low` and `high` bound the
// true share with 95 % confidence, `bound` is what it is below where none passed, `expected` what
// theory says. `associations` is null where no table is asked.
std::string ToJson(const ComparisonOptions& options, absl::Span<const CaptureSummary> captures,
                   const Environment& environment, const ComparisonResults& results);

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_RESULTS_JSON_H_
