// SPDX-License-Identifier: Apache-2.0
//
// How a receiver knows where a connection ID ends. Neither tls12_cid nor the unified header carries
// the length of its CID (RFC 9146, section 4; RFC 9147, section 4): it is a question to whoever
// issued the CID.
#ifndef WAYBILL_WIRE_CID_LENGTH_H_
#define WAYBILL_WIRE_CID_LENGTH_H_

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "absl/types/span.h"

namespace waybill {

// The longest connection ID, in bytes (RFC 9146, section 3).
inline constexpr size_t kMaxCidLength = 255;

// Says how long the CID is that begins `bytes`, which are all bytes of the datagram from the CID
// on: 1 to 255, or 0 where no CID of the receiver's begins there. May depend only on the bytes that
// it claims (RFC 9146, section 3: variable-length CIDs delimit themselves). `context` is what
// CidLength::SelfDelineating was given. Called once or twice for each record that carries a CID,
// before anything is authenticated: it must not allocate, block or change state. May be called by
// several threads at once.
using CidDelineator = uint8_t (*)(const void* context, absl::Span<const uint8_t> bytes);

// The length of the CIDs that a receiver issued: absent, one number, or an answer that the CID
// itself gives.
//
// A small value to be copied. There is no default: a receiver that leaves the length out does not
// compile.
class CidLength {
 public:
  // No CID was negotiated for this direction, or an empty one: a record that carries a CID cannot
  // be read (RFC 9147, section 9).
  static constexpr CidLength Absent() { return CidLength(nullptr, nullptr, 0); }

  // All CIDs have `length` bytes. 0 is the same as Absent(): a CID on the wire has at least one
  // byte.
  static constexpr CidLength Fixed(uint8_t length) { return CidLength(nullptr, nullptr, length); }

  // Each CID says by its own bytes where it ends. `delineate` must not be null; it and `context`,
  // which is not owned, must outlive every copy of this value.
  static constexpr CidLength SelfDelineating(CidDelineator delineate, const void* context) {
    return CidLength(delineate, context, 0);
  }

  constexpr bool absent() const { return delineate_ == nullptr && known_ == kUnknown; }

  // True where the CID has to be looked at to know its length.
  constexpr bool self_delineating() const { return delineate_ != nullptr; }

  // The one length of all CIDs; 0 where there is none, or where each says its own.
  constexpr uint8_t fixed() const { return static_cast<uint8_t>(known_); }

  // The same for a parser that takes absent and self-delineating CIDs out of its way: the one
  // length of all CIDs, or kUnknown.
  constexpr uint32_t known() const { return known_; }
  // More than any datagram has; 0 as a length.
  static constexpr uint32_t kUnknown = 0x10000;

  // The length of the CID that begins `bytes`, or 0 where there is none. May exceed bytes.size():
  // the caller's reader checks.
  uint8_t Of(absl::Span<const uint8_t> bytes) const {
    return delineate_ == nullptr ? fixed() : delineate_(context_, bytes);
  }

 private:
  constexpr CidLength(CidDelineator delineate, const void* context, uint8_t fixed)
      : delineate_(delineate), context_(context), known_(fixed == 0 ? kUnknown : fixed) {}

  CidDelineator delineate_;
  const void* context_;
  uint32_t known_;
};

static_assert(sizeof(CidLength) <= 3 * sizeof(void*) && std::is_trivially_copyable_v<CidLength>,
              "a small value");
static_assert(!std::is_default_constructible_v<CidLength>, "there is no default length");

}  // namespace waybill

#endif  // WAYBILL_WIRE_CID_LENGTH_H_
