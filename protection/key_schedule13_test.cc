// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/key_schedule13.h"

#include <openssl/digest.h>
#include <openssl/hmac.h>

#include <string>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

struct PublishedKeys {
  AeadAlgorithm algorithm;
  HashAlgorithm hash;
  std::string traffic_secret, key, iv, number_key;
};

const char kSecret32[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const char kOtherSecret32[] = "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";
const char kSecret48[] =
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    "202122232425262728292a2b2c2d2e2f";
const char kOtherSecret48[] =
    "303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f"
    "505152535455565758595a5b5c5d5e5f";

// Facts of pion/dtls at 66a28794 (MIT), internal/ciphersuite/tls_13_record_protection_test.go.
const PublishedKeys kPublished[] = {
    {AeadAlgorithm::kAes128Gcm, HashAlgorithm::kSha256, kSecret32,
     "cc95abc258d309424ddbf7cba68bd77e", "6d3299305dd209fc865cf8f1",
     "c5b1a0649ea4fdafbe7e256665068222"},
    {AeadAlgorithm::kAes128Gcm, HashAlgorithm::kSha256, kOtherSecret32,
     "18e38156d5a877f3114a359c90cf6b1c", "0fc4773203e01ccd271e629b",
     "65a419e0a1eda1c3850853fa556adee4"},
    {AeadAlgorithm::kAes256Gcm, HashAlgorithm::kSha384, kSecret48,
     "d6732c55efc102933ffe3af6922bdb7fe44d18f2b7307173758bfeb457a6f9bb", "8ae6b315daa064c6dfa5f10a",
     "fc6f78156052e019518fb3ea0d77c796ca2da8796cc26b8e42c5b5395a72af1d"},
    {AeadAlgorithm::kAes256Gcm, HashAlgorithm::kSha384, kOtherSecret48,
     "7c523cc53469c11fd6ca9acb78a0bf2bbe34f7779dca7ab75eb6fd7d2dc0d667", "52c85dfce33da09b62295ad7",
     "9a7ed1d037e961ad1ee02fde1315f29ebfd2fc8f3c823726064b93f0e9964569"},
    {AeadAlgorithm::kChaCha20Poly1305, HashAlgorithm::kSha256, kSecret32,
     "fa36130205a96cbeb292e37361db797a5292833e60912c992462e04b0eba0ecd", "6d3299305dd209fc865cf8f1",
     "534890654f2b1ca72683f148cdbae6a98ffeaaad7e23fc9e693486e2a92b6892"},
    {AeadAlgorithm::kChaCha20Poly1305, HashAlgorithm::kSha256, kOtherSecret32,
     "764d73625579da13dbf400345a3a28f64e1fd7d755ec9b6e1f7ade12c2b7b735", "0fc4773203e01ccd271e629b",
     "93360cb9d6b073a87e187ca4398acb6adf02f76aa7f485b76e18e07eba60d867"},
};

TEST(KeySchedule13, GivesThePublishedKeys) {
  for (const PublishedKeys& published : kPublished) {
    SCOPED_TRACE(ParametersOf(published.algorithm).name);
    TrafficKeys keys;
    ASSERT_TRUE(DeriveTrafficKeys13(published.hash, published.algorithm,
                                    FromHex(published.traffic_secret), &keys));
    EXPECT_EQ(keys.algorithm, published.algorithm);
    EXPECT_EQ(ToHex(keys.key.bytes()), published.key);
    EXPECT_EQ(ToHex(keys.iv.bytes()), published.iv);
    EXPECT_EQ(ToHex(keys.number_key.bytes()), published.number_key);
    EXPECT_NE(keys.key.id(), 0u);
  }
}

// The first block of HKDF-Expand by hand: `label` is HkdfLabel (RFC 8446, section 7.1) without its
// length.
Bytes ExpandByHand(HashAlgorithm hash, const Bytes& secret, size_t length,
                   const std::string& label) {
  Bytes info = {0, static_cast<uint8_t>(length), static_cast<uint8_t>(label.size())};
  info.insert(info.end(), label.begin(), label.end());
  info.push_back(0);  // the context
  info.push_back(1);  // HKDF's counter
  Bytes output(EVP_MAX_MD_SIZE);
  unsigned output_length = 0;
  HMAC(hash == HashAlgorithm::kSha256 ? EVP_sha256() : EVP_sha384(), secret.data(), secret.size(),
       info.data(), info.size(), output.data(), &output_length);
  EXPECT_LE(length, output_length);
  output.resize(length);
  return output;
}

// No key of CCM has been published: the schedule is the same, the length is its key's.
TEST(KeySchedule13, OfEveryAlgorithmIsHkdf) {
  for (const HashAlgorithm hash : {HashAlgorithm::kSha256, HashAlgorithm::kSha384}) {
    for (const AeadAlgorithm algorithm : kAeadAlgorithms) {
      const size_t key_length = ParametersOf(algorithm).key_length;
      const Bytes secret(LengthOf(hash), 0x5a);
      TrafficKeys keys;
      ASSERT_TRUE(DeriveTrafficKeys13(hash, algorithm, secret, &keys));
      EXPECT_EQ(keys.algorithm, algorithm);
      EXPECT_EQ(ToHex(keys.key.bytes()),
                ToHex(ExpandByHand(hash, secret, key_length, "dtls13key")));
      EXPECT_EQ(ToHex(keys.iv.bytes()), ToHex(ExpandByHand(hash, secret, 12, "dtls13iv")));
      EXPECT_EQ(ToHex(keys.number_key.bytes()),
                ToHex(ExpandByHand(hash, secret, key_length, "dtls13sn")));
    }
  }
}

TEST(KeySchedule13, KeysDerivedAgainHaveAnotherId) {
  TrafficKeys keys, again;
  for (TrafficKeys* each : {&keys, &again}) {
    ASSERT_TRUE(DeriveTrafficKeys13(HashAlgorithm::kSha256, AeadAlgorithm::kAes128Gcm,
                                    FromHex(kSecret32), each));
  }
  EXPECT_EQ(ToHex(keys.key.bytes()), ToHex(again.key.bytes()));
  EXPECT_NE(keys.key.id(), again.key.id());
}

TEST(KeySchedule13, SecretsOfOtherLengthsChangeNothing) {
  for (const HashAlgorithm hash : {HashAlgorithm::kSha256, HashAlgorithm::kSha384}) {
    for (size_t length = 0; length <= 64; ++length) {
      if (length == LengthOf(hash)) continue;
      TrafficKeys keys;
      keys.iv.Assign(FromHex("aabb"));
      EXPECT_FALSE(DeriveTrafficKeys13(hash, AeadAlgorithm::kAes128Gcm, Bytes(length), &keys));
      EXPECT_EQ(ToHex(keys.iv.bytes()), "aabb");
      EXPECT_EQ(keys.key.id(), 0u);

      TrafficSecret secret, next;
      next.Assign(FromHex("ccdd"));
      if (!secret.Assign(Bytes(length))) continue;
      EXPECT_FALSE(NextTrafficSecret(hash, secret, &next)) << length;
      EXPECT_EQ(ToHex(next.bytes()), "ccdd");
    }
  }
}

TEST(NextTrafficSecret, IsHkdfInPlaceAsWell) {
  for (const HashAlgorithm hash : {HashAlgorithm::kSha256, HashAlgorithm::kSha384}) {
    Bytes expected(LengthOf(hash), 0x5a);
    TrafficSecret in_place;
    ASSERT_TRUE(in_place.Assign(expected));
    for (int update = 0; update < 3; ++update) {
      const TrafficSecret before = in_place;
      TrafficSecret next;
      ASSERT_TRUE(NextTrafficSecret(hash, before, &next));
      ASSERT_TRUE(NextTrafficSecret(hash, in_place, &in_place));
      EXPECT_EQ(ToHex(before.bytes()), ToHex(expected)) << "it is not touched";
      expected = ExpandByHand(hash, expected, LengthOf(hash), "dtls13traffic upd");
      EXPECT_EQ(ToHex(next.bytes()), ToHex(expected));
      EXPECT_EQ(ToHex(in_place.bytes()), ToHex(expected));
    }
  }
}

}  // namespace
}  // namespace waybill
