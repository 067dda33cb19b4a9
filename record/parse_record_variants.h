// SPDX-License-Identifier: Apache-2.0
//
// ParseRecord() by the instructions that a machine has. For tests and benchmarks, which compare
// them; everybody else calls ParseRecord(), which chooses.
#ifndef WAYBILL_RECORD_PARSE_RECORD_VARIANTS_H_
#define WAYBILL_RECORD_PARSE_RECORD_VARIANTS_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

// All answer as ParseRecord() does, to the last byte of the view.

DropReason ParseRecordPortable(absl::Span<const uint8_t> datagram, size_t offset,
                               const RecordRules& rules, RecordView* view);

#if defined(__x86_64__)
// SSSE3, of 2006, shuffles bytes: a header's fields come to their places in the view by one
// instruction for each 16 bytes.
bool HasShuffle();
// Only where HasShuffle().
DropReason ParseRecordByShuffle(absl::Span<const uint8_t> datagram, size_t offset,
                                const RecordRules& rules, RecordView* view);
#endif

}  // namespace waybill

#endif  // WAYBILL_RECORD_PARSE_RECORD_VARIANTS_H_
