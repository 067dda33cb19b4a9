// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/unified.h"

#include "waybill/record/extended13.h"
#include "waybill/record/header_fields.h"

namespace waybill {

bool WriteHeader(const UnifiedHeader& header, ByteWriter* writer) {
  if (header.length.has_value() &&
      (*header.length < kNumberSampleLength || *header.length > kMaxCiphertextLength13)) {
    return false;
  }
  return WriteFields13(header.epoch, header.sequence, header.sequence16, header.cid,
                       header.length.has_value(), writer) &&
         (!header.length.has_value() || writer->WriteU16(*header.length));
}

DropReason ParseUnified(const RecordRules& rules, ByteReader* reader, RecordView* view) {
  view->form = RecordForm::kUnified;
  if (!reader->ReadU8(&view->first_byte)) return DropReason::kHeaderTruncated;
  if ((view->first_byte & kUnifiedCidBit) != 0) {
    const DropReason reason = ReadCid(rules.cid_length, reader, view);
    if (reason != DropReason::kNone) return reason;
  }
  uint16_t length = 0;
  view->epoch = view->first_byte & kUnifiedEpochMask;
  view->has_length = (view->first_byte & kUnifiedLengthBit) != 0;
  if (!ReadProtectedSequence(reader, view) ||  //
      (view->has_length && !reader->ReadU16(&length))) {
    return DropReason::kHeaderTruncated;
  }
  if (!view->has_length) {
    if (reader->remaining() > kMaxCiphertextLength13) return DropReason::kLengthOverLimit;
    length = static_cast<uint16_t>(reader->remaining());
  } else if (rules.extensions.profile == ExtensionProfile::kAuthenticated &&
             AnnouncesExtensions(length, rules.extensions)) {
    return ParseBehindHeader13(length & ~kExtensionIndicator, rules.extensions, reader, view);
  }
  const DropReason reason = ReadPayload(length, kMaxCiphertextLength13, reader, view);
  if (reason != DropReason::kNone) return reason;
  if (length < kNumberSampleLength) return DropReason::kCiphertextTooShort;
  return DropReason::kNone;
}

}  // namespace waybill
