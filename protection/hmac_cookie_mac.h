// SPDX-License-Identifier: Apache-2.0
//
// The code that binds cookies to addresses, which the keyless rooms are given.
#ifndef WAYBILL_PROTECTION_HMAC_COOKIE_MAC_H_
#define WAYBILL_PROTECTION_HMAC_COOKIE_MAC_H_

#include <cstdint>
#include <memory>

#include "absl/types/span.h"
#include "waybill/cid/cookie_mac.h"

namespace waybill {

// HMAC-SHA-256 (RFC 2104) under one key, whose traces are wiped with the object. Any number of
// threads may use one.
class HmacCookieMac : public CookieMac {
 public:
  virtual ~HmacCookieMac() = default;
};

// Null where the key has not CookieMac::kKeyLength bytes.
std::unique_ptr<HmacCookieMac> MakeHmacCookieMac(absl::Span<const uint8_t> key);

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_HMAC_COOKIE_MAC_H_
