// SPDX-License-Identifier: Apache-2.0
//
// The record header of RFC 6347, section 4.1: DTLS 1.2 without a connection ID, and every record of
// epoch 0.
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +---------------+-------------------------------+
//   |  content type |            version            |
//   +---------------+-------------------------------+---------------+
//   |             epoch             |                               |
//   +-------------------------------+        sequence number        |
//   |                               |            length             |
//   +-------------------------------+-------------------------------+
#ifndef WAYBILL_RECORD_RFC6347_H_
#define WAYBILL_RECORD_RFC6347_H_

#include <cstddef>
#include <cstdint>

#include "waybill/record/field_layout.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/byte_writer.h"

namespace waybill {

// The fields of a header to be written.
struct Rfc6347Header {
  uint8_t content_type = 0;
  uint16_t version = kDtls12Version;
  uint16_t epoch = 0;
  uint64_t sequence = 0;  // at most kMaxSequence
  uint16_t length = 0;    // bytes of the payload, at most the limit of the epoch's form
};

// Bytes that the header takes on the wire.
constexpr size_t EncodedLength(const Rfc6347Header&) { return 13; }

// Writes the header. False where the content type does not belong to this layout, a field is out of
// its range or the room is too small; what was written before the failure stays.
bool WriteHeader(const Rfc6347Header& header, ByteWriter* writer);

// What ParseRecord() reads of forms dtls_plaintext and dtls_ciphertext, and of extended12 up to its
// chain.
constexpr FieldLayout Rfc6347Layout(uint8_t content_type) {
  FieldLayout layout = Layout12();
  layout.form = RecordForm::kDtlsCiphertext;
  layout.form_in_clear = RecordForm::kDtlsPlaintext;
  layout.form_extended = RecordForm::kExtended12;
  // BUG-05: what may travel unprotected is the handshake, its alerts and DTLS 1.3's ACK; never
  // application data.
  const bool allowed_in_clear = content_type == kChangeCipherSpec || content_type == kAlert ||
                                content_type == kHandshake || content_type == kAck;
  if (!allowed_in_clear) layout.fault_in_clear = DropReason::kContentTypeInClear;
  if (content_type == kChangeCipherSpec || content_type == kHandshake) {
    layout.fault_if_extended = DropReason::kExtensionInHandshake;  // EXT-13
  }
  return layout;
}

}  // namespace waybill

#endif  // WAYBILL_RECORD_RFC6347_H_
