// SPDX-License-Identifier: Apache-2.0
#include "waybill/wire/byte_writer.h"

#include <vector>

#include "gtest/gtest.h"

namespace waybill {
namespace {

TEST(ByteWriter, WritesFieldsInNetworkOrder) {
  std::vector<uint8_t> storage(24, 0xee);
  ByteWriter writer(absl::MakeSpan(storage));
  const uint8_t tail[] = {0xaa, 0xbb};
  ASSERT_TRUE(writer.WriteU8(0x01) && writer.WriteU16(0x0203) && writer.WriteU24(0x040506) &&
              writer.WriteU32(0x0708090a) && writer.WriteU48(0x0b0c0d0e0f10) &&
              writer.WriteBytes(tail) && writer.WriteRepeated(0xff, 3));
  const std::vector<uint8_t> expected = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07,
                                         0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e,
                                         0x0f, 0x10, 0xaa, 0xbb, 0xff, 0xff, 0xff};
  EXPECT_EQ(writer.written(), absl::MakeConstSpan(expected));
  EXPECT_EQ(writer.size(), 21u);
  EXPECT_EQ(writer.room(), 3u);
  EXPECT_EQ(storage[21], 0xee) << "bytes behind what was written stay as they were";
}

TEST(ByteWriter, Writes64BitsOrNothing) {
  std::vector<uint8_t> storage(15, 0xee);
  ByteWriter writer(absl::MakeSpan(storage));
  ASSERT_TRUE(writer.WriteU64(0x8102030405060788));
  EXPECT_FALSE(writer.WriteU64(0));
  const std::vector<uint8_t> expected = {0x81, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x88};
  EXPECT_EQ(writer.written(), absl::MakeConstSpan(expected));
  EXPECT_EQ(storage[8], 0xee);
}

TEST(ByteWriter, RefusesWhatDoesNotFitItsField) {
  std::vector<uint8_t> storage(16);
  ByteWriter writer(absl::MakeSpan(storage));
  EXPECT_FALSE(writer.WriteU8(0x100));
  EXPECT_FALSE(writer.WriteU16(0x10000));
  EXPECT_FALSE(writer.WriteU24(0x1000000));
  EXPECT_FALSE(writer.WriteU32(0x100000000));
  EXPECT_FALSE(writer.WriteU48(uint64_t{1} << 48));
  EXPECT_EQ(writer.size(), 0u);
  EXPECT_TRUE(writer.WriteU48((uint64_t{1} << 48) - 1));
}

TEST(ByteWriter, NeverWritesBehindItsStorage) {
  for (size_t room = 0; room < 6; ++room) {
    std::vector<uint8_t> storage(6, 0xee);
    ByteWriter writer(absl::MakeSpan(storage).first(room));
    const uint8_t six[6] = {};
    EXPECT_FALSE(writer.WriteU48(0));
    EXPECT_FALSE(writer.WriteBytes(six));
    EXPECT_FALSE(writer.WriteRepeated(0, 6));
    EXPECT_FALSE(writer.WriteRepeated(0, SIZE_MAX));
    EXPECT_EQ(writer.WriteU32(0), room >= 4);
    for (size_t i = room; i < 6; ++i) EXPECT_EQ(storage[i], 0xee);
  }
}

// The last byte of the storage is there to be written, by every call.
TEST(ByteWriter, FillsItsStorage) {
  const uint8_t six[6] = {1, 2, 3, 4, 5, 6};
  for (int call = 0; call < 4; ++call) {
    std::vector<uint8_t> storage(6, 0xee);
    ByteWriter writer(absl::MakeSpan(storage));
    EXPECT_TRUE(call == 0   ? writer.WriteBytes(six)
                : call == 1 ? writer.WriteRepeated(0, 6)
                : call == 2 ? writer.WriteU48(0)
                            : writer.Extend(6) == storage.data());
    EXPECT_EQ(writer.room(), 0u);
    EXPECT_FALSE(writer.WriteU8(0));
  }
}

}  // namespace
}  // namespace waybill
