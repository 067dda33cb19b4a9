// SPDX-License-Identifier: Apache-2.0
//
// The bytes that a record's protection covers besides its content, for every form, as pure bytes:
// no key is needed to say them.
#ifndef WAYBILL_RECORD_ADDITIONAL_DATA_H_
#define WAYBILL_RECORD_ADDITIONAL_DATA_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/temporary_owner.h"

namespace waybill {

// An upper bound of what WriteAdditionalData12() writes, in bytes, for a chain of `chain_length`
// bytes.
constexpr size_t MaxAdditionalDataLength12(size_t chain_length) {
  return 8 + 1 + 2 + 1 + 2 + 8 + 255 + 2 + chain_length;
}

// Writes the additional data of a DTLS 1.2 record, whose header fields are taken as received from
// `datagram`, the one that `view` was parsed from:
//
//   RFC 6347 (RFC 5246, section 6.2.3.3):
//     epoch, sequence, type, version, length
//   RFC 9146 (section 5.3):
//     8 x 0xff, 25, CID length, 25, version, epoch, sequence, CID, length
//   record header extensions, authenticated profile (EXT-14):
//     8 x 0xff, 0xff, chain length of 2 bytes, type, version, epoch, sequence, chain, length
//   record header extensions, strict profile (EXT-4):
//     as RFC 6347; neither E nor the chain is covered
//
// `length` is what the cipher suite's kind asks for, in bytes:
//
//   AEAD:              of the plaintext, or of the inner plaintext
//   MAC-then-encrypt:  the same; these bytes, then that plaintext, are the MAC input (REQ-018)
//   encrypt-then-MAC:  of IV and ciphertext (RFC 7366); these bytes, then both, are the MAC input
//
// False where the form is not one of DTLS 1.2, `datagram` is not the view's, or the room is too
// small. Thread-safe.
bool WriteAdditionalData12(const RecordView& view, absl::Span<const uint8_t> datagram,
                           ExtensionProfile profile, uint16_t length, ByteWriter* writer);

// The additional data of a DTLS 1.3 record: its header as sent before record number encryption,
// chain included, in place (RFC 9147, section 4; EXT-15). The number in `datagram` must have been
// unmasked. Empty where the form is not one of DTLS 1.3.
absl::Span<const uint8_t> AdditionalData13(const RecordView& view,
                                           absl::Span<const uint8_t> datagram);
template <typename Owner, typename = IfTemporaryOwner<Owner>>
absl::Span<const uint8_t> AdditionalData13(const RecordView& view, Owner&& datagram) = delete;

}  // namespace waybill

#endif  // WAYBILL_RECORD_ADDITIONAL_DATA_H_
