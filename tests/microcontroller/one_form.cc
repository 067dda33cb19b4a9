// SPDX-License-Identifier: Apache-2.0
//
// A program that reads records, and writes headers of one form, HEADER: what code that takes.
#include "waybill/record/extended12.h"
#include "waybill/record/extended13.h"
#include "waybill/record/parse_record.h"
#include "waybill/record/rfc6347.h"
#include "waybill/record/tls12_cid.h"
#include "waybill/record/unified.h"

namespace waybill {

extern "C" bool ReadRecord(absl::Span<const uint8_t> datagram, const RecordRules& rules,
                           RecordView* view) {
  return ParseRecord(datagram, 0, rules, view) == DropReason::kNone;
}

extern "C" bool WriteRecord(const HEADER& header, ByteWriter* writer) {
  return WriteHeader(header, writer);
}

}  // namespace waybill
