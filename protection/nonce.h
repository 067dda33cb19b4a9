// SPDX-License-Identifier: Apache-2.0
//
// The nonces of records, from IV and record number.
#ifndef WAYBILL_PROTECTION_NONCE_H_
#define WAYBILL_PROTECTION_NONCE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/types/span.h"
#include "waybill/protection/aead.h"
#include "waybill/protection/traffic_keys.h"

namespace waybill {

// The IV, XORed in its last 8 bytes with `number`: the sequence number in DTLS 1.3 (RFC 8446,
// section 5.3; RFC 9147 means the 64 bits that go without the epoch), epoch and sequence number as
// they stand in the header for ChaCha20-Poly1305 in DTLS 1.2 (RFC 7905, section 2). `iv` has
// kIvLength bytes.
inline AeadNonce NonceOfNumber(absl::Span<const uint8_t> iv, uint64_t number) {
  AeadNonce nonce;
  std::memcpy(nonce.data(), iv.data(), nonce.size());
  for (size_t i = 0; i < sizeof(number); ++i) {
    nonce[nonce.size() - 1 - i] ^= static_cast<uint8_t>(number >> (8 * i));
  }
  return nonce;
}

// Epoch and sequence number of DTLS 1.2 as the 64 bits that they are in nonces. What a sender
// writes as explicit nonce, too (RFC 5288, section 3; RFC 6655, section 3).
constexpr uint64_t NumberOf12(uint16_t epoch, uint64_t sequence) {
  return uint64_t{epoch} << 48 | sequence;
}

// The salt, then the explicit nonce as it stands in the record: AES-GCM and AES-CCM in DTLS 1.2. A
// receiver takes what it is sent, whatever the record's number. Lengths as in traffic_keys.h.
inline AeadNonce NonceOfExplicit(absl::Span<const uint8_t> salt,
                                 absl::Span<const uint8_t> explicit_nonce) {
  AeadNonce nonce;
  std::memcpy(nonce.data(), salt.data(), kSaltLength);
  std::memcpy(nonce.data() + kSaltLength, explicit_nonce.data(), kExplicitNonceLength);
  return nonce;
}

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_NONCE_H_
