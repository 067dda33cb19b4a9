// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/inner_plaintext.h"

#include "gtest/gtest.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

DropReason Read(const Bytes& plaintext, InnerPlaintext* inner) {
  return ReadInnerPlaintext(plaintext, kMaxInnerPlaintext12, inner);
}

// REQ-013: the last byte that is not zero.
TEST(InnerPlaintext, TheTypeIsTheLastByteThatIsNotZero) {
  InnerPlaintext inner;
  const Bytes plaintext = FromHex("00aa00 17 000000");
  ASSERT_EQ(Read(plaintext, &inner), DropReason::kNone);
  EXPECT_EQ(inner.content_type, 23);
  EXPECT_EQ(ToHex(inner.content), "00aa00");
  EXPECT_EQ(inner.padding, 3u);
  const Bytes empty_content = FromHex("16");
  ASSERT_EQ(Read(empty_content, &inner), DropReason::kNone);
  EXPECT_EQ(inner.content_type, 22);
  EXPECT_TRUE(inner.content.empty());
}

TEST(InnerPlaintext, ZerosAloneHaveNoType) {
  InnerPlaintext inner;
  for (size_t length : {size_t{0}, size_t{1}, size_t{2}, size_t{100}, kMaxInnerPlaintext12}) {
    EXPECT_EQ(Read(Bytes(length), &inner), DropReason::kInnerTypeMissing);
  }
}

// REQ-014, REQ-015, EXT-8: padding counts, and DTLS 1.3 has room for the type besides.
TEST(InnerPlaintext, IsBoundedWithItsPadding) {
  InnerPlaintext inner;
  Bytes plaintext(kMaxInnerPlaintext12);
  plaintext[0] = 23;
  EXPECT_EQ(Read(plaintext, &inner), DropReason::kNone);
  EXPECT_EQ(inner.padding, kMaxInnerPlaintext12 - 1);
  plaintext.push_back(0);
  EXPECT_EQ(Read(plaintext, &inner), DropReason::kInnerPlaintextTooLong);
  EXPECT_EQ(ReadInnerPlaintext(plaintext, kMaxInnerPlaintext13, &inner), DropReason::kNone);
  plaintext.push_back(0);
  EXPECT_EQ(ReadInnerPlaintext(plaintext, kMaxInnerPlaintext13, &inner),
            DropReason::kInnerPlaintextTooLong);
}

TEST(InnerPlaintext, WrittenIsReadBack) {
  Bytes storage(kMaxInnerPlaintext13);
  for (size_t length : {size_t{0}, size_t{1}, size_t{17}, size_t{1200}, kMaxInnerPlaintext12 - 1}) {
    for (size_t padding : {size_t{0}, size_t{1}, size_t{15}}) {
      const Bytes content(length, 0);
      ByteWriter writer(absl::MakeSpan(storage));
      const bool fits = length + 1 + padding <= kMaxInnerPlaintext12;
      ASSERT_EQ(WriteInnerPlaintext(26, content, padding, kMaxInnerPlaintext12, &writer), fits);
      if (!fits) continue;
      EXPECT_EQ(writer.size(), InnerPlaintextLength(length, padding));
      InnerPlaintext inner;
      ASSERT_EQ(ReadInnerPlaintext(writer.written(), kMaxInnerPlaintext12, &inner),
                DropReason::kNone);
      EXPECT_EQ(inner.content_type, 26);
      EXPECT_EQ(inner.content.size(), length);
      EXPECT_EQ(inner.padding, padding);
    }
  }
}

TEST(InnerPlaintext, WriterRefusesTypeZeroAndOverflow) {
  Bytes storage(32);
  ByteWriter writer(absl::MakeSpan(storage));
  EXPECT_FALSE(WriteInnerPlaintext(0, Bytes(4), 0, kMaxInnerPlaintext12, &writer));
  EXPECT_TRUE(WriteInnerPlaintext(23, Bytes(4), 0, 5, &writer));
  EXPECT_FALSE(WriteInnerPlaintext(23, Bytes(4), 0, 4, &writer));
  EXPECT_FALSE(WriteInnerPlaintext(23, Bytes(4), SIZE_MAX, kMaxInnerPlaintext12, &writer));
  EXPECT_FALSE(WriteInnerPlaintext(23, Bytes(33), 0, kMaxInnerPlaintext12, &writer));
}

TEST(InnerPlaintext, WriterNeedsItsRoom) {
  Bytes storage(InnerPlaintextLength(4, 3));
  for (size_t room = 0; room <= storage.size(); ++room) {
    ByteWriter writer(absl::MakeSpan(storage).first(room));
    EXPECT_EQ(WriteInnerPlaintext(23, Bytes(4), 3, kMaxInnerPlaintext12, &writer), room == 8)
        << room;
  }
}

}  // namespace
}  // namespace waybill
