// SPDX-License-Identifier: Apache-2.0
//
// Which AEAD and which hash a cipher suite stands for.
#ifndef WAYBILL_PROTECTION_CIPHER_SUITE_H_
#define WAYBILL_PROTECTION_CIPHER_SUITE_H_

#include <cstdint>

#include "waybill/protection/aead.h"
#include "waybill/protection/hash_algorithm.h"
#include "waybill/record/record_checks.h"

namespace waybill {

// How a cipher suite protects records. Key exchange and authentication belong to the handshake, and
// are not told apart.
struct CipherSuite {
  uint16_t id = 0;  // as in IANA's registry of TLS cipher suites
  DtlsVersion version = DtlsVersion::kDtls12;
  AeadAlgorithm aead = AeadAlgorithm::kAes128Gcm;
  HashAlgorithm hash = HashAlgorithm::kSha256;
};

// The suite with this number in a ServerHello; null where its AEAD is none of AeadAlgorithm. Lives
// as long as the program. Thread-safe.
const CipherSuite* FindCipherSuite(uint16_t id);

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_CIPHER_SUITE_H_
