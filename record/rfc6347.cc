// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/rfc6347.h"

#include "waybill/record/extended12.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/header_fields.h"

namespace waybill {
namespace {

// BUG-05: what may travel unprotected is the handshake, its alerts and DTLS 1.3's ACK; never
// application data.
bool AllowedInClear(uint8_t content_type) {
  return content_type == kChangeCipherSpec || content_type == kAlert ||
         content_type == kHandshake || content_type == kAck;
}

constexpr size_t LimitOf(uint16_t epoch) {
  return epoch == 0 ? kMaxPlaintextLength : kMaxCiphertextLength12;
}

}  // namespace

bool WriteHeader(const Rfc6347Header& header, ByteWriter* writer) {
  return HeaderLayoutOf(header.content_type) == HeaderLayout::kRfc6347 &&  //
         header.length <= LimitOf(header.epoch) &&                         //
         WriteFields12(header.content_type, header.version, header.epoch, header.sequence,
                       writer) &&
         writer->WriteU16(header.length);
}

DropReason ParseRfc6347(const RecordRules& rules, ByteReader* reader, RecordView* view) {
  uint16_t length_field;
  if (!ReadFields12(reader, view) || !reader->ReadU16(&length_field))
    return DropReason::kHeaderTruncated;
  if (AnnouncesExtensions(length_field, rules.extensions)) {
    return ParseBehindHeader12(length_field & ~kExtensionIndicator, rules.extensions, reader, view);
  }
  view->form = view->epoch == 0 ? RecordForm::kDtlsPlaintext : RecordForm::kDtlsCiphertext;
  const DropReason reason = ReadPayload(length_field, LimitOf(view->epoch), reader, view);
  if (reason != DropReason::kNone) return reason;
  if (view->epoch == 0 && !AllowedInClear(view->first_byte)) return DropReason::kContentTypeInClear;
  return DropReason::kNone;
}

}  // namespace waybill
