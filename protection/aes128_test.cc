// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/aes128.h"

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/protection/test_processor.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

struct Implementation {
  std::string name;
  std::unique_ptr<Aes128> (*make)(absl::Span<const uint8_t> key);
};

// All that work here. That none is missing is a test of its own.
std::vector<Implementation> Implementations() {
  std::vector<Implementation> implementations = {{"BoringSSL", MakeBoringsslAes128},
                                                 {"the faster one", MakeAes128}};
  if (ProcessorHasAes()) implementations.push_back({"instructions", MakeAesInstructionsAes128});
  return implementations;
}

Bytes RandomBytes(size_t size, std::mt19937_64* random) {
  Bytes bytes(size);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>((*random)());
  return bytes;
}

TEST(Aes128, IsDoneByInstructionsWhereverTheProcessorHasThem) {
  EXPECT_EQ(MakeAesInstructionsAes128(Bytes(16)) != nullptr, ProcessorHasAes());
}

TEST(Aes128, GivesThePublishedAnswers) {
  const std::string answers[][3] = {
      // FIPS 197, appendix B.
      {"2b7e151628aed2a6abf7158809cf4f3c", "3243f6a8885a308d313198a2e0370734",
       "3925841d02dc09fbdc118597196a0b32"},
      // FIPS 197, appendix C.1.
      {"000102030405060708090a0b0c0d0e0f", "00112233445566778899aabbccddeeff",
       "69c4e0d86a7b0430d8cdb78070b4c55a"},
  };
  for (const Implementation& implementation : Implementations()) {
    SCOPED_TRACE(implementation.name);
    for (const auto& [key, plain, encrypted] : answers) {
      const auto aes = implementation.make(FromHex(key));
      ASSERT_NE(aes, nullptr);
      // Alone, and as one of so many that they go in batches.
      for (const size_t count : {1, 8, 21}) {
        Bytes blocks, expected;
        for (size_t i = 0; i < count; ++i) {
          const Bytes block = FromHex(plain), answer = FromHex(encrypted);
          blocks.insert(blocks.end(), block.begin(), block.end());
          expected.insert(expected.end(), answer.begin(), answer.end());
        }
        const Bytes before = blocks;
        EXPECT_TRUE(aes->Encrypt(absl::MakeSpan(blocks)));
        EXPECT_EQ(ToHex(blocks), ToHex(expected));
        EXPECT_TRUE(aes->Decrypt(absl::MakeSpan(blocks)));
        EXPECT_EQ(ToHex(blocks), ToHex(before));
      }
    }
  }
}

TEST(Aes128, ImplementationsAgreeOnAnyNumberOfBlocks) {
  std::mt19937_64 random(1);
  const Bytes untouched(16, 0xa5);
  for (size_t count = 0; count <= 40; ++count) {
    for (int keys = 0; keys < 5; ++keys) {
      const Bytes key = RandomBytes(16, &random);
      const Bytes blocks = RandomBytes(16 * count, &random);
      Bytes encrypted, decrypted;
      for (const Implementation& implementation : Implementations()) {
        SCOPED_TRACE(implementation.name);
        const auto aes = implementation.make(key);
        ASSERT_NE(aes, nullptr);
        Bytes storage = blocks;
        storage.insert(storage.end(), untouched.begin(), untouched.end());
        const absl::Span<uint8_t> in_place(storage.data(), blocks.size());
        const auto now = [&] { return Bytes(in_place.begin(), in_place.end()); };

        ASSERT_TRUE(aes->Encrypt(in_place));
        if (encrypted.empty()) encrypted = now();
        ASSERT_EQ(now(), encrypted) << count << " blocks";
        ASSERT_EQ(now() == blocks, count == 0);
        ASSERT_TRUE(aes->Decrypt(in_place));
        ASSERT_EQ(now(), blocks) << count << " blocks";
        ASSERT_TRUE(aes->Decrypt(in_place));
        if (decrypted.empty()) decrypted = now();
        ASSERT_EQ(now(), decrypted) << count << " blocks";
        ASSERT_TRUE(aes->Encrypt(in_place));
        ASSERT_EQ(now(), blocks) << count << " blocks";
        ASSERT_EQ(Bytes(storage.end() - 16, storage.end()), untouched);
      }
    }
  }
}

TEST(Aes128, OfNoWholeNumberOfBlocksNothingChanges) {
  std::mt19937_64 random(1);
  for (const Implementation& implementation : Implementations()) {
    const auto aes = implementation.make(RandomBytes(16, &random));
    ASSERT_NE(aes, nullptr);
    for (size_t length = 1; length <= 10 * 16; ++length) {
      if (length % 16 == 0) continue;
      const Bytes before = RandomBytes(length, &random);
      Bytes bytes = before;
      EXPECT_FALSE(aes->Encrypt(absl::MakeSpan(bytes))) << implementation.name << length;
      EXPECT_EQ(bytes, before);
      EXPECT_FALSE(aes->Decrypt(absl::MakeSpan(bytes))) << implementation.name << length;
      EXPECT_EQ(bytes, before);
    }
  }
}

TEST(Aes128, KeysOfOtherLengthsGiveNull) {
  for (const Implementation& implementation : Implementations()) {
    for (size_t length = 0; length <= 40; ++length) {
      EXPECT_EQ(implementation.make(Bytes(length)) != nullptr, length == 16)
          << implementation.name << length;
    }
  }
}

}  // namespace
}  // namespace waybill
