// SPDX-License-Identifier: Apache-2.0
//
// The record of DTLS 1.2 with a connection ID (RFC 9146, section 4): content type 25, and the CID
// in front of the length. Only the receiver knows how long the CID is.
//
//   | 25 | version 2 | epoch 2 | sequence number 6 | cid 1..255 | length 2 | payload |
#ifndef WAYBILL_RECORD_TLS12_CID_H_
#define WAYBILL_RECORD_TLS12_CID_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/record/field_layout.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/byte_writer.h"

namespace waybill {

// The fields of a header to be written. The CID is not owned.
struct Tls12CidHeader {
  uint16_t version = kDtls12Version;
  uint16_t epoch = 0;             // at least 1 (REQ-008)
  uint64_t sequence = 0;          // at most kMaxSequence
  absl::Span<const uint8_t> cid;  // 1 to 255 bytes
  uint16_t length = 0;            // bytes of the payload, at most kMaxCiphertextLength12
};

// Bytes that the header takes on the wire.
constexpr size_t EncodedLength(const Tls12CidHeader& header) { return 13 + header.cid.size(); }

// Writes the header. False where a field is out of its range or the room is too small; what was
// written before the failure stays.
bool WriteHeader(const Tls12CidHeader& header, ByteWriter* writer);

// What ParseRecord() reads of this form.
constexpr FieldLayout Tls12CidLayout() {
  FieldLayout layout = Layout12();
  layout.form = RecordForm::kTls12Cid;
  layout.form_in_clear = RecordForm::kTls12Cid;
  layout.form_extended = RecordForm::kTls12Cid;
  layout.fault_in_clear = DropReason::kContentTypeInClear;
  layout.fault_if_extended = DropReason::kExtensionInTls12Cid;  // EXT-10
  layout.cid_place = 11;
  layout.cid_mask = FieldLayout::kAll;
  return layout;
}

}  // namespace waybill

#endif  // WAYBILL_RECORD_TLS12_CID_H_
