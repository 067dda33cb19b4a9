// SPDX-License-Identifier: Apache-2.0
#include "waybill/wire/cid_length.h"

#include <type_traits>
#include <vector>

#include "gtest/gtest.h"

namespace waybill {
namespace {

static_assert(!std::is_default_constructible_v<CidLength>, "a CID length cannot be left out");

TEST(CidLength, AbsentHasNoLength) {
  EXPECT_TRUE(CidLength::Absent().absent());
  EXPECT_TRUE(CidLength::Fixed(0).absent());  // REQ-012: a CID on the wire has at least one byte
  EXPECT_EQ(CidLength::Absent().Of({}), 0);
}

TEST(CidLength, FixedIsThatLengthWhateverTheBytes) {
  for (int length = 1; length <= 255; ++length) {
    const CidLength fixed = CidLength::Fixed(static_cast<uint8_t>(length));
    EXPECT_FALSE(fixed.absent());
    EXPECT_EQ(fixed.Of({}), length);
  }
}

// REQ-004: a CID of variable length delimits itself.
TEST(CidLength, SelfDelineatingAsksItsOwner) {
  const uint8_t extra = 1;
  const CidLength length_octet = CidLength::SelfDelineating(
      [](const void* context, absl::Span<const uint8_t> bytes) -> uint8_t {
        if (bytes.empty()) return 0;
        return bytes[0] + *static_cast<const uint8_t*>(context);
      },
      &extra);
  const std::vector<uint8_t> cid = {3, 0xaa, 0xbb, 0xcc, 0xdd};
  EXPECT_FALSE(length_octet.absent());
  EXPECT_EQ(length_octet.Of(cid), 4);
  EXPECT_EQ(length_octet.Of({}), 0);
}

}  // namespace
}  // namespace waybill
