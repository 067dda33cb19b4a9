// SPDX-License-Identifier: Apache-2.0
//
// An IP address with a port, as it stood in a captured packet.

#ifndef WAYBILL_CAPTURE_IP_ENDPOINT_H_
#define WAYBILL_CAPTURE_IP_ENDPOINT_H_

#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/types/span.h"

namespace waybill {

// A value type, usable as a key of absl's hash containers. IPv4 and IPv6 addresses are kept apart:
// an IPv4-mapped IPv6 address is an IPv6 address here, because that is what the packet said.
struct IpEndpoint {
  static IpEndpoint V4(const std::array<uint8_t, 4>& address, uint16_t port);
  static IpEndpoint V6(const std::array<uint8_t, 16>& address, uint16_t port);

  // The 4 or 16 bytes of the address, in network byte order; valid as long as this endpoint.
  absl::Span<const uint8_t> AddressBytes() const {
    return absl::MakeConstSpan(address.data(), is_v6 ? 16 : 4);
  }

  // `192.0.2.1:5684` or `[2001:db8::1]:5684`, the address in the form of RFC 5952.
  std::string ToString() const;

  friend bool operator==(const IpEndpoint& a, const IpEndpoint& b) {
    return a.address == b.address && a.is_v6 == b.is_v6 && a.port == b.port;
  }
  friend bool operator!=(const IpEndpoint& a, const IpEndpoint& b) { return !(a == b); }

  template <typename H>
  friend H AbslHashValue(H h, const IpEndpoint& endpoint) {
    return H::combine(std::move(h), endpoint.address, endpoint.is_v6, endpoint.port);
  }

  // Network byte order; an IPv4 address fills the first four bytes, and the others are zero.
  std::array<uint8_t, 16> address = {};
  bool is_v6 = false;
  uint16_t port = 0;
};

}  // namespace waybill

#endif  // WAYBILL_CAPTURE_IP_ENDPOINT_H_
