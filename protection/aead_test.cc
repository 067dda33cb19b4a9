// SPDX-License-Identifier: Apache-2.0
//
// Every AEAD by the implementation that has it, and the keys that they are given.
#include "waybill/protection/aead.h"

#include <openssl/err.h>

#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/protection/boringssl_aead.h"
#include "waybill/protection/make_aead.h"
#include "waybill/protection/mbedtls_ccm.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

std::unique_ptr<Aead> Make(AeadAlgorithm algorithm, size_t contexts = 4) {
  return MakeAead(algorithm, contexts);
}

AeadNonce NonceOf(absl::Span<const uint8_t> bytes) {
  AeadNonce nonce = {};
  EXPECT_EQ(bytes.size(), nonce.size());
  std::copy(bytes.begin(), bytes.end(), nonce.begin());
  return nonce;
}

struct KnownAnswer {
  AeadAlgorithm algorithm;
  std::string key, nonce, additional_data, text, ciphertext, tag;
};

const KnownAnswer kKnownAnswers[] = {
    // The Galois/Counter Mode of Operation (McGrew, Viega), appendix B, test case 4.
    {AeadAlgorithm::kAes128Gcm, "feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
     "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
     "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
     "5bc94fbc3221a5db94fae95ae7121a47"},
    // The same, test case 16.
    {AeadAlgorithm::kAes256Gcm, "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
     "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
     "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
     "76fc6ece0f4e1768cddf8853bb2d551b"},
    // RFC 8439, section 2.8.2.
    {AeadAlgorithm::kChaCha20Poly1305,
     "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f", "070000004041424344454647",
     "50515253c0c1c2c3c4c5c6c7",
     "4c616469657320616e642047656e746c656d656e206f662074686520636c6173"
     "73206f66202739393a204966204920636f756c64206f6666657220796f75206f"
     "6e6c79206f6e652074697020666f7220746865206675747572652c2073756e73"
     "637265656e20776f756c642062652069742e",
     "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
     "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
     "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
     "3ff4def08e4b7a9de576d26586cec64b6116",
     "1ae10b594f09e26a7e902ecbd0600691"},
    // NIST SP 800-38C, appendix C, example 3.
    {AeadAlgorithm::kAes128Ccm8, "404142434445464748494a4b4c4d4e4f", "101112131415161718191a1b",
     "000102030405060708090a0b0c0d0e0f10111213", "202122232425262728292a2b2c2d2e2f3031323334353637",
     "e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5", "484392fbc1b09951"},
    // The same with a tag of 16 bytes, which that document has not: by OpenSSL 3.0. The ciphertext
    // does not depend on it.
    {AeadAlgorithm::kAes128Ccm, "404142434445464748494a4b4c4d4e4f", "101112131415161718191a1b",
     "000102030405060708090a0b0c0d0e0f10111213", "202122232425262728292a2b2c2d2e2f3031323334353637",
     "e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5", "c87ae488918de93f17dd3e4934347f44"},
};

TEST(Aead, GivesThePublishedAnswers) {
  std::set<AeadAlgorithm> tested;
  for (const KnownAnswer& known : kKnownAnswers) {
    SCOPED_TRACE(ParametersOf(known.algorithm).name);
    const auto aead = Make(known.algorithm);
    ASSERT_NE(aead, nullptr);
    const AeadKey key(FromHex(known.key));
    const AeadNonce nonce = NonceOf(FromHex(known.nonce));
    const Bytes additional_data = FromHex(known.additional_data);
    Bytes text = FromHex(known.text);
    Bytes tag(ParametersOf(known.algorithm).tag_length);
    ASSERT_TRUE(aead->Seal(key, nonce, additional_data, absl::MakeSpan(text), absl::MakeSpan(tag)));
    EXPECT_EQ(ToHex(text), known.ciphertext);
    EXPECT_EQ(ToHex(tag), known.tag);
    ASSERT_TRUE(aead->Open(key, nonce, additional_data, absl::MakeSpan(text), tag));
    EXPECT_EQ(ToHex(text), known.text);
    tested.insert(known.algorithm);
  }
  EXPECT_EQ(tested.size(), std::size(kAeadAlgorithms));
}

TEST(Aead, ImplementationsHaveTheirAlgorithmsAlone) {
  for (const AeadAlgorithm algorithm : kAeadAlgorithms) {
    const auto boringssl = MakeBoringsslAead(algorithm, 1);
    const auto mbedtls = MakeMbedtlsCcm(algorithm, 1);
    EXPECT_NE(boringssl == nullptr, mbedtls == nullptr) << ParametersOf(algorithm).name;
    EXPECT_EQ((boringssl != nullptr ? boringssl : mbedtls)->algorithm(), algorithm);
    EXPECT_EQ(mbedtls != nullptr,
              algorithm == AeadAlgorithm::kAes128Ccm || algorithm == AeadAlgorithm::kAes128Ccm8);
  }
}

