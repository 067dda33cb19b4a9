// SPDX-License-Identifier: Apache-2.0
#include "waybill/traffic/handshake_message.h"

#include "gtest/gtest.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

const HandshakeMessage kMessage = {kClientHelloMessage, 3, {10, 11, 12, 13, 14}};

TEST(HandshakeMessage, WithoutLengthsIsOneFragment) {
  EXPECT_EQ(FragmentHandshake(kMessage),
            std::vector<Bytes>{FromHex("01 000005 0003 000000 000005 0a0b0c0d0e")});
  EXPECT_EQ(FragmentHandshake({14, 1, {}}),
            std::vector<Bytes>{FromHex("0e 000000 0001 000000 000000")});
}

TEST(HandshakeMessage, FallsIntoFragmentsOfTheLengthsGiven) {
  EXPECT_EQ(FragmentHandshake(kMessage, {2, 0, 1}),
            (std::vector<Bytes>{FromHex("01 000005 0003 000000 000002 0a0b"),
                                FromHex("01 000005 0003 000002 000000"),
                                FromHex("01 000005 0003 000002 000001 0c"),
                                FromHex("01 000005 0003 000003 000002 0d0e")}));
  // Nothing is left: no further fragment.
  EXPECT_EQ(FragmentHandshake(kMessage, {2, 3}).size(), 2u);
  EXPECT_EQ(FragmentHandshake(kMessage, {5, 7}),
            (std::vector<Bytes>{FromHex("01 000005 0003 000000 000005 0a0b0c0d0e"),
                                FromHex("01 000005 0003 000005 000000")}));
}

TEST(HandshakeMessage, FragmentsMayOverlap) {
  EXPECT_EQ(HandshakeFragment(kMessage, 1, 3), FromHex("01 000005 0003 000001 000003 0b0c0d"));
  EXPECT_EQ(HandshakeFragment(kMessage, 2, 100), FromHex("01 000005 0003 000002 000003 0c0d0e"));
}

TEST(HandshakeMessage, FragmentHeadersMayLie) {
  EXPECT_EQ(EncodeHandshakeFragment({1, 0xffffff, 0xfffe, 0xfffffd, 0xfffffc}, {7}),
            FromHex("01 ffffff fffe fffffd fffffc 07"));
}

}  // namespace
}  // namespace waybill
