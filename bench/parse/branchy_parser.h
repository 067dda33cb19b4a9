// SPDX-License-Identifier: Apache-2.0
//
// The peer of ParseRecord() in the benchmark: a parser as stacks have it, which branches on the
// first byte and then reads field after field.
#ifndef WAYBILL_BENCH_PARSE_BRANCHY_PARSER_H_
#define WAYBILL_BENCH_PARSE_BRANCHY_PARSER_H_

#include <cstddef>

#include "absl/types/span.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

// Accepts what ParseRecord() accepts, and then says the same of it. The reason of a refusal is a
// coarser one, and `view` is unspecified then.
DropReason ParseRecordByBranches(absl::Span<const uint8_t> datagram, size_t offset,
                                 const RecordRules& rules, RecordView* view);

}  // namespace waybill

#endif  // WAYBILL_BENCH_PARSE_BRANCHY_PARSER_H_
