// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/quic_lb_nonces.h"

#include <cmath>
#include <set>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/cid/test_formats.h"

namespace waybill {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes NextOf(QuicLbNonces* nonces, size_t length) {
  Bytes nonce(length, 0xee);
  return nonces->Next(nonce.data()) ? nonce : Bytes();
}

// REQ-163: each nonce once, from the first one round to the one before it, and then none.
TEST(QuicLbNonces, CountRoundAndEnd) {
  const Bytes first = {0xff, 0xff, 0xff, 0xfe};
  QuicLbNonces nonces(first, 5, nullptr);
  for (const Bytes& expected :
       {first, Bytes{0xff, 0xff, 0xff, 0xff}, Bytes{0, 0, 0, 0}, Bytes{0, 0, 0, 1}}) {
    EXPECT_EQ(NextOf(&nonces, 4), expected);
  }
  EXPECT_EQ(nonces.remaining(), 1u);
  EXPECT_EQ(NextOf(&nonces, 4), (Bytes{0, 0, 0, 2}));
  for (int again = 0; again < 3; ++again) {
    EXPECT_EQ(NextOf(&nonces, 4), Bytes());
    EXPECT_EQ(nonces.remaining(), 0u);
  }
}

TEST(QuicLbNonces, ThereAreAsManyAsTheirLengthAllows) {
  for (size_t length = 0; length <= 20; ++length) {
    const Bytes first(length, 0xa5);
    const bool allowed = length >= QuicLbNonces::kMinLength && length <= QuicLbNonces::kMaxLength;
    const uint64_t all = !allowed ? 0 : length < 8 ? uint64_t{1} << (8 * length) : UINT64_MAX;
    EXPECT_EQ(QuicLbNonces(first, QuicLbNonces::kAll, nullptr).remaining(), all) << length;
    EXPECT_EQ(QuicLbNonces(first, UINT64_MAX, nullptr).remaining(), all) << length;
    EXPECT_EQ(QuicLbNonces(first, 9, nullptr).remaining(), allowed ? 9u : 0u) << length;
  }
  EXPECT_EQ(QuicLbNonces().remaining(), 0u);
  EXPECT_TRUE(QuicLbNonces().position().empty());
}

// A process that starts again at the saved position, and cores with ranges side by side, use none
// twice; hidden or not.
TEST(QuicLbNonces, RangesAndRestartsDoNotOverlap) {
  SeededSource source(1);
  const auto hide = DrawCipher(&source);
  for (const BlockCipher* cipher :
       {static_cast<const BlockCipher*>(nullptr), static_cast<const BlockCipher*>(hide.get())}) {
    for (const size_t length : {4, 5, 7, 8, 9, 16, 17, 18}) {
      std::set<Bytes> used;
      Bytes first(length, 0);
      for (uint8_t core = 0; core < 4; ++core) {
        first[length - 2] = core;  // 256 numbers behind each other
        QuicLbNonces nonces(first, 256, cipher);
        for (int i = 0; i < 100; ++i) used.insert(NextOf(&nonces, length));
        const absl::Span<const uint8_t> position = nonces.position();
        const Bytes saved(position.begin(), position.end());
        QuicLbNonces restarted(saved, nonces.remaining(), cipher);
        for (int i = 0; i < 156; ++i) used.insert(NextOf(&restarted, length));
        EXPECT_EQ(NextOf(&restarted, length), Bytes());
      }
      EXPECT_EQ(used.size(), 1024u) << length;
    }
  }
}

// REQ-162: hidden nonces that follow each other share no more bytes than random ones.
TEST(QuicLbNonces, HiddenOnesDoNotShowTheirOrder) {
  SeededSource source(2);
  const auto hide = DrawCipher(&source);
  for (const size_t length : {4, 8, 16, 18}) {
    QuicLbNonces nonces(Bytes(length, 0), QuicLbNonces::kAll, hide.get());
    Bytes before = NextOf(&nonces, length);
    size_t equal = 0;
    for (int i = 0; i < 10000; ++i) {
      const Bytes nonce = NextOf(&nonces, length);
      for (size_t byte = 0; byte < length; ++byte) equal += nonce[byte] == before[byte];
      before = nonce;
    }
    const double expected = 10000.0 * static_cast<double>(length) / 256;
    EXPECT_NEAR(static_cast<double>(equal), expected, 6 * std::sqrt(expected)) << length;
  }
}

}  // namespace
}  // namespace waybill
