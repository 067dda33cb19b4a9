// SPDX-License-Identifier: Apache-2.0
//
// Whole records of DTLS 1.3 that others published, from the traffic secret to the bytes on the
// wire: the parts of this room together. Facts of pion/dtls at 66a28794 (MIT),
// internal/ciphersuite/tls_13_record_protection_test.go.
#include <cstdint>
#include <memory>
#include <string>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/protection/aead.h"
#include "waybill/protection/boringssl_aead.h"
#include "waybill/protection/key_schedule13.h"
#include "waybill/protection/nonce.h"
#include "waybill/protection/number_mask.h"
#include "waybill/protection/traffic_keys.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

// Epoch 3, CID cafebabe, 16 bits of sequence number, a length field.
constexpr uint64_t kSequence = 0x0001020304050607;
constexpr size_t kHeaderLength = 9;
constexpr size_t kNumberOffset = 5;

struct PublishedRecord {
  AeadAlgorithm algorithm;
  HashAlgorithm hash;
  std::string traffic_secret;
  std::string content;  // of type 23, without padding
  std::string header;   // before its number is masked
  std::string record;
};

const PublishedRecord kRecords[] = {
    {AeadAlgorithm::kAes128Gcm, HashAlgorithm::kSha256,
     "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
     "dtls13 aes-128-gcm vector", "3fcafebabe0607002a",
     "3fcafebabeabc7002a"
     "82bacfceae1035329372dbcbdce0240faf434e68077fb4df25edc71ddd89db18b510ccd2518b77499d7e"},
    {AeadAlgorithm::kAes256Gcm, HashAlgorithm::kSha384,
     "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
     "202122232425262728292a2b2c2d2e2f",
     "dtls13 aes-256-gcm vector", "3fcafebabe0607002a",
     "3fcafebabecbe8002a"
     "799936beea392e94f73b56ad19e96f5ff607481e8abf5aa6895414e222eea46b4e2385ac65b6fc516ede"},
    {AeadAlgorithm::kChaCha20Poly1305, HashAlgorithm::kSha256,
     "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
     "dtls13 chacha20-poly1305 vector", "3fcafebabe06070030",
     "3fcafebabe28770030"
     "69f043b34d3e3b856ce115bab907b93c384fe7d6375a38b00d864a1562eedd91f386a79a681d216cd5ff74d7"
     "3b419b97"},
};

TEST(PublishedRecords, AreMadeFromTheirSecrets) {
  for (const PublishedRecord& published : kRecords) {
    SCOPED_TRACE(ParametersOf(published.algorithm).name);
    TrafficKeys keys;
    ASSERT_TRUE(DeriveTrafficKeys13(published.hash, published.algorithm,
                                    FromHex(published.traffic_secret), &keys));
    const auto aead = MakeBoringsslAead(published.algorithm, 1);
    ASSERT_NE(aead, nullptr);
    Bytes record = FromHex(published.header);
    ASSERT_EQ(record.size(), kHeaderLength);
    record.insert(record.end(), published.content.begin(), published.content.end());
    record.push_back(23);
    const size_t text_length = published.content.size() + 1;
    record.resize(record.size() + ParametersOf(published.algorithm).tag_length);
    const absl::Span<uint8_t> whole = absl::MakeSpan(record);
    ASSERT_TRUE(aead->Seal(keys.key, NonceOfNumber(keys.iv.bytes(), kSequence),
                           whole.first(kHeaderLength), whole.subspan(kHeaderLength, text_length),
                           whole.subspan(kHeaderLength + text_length)));
    NumberMaskJob job;
    job.key = keys.number_key.bytes().data();
    job.sample = &record[kHeaderLength];
    NumberMaskerFor(published.algorithm).Compute(absl::MakeSpan(&job, 1));
    for (size_t i = 0; i < job.mask.size(); ++i) record[kNumberOffset + i] ^= job.mask[i];
    EXPECT_EQ(ToHex(record), published.record);
  }
}

TEST(PublishedRecords, AreOpened) {
  for (const PublishedRecord& published : kRecords) {
    SCOPED_TRACE(ParametersOf(published.algorithm).name);
    TrafficKeys keys;
    ASSERT_TRUE(DeriveTrafficKeys13(published.hash, published.algorithm,
                                    FromHex(published.traffic_secret), &keys));
    const auto aead = MakeBoringsslAead(published.algorithm, 1);
    ASSERT_NE(aead, nullptr);
    Bytes record = FromHex(published.record);
    NumberMaskJob job;
    job.key = keys.number_key.bytes().data();
    job.sample = &record[kHeaderLength];
    NumberMaskerFor(published.algorithm).Compute(absl::MakeSpan(&job, 1));
    for (size_t i = 0; i < job.mask.size(); ++i) record[kNumberOffset + i] ^= job.mask[i];
    const absl::Span<uint8_t> whole = absl::MakeSpan(record);
    EXPECT_EQ(ToHex(whole.first(kHeaderLength)), published.header);
    const size_t text_length = published.content.size() + 1;
    ASSERT_TRUE(aead->Open(keys.key, NonceOfNumber(keys.iv.bytes(), kSequence),
                           whole.first(kHeaderLength), whole.subspan(kHeaderLength, text_length),
                           whole.subspan(kHeaderLength + text_length)));
    EXPECT_EQ(std::string(record.begin() + kHeaderLength,
                          record.begin() + kHeaderLength + published.content.size()),
              published.content);
    EXPECT_EQ(record[kHeaderLength + published.content.size()], 23);
  }
}

}  // namespace
}  // namespace waybill
