// SPDX-License-Identifier: Apache-2.0
#include "waybill/wire/byte_range.h"

#include <vector>

#include "gtest/gtest.h"

namespace waybill {
namespace {

TEST(ByteRange, NamesBytesOfACopyAsWellAsOfTheOriginal) {
  const std::vector<uint8_t> datagram = {1, 2, 3, 4, 5};
  const ByteRange range{1, 3};
  std::vector<uint8_t> copy = datagram;
  EXPECT_EQ(range.In(absl::MakeConstSpan(datagram)),
            absl::MakeConstSpan({uint8_t{2}, uint8_t{3}, uint8_t{4}}));
  range.In(absl::MakeSpan(copy))[0] = 9;
  EXPECT_EQ(copy[1], 9);
  EXPECT_EQ(range.end(), 4u);
}

TEST(ByteRange, IsEmptyInADatagramThatCannotHoldIt) {
  const std::vector<uint8_t> datagram = {1, 2, 3};
  EXPECT_TRUE((ByteRange{1, 3}).In(absl::MakeConstSpan(datagram)).empty());
  std::vector<uint8_t> copy = datagram;
  EXPECT_TRUE((ByteRange{1, 3}).In(absl::MakeSpan(copy)).empty());
  EXPECT_EQ((ByteRange{1, 2}).In(absl::MakeSpan(copy)).size(), 2u);
  EXPECT_TRUE((ByteRange{65535, 65535}).In(absl::MakeConstSpan(datagram)).empty());
  EXPECT_EQ((ByteRange{3, 0}).In(absl::MakeConstSpan(datagram)).size(), 0u);
}

TEST(ByteRange, ComparesOffsetAndLength) {
  EXPECT_EQ((ByteRange{1, 2}), (ByteRange{1, 2}));
  EXPECT_NE((ByteRange{1, 2}), (ByteRange{1, 3}));
  EXPECT_NE((ByteRange{1, 2}), (ByteRange{0, 2}));
  EXPECT_TRUE((ByteRange{7, 0}).empty());
  EXPECT_FALSE((ByteRange{0, 1}).empty());
  EXPECT_EQ(ByteRange(), (ByteRange{0, 0}));
}

}  // namespace
}  // namespace waybill
