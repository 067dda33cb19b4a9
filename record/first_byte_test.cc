// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/first_byte.h"

#include <set>

#include "gtest/gtest.h"

namespace waybill {
namespace {

// REQ-028, REQ-036, REQ-037, BUG-25: all 256 first bytes against RFC 9147's figure, with 27 of RFC
// 9853 added.
TEST(FirstByte, AnnouncesTheLayoutOfTheFigure) {
  const std::set<int> rfc6347 = {20, 21, 22, 23, 24, 26, 27};
  for (int byte = 0; byte < 256; ++byte) {
    HeaderLayout expected = HeaderLayout::kNone;
    if (rfc6347.count(byte) != 0) expected = HeaderLayout::kRfc6347;
    if (byte == 25) expected = HeaderLayout::kTls12Cid;
    if (byte > 31 && byte < 64) expected = HeaderLayout::kUnified;
    EXPECT_EQ(HeaderLayoutOf(static_cast<uint8_t>(byte)), expected) << byte;
    if (expected != HeaderLayout::kNone) {
      EXPECT_EQ(ProtocolOf(static_cast<uint8_t>(byte)), Protocol::kDtls) << byte;
    }
  }
}

TEST(FirstByte, ProtocolsShareTheRangesOfRfc9443) {
  const auto range = [](int from, int to, Protocol protocol, const char* name) {
    for (int byte = from; byte <= to; ++byte) {
      EXPECT_EQ(ProtocolOf(static_cast<uint8_t>(byte)), protocol) << byte;
      EXPECT_EQ(NameOf(ProtocolOf(static_cast<uint8_t>(byte))), name) << byte;
    }
  };
  range(0, 3, Protocol::kStun, "stun");
  range(4, 15, Protocol::kUnknown, "unknown");
  range(16, 19, Protocol::kZrtp, "zrtp");
  range(20, 63, Protocol::kDtls, "dtls");
  range(64, 79, Protocol::kTurnChannel, "turn");
  range(80, 127, Protocol::kQuic, "quic");
  range(128, 191, Protocol::kRtp, "rtp");
  range(192, 255, Protocol::kQuic, "quic");
}

TEST(FirstByte, AValueThatIsNoProtocolIsUnknown) {
  EXPECT_EQ(NameOf(static_cast<Protocol>(255)), "unknown");
}

}  // namespace
}  // namespace waybill
