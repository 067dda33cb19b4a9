// SPDX-License-Identifier: Apache-2.0
//
// What protects the records of one direction of one epoch, packed as an association keeps it.
#ifndef WAYBILL_PROTECTION_TRAFFIC_KEYS_H_
#define WAYBILL_PROTECTION_TRAFFIC_KEYS_H_

#include <cstddef>
#include <cstdint>

#include "waybill/protection/aead.h"
#include "waybill/protection/secret_bytes.h"

namespace waybill {

// Bytes of the IVs that a key schedule yields.
inline constexpr size_t kIvLength = 12;
// Of AES-GCM and AES-CCM in DTLS 1.2, whose nonces end with 8 bytes of the record (RFC 5288).
inline constexpr size_t kSaltLength = 4;
inline constexpr size_t kExplicitNonceLength = 8;

// Of the IV of each direction in DTLS 1.2.
constexpr size_t Iv12LengthOf(AeadAlgorithm algorithm) {
  return algorithm == AeadAlgorithm::kChaCha20Poly1305 ? kIvLength : kSaltLength;
}

// A value; its secrets are wiped when it goes.
struct TrafficKeys {
  AeadAlgorithm algorithm = AeadAlgorithm::kAes128Gcm;
  SecretBytes<kIvLength> iv;                  // kIvLength bytes, or kSaltLength
  SecretBytes<kMaxAeadKeyLength> number_key;  // sn_key of DTLS 1.3; empty in DTLS 1.2
  AeadKey key;
};

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_TRAFFIC_KEYS_H_
