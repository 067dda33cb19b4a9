// SPDX-License-Identifier: Apache-2.0
//
// The code that binds a cookie to an address (RFC 9147, section 5.1): the keyless rooms are given
// it.
#ifndef WAYBILL_CID_COOKIE_MAC_H_
#define WAYBILL_CID_COOKIE_MAC_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"

namespace waybill {

// A message authentication code under one key. Calls do not allocate, and take a time that depends
// on the lengths alone.
class CookieMac {
 public:
  static constexpr size_t kKeyLength = 32;
  static constexpr size_t kMaxLength = 32;

  // Writes the first `mac.size()` bytes of the code of `message`. False, and nothing is written,
  // where they are none or more than kMaxLength.
  virtual bool Compute(absl::Span<const uint8_t> message, absl::Span<uint8_t> mac) const = 0;

  // Whether `mac` is the code of `message`, cut to 16 to kMaxLength bytes (REQ-098); other lengths
  // are wrong.
  virtual bool Verify(absl::Span<const uint8_t> message, absl::Span<const uint8_t> mac) const = 0;

 protected:
  // Whoever uses it does not own it.
  ~CookieMac() = default;
};

}  // namespace waybill

#endif  // WAYBILL_CID_COOKIE_MAC_H_
