// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/nonce.h"

#include <cstdint>

#include "gtest/gtest.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

TEST(Nonce, OfANumberIsAsPublished) {
  // RFC 9001, appendix A.5: QUIC makes it as DTLS 1.3 does.
  EXPECT_EQ(ToHex(NonceOfNumber(FromHex("e0459b3474bdd0e44a41c144"), 654360564)),
            "e0459b3474bdd0e46d417eb0");
  // pion/dtls at 66a28794 (MIT), internal/ciphersuite/tls_13_record_protection_test.go.
  EXPECT_EQ(ToHex(NonceOfNumber(FromHex("a0a1a2a3a4a5a6a7a8a9aaab"), 0x0102030405060708)),
            "a0a1a2a3a5a7a5a3adafada3");
  EXPECT_EQ(ToHex(NonceOfNumber(FromHex("6d3299305dd209fc865cf8f1"), 0x0001020304050607)),
            "6d3299305dd30bff8259fef6");
}

TEST(Nonce, EveryBitOfTheNumberHasItsPlace) {
  const Bytes iv = FromHex("000102030405060708090a0b");
  EXPECT_EQ(ToHex(NonceOfNumber(iv, 0)), ToHex(iv));
  for (int bit = 0; bit < 64; ++bit) {
    Bytes expected = iv;
    expected[11 - bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    EXPECT_EQ(ToHex(NonceOfNumber(iv, uint64_t{1} << bit)), ToHex(expected)) << bit;
  }
}

TEST(Nonce, OfAnExplicitNonceIsTheSaltAndIt) {
  EXPECT_EQ(ToHex(NonceOfExplicit(FromHex("a0a1a2a3"), FromHex("b0b1b2b3b4b5b6b7"))),
            "a0a1a2a3b0b1b2b3b4b5b6b7");
}

// What RFC 6347 has in its header, epoch first, as one number.
TEST(Nonce, TheNumberOfDtls12BeginsWithTheEpoch) {
  EXPECT_EQ(NumberOf12(0, 0), 0u);
  EXPECT_EQ(NumberOf12(0x0102, 0x030405060708), 0x0102030405060708u);
  EXPECT_EQ(NumberOf12(0xffff, (uint64_t{1} << 48) - 1), UINT64_MAX);
  EXPECT_EQ(ToHex(NonceOfNumber(Bytes(12), NumberOf12(0x0102, 0x030405060708))),
            "000000000102030405060708");
}

}  // namespace
}  // namespace waybill
