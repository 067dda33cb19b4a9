// SPDX-License-Identifier: Apache-2.0
//
// Input: bytes of a datagram from a CID on. Every format delineates and reads them under a cipher
// that anybody can invert, so that what real keys keep out is reached: what is accepted says its
// own length, is what the format would issue, and depends on nothing behind it. Then the bytes are
// a random source: what is issued from them is read again, and a word that repeats issues nothing.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "absl/types/span.h"
#include "waybill/cid/checked_random.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/opaque_cid_format.h"
#include "waybill/cid/quic_lb_cid_format.h"
#include "waybill/cid/rotating_cid_format.h"
#include "waybill/cid/sealed_cid_format.h"
#include "waybill/cid/tagged_cid_format.h"
#include "waybill/fuzz/fuzz_check.h"
#include "waybill/fuzz/masking_cipher.h"

namespace waybill {
namespace {

using Bytes = std::vector<uint8_t>;

// The input, then over again with each turn counted in.
class InputSource final : public RandomSource {
 public:
  explicit InputSource(absl::Span<const uint8_t> input) : input_(input) {}
  bool Fill(absl::Span<uint8_t> bytes) override {
    for (uint8_t& byte : bytes) {
      const size_t place = drawn_++;
      byte = static_cast<uint8_t>(place / 8 * 37 + place % 8 * (place / 2048 + 1));
      if (!input_.empty()) byte ^= input_[place % input_.size()];
    }
    drawn_bytes_.insert(drawn_bytes_.end(), bytes.begin(), bytes.end());
    return true;
  }
  // Whether any of the last words that were drawn was drawn among the 32 before it.
  bool Repeated(size_t from_word) const {
    const size_t words = drawn_bytes_.size() / 8;
    for (size_t i = from_word; i < words; ++i) {
      for (size_t j = i < 32 ? 0 : i - 32; j < i; ++j) {
        if (std::memcmp(&drawn_bytes_[8 * i], &drawn_bytes_[8 * j], 8) == 0) return true;
      }
    }
    return false;
  }
  size_t words() const { return drawn_bytes_.size() / 8; }

