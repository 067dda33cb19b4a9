// SPDX-License-Identifier: Apache-2.0
//
// One function a header, from the outside in. Each is given a reader that stands at its header, and
// hands the rest on.

#include "waybill/capture/packet.h"

#include <algorithm>
#include <cstddef>

#include "waybill/wire/byte_reader.h"

namespace waybill {
namespace {

constexpr uint16_t kEtherTypeIpv4 = 0x0800;
constexpr uint16_t kEtherTypeIpv6 = 0x86dd;
constexpr uint16_t kEtherTypeVlan = 0x8100;
constexpr uint16_t kEtherTypeServiceVlan = 0x88a8;

constexpr uint8_t kHopByHop = 0;
constexpr uint8_t kUdp = 17;
constexpr uint8_t kRouting = 43;
constexpr uint8_t kFragment = 44;
constexpr uint8_t kAuthentication = 51;
constexpr uint8_t kDestinationOptions = 60;

// Leaves `reader` no more than its next `size` bytes; false if it has fewer.
bool Trim(ByteReader* reader, size_t size) {
  ByteReader trimmed = *reader;
  if (!reader->ReadReader(size, &trimmed)) return false;
  *reader = trimmed;
  return true;
}

bool ReadAddresses(ByteReader* reader, bool is_v6, UdpPacket* packet) {
  for (IpEndpoint* endpoint : {&packet->source, &packet->destination}) {
    absl::Span<const uint8_t> bytes;
    if (!reader->ReadBytes(is_v6 ? 16 : 4, &bytes)) return false;
    std::copy(bytes.begin(), bytes.end(), endpoint->address.begin());
    endpoint->is_v6 = is_v6;
  }
  return true;
}

bool ReadPorts(ByteReader* reader, UdpPacket* packet) {
  uint16_t source, destination;
  if (!reader->ReadU16(&source) || !reader->ReadU16(&destination)) return false;
  packet->source.port = source;
  packet->destination.port = destination;
  return true;
}

PacketVerdict DecodeFragment(ByteReader reader, bool is_first, UdpPacket* packet) {
  packet->is_fragment = true;
  packet->payload = reader.rest();
  if (is_first) ReadPorts(&reader, packet);
  return PacketVerdict::kUdp;
}

// `packet->is_cut` says whether the IP packet was cut.
PacketVerdict DecodeUdp(ByteReader reader, UdpPacket* packet) {
  uint16_t length;
  if (!ReadPorts(&reader, packet) || !reader.ReadU16(&length) || !reader.Skip(2)) {
    return packet->is_cut ? PacketVerdict::kUdp : PacketVerdict::kMalformed;
  }
  if (length < 8) return PacketVerdict::kMalformed;
  packet->is_cut = !Trim(&reader, length - 8);
  packet->payload = reader.rest();
  return PacketVerdict::kUdp;
}

// RFC 791, section 3.1.
PacketVerdict DecodeIpv4(ByteReader reader, UdpPacket* packet) {
  uint8_t version_and_header_length, protocol;
  uint16_t total_length, flags_and_offset;
  if (!reader.ReadU8(&version_and_header_length) ||  //
      !reader.Skip(1) ||                             // type of service
      !reader.ReadU16(&total_length) ||              //
      !reader.Skip(2) ||                             // identification
      !reader.ReadU16(&flags_and_offset) ||          //
      !reader.Skip(1) ||                             // time to live
      !reader.ReadU8(&protocol) ||                   //
      !reader.Skip(2) ||                             // header checksum
      !ReadAddresses(&reader, /*is_v6=*/false, packet)) {
    return PacketVerdict::kMalformed;
  }
  const size_t header_length = 4 * (version_and_header_length & 0x0f);
  if (version_and_header_length >> 4 != 4 || header_length < 20 || total_length < header_length) {
    return PacketVerdict::kMalformed;
  }
  if (protocol != kUdp) return PacketVerdict::kNotUdp;

  packet->is_cut = !Trim(&reader, total_length - 20);
  reader.Skip(std::min(header_length - 20, reader.remaining()));  // options
  const uint16_t offset = flags_and_offset & 0x1fff;
  const bool more_fragments = (flags_and_offset & 0x2000) != 0;
  if (offset != 0 || more_fragments) return DecodeFragment(reader, offset == 0, packet);
  return DecodeUdp(reader, packet);
}

bool IsIpv6Extension(uint8_t header) {
  return header == kHopByHop || header == kRouting || header == kAuthentication ||
         header == kDestinationOptions;
}

// RFC 8200, sections 3 and 4. Each extension header takes eight bytes at least, which bounds the
// walk.
PacketVerdict DecodeIpv6(ByteReader reader, UdpPacket* packet) {
  uint8_t version_and_class, header;
  uint16_t payload_length;
  if (!reader.ReadU8(&version_and_class) || version_and_class >> 4 != 6 ||  //
      !reader.Skip(3) ||                                                    // class and flow label
      !reader.ReadU16(&payload_length) ||                                   //
      !reader.ReadU8(&header) ||                                            //
      !reader.Skip(1) ||                                                    // hop limit
      !ReadAddresses(&reader, /*is_v6=*/true, packet)) {
    return PacketVerdict::kMalformed;
  }
  packet->is_cut = !Trim(&reader, payload_length);

  bool is_fragment = false, is_later_fragment = false;
  while (!is_later_fragment && (IsIpv6Extension(header) || header == kFragment)) {
    const uint8_t type = header;
    uint8_t length;
    if (!reader.ReadU8(&header) || !reader.ReadU8(&length)) return PacketVerdict::kMalformed;
    if (type == kFragment) {
      uint16_t offset_and_more;
      if (!reader.ReadU16(&offset_and_more) || !reader.Skip(4)) return PacketVerdict::kMalformed;
      is_later_fragment = (offset_and_more & 0xfff8) != 0;
      // An atomic fragment (RFC 6946), with offset 0 and no more to come, is a whole packet.
      is_fragment |= is_later_fragment || (offset_and_more & 1) != 0;
    } else if (!reader.Skip(type == kAuthentication ? 4 * length + 6 : 8 * length + 6)) {
      return PacketVerdict::kMalformed;
    }
  }
  if (header != kUdp && !(is_later_fragment && IsIpv6Extension(header))) {
    return PacketVerdict::kNotUdp;
  }
  if (is_fragment) return DecodeFragment(reader, !is_later_fragment, packet);
  return DecodeUdp(reader, packet);
}

PacketVerdict DecodeIp(ByteReader reader, UdpPacket* packet) {
  if (reader.empty()) return PacketVerdict::kMalformed;
  return reader.rest()[0] >> 4 == 6 ? DecodeIpv6(reader, packet) : DecodeIpv4(reader, packet);
}

// `reader` stands behind the EtherType.
PacketVerdict DecodeEtherType(uint16_t type, ByteReader reader, UdpPacket* packet) {
  while (type == kEtherTypeVlan || type == kEtherTypeServiceVlan) {
    if (!reader.Skip(2) || !reader.ReadU16(&type)) return PacketVerdict::kMalformed;
  }
  switch (type) {
    case kEtherTypeIpv4:
      return DecodeIpv4(reader, packet);
    case kEtherTypeIpv6:
      return DecodeIpv6(reader, packet);
    default:
      return PacketVerdict::kNotUdp;
  }
}

// The writer of the capture chose the byte order, and every system its own number for IPv6.
PacketVerdict DecodeLoopback(ByteReader reader, UdpPacket* packet) {
  uint8_t first, last;
  uint16_t middle;
  if (!reader.ReadU8(&first) || !reader.ReadU16(&middle) || !reader.ReadU8(&last)) {
    return PacketVerdict::kMalformed;
  }
  if (middle != 0 || (first != 0 && last != 0)) return PacketVerdict::kNotUdp;
  switch (first | last) {
    case 2:
      return DecodeIpv4(reader, packet);
    case 24:  // NetBSD, OpenBSD
    case 28:  // FreeBSD
    case 30:  // Darwin
      return DecodeIpv6(reader, packet);
    default:
      return PacketVerdict::kNotUdp;
  }
}

}  // namespace

PacketVerdict DecodePacket(LinkLayer link, absl::Span<const uint8_t> captured, UdpPacket* packet) {
  *packet = UdpPacket();
  ByteReader reader(captured);
  uint16_t type;
  switch (link) {
    case LinkLayer::kEthernet:  // destination and source address, EtherType
      if (!reader.Skip(12) || !reader.ReadU16(&type)) return PacketVerdict::kMalformed;
      return DecodeEtherType(type, reader, packet);
    case LinkLayer::kLinuxCooked:  // packet type, ARPHRD type, address length, address, EtherType
      if (!reader.Skip(14) || !reader.ReadU16(&type)) return PacketVerdict::kMalformed;
      return DecodeEtherType(type, reader, packet);
    case LinkLayer::kLinuxCooked2:  // EtherType, then all else
      if (!reader.ReadU16(&type) || !reader.Skip(18)) return PacketVerdict::kMalformed;
      return DecodeEtherType(type, reader, packet);
    case LinkLayer::kRawIp:
      return DecodeIp(reader, packet);
    case LinkLayer::kLoopback:
      return DecodeLoopback(reader, packet);
  }
  return PacketVerdict::kMalformed;
}

}  // namespace waybill
