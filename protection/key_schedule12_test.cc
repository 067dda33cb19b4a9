// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/key_schedule12.h"

#include <string>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

constexpr HashAlgorithm kHashes[] = {HashAlgorithm::kSha256, HashAlgorithm::kSha384};

std::string Prf(HashAlgorithm hash, const std::string& secret, const std::string& label,
                const std::string& seed, size_t length) {
  Bytes output(length);
  Prf12(hash, FromHex(secret), label, FromHex(seed), absl::MakeSpan(output));
  return ToHex(output);
}

// "Test vectors for TLS 1.2 PRF", a mail to the TLS working group of June 2009.
TEST(Prf12, GivesThePublishedAnswers) {
  EXPECT_EQ(Prf(HashAlgorithm::kSha256, "9bbe436ba940f017b17652849a71db35", "test label",
                "a0ba9f936cda311827a6f796ffd5198c", 100),
            "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a"
            "6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab"
            "4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff701"
            "87347b66");
  EXPECT_EQ(Prf(HashAlgorithm::kSha384, "b80b733d6ceefcdc71566ea48e5567df", "test label",
                "cd665cf6a8447dd6ff8b27555edb7465", 148),
            "7b0c18e9ced410ed1804f2cfa34a336a1c14dffb4900bb5fd7942107e81c83cd"
            "e9ca0faa60be9fe34f82b1233c9146a0e534cb400fed2700884f9dc236f80edd"
            "8bfa961144c9e8d792eca722a7b32fc3d416d473ebc2c5fd4abfdad05d918425"
            "9b5bf8cd4d90fa0d31e2dec479e4f1a26066f2eea9a69236a3e52655c9e9aee6"
            "91c8f3a26854308d5eaa3be85e0990703d73e56f");
}

TEST(Prf12, AShorterOutputIsTheBeginningOfALongerOne) {
  for (const HashAlgorithm hash : kHashes) {
    const std::string longest = Prf(hash, "0011", "label", "2233", 150);
    for (size_t length = 0; length < 150; ++length) {
      ASSERT_EQ(Prf(hash, "0011", "label", "2233", length), longest.substr(0, 2 * length));
    }
  }
}

class KeySchedule12 : public testing::Test {
 protected:
  Bytes master_secret_ = Bytes(kMasterSecretLength, 0x11);
  Bytes client_random_ = Bytes(kHelloRandomLength, 0x22);
  Bytes server_random_ = Bytes(kHelloRandomLength, 0x33);
};

// RFC 5246, section 6.3: the key block begins with the client's key, behind it the server's, then
// the IVs in the same order.
TEST_F(KeySchedule12, CutsTheKeyBlock) {
  Bytes seed = server_random_;
  seed.insert(seed.end(), client_random_.begin(), client_random_.end());
  for (const HashAlgorithm hash : kHashes) {
    for (const AeadAlgorithm algorithm : kAeadAlgorithms) {
      SCOPED_TRACE(ParametersOf(algorithm).name);
      size_t key = 16, iv = 4;
      if (algorithm == AeadAlgorithm::kAes256Gcm) key = 32;
      if (algorithm == AeadAlgorithm::kChaCha20Poly1305) key = 32, iv = 12;
      const std::string block = Prf(hash, ToHex(master_secret_), "key expansion", ToHex(seed), 88);
      const auto cut = [&](size_t from, size_t size) { return block.substr(2 * from, 2 * size); };

      TrafficKeys client, server;
      client.number_key.Assign(Bytes(3));  // nothing of what was there stays
      ASSERT_TRUE(DeriveTrafficKeys12(hash, algorithm, master_secret_, client_random_,
                                      server_random_, &client, &server));
      EXPECT_EQ(ToHex(client.key.bytes()), cut(0, key));
      EXPECT_EQ(ToHex(server.key.bytes()), cut(key, key));
      EXPECT_EQ(ToHex(client.iv.bytes()), cut(2 * key, iv));
      EXPECT_EQ(ToHex(server.iv.bytes()), cut(2 * key + iv, iv));
      for (const TrafficKeys* keys : {&client, &server}) {
        EXPECT_EQ(keys->algorithm, algorithm);
        EXPECT_TRUE(keys->number_key.empty());
        EXPECT_NE(keys->key.id(), 0u);
      }
      EXPECT_NE(client.key.id(), server.key.id());
    }
  }
}

// A key block that another implementation of HMAC made (Python's), of the inputs above.
TEST_F(KeySchedule12, GivesAnAnswerFromElsewhere) {
  TrafficKeys client, server;
  ASSERT_TRUE(DeriveTrafficKeys12(HashAlgorithm::kSha256, AeadAlgorithm::kAes128Gcm, master_secret_,
                                  client_random_, server_random_, &client, &server));
  EXPECT_EQ(ToHex(client.key.bytes()), "61f73b13f5b58a38033027737db6ca04");
  EXPECT_EQ(ToHex(server.key.bytes()), "327c3c5bbe33cd90dac795272b78ded9");
  EXPECT_EQ(ToHex(client.iv.bytes()), "bca93029");
  EXPECT_EQ(ToHex(server.iv.bytes()), "4ac57e87");
}

TEST_F(KeySchedule12, WrongLengthsAnswerFalseAndChangeNothing) {
  for (Bytes* input : {&master_secret_, &client_random_, &server_random_}) {
    const Bytes right = *input;
    for (const size_t length : {size_t{0}, right.size() - 1, right.size() + 1}) {
      input->resize(length);
      TrafficKeys client, server;
      client.iv.Assign(FromHex("aabb"));
      server.key = AeadKey(FromHex("ccdd"));
      EXPECT_FALSE(DeriveTrafficKeys12(HashAlgorithm::kSha256, AeadAlgorithm::kAes128Ccm,
                                       master_secret_, client_random_, server_random_, &client,
                                       &server));
      EXPECT_EQ(ToHex(client.iv.bytes()), "aabb");
      EXPECT_EQ(ToHex(server.key.bytes()), "ccdd");
      EXPECT_EQ(client.key.id(), 0u);
      *input = right;
    }
  }
}

}  // namespace
}  // namespace waybill
