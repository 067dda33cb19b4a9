// SPDX-License-Identifier: Apache-2.0
//
// What protection/ does with memory: it takes all when its objects are made, none while records
// pass, and leaves no key in any that it gives back.
#include <openssl/sha.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/cid/block_cipher.h"
#include "waybill/cid/cookie_mac.h"
#include "waybill/protection/aead.h"
#include "waybill/protection/aes128.h"
#include "waybill/protection/hmac_cookie_mac.h"
#include "waybill/protection/make_aead.h"
#include "waybill/protection/number_mask.h"
#include "waybill/protection/system_random.h"
#include "waybill/protection/test_association.h"
#include "waybill/tests/receive_path/memory_watch.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

// 0x40, 0x41 and so on: nothing that memory holds by chance.
Bytes Key(size_t size) {
  Bytes key(size);
  for (size_t i = 0; i < size; ++i) key[i] = static_cast<uint8_t>(0x40 + i);
  return key;
}

class AeadMemory : public testing::TestWithParam<AeadAlgorithm> {
 protected:
  const AeadParameters parameters_ = ParametersOf(GetParam());
  std::array<uint8_t, 1200> text_ = {};
  std::array<uint8_t, kMaxAeadTagLength> tag_storage_ = {};
  const absl::Span<uint8_t> text_span_ = absl::MakeSpan(text_);
  const absl::Span<uint8_t> tag_ = absl::MakeSpan(tag_storage_).first(parameters_.tag_length);
  const AeadNonce nonce_ = {};
};

INSTANTIATE_TEST_SUITE_P(Algorithms, AeadMemory, testing::ValuesIn(kAeadAlgorithms),
                         [](const testing::TestParamInfo<AeadAlgorithm>& tested) {
                           return std::string(ParametersOf(tested.param).name);
                         });

// BUG-18: also of keys that were never seen before, and of records that are refused.
TEST_P(AeadMemory, SealingAndOpeningTakeNone) {
  const Bytes key_bytes = Key(parameters_.key_length);
  for (const size_t contexts : {0, 1, 4}) {
    const auto aead = MakeAead(GetParam(), contexts);
    ASSERT_NE(aead, nullptr);
    size_t sealed = 0, opened = 0, refused = 0;
    EXPECT_EQ(AllocationsOf([&] {
                for (int i = 0; i < 100; ++i) {
                  const AeadKey key(key_bytes);
                  const AeadKey copy = key;
                  sealed += aead->Seal(key, nonce_, key_bytes, text_span_, tag_);
                  tag_[0] ^= 1;
                  refused += !aead->Open(copy, nonce_, key_bytes, text_span_, tag_);
                  refused += !aead->Open(copy, nonce_, key_bytes, text_span_, tag_.first(1));
                  refused += !aead->Seal(AeadKey(), nonce_, key_bytes, text_span_, tag_);
                  sealed += aead->Seal(key, nonce_, {}, text_span_, tag_);
                  opened += aead->Open(copy, nonce_, {}, text_span_, tag_);
                  if (i % 3 == 0) aead->Forget(key);
                }
              }),
              0u);
    EXPECT_EQ(sealed, 200u);
    EXPECT_EQ(opened, 100u);
    EXPECT_EQ(refused, 300u);
  }
}

TEST_P(AeadMemory, MasksTakeNone) {
  const Bytes key_bytes = Key(kMaxAeadKeyLength);
  for (const NumberMasker* masker :
       {&BoringsslNumberMasker(GetParam()), &NumberMaskerFor(GetParam())}) {
    std::array<NumberMaskJob, 9> jobs;
    for (NumberMaskJob& job : jobs) {
      job.key = key_bytes.data();
      job.sample = text_.data();
    }
    EXPECT_EQ(AllocationsOf([&] { masker->Compute(absl::MakeSpan(jobs)); }), 0u);
    EXPECT_NE(jobs[8].mask, NumberMaskJob().mask);
  }
}

