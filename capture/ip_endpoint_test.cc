// SPDX-License-Identifier: Apache-2.0
//
// How endpoints print and compare.

#include "waybill/capture/ip_endpoint.h"

#include "absl/container/flat_hash_map.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace waybill {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

constexpr std::array<uint8_t, 16> kDocumentation = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0,
                                                    0,    0,    0,    0,    0, 0, 0, 1};

TEST(IpEndpointTest, Ipv4Prints) {
  EXPECT_EQ(IpEndpoint::V4({192, 0, 2, 1}, 5684).ToString(), "192.0.2.1:5684");
  EXPECT_EQ(IpEndpoint().ToString(), "0.0.0.0:0");
}

TEST(IpEndpointTest, Ipv6PrintsInTheFormOfRfc5952) {
  EXPECT_EQ(IpEndpoint::V6(kDocumentation, 5684).ToString(), "[2001:db8::1]:5684");
  EXPECT_EQ(IpEndpoint::V6({}, 65535).ToString(), "[::]:65535");
  // A single group of zeros stays; of two equal runs the first is compressed; lower case.
  EXPECT_EQ(
      IpEndpoint::V6({0x20, 1, 0xD, 0xB8, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0xAB, 0xCD}, 1).ToString(),
      "[2001:db8:0:1:1:1:1:abcd]:1");
  EXPECT_EQ(IpEndpoint::V6({0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1}, 1).ToString(),
            "[2001:db8::1:0:0:1]:1");
  EXPECT_EQ(IpEndpoint::V6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 0, 2, 1}, 1).ToString(),
            "[::ffff:192.0.2.1]:1");
}

TEST(IpEndpointTest, AddressBytesAreFourOrSixteen) {
  const IpEndpoint v4 = IpEndpoint::V4({192, 0, 2, 1}, 1);
  const IpEndpoint v6 = IpEndpoint::V6(kDocumentation, 1);
  EXPECT_THAT(v4.AddressBytes(), ElementsAre(192, 0, 2, 1));
  EXPECT_THAT(v6.AddressBytes(), ElementsAreArray(kDocumentation));
}

TEST(IpEndpointTest, EveryPartTellsKeysApart) {
  absl::flat_hash_map<IpEndpoint, int> map;
  map[IpEndpoint::V4({192, 0, 2, 1}, 5684)] = 1;
  map[IpEndpoint::V4({192, 0, 2, 1}, 5685)] = 2;
  map[IpEndpoint::V4({192, 0, 2, 2}, 5684)] = 3;
  map[IpEndpoint::V6({192, 0, 2, 1}, 5684)] = 4;
  ASSERT_EQ(map.size(), 4u);
  EXPECT_EQ(map.at(IpEndpoint::V4({192, 0, 2, 1}, 5684)), 1);
  EXPECT_EQ(map.at(IpEndpoint::V6({192, 0, 2, 1}, 5684)), 4);
  EXPECT_NE(IpEndpoint::V4({192, 0, 2, 1}, 1), IpEndpoint::V6({192, 0, 2, 1}, 1));
}

}  // namespace
}  // namespace waybill
