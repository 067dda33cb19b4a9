// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/cipher_suite.h"

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace waybill {
namespace {

struct RegisteredSuite {
  uint16_t id;
  std::string name;
};

// IANA's registry of TLS cipher suites: of each document that has suites of ours, the first, the
// last, and where AEADs take turns.
const RegisteredSuite kRegistered[] = {
    {0x1301, "TLS_AES_128_GCM_SHA256"},
    {0x1302, "TLS_AES_256_GCM_SHA384"},
    {0x1303, "TLS_CHACHA20_POLY1305_SHA256"},
    {0x1304, "TLS_AES_128_CCM_SHA256"},
    {0x1305, "TLS_AES_128_CCM_8_SHA256"},
    {0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256"},
    {0x009f, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"},
    {0x00a2, "TLS_DHE_DSS_WITH_AES_128_GCM_SHA256"},
    {0x00a7, "TLS_DH_anon_WITH_AES_256_GCM_SHA384"},
    {0x00a8, "TLS_PSK_WITH_AES_128_GCM_SHA256"},
    {0x00ad, "TLS_RSA_PSK_WITH_AES_256_GCM_SHA384"},
    {0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
    {0xc02e, "TLS_ECDH_ECDSA_WITH_AES_256_GCM_SHA384"},
    {0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
    {0xc031, "TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256"},
    {0xc09c, "TLS_RSA_WITH_AES_128_CCM"},
    {0xc0a0, "TLS_RSA_WITH_AES_128_CCM_8"},
    {0xc0a4, "TLS_PSK_WITH_AES_128_CCM"},
    {0xc0a8, "TLS_PSK_WITH_AES_128_CCM_8"},
    {0xc0aa, "TLS_PSK_DHE_WITH_AES_128_CCM_8"},
    {0xc0ac, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM"},
    {0xc0ae, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8"},
    {0xc0b0, "TLS_ECCPWD_WITH_AES_128_GCM_SHA256"},
    {0xc0b1, "TLS_ECCPWD_WITH_AES_256_GCM_SHA384"},
    {0xc0b2, "TLS_ECCPWD_WITH_AES_128_CCM_SHA256"},
    {0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
    {0xccae, "TLS_RSA_PSK_WITH_CHACHA20_POLY1305_SHA256"},
    {0xd001, "TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256"},
    {0xd002, "TLS_ECDHE_PSK_WITH_AES_256_GCM_SHA384"},
    {0xd003, "TLS_ECDHE_PSK_WITH_AES_128_CCM_8_SHA256"},
    {0xd005, "TLS_ECDHE_PSK_WITH_AES_128_CCM_SHA256"},
};

// The AEAD and the hash are what the name says behind WITH; a name without a hash means SHA-256
// (RFC 6655, section 3).
TEST(CipherSuite, IsAsItsNameSays) {
  for (const RegisteredSuite& registered : kRegistered) {
    SCOPED_TRACE(registered.name);
    const CipherSuite* const suite = FindCipherSuite(registered.id);
    ASSERT_NE(suite, nullptr);
    EXPECT_EQ(suite->id, registered.id);
    const size_t with = registered.name.find("_WITH_");
    const bool is_12 = with != std::string::npos;
    EXPECT_EQ(suite->version, is_12 ? DtlsVersion::kDtls12 : DtlsVersion::kDtls13);
    std::string protection = registered.name.substr(is_12 ? with + 6 : 4);
    HashAlgorithm hash = HashAlgorithm::kSha256;
    for (const std::string suffix : {"_SHA256", "_SHA384"}) {
      const size_t at = protection.find(suffix);
      if (at == std::string::npos) continue;
      protection.resize(at);
      if (suffix == "_SHA384") hash = HashAlgorithm::kSha384;
    }
    EXPECT_EQ(std::string(ParametersOf(suite->aead).name), protection);
    EXPECT_EQ(suite->hash, hash);
  }
}

TEST(CipherSuite, OfOtherAlgorithmsIsNull) {
  const RegisteredSuite others[] = {
      {0x0000, "TLS_NULL_WITH_NULL_NULL"},
      {0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA"},
      {0x00ae, "TLS_PSK_WITH_AES_128_CBC_SHA256"},
      {0x00ff, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"},
      {0x1306, "TLS_AEGIS_256_SHA512"},
      {0x5600, "TLS_FALLBACK_SCSV"},
      {0xc023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"},
      {0xc02a, "TLS_ECDH_RSA_WITH_AES_256_CBC_SHA384"},
      {0xc033, "TLS_ECDHE_PSK_WITH_RC4_128_SHA"},
      {0xc051, "TLS_RSA_WITH_ARIA_256_GCM_SHA384"},
      {0xc07a, "TLS_RSA_WITH_CAMELLIA_128_GCM_SHA256"},
      {0xc09d, "TLS_RSA_WITH_AES_256_CCM"},
      {0xc0af, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8"},
      {0xc0b3, "TLS_ECCPWD_WITH_AES_256_CCM_SHA384"},
      {0xcca7, "unassigned"},
      {0xcc13, "a draft's ECDHE_RSA_WITH_CHACHA20_POLY1305"},
      {0xd004, "unassigned"},
      {0xffff, "private use"},
  };
  for (const RegisteredSuite& other : others) {
    EXPECT_EQ(FindCipherSuite(other.id), nullptr) << other.name;
  }
}

TEST(CipherSuite, EachNumberIsItsOwnSuite) {
  size_t found = 0;
  std::set<const CipherSuite*> suites;
  for (unsigned id = 0; id <= 0xffff; ++id) {
    const CipherSuite* const suite = FindCipherSuite(static_cast<uint16_t>(id));
    if (suite == nullptr) continue;
    ++found;
    EXPECT_EQ(suite->id, id);
    suites.insert(suite);
  }
  EXPECT_EQ(suites.size(), found);
  // 5 of DTLS 1.3; GCM 12 + 6 + 8 + 2 + 2; CCM and CCM_8 8 + 2 + 1 + 2; ChaCha20-Poly1305 7.
  EXPECT_EQ(found, 5u + 30u + 13u + 7u);
}

}  // namespace
}  // namespace waybill
