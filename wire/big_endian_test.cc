// SPDX-License-Identifier: Apache-2.0
#include "waybill/wire/big_endian.h"

#include <vector>

#include "gtest/gtest.h"

namespace waybill {
namespace {

constexpr uint8_t kBytes[] = {0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88};

TEST(BigEndian, LoadsWhatStandsThere) {
  EXPECT_EQ(LoadU16(kBytes), 0x1122);
  EXPECT_EQ(LoadU32(kBytes), 0x11223344u);
  EXPECT_EQ(LoadU64(kBytes), 0x1122334455667788u);
  EXPECT_EQ(LoadLittleEndianU64(kBytes), 0x8877665544332211u);
}

TEST(BigEndian, StoresWhatIsLoaded) {
  uint8_t bytes[10] = {};
  uint8_t* const behind = StoreU16(0x1122, bytes);
  EXPECT_EQ(behind, bytes + 2);
  EXPECT_EQ(StoreU64(0x3344556677889900, behind), bytes + 10);
  EXPECT_EQ(LoadU16(bytes), 0x1122);
  EXPECT_EQ(LoadU64(bytes + 2), 0x3344556677889900u);
}

// Of every number of bytes, from storage that ends with them.
TEST(BigEndian, LoadsTheFrontOfAWord) {
  constexpr uint64_t kFront[] = {0,
                                 0x1100000000000000,
                                 0x1122000000000000,
                                 0x1122330000000000,
                                 0x1122334400000000,
                                 0x1122334455000000,
                                 0x1122334455660000,
                                 0x1122334455667700,
                                 0x1122334455667788};
  constexpr uint64_t kLittle[] = {0,
                                  0x11,
                                  0x2211,
                                  0x332211,
                                  0x44332211,
                                  0x5544332211,
                                  0x665544332211,
                                  0x77665544332211,
                                  0x8877665544332211};
  for (size_t count = 0; count <= 8; ++count) {
    const std::vector<uint8_t> bytes(kBytes, kBytes + count);
    EXPECT_EQ(LoadFront(bytes.data(), count), kFront[count]) << count;
    EXPECT_EQ(LoadLittleEndian(bytes.data(), count), kLittle[count]) << count;
  }
}

}  // namespace
}  // namespace waybill
