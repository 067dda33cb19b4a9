// SPDX-License-Identifier: Apache-2.0
//
// Every format of the room in many lengths, each with all that it is given, for tests that hold for
// all of them.
#ifndef WAYBILL_CID_TEST_FORMATS_H_
#define WAYBILL_CID_TEST_FORMATS_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "waybill/cid/checked_random.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/opaque_cid_format.h"
#include "waybill/cid/quic_lb_cid_format.h"
#include "waybill/cid/sealed_cid_format.h"
#include "waybill/cid/tagged_cid_format.h"
#include "waybill/cid/test_random.h"
#include "waybill/protection/aes128.h"

namespace waybill {

// A cipher under a key drawn from `source`.
inline std::unique_ptr<Aes128> DrawCipher(SeededSource* source) {
  std::array<uint8_t, BlockCipher::kKeyLength> key;
  source->Fill(absl::MakeSpan(key));
  return MakeAes128(key);
}

// A format, and what it does not own.
struct TestFormat {
  explicit TestFormat(uint64_t seed)
      : keys(seed),
        source(~seed),
        random(&source),
        cipher(DrawCipher(&keys)),
        other(DrawCipher(&keys)) {}
  TestFormat(const TestFormat&) = delete;

  std::string name;
  SeededSource keys;
  SeededSource source;
  CheckedRandom random;
  std::unique_ptr<Aes128> cipher;
  std::unique_ptr<Aes128> other;
  std::shared_ptr<CidTagger> tagger;
  std::shared_ptr<CidFormat> format;
  uint8_t length = 0;      // of what it issues
  bool plentiful = false;  // thousands of them do not meet by chance
  bool authentic = false;  // most of what it did not issue is refused as kForgedCid
};

using TestFormats = std::vector<std::unique_ptr<TestFormat>>;

namespace test_formats {

template <typename Format>
std::shared_ptr<CidFormat> Keep(std::optional<Format> format) {
  return std::make_shared<Format>(*std::move(format));
}

inline std::unique_ptr<TestFormat> Start(uint64_t seed, uint8_t length, std::string name) {
  auto made = std::make_unique<TestFormat>(seed + length);
  made->name = std::move(name);
  made->length = length;
  made->plentiful = length >= 8;
  return made;
}

}  // namespace test_formats

inline void AddOpaqueFormats(uint64_t seed, TestFormats* formats) {
  using namespace test_formats;
  for (const uint8_t length : {1, 2, 8, 16, 20, 21, 255}) {
    auto made = Start(seed, length, absl::StrCat("fixed_", length));
    made->format = Keep(OpaqueCidFormat::Fixed(&made->random, length));
    formats->push_back(std::move(made));
  }
  for (const uint8_t length : {2, 9, 20, 255}) {
    auto made = Start(seed, length, absl::StrCat("length_octet_", length));
    made->format = Keep(OpaqueCidFormat::LengthOctet(&made->random, length));
    formats->push_back(std::move(made));
  }
  for (const uint8_t length : {2, 9, 16}) {
    auto made = Start(seed, length, absl::StrCat("nibble_", length));
    made->format = Keep(OpaqueCidFormat::Nibble(&made->random, length));
    formats->push_back(std::move(made));
  }
}

inline void AddTaggedFormats(uint64_t seed, TestFormats* formats) {
  using namespace test_formats;
  for (const bool by_block : {false, true}) {
    for (uint8_t tag = 3; tag <= 8; ++tag) {
      for (const uint8_t opaque : {1, 5, 8, 14, 247}) {
        if (by_block && opaque > 14) continue;
        auto made =
            Start(seed, static_cast<uint8_t>(opaque + tag),
                  absl::StrCat("tagged_", by_block ? "aes_" : "siphash_", opaque, "_", tag));
        if (by_block) {
          made->tagger = std::make_shared<BlockCidTagger>(made->cipher.get());
        } else {
          std::array<uint8_t, SipHashKey::kLength> key;
          made->keys.Fill(absl::MakeSpan(key));
          made->tagger = std::make_shared<SipHashCidTagger>(SipHashKey::FromBytes(key));
        }
        made->format = Keep(TaggedCidFormat::Make(made->tagger.get(), &made->random, opaque, tag));
        made->plentiful = opaque >= 5;
        made->authentic = true;
        formats->push_back(std::move(made));
      }
    }
  }
}

inline void AddSealedFormats(uint64_t seed, TestFormats* formats) {
  using namespace test_formats;
  for (const uint8_t length : {8, 12, 16}) {
    auto made = Start(seed, length, absl::StrCat("sealed_", length));
    const uint16_t server = length == 8 ? 0 : length == 12 ? 0xa5 : 0xa55a;
    made->format = Keep(SealedCidFormat::Make(made->cipher.get(), length, server));
    made->authentic = true;
    formats->push_back(std::move(made));
  }
}

inline void AddQuicLbFormats(uint64_t seed, TestFormats* formats) {
  using namespace test_formats;
  uint8_t id = 0;
  for (const bool encrypted : {false, true}) {
    for (const auto& [server_id, nonce] :
         {std::pair{1, 4}, {3, 4}, {5, 5}, {8, 8}, {10, 6}, {10, 5}, {9, 10}, {15, 4}, {1, 18}}) {
      const uint8_t length = static_cast<uint8_t>(1 + server_id + nonce);
      auto made =
          Start(seed + id, length,
                absl::StrCat("quic_lb_", encrypted ? "aes_" : "clear_", server_id, "_", nonce));
      auto format = std::make_shared<QuicLbCidFormat>(&made->random);
      QuicLbConfiguration configuration;
      configuration.parameters = {id, static_cast<uint8_t>(server_id), static_cast<uint8_t>(nonce),
                                  encrypted ? made->cipher.get() : nullptr};
      made->keys.Fill(absl::MakeSpan(configuration.server_id));
      configuration.nonce_cipher = made->other.get();
      format->Configure(configuration);
      made->format = std::move(format);
      formats->push_back(std::move(made));
      id = static_cast<uint8_t>((id + 1) % QuicLbParameters::kUnroutable);
    }
  }
  for (const uint8_t length : {8, 20, 32}) {
    auto made = Start(seed, length, absl::StrCat("unroutable_", length));
    made->format = std::make_shared<QuicLbCidFormat>(&made->random, length);
    formats->push_back(std::move(made));
  }
}

// All of them, under keys that the seed decides.
inline TestFormats EveryFormat(uint64_t seed) {
  TestFormats formats;
  AddOpaqueFormats(seed, &formats);
  AddTaggedFormats(seed, &formats);
  AddSealedFormats(seed, &formats);
  AddQuicLbFormats(seed, &formats);
  return formats;
}

// One CID, or an empty one and why.
inline std::vector<uint8_t> IssueOne(CidFormat* format, const CidTarget& target,
                                     CidIssueResult* result = nullptr) {
  std::vector<uint8_t> storage(255);
  CidIssue job;
  job.target = target;
  job.storage = absl::MakeSpan(storage);
  format->Issue(absl::Span<CidIssue>(&job, 1));
  if (result != nullptr) *result = job.result;
  storage.resize(job.length);
  return storage;
}

inline CidReading ReadOne(const CidFormat& format, absl::Span<const uint8_t> cid) {
  CidReading job;
  job.cid = cid;
  format.Read(absl::Span<CidReading>(&job, 1));
  return job;
}

}  // namespace waybill

#endif  // WAYBILL_CID_TEST_FORMATS_H_
