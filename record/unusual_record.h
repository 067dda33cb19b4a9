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

// Refuses a record with the rest of its datagram.
inline DropReason RefuseRest(DropReason reason, absl::Span<const uint8_t> datagram,
                             RecordView* view) {
  view->record.length = static_cast<uint16_t>(datagram.size() - view->record.offset);
  return reason;
}

// All arguments are as in ParseRecord(), and so is the answer.

// Refuses what no record can be read from: a datagram that is too long, or an offset at its end.
DropReason RefuseDatagram(absl::Span<const uint8_t> datagram, RecordView* view);

// Goes on with a record whose header was read, and which has extensions, or is in the clear, or of
// a length that its form does not allow. So far the form in `view` is that of a protected record,
// and its length counts E.
DropReason ReadUnusualRecord(const FieldLayout& layout, absl::Span<const uint8_t> datagram,
                             const RecordRules& rules, RecordView* view);

}  // namespace waybill

#endif  // WAYBILL_RECORD_UNUSUAL_RECORD_H_