// The key itself is where an implementation begins to expand it: AES of FIPS 197 does, BoringSSL's
// so where it uses the processor's instructions, and ChaCha20 keeps it as it is.
TEST_P(AeadMemory, NothingIsKeptOfAKeyThatWent) {
  const Bytes key_bytes = Key(parameters_.key_length);
  const AeadKey key(key_bytes);
  const AeadKey other(Bytes(parameters_.key_length, 1));
  const SecretWatch watch(key_bytes);
  std::unique_ptr<Aead> aead = MakeAead(GetParam(), 2);
  ASSERT_NE(aead, nullptr);
  ASSERT_TRUE(aead->Seal(key, nonce_, {}, text_span_, tag_));
  EXPECT_EQ(watch.held(), 1u) << "where the key would be found";
  aead->Forget(other);
  EXPECT_EQ(watch.held(), 1u);
  aead->Forget(key);
  EXPECT_EQ(watch.held(), 0u) << "forgotten";

  ASSERT_TRUE(aead->Seal(key, nonce_, {}, text_span_, tag_));
  EXPECT_EQ(watch.held(), 1u);
  for (int i = 0; i < 2; ++i) {
    const AeadKey next(Bytes(parameters_.key_length, 2));
    ASSERT_TRUE(aead->Seal(next, nonce_, {}, text_span_, tag_));
  }
  EXPECT_EQ(watch.held(), 0u) << "evicted";

  ASSERT_TRUE(aead->Seal(key, nonce_, {}, text_span_, tag_));
  EXPECT_EQ(watch.held(), 1u);
  aead.reset();
  EXPECT_EQ(watch.held(), 0u);
  EXPECT_EQ(watch.given_back(), 0u) << "destroyed";
}

// As above, of keys of record numbers.
TEST_P(AeadMemory, NothingIsKeptOfANumberKeyThatWent) {
  const Bytes key_bytes = Key(parameters_.key_length);
  if (MakeAesInstructionsNumberMasker(GetParam(), 1) == nullptr) return;  // keeps none
  const SecretWatch watch(key_bytes);
  std::unique_ptr<NumberMasker> masker = MakeNumberMasker(GetParam(), 2);
  NumberMaskJob job;
  job.key = key_bytes.data();
  job.sample = text_.data();
  const auto compute = [&](uint64_t key_id) {
    job.key_id = key_id;
    EXPECT_EQ(AllocationsOf([&] { masker->Compute(absl::MakeSpan(&job, 1)); }), 0u);
  };
  compute(0);
  EXPECT_EQ(watch.held(), 0u) << "without a name";
  compute(1);
  EXPECT_EQ(watch.held(), 1u) << "where the key would be found";
  masker->Forget(3);
  EXPECT_EQ(watch.held(), 1u);
  masker->Forget(1);
  EXPECT_EQ(watch.held(), 0u) << "forgotten";
  compute(1);
  const Bytes other(parameters_.key_length, 1);
  job.key = other.data();
  compute(3);
  EXPECT_EQ(watch.held(), 0u) << "evicted";
  job.key = key_bytes.data();
  compute(1);
  masker.reset();
  EXPECT_EQ(watch.held(), 0u);
  EXPECT_EQ(watch.given_back(), 0u) << "destroyed";
}

// BUG-18: records of every form, sealed, opened, forged and replayed.
TEST_P(AeadMemory, RecordsTakeNone) {
  for (const TestForm& form : AllTestForms()) {
    TestAssociation association(form, GetParam());
    const RecordRules rules = association.rules();
    const Bytes content(text_.begin(), text_.end());
    const RecordToSeal record = association.ToSeal(23, content);
    std::array<uint8_t, 2048> datagram, forged, again;
    size_t right = 0;
    EXPECT_EQ(AllocationsOf([&] {
                for (int i = 0; i < 20; ++i) {
                  ByteWriter writer(absl::MakeSpan(datagram));
                  right += association.sealer().Seal(record, &writer).ok();
                  const size_t size = writer.size();
                  forged = datagram;
                  again = datagram;
                  forged[size - 1] ^= 1;
                  for (auto* const bytes : {&forged, &datagram, &again}) {
                    const absl::Span<uint8_t> span(bytes->data(), size);
                    RecordView view;
                    std::optional<OpenedRecord> opened;
                    right += ParseRecord(span, 0, rules, &view) == DropReason::kNone;
                    right += association.opener().Open(span, view, &opened) ==
                             (bytes == &forged     ? DropReason::kAuthenticationFailed
                              : bytes == &datagram ? DropReason::kNone
                                                   : DropReason::kReplayed);
                  }
                }
              }),
              0u)
        << form.name;
    EXPECT_EQ(right, 20u * 7) << form.name;
  }
}

