// SPDX-License-Identifier: Apache-2.0
#include "waybill/wire/byte_reader.h"

#include <vector>

#include "gtest/gtest.h"

namespace waybill {
namespace {

using Bytes = std::vector<uint8_t>;

TEST(ByteReader, ReadsFieldsInNetworkOrder) {
  const Bytes bytes = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09,
                       0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11};
  ByteReader reader(bytes);
  uint8_t u8 = 0;
  uint16_t u16 = 0;
  uint32_t u24 = 0, u32 = 0;
  uint64_t u48 = 0;
  ASSERT_TRUE(reader.ReadU8(&u8) && reader.ReadU16(&u16) && reader.ReadU24(&u24) &&
              reader.ReadU32(&u32) && reader.ReadU48(&u48));
  EXPECT_EQ(u8, 0x01);
  EXPECT_EQ(u16, 0x0203);
  EXPECT_EQ(u24, 0x040506u);
  EXPECT_EQ(u32, 0x0708090au);
  EXPECT_EQ(u48, 0x0b0c0d0e0f10u);
  EXPECT_EQ(reader.offset(), 16u);
  EXPECT_EQ(reader.remaining(), 1u);
  EXPECT_EQ(reader.rest()[0], 0x11);
}

TEST(ByteReader, Reads64BitsOrNothing) {
  const Bytes bytes = {0x81, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x88, 0x09};
  ByteReader reader(bytes);
  uint64_t u64 = 7;
  ASSERT_TRUE(reader.ReadU64(&u64));
  EXPECT_EQ(u64, 0x8102030405060788u);
  EXPECT_FALSE(reader.ReadU64(&u64));
  EXPECT_EQ(u64, 0x8102030405060788u);
  EXPECT_EQ(reader.remaining(), 1u);
}

// A failed read moves nothing and leaves its output alone, whichever read it is.
TEST(ByteReader, FailsWithoutSideEffects) {
  for (size_t length = 0; length < 6; ++length) {
    const Bytes bytes(length, 0xee);
    ByteReader reader(bytes);
    uint8_t u8 = 7;
    uint16_t u16 = 7;
    uint32_t u32 = 7;
    uint64_t u64 = 7;
    absl::Span<const uint8_t> span;
    ByteRange range{7, 7};
    ByteReader part{absl::Span<const uint8_t>()};
    EXPECT_FALSE(reader.ReadU48(&u64));
    EXPECT_EQ(u64, 7u);
    EXPECT_FALSE(reader.ReadBytes(6, &span));
    EXPECT_EQ(span.data(), nullptr);
    EXPECT_FALSE(reader.ReadRange(6, &range));
    EXPECT_EQ(range, (ByteRange{7, 7}));
    EXPECT_FALSE(reader.ReadReader(6, &part));
    EXPECT_TRUE(part.empty());
    EXPECT_FALSE(reader.Skip(6));
    EXPECT_FALSE(reader.Skip(SIZE_MAX));
    EXPECT_FALSE(reader.ReadBytes(SIZE_MAX, &span));
    if (length < 4) {
      EXPECT_FALSE(reader.ReadU32(&u32));
    }
    if (length < 3) {
      EXPECT_FALSE(reader.ReadU24(&u32));
    }
    if (length < 2) {
      EXPECT_FALSE(reader.ReadU16(&u16));
    }
    if (length < 1) {
      EXPECT_FALSE(reader.ReadU8(&u8));
    }
    EXPECT_EQ(u32, 7u);
    EXPECT_EQ(u16, 7u);
    EXPECT_EQ(u8, 7u);
    EXPECT_EQ(reader.offset(), 0u);
  }
}

TEST(ByteReader, PartsKeepTheOffsetsOfTheWhole) {
  const Bytes bytes = {0, 1, 2, 3, 4, 5, 6, 7};
  ByteReader reader(bytes, 2);
  ByteReader part = reader;
  ASSERT_TRUE(reader.ReadReader(3, &part));
  ByteRange range;
  ASSERT_TRUE(part.Skip(1) && part.ReadRange(2, &range));
  EXPECT_EQ(range, (ByteRange{3, 2}));
  EXPECT_TRUE(part.empty());
  uint8_t next = 0;
  EXPECT_FALSE(part.ReadU8(&next)) << "a part ends where it was cut, not where the bytes end";
  ASSERT_TRUE(reader.ReadU8(&next));
  EXPECT_EQ(next, 5);
}

// BUG-13: a claimed length beyond what is there, at every 8- and 16-bit value.
TEST(ByteReader, RefusesVectorsLongerThanTheBytes) {
  for (int claimed = 0; claimed < 65536; ++claimed) {
    const Bytes bytes = {static_cast<uint8_t>(claimed >> 8), static_cast<uint8_t>(claimed), 1, 2,
                         3};
    ByteReader reader(bytes);
    ByteReader vector = reader;
    EXPECT_EQ(reader.ReadVector16(&vector), claimed <= 3);
    EXPECT_EQ(reader.offset(), claimed <= 3 ? 2u + claimed : 0u);
    ByteReader reader8(absl::MakeConstSpan(bytes).subspan(1));
    EXPECT_EQ(reader8.ReadVector8(&vector), (claimed & 0xff) <= 3);
  }
}

TEST(ByteReader, RangesEndWhereADatagramCan) {
  const Bytes bytes(kMaxDatagramLength + 1);
  ByteReader reader(bytes);
  ByteRange range;
  EXPECT_FALSE(reader.ReadRange(kMaxDatagramLength + 1, &range));
  ASSERT_TRUE(reader.ReadRange(kMaxDatagramLength, &range));
  EXPECT_EQ(range.end(), kMaxDatagramLength);
  EXPECT_FALSE(reader.ReadRange(1, &range));
  EXPECT_TRUE(reader.Skip(1)) << "bytes behind that can still be read";
}

TEST(ByteReader, AnOffsetBehindTheEndLeavesNothing) {
  const Bytes bytes = {1, 2};
  EXPECT_TRUE(ByteReader(bytes, 2).empty());
  EXPECT_TRUE(ByteReader(bytes, SIZE_MAX).empty());
}

}  // namespace
}  // namespace waybill
