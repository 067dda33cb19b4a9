// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/parse_record.h"

#include "waybill/record/first_byte.h"
#include "waybill/record/rfc6347.h"
#include "waybill/record/tls12_cid.h"
#include "waybill/record/unified.h"
#include "waybill/wire/byte_reader.h"

namespace waybill {
namespace {

DropReason ParseForm(const RecordRules& rules, ByteReader* reader, RecordView* view) {
  const uint8_t first_byte = reader->rest()[0];
  switch (HeaderLayoutOf(first_byte)) {
    case HeaderLayout::kRfc6347:
      return ParseRfc6347(rules, reader, view);
    case HeaderLayout::kTls12Cid:
      return ParseTls12Cid(rules, reader, view);
    case HeaderLayout::kUnified:
      return ParseUnified(rules, reader, view);
    case HeaderLayout::kNone:
      break;
  }
  view->first_byte = first_byte;
  return ProtocolOf(first_byte) == Protocol::kDtls ? DropReason::kUnknownContentType
                                                   : DropReason::kNotDtls;
}

}  // namespace

DropReason ParseRecord(absl::Span<const uint8_t> datagram, size_t offset, const RecordRules& rules,
                       RecordView* view) {
  *view = RecordView();
  if (datagram.size() > kMaxDatagramLength) return DropReason::kDatagramTooLong;
  ByteReader reader(datagram, offset);
  if (reader.empty()) return DropReason::kEmptyDatagram;
  const DropReason reason = ParseForm(rules, &reader, view);
  const size_t end =
      ScopeOf(reason) == DropScope::kRestOfDatagram ? datagram.size() : reader.offset();
  view->record = ByteRange{static_cast<uint16_t>(offset), static_cast<uint16_t>(end - offset)};
  return reason;
}

}  // namespace waybill
