// SPDX-License-Identifier: Apache-2.0
//
// Packets built byte by byte, over every link layer and header variation, cut at every byte and
// with every value in every length field.

#include "waybill/capture/packet.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace waybill {
namespace {

using ::testing::ElementsAreArray;

using Bytes = std::vector<uint8_t>;

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

void StoreU16(size_t value, size_t offset, Bytes* bytes) {
  (*bytes)[offset] = static_cast<uint8_t>(value >> 8);
  (*bytes)[offset + 1] = static_cast<uint8_t>(value);
}

const Bytes kPayload = {0x17, 0xfe, 0xfd, 1, 2, 3, 4, 5, 6, 7, 8, 9};
const size_t kUdpSize = 8 + kPayload.size();

// From port 5684 to port 40000.
Bytes Udp() {
  Bytes udp = {0x16, 0x34, 0x9c, 0x40, 0, 0, 0xab, 0xcd};
  StoreU16(kUdpSize, 4, &udp);
  return udp + kPayload;
}

// From 192.0.2.1 to 198.51.100.2, no fragment.
Bytes Ipv4(const Bytes& content, uint8_t protocol = 17, const Bytes& options = {}) {
  Bytes header = {0x45, 0, 0,   0, 0x12, 0x34, 0x40, 0,  64,  protocol,
                  0,    0, 192, 0, 2,    1,    198,  51, 100, 2};
  header[0] += options.size() / 4;
  StoreU16(20 + options.size() + content.size(), 2, &header);
  return header + options + content;
}

// From 2001:db8::1 to 2001:db8::2.
Bytes Ipv6(const Bytes& content, uint8_t next_header = 17) {
  Bytes header = {0x60, 0, 0, 0, 0, 0, next_header, 64};
  StoreU16(content.size(), 4, &header);
  const Bytes network = {0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  return header + network + Bytes{1} + network + Bytes{2} + content;
}

Bytes Ethernet(const Bytes& from_ethertype) {
  return Bytes{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2} + from_ethertype;
}

Bytes LinuxCooked(const Bytes& from_ethertype) {
  return Bytes{0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0} + from_ethertype;
}

Bytes LinuxCooked2(const Bytes& ethertype, const Bytes& rest) {
  return ethertype + Bytes{0, 0, 0, 0, 0, 3, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0} + rest;
}

Bytes WithByte(Bytes bytes, size_t offset, uint8_t value) {
  bytes[offset] = value;
  return bytes;
}

// Decodes a copy whose end is the end of its allocation, so that AddressSanitizer sees a read past
// it.
struct Decoded {
  Decoded(LinkLayer link, absl::Span<const uint8_t> bytes) : storage(new uint8_t[bytes.size()]) {
    std::copy(bytes.begin(), bytes.end(), storage.get());
    const absl::Span<const uint8_t> copy(storage.get(), bytes.size());
    verdict = DecodePacket(link, copy, &packet);
    EXPECT_TRUE(packet.payload.empty() ||
                (packet.payload.data() >= copy.data() && packet.payload.end() <= copy.end()));
  }
  Decoded(LinkLayer link, const Bytes& bytes) : Decoded(link, absl::MakeConstSpan(bytes)) {}

  std::unique_ptr<uint8_t[]> storage;
  PacketVerdict verdict;
  UdpPacket packet;
};

struct Sample {
  std::string name;
  LinkLayer link;
  Bytes bytes;
};

void PrintTo(const Sample& sample, std::ostream* out) { *out << sample.name; }

const Bytes kIpv4Type = {0x08, 0x00};
const Bytes kIpv6Type = {0x86, 0xdd};
const Bytes kVlan = {0x81, 0x00, 0x20, 0x05};
const Bytes kServiceVlan = {0x88, 0xa8, 0x00, 0x07};
// Next header UDP, and 8 or 16 bytes long.
const Bytes kExtension8 = {17, 0, 1, 4, 0, 0, 0, 0};
const Bytes kExtension16 = {17, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
// Next header UDP, payload length 4: 24 bytes.
const Bytes kAuthentication24 = Bytes{17, 4} + Bytes(22, 0xaa);
const Bytes kAtomicFragment = {17, 0, 0, 0, 1, 2, 3, 4};
const Bytes kRouterAlert = {0x94, 4, 0, 0};

// All carry the datagram of Udp(), whole.
std::vector<Sample> Samples() {
  const Bytes v4 = Ipv4(Udp()), v6 = Ipv6(Udp());
  const Bytes chain = WithByte(kExtension8, 0, 60) + WithByte(kExtension16, 0, 43) +
                      WithByte(kExtension8, 0, 44) + WithByte(kAtomicFragment, 0, 51) +
                      WithByte(kAuthentication24, 0, 60) + kExtension8;
  return {
      {"ethernet ipv4", LinkLayer::kEthernet, Ethernet(kIpv4Type + v4)},
      {"ethernet ipv6", LinkLayer::kEthernet, Ethernet(kIpv6Type + v6)},
      {"802.1Q", LinkLayer::kEthernet, Ethernet(kVlan + kIpv4Type + v4)},
      {"802.1ad", LinkLayer::kEthernet, Ethernet(kServiceVlan + kVlan + kIpv6Type + v6)},
      {"802.1Q thrice", LinkLayer::kEthernet, Ethernet(kVlan + kVlan + kVlan + kIpv4Type + v4)},
      {"cooked ipv4", LinkLayer::kLinuxCooked, LinuxCooked(kIpv4Type + v4)},
      {"cooked ipv6", LinkLayer::kLinuxCooked, LinuxCooked(kIpv6Type + v6)},
      {"cooked 802.1Q", LinkLayer::kLinuxCooked, LinuxCooked(kVlan + kIpv4Type + v4)},
      {"cooked v2 ipv4", LinkLayer::kLinuxCooked2, LinuxCooked2(kIpv4Type, v4)},
      {"cooked v2 ipv6", LinkLayer::kLinuxCooked2, LinuxCooked2(kIpv6Type, v6)},
      {"cooked v2 802.1Q", LinkLayer::kLinuxCooked2,
       LinuxCooked2({0x81, 0x00}, Bytes{0x20, 0x05} + kIpv4Type + v4)},
      {"raw ipv4", LinkLayer::kRawIp, v4},
      {"raw ipv6", LinkLayer::kRawIp, v6},
      {"loopback ipv4 big-endian", LinkLayer::kLoopback, Bytes{0, 0, 0, 2} + v4},
      {"loopback ipv4 little-endian", LinkLayer::kLoopback, Bytes{2, 0, 0, 0} + v4},
      {"loopback ipv6 NetBSD", LinkLayer::kLoopback, Bytes{0, 0, 0, 24} + v6},
      {"loopback ipv6 FreeBSD", LinkLayer::kLoopback, Bytes{28, 0, 0, 0} + v6},
      {"loopback ipv6 Darwin", LinkLayer::kLoopback, Bytes{30, 0, 0, 0} + v6},
      {"ipv4 options", LinkLayer::kRawIp, Ipv4(Udp(), 17, kRouterAlert)},
      {"ipv4 most options", LinkLayer::kRawIp, Ipv4(Udp(), 17, Bytes(40, 1))},
      {"hop-by-hop", LinkLayer::kRawIp, Ipv6(kExtension8 + Udp(), 0)},
      {"routing", LinkLayer::kRawIp, Ipv6(kExtension16 + Udp(), 43)},
      {"destination options", LinkLayer::kRawIp, Ipv6(kExtension8 + Udp(), 60)},
      {"authentication", LinkLayer::kRawIp, Ipv6(kAuthentication24 + Udp(), 51)},
      {"atomic fragment", LinkLayer::kRawIp, Ipv6(kAtomicFragment + Udp(), 44)},
      {"chain", LinkLayer::kRawIp, Ipv6(chain + Udp(), 0)},
  };
}

class SampleTest : public ::testing::TestWithParam<Sample> {};

INSTANTIATE_TEST_SUITE_P(All, SampleTest, ::testing::ValuesIn(Samples()));

void ExpectAddresses(const UdpPacket& packet) {
  if (packet.source.is_v6) {
    EXPECT_EQ(packet.source.ToString(), "[2001:db8::1]:5684");
    EXPECT_EQ(packet.destination.ToString(), "[2001:db8::2]:40000");
  } else {
    EXPECT_EQ(packet.source.ToString(), "192.0.2.1:5684");
    EXPECT_EQ(packet.destination.ToString(), "198.51.100.2:40000");
  }
}

TEST_P(SampleTest, YieldsTheDatagram) {
  const Decoded decoded(GetParam().link, GetParam().bytes);
  ASSERT_EQ(decoded.verdict, PacketVerdict::kUdp);
  ExpectAddresses(decoded.packet);
  EXPECT_FALSE(decoded.packet.is_fragment);
  EXPECT_FALSE(decoded.packet.is_cut);
  EXPECT_THAT(decoded.packet.payload, ElementsAreArray(kPayload));
}

TEST_P(SampleTest, PaddingIsNotPayload) {
  const Decoded decoded(GetParam().link, GetParam().bytes + Bytes(20, 0xee));
  ASSERT_EQ(decoded.verdict, PacketVerdict::kUdp);
  EXPECT_FALSE(decoded.packet.is_cut);
  EXPECT_THAT(decoded.packet.payload, ElementsAreArray(kPayload));
}

// BUG-14: cut at every byte.
TEST_P(SampleTest, EveryPrefixIsCutOrMalformed) {
  const Bytes& whole = GetParam().bytes;
  const size_t udp_begin = whole.size() - kUdpSize;
  const size_t payload_begin = whole.size() - kPayload.size();
  bool is_known_as_udp = false;
  for (size_t size = 0; size < whole.size(); ++size) {
    SCOPED_TRACE(size);
    const Decoded decoded(GetParam().link, absl::MakeConstSpan(whole).first(size));
    if (decoded.verdict == PacketVerdict::kMalformed) {
      EXPECT_FALSE(is_known_as_udp);
      EXPECT_LT(size, udp_begin);
      continue;
    }
    is_known_as_udp = true;
    ASSERT_EQ(decoded.verdict, PacketVerdict::kUdp);
    EXPECT_TRUE(decoded.packet.is_cut);
    EXPECT_FALSE(decoded.packet.is_fragment);
    if (size >= udp_begin + 4) {
      ExpectAddresses(decoded.packet);
    } else {
      EXPECT_EQ(decoded.packet.source.port, 0);
      EXPECT_EQ(decoded.packet.destination.port, 0);
    }
    const size_t payload_size = size > payload_begin ? size - payload_begin : 0;
    EXPECT_THAT(decoded.packet.payload,
                ElementsAreArray(absl::MakeConstSpan(kPayload).first(payload_size)));
  }
  EXPECT_TRUE(is_known_as_udp);
}

PacketVerdict Verdict(LinkLayer link, const Bytes& bytes) { return Decoded(link, bytes).verdict; }

TEST(PacketTest, OtherProtocolsAreNotUdp) {
  EXPECT_EQ(Verdict(LinkLayer::kRawIp, Ipv4(Udp(), 6)), PacketVerdict::kNotUdp);
  EXPECT_EQ(Verdict(LinkLayer::kRawIp, Ipv6(Udp(), 6)), PacketVerdict::kNotUdp);
  EXPECT_EQ(Verdict(LinkLayer::kRawIp, Ipv6(Udp(), 59)), PacketVerdict::kNotUdp);
  EXPECT_EQ(Verdict(LinkLayer::kRawIp, Ipv6(WithByte(kExtension8, 0, 50) + Udp(), 0)),
            PacketVerdict::kNotUdp);
  EXPECT_EQ(Verdict(LinkLayer::kEthernet, Ethernet(Bytes{0x08, 0x06} + Bytes(28))),
            PacketVerdict::kNotUdp);
  EXPECT_EQ(Verdict(LinkLayer::kEthernet, Ethernet(Bytes{0x00, 0x26, 0x42, 0x42, 3})),
            PacketVerdict::kNotUdp);
  EXPECT_EQ(Verdict(LinkLayer::kLinuxCooked2, LinuxCooked2({0x88, 0xcc}, Bytes(28))),
            PacketVerdict::kNotUdp);
}

TEST(PacketTest, LoopbackFamiliesThatAreNotIpAreNotUdp) {
  for (const Bytes& family : {Bytes{0, 0, 0, 0}, Bytes{0, 0, 0, 7}, Bytes{7, 0, 0, 0},
                              Bytes{2, 0, 0, 2}, Bytes{2, 0, 1, 0}, Bytes{0, 2, 0, 0}}) {
    EXPECT_EQ(Verdict(LinkLayer::kLoopback, family + Ipv4(Udp())), PacketVerdict::kNotUdp);
  }
}

TEST(PacketTest, VersionMustAgreeWithTheLayerBelow) {
  EXPECT_EQ(Verdict(LinkLayer::kEthernet, Ethernet(kIpv4Type + Ipv6(Udp()))),
            PacketVerdict::kMalformed);
  EXPECT_EQ(Verdict(LinkLayer::kEthernet, Ethernet(kIpv6Type + Ipv4(Udp()))),
            PacketVerdict::kMalformed);
  EXPECT_EQ(Verdict(LinkLayer::kLoopback, Bytes{0, 0, 0, 30} + Ipv4(Udp())),
            PacketVerdict::kMalformed);
  for (int version : {0, 5, 7, 15}) {
    const uint8_t first = static_cast<uint8_t>(version << 4 | 5);
    EXPECT_EQ(Verdict(LinkLayer::kRawIp, WithByte(Ipv4(Udp()), 0, first)),
              PacketVerdict::kMalformed);
  }
}

TEST(PacketTest, Ipv4HeaderLengthMustBeAtLeastFiveWords) {
  for (uint8_t words = 0; words < 5; ++words) {
    const Bytes bytes = WithByte(Ipv4(Udp()), 0, 0x40 | words);
    EXPECT_EQ(Verdict(LinkLayer::kRawIp, bytes), PacketVerdict::kMalformed);
    // Nor is it excused by a fragment, whose content is not looked into.
    EXPECT_EQ(Verdict(LinkLayer::kRawIp, WithByte(bytes, 6, 0x20)), PacketVerdict::kMalformed);
  }
}

// BUG-13: every length field with every 16-bit value.
TEST(PacketTest, EveryIpv4TotalLength) {
  Bytes bytes = Ipv4(Udp(), 17, kRouterAlert);
  const size_t whole = bytes.size(), header = 24;
  for (size_t length = 0; length <= 0xffff; ++length) {
    StoreU16(length, 2, &bytes);
    const Decoded decoded(LinkLayer::kRawIp, bytes);
    if (length < header + 8) {  // less than the headers
      ASSERT_EQ(decoded.verdict, PacketVerdict::kMalformed) << length;
      continue;
    }
    // The UDP length is beyond the end of a shorter packet; a longer packet changes nothing.
    ASSERT_EQ(decoded.verdict, PacketVerdict::kUdp) << length;
    ASSERT_EQ(decoded.packet.is_cut, length < whole) << length;
    ASSERT_EQ(decoded.packet.payload.size(), std::min(length, whole) - header - 8) << length;
  }
}

TEST(PacketTest, EveryIpv6PayloadLength) {
  Bytes bytes = Ipv6(kExtension8 + Udp(), 0);
  const size_t whole = 8 + kUdpSize;
  for (size_t length = 0; length <= 0xffff; ++length) {
    StoreU16(length, 4, &bytes);
    const Decoded decoded(LinkLayer::kRawIp, bytes);
    if (length < 16) {
      ASSERT_EQ(decoded.verdict, PacketVerdict::kMalformed) << length;
      continue;
    }
    ASSERT_EQ(decoded.verdict, PacketVerdict::kUdp) << length;
    ASSERT_EQ(decoded.packet.is_cut, length < whole) << length;
    ASSERT_EQ(decoded.packet.payload.size(), std::min(length, whole) - 16) << length;
  }
}

TEST(PacketTest, EveryUdpLength) {
  Bytes bytes = Ipv4(Udp());
  for (size_t length = 0; length <= 0xffff; ++length) {
    StoreU16(length, 20 + 4, &bytes);
    const Decoded decoded(LinkLayer::kRawIp, bytes);
    if (length < 8) {
      ASSERT_EQ(decoded.verdict, PacketVerdict::kMalformed) << length;
      continue;
    }
    ASSERT_EQ(decoded.verdict, PacketVerdict::kUdp) << length;
    ASSERT_EQ(decoded.packet.is_cut, length > kUdpSize) << length;
    ASSERT_EQ(decoded.packet.payload.size(), std::min(length, kUdpSize) - 8) << length;
  }
}

TEST(PacketTest, EveryExtensionHeaderLength) {
  for (uint8_t type : {0, 43, 51, 60}) {
    for (int length = 0; length <= 0xff; ++length) {
      const size_t size = type == 51 ? 4 * (length + 2) : 8 * (length + 1);
      const Bytes extension = Bytes{17, static_cast<uint8_t>(length)} + Bytes(size - 2);
      const Decoded decoded(LinkLayer::kRawIp, Ipv6(extension + Udp(), type));
      ASSERT_EQ(decoded.verdict, PacketVerdict::kUdp) << size;
      ASSERT_THAT(decoded.packet.payload, ElementsAreArray(kPayload));
      EXPECT_EQ(Verdict(LinkLayer::kRawIp,
                        Ipv6(Bytes{17, static_cast<uint8_t>(length)} + Bytes(size - 3), type)),
                PacketVerdict::kMalformed);
    }
  }
}

TEST(PacketTest, ExtensionHeadersMayFillThePacket) {
  Bytes chain;
  for (int i = 0; i < 8000; ++i) chain = std::move(chain) + Bytes{60, 0, 1, 4, 0, 0, 0, 0};
  EXPECT_EQ(Verdict(LinkLayer::kRawIp, Ipv6(chain, 60)), PacketVerdict::kMalformed);
  chain[chain.size() - 8] = 17;
  EXPECT_EQ(Verdict(LinkLayer::kRawIp, Ipv6(chain + Udp(), 60)), PacketVerdict::kUdp);
}

TEST(PacketTest, DatagramMayBeEmpty) {
  const Decoded decoded(LinkLayer::kRawIp, Ipv4({0x16, 0x34, 0x9c, 0x40, 0, 8, 0, 0}));
  ASSERT_EQ(decoded.verdict, PacketVerdict::kUdp);
  ExpectAddresses(decoded.packet);
  EXPECT_FALSE(decoded.packet.is_cut);
  EXPECT_TRUE(decoded.packet.payload.empty());
}

Bytes Ipv4Fragment(const Bytes& content, size_t flags_and_offset) {
  Bytes bytes = Ipv4(content);
  StoreU16(flags_and_offset, 6, &bytes);
  return bytes;
}

TEST(FragmentTest, FirstOfIpv4ShowsPorts) {
  const Decoded decoded(LinkLayer::kRawIp, Ipv4Fragment(Udp(), 0x2000));
  ASSERT_EQ(decoded.verdict, PacketVerdict::kUdp);
  EXPECT_TRUE(decoded.packet.is_fragment);
  EXPECT_FALSE(decoded.packet.is_cut);
  ExpectAddresses(decoded.packet);
  EXPECT_THAT(decoded.packet.payload, ElementsAreArray(Udp()));
}

TEST(FragmentTest, LaterOfIpv4ShowsAddressesAlone) {
  // In the middle and the last; the lowest bit of the offset, the highest, and all.
  for (size_t flags_and_offset : {0x2001, 0x0001, 0x1000, 0x3fff, 0x1fff}) {
    const Decoded decoded(LinkLayer::kRawIp, Ipv4Fragment(Udp(), flags_and_offset));
    ASSERT_EQ(decoded.verdict, PacketVerdict::kUdp);
    EXPECT_TRUE(decoded.packet.is_fragment);
    EXPECT_EQ(decoded.packet.source.ToString(), "192.0.2.1:0");
    EXPECT_EQ(decoded.packet.destination.ToString(), "198.51.100.2:0");
    EXPECT_THAT(decoded.packet.payload, ElementsAreArray(Udp()));
  }
}

TEST(FragmentTest, OtherIpv4FlagsAreNoFragment) {
  for (size_t flags : {0x0000, 0x4000, 0x8000, 0xc000}) {
    const Decoded decoded(LinkLayer::kRawIp, Ipv4Fragment(Udp(), flags));
    ASSERT_EQ(decoded.verdict, PacketVerdict::kUdp);
    EXPECT_FALSE(decoded.packet.is_fragment);
  }
}

TEST(FragmentTest, OfAnotherProtocolIsNotUdp) {
  Bytes bytes = Ipv4(Udp(), 6);
  StoreU16(0x2000, 6, &bytes);
  EXPECT_EQ(Verdict(LinkLayer::kRawIp, bytes), PacketVerdict::kNotUdp);
  EXPECT_EQ(Verdict(LinkLayer::kRawIp, Ipv6(Bytes{6, 0, 0, 9, 1, 2, 3, 4} + Udp(), 44)),
            PacketVerdict::kNotUdp);
}

TEST(FragmentTest, FirstMayBeTooShortForPorts) {
  for (size_t size : {0, 3, 4, 7}) {
    const Bytes udp = Udp();
    const Bytes content(udp.begin(), udp.begin() + size);
    const Decoded decoded(LinkLayer::kRawIp, Ipv4Fragment(content, 0x2000));
    ASSERT_EQ(decoded.verdict, PacketVerdict::kUdp);
    EXPECT_TRUE(decoded.packet.is_fragment);
    EXPECT_EQ(decoded.packet.source.port, size < 4 ? 0 : 5684);
    EXPECT_EQ(decoded.packet.destination.port, size < 4 ? 0 : 40000);
    EXPECT_EQ(decoded.packet.payload.size(), size);
  }
}

TEST(FragmentTest, FirstOfIpv6ShowsPorts) {
  const Bytes first = {17, 0, 0, 1, 1, 2, 3, 4};
  for (const Bytes& packet :
       {Ipv6(first + Udp(), 44), Ipv6(WithByte(first, 0, 60) + kExtension8 + Udp(), 44)}) {
    const Decoded decoded(LinkLayer::kRawIp, packet);
    ASSERT_EQ(decoded.verdict, PacketVerdict::kUdp);
    EXPECT_TRUE(decoded.packet.is_fragment);
    ExpectAddresses(decoded.packet);
    EXPECT_THAT(decoded.packet.payload, ElementsAreArray(Udp()));
  }
}

TEST(FragmentTest, LaterOfIpv6ShowsAddressesAlone) {
  // The second begins in the middle of something that an extension header began: its bytes are not
  // walked.
  for (uint8_t next_header : {17, 60}) {
    const Bytes later = {next_header, 0, 0, 8, 1, 2, 3, 4};
    const Decoded decoded(LinkLayer::kRawIp, Ipv6(later + Udp(), 44));
    ASSERT_EQ(decoded.verdict, PacketVerdict::kUdp);
    EXPECT_TRUE(decoded.packet.is_fragment);
    EXPECT_EQ(decoded.packet.source.ToString(), "[2001:db8::1]:0");
    EXPECT_EQ(decoded.packet.destination.ToString(), "[2001:db8::2]:0");
    EXPECT_THAT(decoded.packet.payload, ElementsAreArray(Udp()));
  }
}

TEST(FragmentTest, ReservedBitsOfIpv6AreIgnored) {
  const Decoded decoded(LinkLayer::kRawIp, Ipv6(Bytes{17, 0xff, 0, 6, 1, 2, 3, 4} + Udp(), 44));
  ASSERT_EQ(decoded.verdict, PacketVerdict::kUdp);
  EXPECT_FALSE(decoded.packet.is_fragment);
}

TEST(FragmentTest, MayBeCut) {
  const Bytes v4 = Ipv4Fragment(Udp(), 0x2000);
  const Bytes v6 = Ipv6(Bytes{17, 0, 0, 8, 1, 2, 3, 4} + Udp(), 44);
  for (const Bytes& whole : {v4, v6}) {
    for (size_t size = whole.size() - kUdpSize; size < whole.size(); ++size) {
      const Decoded decoded(LinkLayer::kRawIp, absl::MakeConstSpan(whole).first(size));
      ASSERT_EQ(decoded.verdict, PacketVerdict::kUdp);
      EXPECT_TRUE(decoded.packet.is_fragment);
      EXPECT_TRUE(decoded.packet.is_cut);
      EXPECT_EQ(decoded.packet.payload.size(), size - (whole.size() - kUdpSize));
    }
  }
}

}  // namespace
}  // namespace waybill
