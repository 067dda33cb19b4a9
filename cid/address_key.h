// SPDX-License-Identifier: Apache-2.0
//
// What an association without a connection ID is found by.
#ifndef WAYBILL_CID_ADDRESS_KEY_H_
#define WAYBILL_CID_ADDRESS_KEY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/types/span.h"
#include "waybill/wire/big_endian.h"

namespace waybill {

// An address of IPv6, or of IPv4 as IPv4-mapped (RFC 4291, section 2.5.5.2), and a UDP port.
struct Endpoint {
  std::array<uint8_t, 16> address = {};
  uint16_t port = 0;

  static constexpr Endpoint OfIpv4(uint32_t address, uint16_t port) {
    Endpoint endpoint;
    endpoint.address[10] = endpoint.address[11] = 0xff;
    for (size_t i = 0; i < 4; ++i) {
      endpoint.address[12 + i] = static_cast<uint8_t>(address >> (24 - 8 * i));
    }
    endpoint.port = port;
    return endpoint;
  }
  bool IsIpv4() const {
    return LoadU64(address.data()) == 0 && LoadU32(address.data() + 8) == 0xffff;
  }
};

// The remote and the local endpoint of a datagram as the key of a table: the same for IPv4 however
// it was written. Those of IPv4 take 12 bytes, which are hashed and compared at once.
class AddressKey {
 public:
  static constexpr uint8_t kMaxLength = 36;

  AddressKey(const Endpoint& remote, const Endpoint& local) {
    const bool ipv4 = remote.IsIpv4() && local.IsIpv4();
    const size_t from = ipv4 ? 12 : 0;
    uint8_t* end = bytes_.data();
    for (const Endpoint* endpoint : {&remote, &local}) {
      std::memcpy(end, endpoint->address.data() + from, endpoint->address.size() - from);
      end = StoreU16(endpoint->port, end + endpoint->address.size() - from);
    }
    length_ = static_cast<uint8_t>(end - bytes_.data());
  }

  // Valid as long as the key.
  absl::Span<const uint8_t> bytes() const {
    return absl::Span<const uint8_t>(bytes_.data(), length_);
  }

  friend bool operator==(const AddressKey& a, const AddressKey& b) {
    return a.bytes() == b.bytes();
  }
  friend bool operator!=(const AddressKey& a, const AddressKey& b) { return !(a == b); }

 private:
  std::array<uint8_t, kMaxLength> bytes_;
  uint8_t length_;
};

}  // namespace waybill

#endif  // WAYBILL_CID_ADDRESS_KEY_H_