 private:
  absl::Span<const uint8_t> input_;
  size_t drawn_ = 0;
  Bytes drawn_bytes_;
};

CidReading ReadOne(const CidFormat& format, absl::Span<const uint8_t> cid) {
  CidReading reading;
  reading.cid = cid;
  format.Read(absl::Span<CidReading>(&reading, 1));
  return reading;
}

Bytes IssueOne(CidFormat* format, const CidTarget& target) {
  Bytes storage(format->max_length());
  CidIssue issue;
  issue.target = target;
  issue.storage = absl::MakeSpan(storage);
  format->Issue(absl::Span<CidIssue>(&issue, 1));
  WAYBILL_FUZZ_CHECK((issue.result == CidIssueResult::kIssued) == (issue.length != 0));
  storage.resize(issue.length);
  return storage;
}

void CheckFormat(CidFormat* format, absl::Span<const uint8_t> input) {
  const CidLength length = format->length();
  const size_t claimed = length.Of(input);
  // What is claimed depends on nothing behind it, and nothing on what comes after the last byte.
  if (claimed != 0 && claimed <= input.size()) {
    Bytes other(input.begin(), input.end());
    for (size_t i = claimed; i < other.size(); ++i) other[i] ^= 0xff;
    WAYBILL_FUZZ_CHECK(length.Of(other) == claimed);
    const Bytes cid(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(claimed));
    const CidReading reading = ReadOne(*format, cid);
    WAYBILL_FUZZ_CHECK(reading.reason != DropReason::kCidNotDelineated);
    if (reading.reason != DropReason::kNone) {
      WAYBILL_FUZZ_CHECK(reading.target == CidTarget());
    } else if (format->locates()) {
      WAYBILL_FUZZ_CHECK(IssueOne(format, reading.target) == cid);
    }
  }
  // All of the input as one CID, and its pieces as a batch: each answers for itself.
  const CidReading whole = ReadOne(*format, input);
  WAYBILL_FUZZ_CHECK((whole.reason == DropReason::kCidNotDelineated) ==
                     (input.empty() || claimed != input.size()));
  std::vector<CidReading> batch;
  const size_t piece = claimed == 0 ? 7 : claimed;
  for (size_t at = 0; at < input.size(); at += piece) {
    batch.emplace_back();
    batch.back().cid = absl::Span<const uint8_t>(&input[at], std::min(piece, input.size() - at));
  }
  format->Read(absl::MakeSpan(batch));
  for (const CidReading& reading : batch) {
    const CidReading alone = ReadOne(*format, reading.cid);
    WAYBILL_FUZZ_CHECK(reading.reason == alone.reason && reading.target == alone.target);
  }
}

// What is drawn from the input is issued and read, as long as no word repeats.
void CheckIssuing(CidFormat* format, const InputSource& source) {
  const size_t from = source.words();
  const Bytes cid = IssueOne(format, {1, 2, 3, 0});
  const bool drew = source.words() != from;
  WAYBILL_FUZZ_CHECK(cid.empty() == (drew && source.Repeated(from)));
  if (cid.empty()) return;
  WAYBILL_FUZZ_CHECK(format->length().Of(cid) == cid.size());
  WAYBILL_FUZZ_CHECK(ReadOne(*format, cid).reason == DropReason::kNone);
}

void CheckAll(absl::Span<const uint8_t> input) {
  const MaskingCipher cipher(MaskingCipher::kUsual), other(0xa5);
  InputSource source(input);
  CheckedRandom random(&source);
  const SipHashCidTagger by_siphash({1, 2});
  const BlockCidTagger by_block(&cipher);
  auto fixed = OpaqueCidFormat::Fixed(&random, 5);
  auto octet = OpaqueCidFormat::LengthOctet(&random, 9);
  auto nibble = OpaqueCidFormat::Nibble(&random, 9);
  auto tagged = TaggedCidFormat::Make(&by_siphash, &random, 8, 4);
  auto short_tagged = TaggedCidFormat::Make(&by_block, &random, 2, 3);
  auto long_tagged = TaggedCidFormat::Make(&by_block, &random, 14, 8);
  auto sealed8 = SealedCidFormat::Make(&cipher, 8);
  auto sealed12 = SealedCidFormat::Make(&cipher, 12, 0x11);
  auto sealed16 = SealedCidFormat::Make(&cipher, 16, 0x1122);
  auto next16 = SealedCidFormat::Make(&other, 16, 0x1122);
  RotatingCidFormat rotating(&*sealed16);
  QuicLbCidFormat routable(&random, 9);
  // The first draw may find the source wanting; then nothing more is asked of it here.
  uint8_t probe[8];
  const bool varied = random.Fill(absl::MakeSpan(probe));
  CidFormat* const formats[] = {&*fixed,        &*octet,       &*nibble,  &*tagged,
                                &*short_tagged, &*long_tagged, &*sealed8, &*sealed12,
                                &*sealed16,     &rotating,     &routable};
  for (CidFormat* format : formats) CheckFormat(format, input);
  for (CidFormat* format : formats) {
    if (varied) CheckIssuing(format, source);
  }

  uint8_t number = 0;
  const Bytes first(18, 7);
  for (const auto& [server_id, nonce] :
       {std::array<uint8_t, 2>{3, 4}, {1, 4}, {8, 8}, {10, 5}, {9, 10}, {1, 18}, {4, 6}}) {
    QuicLbConfiguration configuration;
    configuration.parameters = {number, server_id, nonce, number == 6 ? nullptr : &cipher};
    configuration.server_id.fill(number);
    configuration.nonce_cipher = &other;
    configuration.first_nonce = absl::Span<const uint8_t>(first.data(), nonce);
    WAYBILL_FUZZ_CHECK(routable.Configure(configuration) == QuicLbConfigured::kDone);
    const Bytes cid = IssueOne(&routable, {});
    WAYBILL_FUZZ_CHECK(ReadOne(routable, cid).reason == DropReason::kNone);
    // What decodes is encoded as it was.
    QuicLbContent content;
    if (DecodeQuicLbCid(configuration.parameters, input, &content) == DropReason::kNone) {
      Bytes again(input.size());
      WAYBILL_FUZZ_CHECK(EncodeQuicLbCid(configuration.parameters, content, absl::MakeSpan(again)));
      WAYBILL_FUZZ_CHECK(std::equal(again.begin(), again.end(), input.begin()));
    }
    ++number;
  }
  CheckFormat(&routable, input);
  WAYBILL_FUZZ_CHECK(rotating.Rotate(&*next16));
  const DropReason before = ReadOne(*sealed16, input).reason;
  const DropReason after = ReadOne(*next16, input).reason;
  WAYBILL_FUZZ_CHECK((ReadOne(rotating, input).reason == DropReason::kNone) ==
                     (before == DropReason::kNone || after == DropReason::kNone));
}

}  // namespace
}  // namespace waybill

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size <= 300) waybill::CheckAll(absl::Span<const uint8_t>(data, size));
  return 0;
}
