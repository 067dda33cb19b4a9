// SPDX-License-Identifier: Apache-2.0
//
// The part of the reference codec for what a record's protection covers: additional data and MAC
// inputs of every form, and inner plaintexts.
#ifndef WAYBILL_TRAFFIC_REFERENCE_PROTECTION_H_
#define WAYBILL_TRAFFIC_REFERENCE_PROTECTION_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "waybill/traffic/reference_codec.h"
#include "waybill/traffic/reference_octets.h"
#include "waybill/wire/drop_reason.h"

namespace waybill::reference {

// What stands before the plaintext (AEAD, MAC-then-encrypt), or before IV and ciphertext
// (encrypt-then-MAC), whose length is `length`: RFC 6347 (section 4.1.2.1), RFC 9146 (section 5),
// EXT-4, EXT-14. None where the record, an accepted one, is not of DTLS 1.2.
std::optional<Octets> AdditionalData12(const Record& record, Profile profile, uint64_t length);

// The header before record number encryption (RFC 9147, section 4), extensions included (EXT-15).
// None where the record, an accepted one, is not of DTLS 1.3.
std::optional<Octets> AdditionalData13(const Record& record);

// DTLSInnerPlaintext (RFC 9146, section 4; RFC 9147, section 4), taken apart.
struct InnerPlaintext {
  Octets content;
  uint8_t type = 0;
  size_t zeros = 0;
};

// RFC 8446, section 5.4. `limit` is the longest that is allowed, in octets.
DropReason ReadInnerPlaintext(const Octets& plaintext, size_t limit, InnerPlaintext* inner);

}  // namespace waybill::reference

#endif  // WAYBILL_TRAFFIC_REFERENCE_PROTECTION_H_
