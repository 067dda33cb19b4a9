// SPDX-License-Identifier: Apache-2.0
//
// From bytes to a RecordView: the one switch from a first byte to the parser of its layout.
#ifndef WAYBILL_RECORD_PARSE_RECORD_H_
#define WAYBILL_RECORD_PARSE_RECORD_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

// Parses the header of the record that begins at `offset` in `datagram`, in any form, and says why
// it has to be dropped if it has to (RFC 6347, section 4.1; RFC 9146, section 4; RFC 9147, section
// 4; docs/header-extensions.md).
//
// Depends on nothing but its arguments. Allocates nothing, reads no byte outside the datagram, and
// takes time linear in the header alone. The version is not looked at (see record_checks.h).
// Thread-safe.
//
// On kNone all of `view` is set. On a reason that concerns the record alone, `view->record` is the
// whole record, so that the next one begins at view->record.end(), and the fields read up to the
// fault are set. On a reason that takes the rest of the datagram, `view->record` is that rest. An
// `offset` at or behind the end is kEmptyDatagram.
DropReason ParseRecord(absl::Span<const uint8_t> datagram, size_t offset, const RecordRules& rules,
                       RecordView* view);

}  // namespace waybill

#endif  // WAYBILL_RECORD_PARSE_RECORD_H_
