// SPDX-License-Identifier: Apache-2.0
//
// From the bytes of one captured packet to its UDP datagram: link layer, IP, UDP. A pure function
// that knows nothing of capture files, so that it can be fuzzed by itself.

#ifndef WAYBILL_CAPTURE_PACKET_H_
#define WAYBILL_CAPTURE_PACKET_H_

#include <cstdint>

#include "absl/types/span.h"
#include "waybill/capture/ip_endpoint.h"

namespace waybill {

// What a captured packet begins with.
enum class LinkLayer {
  kEthernet,      // with any number of VLAN tags (IEEE 802.1Q, 802.1ad)
  kLinuxCooked,   // Linux cooked capture, version 1 (SLL)
  kLinuxCooked2,  // version 2 (SLL2)
  kRawIp,         // the IP header itself, version 4 or 6
  kLoopback,      // BSD loopback: an address family of four bytes, in either byte order
};

enum class PacketVerdict {
  kUdp,        // a UDP datagram, whole, cut or a fragment of one
  kNotUdp,     // another protocol, or one that is not looked into (tunnels, PPPoE, MPLS, LLC, ESP)
  kMalformed,  // a header is cut or contradicts itself before it is known whether this is UDP, or
               // UDP's own does
};

// What a packet says about its UDP datagram.
struct UdpPacket {
  // As in the IP header (a routing header is not followed). A port that the captured bytes do not
  // show is 0.
  IpEndpoint source;
  IpEndpoint destination;
  // This is one IP fragment of several (RFC 791, RFC 8200, section 4.5). It is not reassembled:
  // payload is what the fragment carries, which begins with the UDP header if the fragment is the
  // first. A later fragment shows no ports; under IPv6 it may also not show whether UDP follows its
  // extension headers, and is then reported all the same.
  bool is_fragment = false;
  // Fewer bytes were captured than the datagram or fragment has: payload holds those there are,
  // perhaps none. So does a datagram whose UDP length exceeds the IP packet.
  bool is_cut = false;
  // Points into the captured bytes. Ethernet padding and other bytes beyond the UDP length are not
  // part of it.
  absl::Span<const uint8_t> payload;
};

// Decodes `captured`, which are the first bytes of a packet (all of them, unless the capture cut
// it). `*packet` is meaningful only after kUdp. Checksums are not verified: a sender that leaves
// them to its network card is captured before they are right. Takes time linear in the bytes,
// allocates nothing, keeps no state; safe from any thread.
PacketVerdict DecodePacket(LinkLayer link, absl::Span<const uint8_t> captured, UdpPacket* packet);

}  // namespace waybill

#endif  // WAYBILL_CAPTURE_PACKET_H_
