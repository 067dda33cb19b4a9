// SPDX-License-Identifier: Apache-2.0
//
// The one switch from a first byte to the layout of its record, as a table.
#ifndef WAYBILL_RECORD_LAYOUT_TABLE_H_
#define WAYBILL_RECORD_LAYOUT_TABLE_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "waybill/record/field_layout.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/rfc6347.h"
#include "waybill/record/tls12_cid.h"
#include "waybill/record/unified.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

// A layout for each first byte. The epoch bits of a unified header and most content types change
// nothing, so the layouts are few enough to stay in the cache, however mixed the traffic is.
class LayoutTable {
 public:
  constexpr LayoutTable() {
    for (size_t byte = 0; byte < kFirstBytes; ++byte) {
      const uint8_t first_byte = static_cast<uint8_t>(byte);
      switch (HeaderLayoutOf(first_byte)) {
        case HeaderLayout::kNone:
          if (ProtocolOf(first_byte) == Protocol::kDtls) {
            Set(first_byte, 0, NoLayout(DropReason::kUnknownContentType));
          } else {
            Set(first_byte, 1, NoLayout(DropReason::kNotDtls));
          }
          break;
        case HeaderLayout::kRfc6347: {
          const FieldLayout layout = Rfc6347Layout(first_byte);
          const bool of_handshake = layout.fault_if_extended != DropReason::kNone;
          Set(first_byte,
              of_handshake                                 ? 2
              : layout.fault_in_clear == DropReason::kNone ? 3
                                                           : 4,
              layout);
          break;
        }
        case HeaderLayout::kTls12Cid:
          Set(first_byte, 5, Tls12CidLayout());
          break;
        case HeaderLayout::kUnified:
          Set(first_byte, 6 + ((first_byte & ~kUnifiedFixedBits) >> 2), UnifiedLayout(first_byte));
          break;
      }
    }
  }

  // The number of layouts, and which of them a first byte announces.
  static constexpr size_t kSize = 14;
  constexpr size_t IndexOf(uint8_t first_byte) const {
    return slots_[std::min<size_t>(first_byte, kFirstBytes - 1)];
  }

  constexpr const FieldLayout& At(size_t index) const { return layouts_[index]; }
  constexpr const FieldLayout& Of(uint8_t first_byte) const { return At(IndexOf(first_byte)); }

 private:
  static constexpr FieldLayout NoLayout(DropReason fault) {
    FieldLayout layout;
    layout.fault = fault;
    return layout;
  }

  constexpr void Set(uint8_t first_byte, int slot, const FieldLayout& layout) {
    slots_[first_byte] = static_cast<uint8_t>(slot);
    layouts_[slot] = layout;
  }

  // All first bytes behind those of DTLS are alike, and where room is short the last slot is
  // theirs.
  static constexpr size_t kFirstBytes = kIsSmall ? 65 : 256;
  std::array<uint8_t, kFirstBytes> slots_ = {};
  std::array<FieldLayout, kSize> layouts_ = {};
};

inline constexpr LayoutTable kLayouts;

}  // namespace waybill

#endif  // WAYBILL_RECORD_LAYOUT_TABLE_H_
