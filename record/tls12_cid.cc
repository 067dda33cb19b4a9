// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/tls12_cid.h"

#include "waybill/record/first_byte.h"
#include "waybill/record/header_fields.h"

namespace waybill {

bool WriteHeader(const Tls12CidHeader& header, ByteWriter* writer) {
  return header.epoch != 0 &&                                          //
         !header.cid.empty() && header.cid.size() <= kMaxCidLength &&  //
         header.length <= kMaxCiphertextLength12 &&                    //
         WriteFields12(kTls12CidType, header.version, header.epoch, header.sequence, writer) &&
         writer->WriteBytes(header.cid) &&  //
         writer->WriteU16(header.length);
}

DropReason ParseTls12Cid(const RecordRules& rules, ByteReader* reader, RecordView* view) {
  view->form = RecordForm::kTls12Cid;
  if (!ReadFields12(reader, view)) return DropReason::kHeaderTruncated;
  uint16_t length_field;
  const DropReason cid_reason = ReadCid(rules.cid_length, reader, view);
  if (cid_reason != DropReason::kNone) return cid_reason;
  if (!reader->ReadU16(&length_field)) return DropReason::kHeaderTruncated;

  const bool extended = AnnouncesExtensions(length_field, rules.extensions);
  const uint16_t length = extended ? length_field & ~kExtensionIndicator : length_field;
  const DropReason reason = ReadPayload(length, kMaxCiphertextLength12, reader, view);
  if (reason != DropReason::kNone) return reason;
  if (extended) return DropReason::kExtensionInTls12Cid;
  if (view->epoch == 0) return DropReason::kContentTypeInClear;
  return DropReason::kNone;
}

}  // namespace waybill
