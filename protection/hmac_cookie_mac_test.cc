// SPDX-License-Identifier: Apache-2.0
//
// The code that cookies are made of; of REQ-098 this is that nobody can forge one.
#include "waybill/protection/hmac_cookie_mac.h"

#include <openssl/digest.h>
#include <openssl/hmac.h>

#include <random>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

Bytes RandomBytes(size_t size, std::mt19937_64* random) {
  Bytes bytes(size);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>((*random)());
  return bytes;
}

Bytes Compute(const CookieMac& cookie_mac, const Bytes& message, size_t length = 32) {
  Bytes mac(length);
  EXPECT_TRUE(cookie_mac.Compute(message, absl::MakeSpan(mac)));
  return mac;
}

// RFC 4868, section 2.7.2.1, the test case with a key of 32 bytes.
TEST(HmacCookieMac, GivesThePublishedAnswer) {
  const auto cookie_mac = MakeHmacCookieMac(Bytes(32, 0x0b));
  ASSERT_NE(cookie_mac, nullptr);
  EXPECT_EQ(ToHex(Compute(*cookie_mac, FromHex("4869205468657265"))),
            "198a607eb44bfbc69903a0f1cf2bbdc5ba0aa3f3d9ae3c1c7a3b1696a0b68cf7");
}

TEST(HmacCookieMac, IsHmacOfAnyMessageCutToAnyLength) {
  std::mt19937_64 random(1);
  for (size_t message_length = 0; message_length <= 200; ++message_length) {
    const Bytes key = RandomBytes(32, &random);
    const Bytes message = RandomBytes(message_length, &random);
    uint8_t expected[EVP_MAX_MD_SIZE];
    unsigned expected_length = 0;
    ASSERT_NE(HMAC(EVP_sha256(), key.data(), key.size(), message.data(), message.size(), expected,
                   &expected_length),
              nullptr);
    ASSERT_EQ(expected_length, 32u);
    const auto cookie_mac = MakeHmacCookieMac(key);
    ASSERT_NE(cookie_mac, nullptr);
    for (size_t length = 1; length <= 32; ++length) {
      ASSERT_EQ(Compute(*cookie_mac, message, length), Bytes(expected, expected + length))
          << message_length << " bytes, cut to " << length;
    }
  }
}

TEST(HmacCookieMac, ComputesNothingOfOtherLengths) {
  const auto cookie_mac = MakeHmacCookieMac(Bytes(32, 1));
  EXPECT_FALSE(cookie_mac->Compute(Bytes(8), absl::Span<uint8_t>()));
  for (const size_t length : {33, 34, 64, 1000}) {
    Bytes mac(length, 0xa5);
    EXPECT_FALSE(cookie_mac->Compute(Bytes(8), absl::MakeSpan(mac)));
    EXPECT_EQ(mac, Bytes(length, 0xa5));
  }
}

TEST(HmacCookieMac, VerifiesCodesOf16To32BytesAlone) {
  const auto cookie_mac = MakeHmacCookieMac(Bytes(32, 1));
  const Bytes message = FromHex("00112233");
  Bytes mac = Compute(*cookie_mac, message);
  mac.resize(64);
  for (size_t length = 0; length <= mac.size(); ++length) {
    EXPECT_EQ(cookie_mac->Verify(message, absl::MakeConstSpan(mac).first(length)),
              length >= 16 && length <= 32)
        << length;
  }
}

TEST(HmacCookieMac, RefusesEveryFlippedBit) {
  const auto cookie_mac = MakeHmacCookieMac(Bytes(32, 1));
  std::mt19937_64 random(1);
  Bytes message = RandomBytes(24, &random);
  for (size_t length = 16; length <= 32; ++length) {
    Bytes mac = Compute(*cookie_mac, message, length);
    for (Bytes* bytes : {&message, &mac}) {
      for (uint8_t& byte : *bytes) {
        for (int bit = 0; bit < 8; ++bit) {
          byte ^= static_cast<uint8_t>(1 << bit);
          ASSERT_FALSE(cookie_mac->Verify(message, mac));
          byte ^= static_cast<uint8_t>(1 << bit);
        }
      }
    }
    ASSERT_TRUE(cookie_mac->Verify(message, mac));
    Bytes longer = message;
    longer.push_back(0);
    EXPECT_FALSE(cookie_mac->Verify(longer, mac));
    longer.resize(message.size() - 1);
    EXPECT_FALSE(cookie_mac->Verify(longer, mac));
  }
}

TEST(HmacCookieMac, EveryBitOfTheKeyCounts) {
  Bytes key(32, 1);
  const Bytes mac = Compute(*MakeHmacCookieMac(key), Bytes(8));
  for (uint8_t& byte : key) {
    for (int bit = 0; bit < 8; ++bit) {
      byte ^= static_cast<uint8_t>(1 << bit);
      EXPECT_FALSE(MakeHmacCookieMac(key)->Verify(Bytes(8), mac));
      byte ^= static_cast<uint8_t>(1 << bit);
    }
  }
  EXPECT_TRUE(MakeHmacCookieMac(key)->Verify(Bytes(8), mac));
}

TEST(HmacCookieMac, KeysOfOtherLengthsGiveNull) {
  for (size_t length = 0; length <= 65; ++length) {
    EXPECT_EQ(MakeHmacCookieMac(Bytes(length)) != nullptr, length == 32) << length;
  }
}

}  // namespace
}  // namespace waybill
