// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/cipher_suite.h"

namespace waybill {
namespace {

constexpr CipherSuite Suite12(uint16_t id, AeadAlgorithm aead) {
  return {id, DtlsVersion::kDtls12, aead,
          aead == AeadAlgorithm::kAes256Gcm ? HashAlgorithm::kSha384 : HashAlgorithm::kSha256};
}
constexpr CipherSuite Suite13(uint16_t id, AeadAlgorithm aead) {
  CipherSuite suite = Suite12(id, aead);
  suite.version = DtlsVersion::kDtls13;
  return suite;
}

constexpr CipherSuite kSuites[] = {
    // RFC 8446, appendix B.4.
    Suite13(0x1301, AeadAlgorithm::kAes128Gcm),
    Suite13(0x1302, AeadAlgorithm::kAes256Gcm),
    Suite13(0x1303, AeadAlgorithm::kChaCha20Poly1305),
    Suite13(0x1304, AeadAlgorithm::kAes128Ccm),
    Suite13(0x1305, AeadAlgorithm::kAes128Ccm8),
    // RFC 5288: RSA, DHE_RSA, DH_RSA, DHE_DSS, DH_DSS, DH_anon.
    Suite12(0x009c, AeadAlgorithm::kAes128Gcm),
    Suite12(0x009d, AeadAlgorithm::kAes256Gcm),
    Suite12(0x009e, AeadAlgorithm::kAes128Gcm),
    Suite12(0x009f, AeadAlgorithm::kAes256Gcm),
    Suite12(0x00a0, AeadAlgorithm::kAes128Gcm),
    Suite12(0x00a1, AeadAlgorithm::kAes256Gcm),
    Suite12(0x00a2, AeadAlgorithm::kAes128Gcm),
    Suite12(0x00a3, AeadAlgorithm::kAes256Gcm),
    Suite12(0x00a4, AeadAlgorithm::kAes128Gcm),
    Suite12(0x00a5, AeadAlgorithm::kAes256Gcm),
    Suite12(0x00a6, AeadAlgorithm::kAes128Gcm),
    Suite12(0x00a7, AeadAlgorithm::kAes256Gcm),
    // RFC 5487: PSK, DHE_PSK, RSA_PSK.
    Suite12(0x00a8, AeadAlgorithm::kAes128Gcm),
    Suite12(0x00a9, AeadAlgorithm::kAes256Gcm),
    Suite12(0x00aa, AeadAlgorithm::kAes128Gcm),
    Suite12(0x00ab, AeadAlgorithm::kAes256Gcm),
    Suite12(0x00ac, AeadAlgorithm::kAes128Gcm),
    Suite12(0x00ad, AeadAlgorithm::kAes256Gcm),
    // RFC 5289: ECDHE_ECDSA, ECDH_ECDSA, ECDHE_RSA, ECDH_RSA.
    Suite12(0xc02b, AeadAlgorithm::kAes128Gcm),
    Suite12(0xc02c, AeadAlgorithm::kAes256Gcm),
    Suite12(0xc02d, AeadAlgorithm::kAes128Gcm),
    Suite12(0xc02e, AeadAlgorithm::kAes256Gcm),
    Suite12(0xc02f, AeadAlgorithm::kAes128Gcm),
    Suite12(0xc030, AeadAlgorithm::kAes256Gcm),
    Suite12(0xc031, AeadAlgorithm::kAes128Gcm),
    Suite12(0xc032, AeadAlgorithm::kAes256Gcm),
    // RFC 6655: RSA, DHE_RSA, PSK, DHE_PSK; first with tags of 16 bytes, then of 8.
    Suite12(0xc09c, AeadAlgorithm::kAes128Ccm),
    Suite12(0xc09e, AeadAlgorithm::kAes128Ccm),
    Suite12(0xc0a4, AeadAlgorithm::kAes128Ccm),
    Suite12(0xc0a6, AeadAlgorithm::kAes128Ccm),
    Suite12(0xc0a0, AeadAlgorithm::kAes128Ccm8),
    Suite12(0xc0a2, AeadAlgorithm::kAes128Ccm8),
    Suite12(0xc0a8, AeadAlgorithm::kAes128Ccm8),
    Suite12(0xc0aa, AeadAlgorithm::kAes128Ccm8),
    // RFC 7251: ECDHE_ECDSA.
    Suite12(0xc0ac, AeadAlgorithm::kAes128Ccm),
    Suite12(0xc0ae, AeadAlgorithm::kAes128Ccm8),
    // RFC 8492: ECCPWD.
    Suite12(0xc0b0, AeadAlgorithm::kAes128Gcm),
    Suite12(0xc0b1, AeadAlgorithm::kAes256Gcm),
    Suite12(0xc0b2, AeadAlgorithm::kAes128Ccm),
    // RFC 7905: ECDHE_RSA, ECDHE_ECDSA, DHE_RSA, PSK, ECDHE_PSK, DHE_PSK, RSA_PSK.
    Suite12(0xcca8, AeadAlgorithm::kChaCha20Poly1305),
    Suite12(0xcca9, AeadAlgorithm::kChaCha20Poly1305),
    Suite12(0xccaa, AeadAlgorithm::kChaCha20Poly1305),
    Suite12(0xccab, AeadAlgorithm::kChaCha20Poly1305),
    Suite12(0xccac, AeadAlgorithm::kChaCha20Poly1305),
    Suite12(0xccad, AeadAlgorithm::kChaCha20Poly1305),
    Suite12(0xccae, AeadAlgorithm::kChaCha20Poly1305),
    // RFC 8442: ECDHE_PSK.
    Suite12(0xd001, AeadAlgorithm::kAes128Gcm),
    Suite12(0xd002, AeadAlgorithm::kAes256Gcm),
    Suite12(0xd003, AeadAlgorithm::kAes128Ccm8),
    Suite12(0xd005, AeadAlgorithm::kAes128Ccm),
};

}  // namespace

const CipherSuite* FindCipherSuite(uint16_t id) {
  for (const CipherSuite& suite : kSuites) {
    if (suite.id == id) return &suite;
  }
  return nullptr;
}

}  // namespace waybill