TEST(AeadKey, HasAnIdOfItsOwnThatCopiesKeep) {
  const Bytes bytes = FromHex("00112233445566778899aabbccddeeff");
  const AeadKey key(bytes);
  const AeadKey same_bytes(bytes);
  EXPECT_EQ(ToHex(key.bytes()), ToHex(bytes));
  EXPECT_NE(key.id(), 0u);
  EXPECT_NE(key.id(), same_bytes.id());
  const AeadKey copy = key;  // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_EQ(copy.id(), key.id());
  EXPECT_EQ(ToHex(copy.bytes()), ToHex(bytes));
  AeadKey assigned(FromHex("ff"));
  assigned = same_bytes;
  EXPECT_EQ(assigned.id(), same_bytes.id());
  EXPECT_EQ(ToHex(assigned.bytes()), ToHex(bytes));
}

TEST(AeadKey, IsNoneWithoutBytesOrWithTooMany) {
  EXPECT_EQ(AeadKey().id(), 0u);
  const AeadKey too_long(Bytes(kMaxAeadKeyLength + 1, 7));
  EXPECT_EQ(too_long.id(), 0u);
  EXPECT_TRUE(too_long.bytes().empty());
  const AeadKey longest(Bytes(kMaxAeadKeyLength, 7));
  EXPECT_NE(longest.id(), 0u);
  EXPECT_EQ(longest.bytes().size(), kMaxAeadKeyLength);
}