TEST(ProtectionMemory, BlockCiphersTakeNoneAndKeepNoKey) {
  using Factory = std::unique_ptr<Aes128> (*)(absl::Span<const uint8_t>);
  const Bytes key = Key(BlockCipher::kKeyLength);
  Bytes blocks(21 * BlockCipher::kBlockLength);
  size_t tested = 0;
  for (const Factory make : {Factory(MakeBoringsslAes128), Factory(MakeAesInstructionsAes128)}) {
    const SecretWatch watch(key);
    std::unique_ptr<Aes128> aes = make(key);
    if (aes == nullptr) continue;  // aes128_test fails where that is wrong
    ++tested;
    EXPECT_EQ(watch.held(), 1u) << "where the key would be found";
    size_t done = 0;
    EXPECT_EQ(AllocationsOf([&] {
                done += aes->Encrypt(absl::MakeSpan(blocks));
                done += aes->Decrypt(absl::MakeSpan(blocks));
                done += !aes->Encrypt(absl::MakeSpan(blocks).first(1));
              }),
              0u);
    EXPECT_EQ(done, 3u);
    aes.reset();
    EXPECT_EQ(watch.held(), 0u);
    EXPECT_EQ(watch.given_back(), 0u);
  }
  EXPECT_GE(tested, 1u);
}

// What is kept of the key is the state of a hash that it was put into.
TEST(ProtectionMemory, CookieMacsTakeNoneAndKeepNoKey) {
  const Bytes key = Key(CookieMac::kKeyLength);
  for (const uint8_t pad : {0x36, 0x5c}) {
    std::array<uint8_t, SHA256_CBLOCK> block = {};
    std::memcpy(block.data(), key.data(), key.size());
    for (uint8_t& byte : block) byte ^= pad;
    SHA256_CTX hash;
    SHA256_Init(&hash);
    SHA256_Update(&hash, block.data(), block.size());
    std::array<uint8_t, sizeof(hash.h)> state;
    std::memcpy(state.data(), hash.h, sizeof(hash.h));

    const SecretWatch watch(state);
    std::unique_ptr<HmacCookieMac> cookie_mac = MakeHmacCookieMac(key);
    ASSERT_NE(cookie_mac, nullptr);
    EXPECT_EQ(watch.held(), 1u) << "where the state would be found";
    std::array<uint8_t, CookieMac::kMaxLength> mac;
    size_t done = 0;
    EXPECT_EQ(AllocationsOf([&] {
                done += cookie_mac->Compute(key, absl::MakeSpan(mac));
                done += cookie_mac->Verify(key, mac);
                mac[0] ^= 1;
                done += !cookie_mac->Verify(key, mac);
              }),
              0u);
    EXPECT_EQ(done, 3u);
    cookie_mac.reset();
    EXPECT_EQ(watch.held(), 0u);
    EXPECT_EQ(watch.given_back(), 0u);
  }
}

TEST(ProtectionMemory, RandomnessTakesNone) {
  SystemRandom random;
  std::array<uint8_t, 100> bytes = {};
  size_t filled = 0;
  EXPECT_EQ(AllocationsOf([&] {
              for (int i = 0; i < 10000; ++i) filled += random.Fill(absl::MakeSpan(bytes));
            }),
            0u);
  EXPECT_EQ(filled, 10000u);
}

}  // namespace
}  // namespace waybill
