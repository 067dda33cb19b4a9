// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/address_key.h"

#include <cstdint>
#include <set>
#include <vector>

#include "gtest/gtest.h"

namespace waybill {
namespace {

constexpr Endpoint kRemote = Endpoint::OfIpv4(0xc0000201, 0x1234);
constexpr Endpoint kLocal = Endpoint::OfIpv4(0xc6336402, 5684);

Endpoint Ipv6(uint8_t last, uint16_t port) {
  Endpoint endpoint;
  endpoint.address = {0x20, 0x01, 0x0d, 0xb8};
  endpoint.address[15] = last;
  endpoint.port = port;
  return endpoint;
}

std::vector<uint8_t> BytesOf(const AddressKey& key) {
  return std::vector<uint8_t>(key.bytes().begin(), key.bytes().end());
}

TEST(AddressKey, OfIpv4IsShort) {
  EXPECT_EQ(BytesOf(AddressKey(kRemote, kLocal)),
            (std::vector<uint8_t>{192, 0, 2, 1, 0x12, 0x34, 198, 51, 100, 2, 0x16, 0x34}));
}

// An IPv4-mapped address is that of IPv4, wherever it comes from.
TEST(AddressKey, TakesMappedAddressesForIpv4) {
  Endpoint mapped;
  mapped.address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1};
  mapped.port = 0x1234;
  EXPECT_EQ(AddressKey(mapped, kLocal), AddressKey(kRemote, kLocal));
  for (size_t i = 0; i < 12; ++i) {
    Endpoint other = mapped;
    other.address[i] ^= 1;
    EXPECT_FALSE(other.IsIpv4());
    EXPECT_EQ(AddressKey(other, kLocal).bytes().size(), AddressKey::kMaxLength);
  }
}

TEST(AddressKey, OfIpv6HasAllOfIt) {
  const AddressKey key(Ipv6(1, 0x0203), Ipv6(4, 0x0506));
  const std::vector<uint8_t> expected = {
      0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3,
      0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 5, 6};
  EXPECT_EQ(BytesOf(key), expected);
}

TEST(AddressKey, DiffersInEachOfItsParts) {
  std::set<std::vector<uint8_t>> keys;
  const Endpoint ends[] = {kRemote,    kLocal,     Endpoint::OfIpv4(0xc0000201, 1),
                           Ipv6(1, 7), Ipv6(2, 7), Ipv6(1, 8),
                           Endpoint()};
  for (const Endpoint& remote : ends) {
    for (const Endpoint& local : ends) keys.insert(BytesOf(AddressKey(remote, local)));
  }
  EXPECT_EQ(keys.size(), 49u);
}

}  // namespace
}  // namespace waybill