TEST(AeadKey, IdsDifferWhicheverThreadMakesThem) {
  constexpr size_t kKeys = 5000;
  std::vector<std::vector<uint64_t>> ids(4);
  std::vector<std::thread> threads;
  for (std::vector<uint64_t>& of_thread : ids) {
    threads.emplace_back([&of_thread] {
      for (size_t i = 0; i < kKeys; ++i) of_thread.push_back(AeadKey(Bytes(16)).id());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<uint64_t> all;
  for (const std::vector<uint64_t>& of_thread : ids) all.insert(of_thread.begin(), of_thread.end());
  EXPECT_EQ(all.size(), ids.size() * kKeys);
  EXPECT_EQ(all.count(0), 0u);
}

// A record, sealed.
struct Sealed {
  Bytes text, tag;
  friend bool operator==(const Sealed& a, const Sealed& b) {
    return a.text == b.text && a.tag == b.tag;
  }
};

class EveryAead : public testing::TestWithParam<AeadAlgorithm> {
 protected:
  Bytes RandomBytes(size_t size) {
    Bytes bytes(size);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random_());
    return bytes;
  }
  AeadKey RandomKey() { return AeadKey(RandomBytes(parameters_.key_length)); }
  AeadNonce RandomNonce() { return NonceOf(RandomBytes(AeadNonce().size())); }

  Sealed Seal(Aead* aead, const AeadKey& key) {
    Sealed sealed = {text_, Bytes(parameters_.tag_length)};
    EXPECT_TRUE(aead->Seal(key, nonce_, additional_data_, absl::MakeSpan(sealed.text),
                           absl::MakeSpan(sealed.tag)));
    EXPECT_NE(sealed.text, text_);
    return sealed;
  }
  bool Open(Aead* aead, const AeadKey& key, Sealed* sealed) {
    return aead->Open(key, nonce_, additional_data_, absl::MakeSpan(sealed->text), sealed->tag);
  }
  void ExpectOpens(Aead* aead, const AeadKey& key, Sealed sealed) {
    EXPECT_TRUE(Open(aead, key, &sealed));
    EXPECT_EQ(sealed.text, text_);
  }
  void ExpectRefused(Aead* aead, const AeadKey& key, Sealed sealed) {
    EXPECT_FALSE(Open(aead, key, &sealed));
    EXPECT_NE(sealed.text, text_);
  }

  std::mt19937_64 random_{1};
  const AeadParameters parameters_ = ParametersOf(GetParam());
  const std::unique_ptr<Aead> aead_ = Make(GetParam());
  // A short record.
  Bytes text_ = RandomBytes(23);
  Bytes additional_data_ = RandomBytes(13);
  AeadNonce nonce_ = RandomNonce();
};

INSTANTIATE_TEST_SUITE_P(Algorithms, EveryAead, testing::ValuesIn(kAeadAlgorithms),
                         [](const testing::TestParamInfo<AeadAlgorithm>& tested) {
                           return std::string(ParametersOf(tested.param).name);
                         });

// All in place, and nothing beside it is touched.
TEST_P(EveryAead, OpensWhatItSealsOfEveryLength) {
  constexpr size_t kGap = 16;
  constexpr uint8_t kUntouched = 0xa5;
  const AeadKey key = RandomKey();
  std::vector<size_t> lengths = {1200, 1u << 14, (1u << 14) + 1};
  for (size_t length = 0; length <= 300; ++length) lengths.push_back(length);
  for (const size_t additional_length : {0, 1, 13, 15, 16, 17, 300}) {
    for (const size_t length : lengths) {
      const Bytes additional_data = RandomBytes(additional_length);
      const Bytes text = RandomBytes(length);
      const AeadNonce nonce = RandomNonce();
      Bytes storage(kGap + length + kGap + parameters_.tag_length + kGap, kUntouched);
      std::copy(text.begin(), text.end(), storage.begin() + kGap);
      const absl::Span<uint8_t> in_place(&storage[kGap], length);
      const absl::Span<uint8_t> tag(&storage[kGap + length + kGap], parameters_.tag_length);

      ASSERT_TRUE(aead_->Seal(key, nonce, additional_data, in_place, tag));
      if (length >= 8) {
        ASSERT_NE(Bytes(in_place.begin(), in_place.end()), text);
      }
      ASSERT_TRUE(aead_->Open(key, nonce, additional_data, in_place, tag))
          << length << " bytes, with " << additional_length;
      ASSERT_EQ(Bytes(in_place.begin(), in_place.end()), text)
          << length << " bytes, with " << additional_length;
      for (size_t i = 0; i < kGap; ++i) {
        ASSERT_EQ(storage[i], kUntouched);
        ASSERT_EQ(storage[kGap + length + i], kUntouched);
        ASSERT_EQ(storage[storage.size() - 1 - i], kUntouched);
      }
    }
  }
}

TEST_P(EveryAead, RefusesEveryFlippedBit) {
  const AeadKey key = RandomKey();
  const Sealed sealed = Seal(aead_.get(), key);
  size_t refused = 0;
  Sealed forged = sealed;
  for (const absl::Span<uint8_t> part :
       {absl::MakeSpan(forged.text), absl::MakeSpan(forged.tag), absl::MakeSpan(additional_data_),
        absl::MakeSpan(nonce_)}) {
    for (uint8_t& byte : part) {
      for (int bit = 0; bit < 8; ++bit) {
        byte ^= static_cast<uint8_t>(1 << bit);
        ExpectRefused(aead_.get(), key, forged);
        byte ^= static_cast<uint8_t>(1 << bit);
        ++refused;
      }
    }
  }
  EXPECT_EQ(refused, 8 * (23 + parameters_.tag_length + 13 + 12));
  ExpectOpens(aead_.get(), key, sealed);
}

TEST_P(EveryAead, RefusesEveryOtherLength) {
  const AeadKey key = RandomKey();
  const Sealed sealed = Seal(aead_.get(), key);
  Sealed cut = sealed, longer = sealed;
  cut.text.pop_back();
  ExpectRefused(aead_.get(), key, cut);
  longer.text.push_back(0);
  ExpectRefused(aead_.get(), key, longer);
  additional_data_.push_back(0);
  ExpectRefused(aead_.get(), key, sealed);
  additional_data_.resize(additional_data_.size() - 2);
  ExpectRefused(aead_.get(), key, sealed);
}

TEST_P(EveryAead, RefusesEveryOtherKey) {
  Bytes bytes = RandomBytes(parameters_.key_length);
  const AeadKey key(bytes);
  const Sealed sealed = Seal(aead_.get(), key);
  for (uint8_t& byte : bytes) {
    for (int bit = 0; bit < 8; ++bit) {
      byte ^= static_cast<uint8_t>(1 << bit);
      ExpectRefused(aead_.get(), AeadKey(bytes), sealed);
      byte ^= static_cast<uint8_t>(1 << bit);
    }
  }
  ExpectOpens(aead_.get(), key, sealed);
  ExpectOpens(aead_.get(), AeadKey(bytes), sealed);  // another id, the same bytes
}

// The beginning of a right tag is a wrong one.
TEST_P(EveryAead, WrongLengthsOfTagsWriteNothing) {
  const AeadKey key = RandomKey();
  const Sealed sealed = Seal(aead_.get(), key);
  for (size_t length = 0; length <= 2 * kMaxAeadTagLength; ++length) {
    if (length == parameters_.tag_length) continue;
    const Bytes before(length, 0xa5);
    Sealed wrong = {text_, before};
    EXPECT_FALSE(aead_->Seal(key, nonce_, additional_data_, absl::MakeSpan(wrong.text),
                             absl::MakeSpan(wrong.tag)))
        << length;
    EXPECT_EQ(wrong.text, text_);
    EXPECT_EQ(wrong.tag, before);
    wrong = sealed;
    wrong.tag.resize(length);
    EXPECT_FALSE(Open(aead_.get(), key, &wrong)) << length;
    EXPECT_EQ(wrong.text, sealed.text);
  }
  ExpectOpens(aead_.get(), key, sealed);
}

TEST_P(EveryAead, WrongLengthsOfKeysWriteNothing) {
  const Bytes bytes = RandomBytes(kMaxAeadKeyLength + 1);
  const Sealed sealed =
      Seal(aead_.get(), AeadKey(absl::MakeConstSpan(bytes).first(parameters_.key_length)));
  for (size_t length = 0; length <= bytes.size(); ++length) {
    if (length == parameters_.key_length) continue;
    const AeadKey key(absl::MakeConstSpan(bytes).first(length));
    const Bytes before(parameters_.tag_length, 0xa5);
    Sealed wrong = {text_, before};
    EXPECT_FALSE(aead_->Seal(key, nonce_, additional_data_, absl::MakeSpan(wrong.text),
                             absl::MakeSpan(wrong.tag)))
        << length;
    EXPECT_EQ(wrong.text, text_);
    EXPECT_EQ(wrong.tag, before);
    wrong = sealed;
    EXPECT_FALSE(Open(aead_.get(), key, &wrong)) << length;
    EXPECT_EQ(wrong.text, sealed.text);
  }
}

// Whatever is kept of other keys, or was.
TEST_P(EveryAead, WithoutAKeyNothingIsSealedOrOpened) {
  const AeadKey none;
  const AeadKey key = RandomKey();
  const Bytes before(parameters_.tag_length, 0xa5);
  for (size_t contexts : {0, 1, 4}) {
    const auto aead = Make(GetParam(), contexts);
    for (int round = 0; round < 3; ++round) {
      Sealed wrong = {text_, before};
      EXPECT_FALSE(aead->Seal(none, nonce_, additional_data_, absl::MakeSpan(wrong.text),
                              absl::MakeSpan(wrong.tag)));
      EXPECT_EQ(wrong.text, text_);
      EXPECT_EQ(wrong.tag, before);
      EXPECT_FALSE(Open(aead.get(), none, &wrong));
      aead->Forget(none);
      const Sealed sealed = Seal(aead.get(), key);
      ExpectRefused(aead.get(), none, sealed);
      if (round == 1) aead->Forget(key);
    }
  }
}

// Answers do not depend on what is kept of keys: each is that of an object that has seen one key.
TEST_P(EveryAead, KeysMayOutnumberContextsAndTakeTurns) {
  std::vector<AeadKey> keys;
  std::vector<Sealed> expected;
  for (int i = 0; i < 20; ++i) {
    keys.push_back(RandomKey());
    expected.push_back(Seal(Make(GetParam(), 1).get(), keys.back()));
  }
  for (const size_t contexts : {0, 1, 2, 3, 8, 32}) {
    const auto aead = Make(GetParam(), contexts);
    for (int i = 0; i < 500; ++i) {
      const size_t k = random_() % keys.size();
      const size_t other = random_() % keys.size();
      if (i % 2 == 0) {
        ASSERT_EQ(Seal(aead.get(), keys[k]), expected[k]) << contexts << " contexts";
      }
      ExpectOpens(aead.get(), keys[k], expected[k]);
      if (other != k) ExpectRefused(aead.get(), keys[k], expected[other]);
    }
  }
}

TEST_P(EveryAead, AForgottenKeyMayBeUsedAgain) {
  for (const size_t contexts : {0, 1, 2, 8}) {
    const auto aead = Make(GetParam(), contexts);
    const AeadKey key = RandomKey();
    const AeadKey other = RandomKey();
    aead->Forget(key);  // which it has not seen
    const Sealed sealed = Seal(aead.get(), key);
    const Sealed of_other = Seal(aead.get(), other);
    EXPECT_FALSE(sealed == of_other);
    aead->Forget(key);
    aead->Forget(key);
    ExpectOpens(aead.get(), other, of_other);
    ExpectRefused(aead.get(), other, sealed);
    ExpectOpens(aead.get(), key, sealed);
    aead->Forget(other);
    EXPECT_EQ(Seal(aead.get(), key), sealed);
    EXPECT_EQ(Seal(aead.get(), other), of_other);
  }
}

// BoringSSL's list of errors is one for the whole thread, also for what else the embedder does.
TEST_P(EveryAead, ARefusalLeavesNoErrorBehind) {
  EXPECT_EQ(ERR_peek_error(), 0u);
  const AeadKey key = RandomKey();
  Sealed forged = Seal(aead_.get(), key);
  forged.tag[0] ^= 1;
  ExpectRefused(aead_.get(), key, forged);
  ExpectRefused(aead_.get(), AeadKey(RandomBytes(parameters_.key_length - 1)), forged);
  forged.tag.pop_back();
  ExpectRefused(aead_.get(), key, forged);
  EXPECT_EQ(ERR_peek_error(), 0u);
}

}  // namespace
}  // namespace waybill
