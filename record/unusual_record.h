// SPDX-License-Identifier: Apache-2.0
//
// What becomes of the records that are not simply accepted, out of the way of those that are. For
// parse_record.cc and its variants alone.
#ifndef WAYBILL_RECORD_UNUSUAL_RECORD_H_
#define WAYBILL_RECORD_UNUSUAL_RECORD_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/record/field_layout.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/byte_range.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

constexpr ByteRange RangeOf(size_t offset, size_t length) {
  return ByteRange{static_cast<uint16_t>(offset), static_cast<uint16_t>(length)};
}

// All arguments are as in ParseRecord(), and so is the answer.

// Refuses what no record can be read from: a datagram that is too long, or an offset at its end.
DropReason RefuseDatagram(absl::Span<const uint8_t> datagram, RecordView* view);

// Refuses a record that no header can be read from, and says what stands in front of the fault.
// `cid_length` is what is known of its CID: 0 where that is not delineated.
DropReason RefuseHeader(const FieldLayout& layout, size_t cid_length,
                        absl::Span<const uint8_t> datagram, size_t offset, const RecordRules& rules,
                        RecordView* view);

// Goes on with a record whose header was read, and which has extensions, or is in the clear, or of
// a length that its form does not allow. So far the form in `view` is that of a protected record,
// and its length counts E.
DropReason ReadUnusualRecord(absl::Span<const uint8_t> datagram, size_t offset,
                             const RecordRules& rules, RecordView* view);

}  // namespace waybill

#endif  // WAYBILL_RECORD_UNUSUAL_RECORD_H_
