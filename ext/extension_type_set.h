// SPDX-License-Identifier: Apache-2.0
//
// A set of record header extension types. The type field has four bits
// (draft-fossati-tls-ext-header-01, section 3.1), so a set is a mask of sixteen, and the mask is
// what travels in the hello (EXT-6).
#ifndef WAYBILL_EXT_EXTENSION_TYPE_SET_H_
#define WAYBILL_EXT_EXTENSION_TYPE_SET_H_

#include <cstdint>

namespace waybill {

// The number of record header extension types there can be.
inline constexpr uint8_t kExtensionTypeCount = 16;
// The record header extension that carries a connection ID (EXT-3).
inline constexpr uint8_t kCidExtensionType = 0;

// A set of types 0 to 15; a value of two bytes. Types above 15 are in no set, and adding one
// changes nothing.
class ExtensionTypeSet {
 public:
  constexpr ExtensionTypeSet() = default;
  constexpr explicit ExtensionTypeSet(uint16_t mask) : mask_(mask) {}
  static constexpr ExtensionTypeSet All() { return ExtensionTypeSet(0xffff); }

  constexpr bool Has(uint8_t type) const {
    return type < kExtensionTypeCount && ((mask_ >> type) & 1) != 0;
  }
  constexpr void Add(uint8_t type) {
    if (type < kExtensionTypeCount) mask_ = static_cast<uint16_t>(mask_ | (1u << type));
  }
  constexpr bool empty() const { return mask_ == 0; }
  // Bit n stands for type n.
  constexpr uint16_t mask() const { return mask_; }

  friend constexpr bool operator==(ExtensionTypeSet a, ExtensionTypeSet b) {
    return a.mask_ == b.mask_;
  }

 private:
  uint16_t mask_ = 0;
};

static_assert(sizeof(ExtensionTypeSet) == 2, "a set is a mask of two bytes");

}  // namespace waybill

#endif  // WAYBILL_EXT_EXTENSION_TYPE_SET_H_
