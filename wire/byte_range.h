// SPDX-License-Identifier: Apache-2.0
//
// A place in a datagram. Parsed headers hold places rather than pointers, so that a view stays
// right when the datagram is copied or its payload is decrypted in place.
#ifndef WAYBILL_WIRE_BYTE_RANGE_H_
#define WAYBILL_WIRE_BYTE_RANGE_H_

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "absl/types/span.h"
#include "waybill/wire/temporary_owner.h"

namespace waybill {

// The longest datagram that a ByteRange can describe, in bytes. No UDP datagram over IPv4 or IPv6
// (without jumbograms) is longer.
inline constexpr size_t kMaxDatagramLength = 65535;

// `length` bytes from `offset` on, both counted in bytes from the first byte of one datagram. A
// trivial value; it owns nothing.
struct ByteRange {
  uint16_t offset = 0;
  uint16_t length = 0;

  constexpr bool empty() const { return length == 0; }
  // The offset just behind the range: at most kMaxDatagramLength for a range that a reader made.
  constexpr size_t end() const { return size_t{offset} + length; }

  // The bytes themselves. `datagram` must be the datagram that the range was made for, or a copy of
  // it; where it is too short to hold the range, the answer is empty.
  constexpr absl::Span<const uint8_t> In(absl::Span<const uint8_t> datagram) const {
    return end() <= datagram.size() ? absl::Span<const uint8_t>(datagram.data() + offset, length)
                                    : absl::Span<const uint8_t>();
  }
  absl::Span<uint8_t> In(absl::Span<uint8_t> datagram) const {
    return end() <= datagram.size() ? absl::Span<uint8_t>(datagram.data() + offset, length)
                                    : absl::Span<uint8_t>();
  }
  template <typename Owner, typename = IfTemporaryOwner<Owner>>
  void In(Owner&& datagram) const = delete;

  friend constexpr bool operator==(ByteRange a, ByteRange b) {
    return a.offset == b.offset && a.length == b.length;
  }
  friend constexpr bool operator!=(ByteRange a, ByteRange b) { return !(a == b); }
};

static_assert(sizeof(ByteRange) == 4 && std::is_trivially_copyable_v<ByteRange>,
              "a RecordView holds several of them in one cache line");

}  // namespace waybill

#endif  // WAYBILL_WIRE_BYTE_RANGE_H_
