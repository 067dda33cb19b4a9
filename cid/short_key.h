// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: keys as two words, which are compared and hashed at once.
#ifndef WAYBILL_CID_SHORT_KEY_H_
#define WAYBILL_CID_SHORT_KEY_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/types/span.h"
#include "waybill/wire/big_endian.h"

namespace waybill {

// Up to 15 bytes, zeros behind them, and in the last byte the length.
struct ShortKey {
  static constexpr size_t kMaxLength = 15;

  uint64_t front = 0;
  uint64_t back = 0;

  // All of a key that is no longer, else what a longer one begins with and its length.
  static ShortKey FrontOf(absl::Span<const uint8_t> key) {
    const size_t length = std::min<size_t>(key.size(), kMaxLength);
    const uint64_t last = static_cast<uint8_t>(key.size());
    if (length < 8) return {LoadFront(key.data(), length), last};
    // The last 8 bytes, without those that were in the front.
    const uint64_t back = LoadU64(key.data() + length - 8) << 8 * (kMaxLength - length) << 8;
    return {LoadU64(key.data()), back | last};
  }

  // Writes a key that is no longer, and answers its length.
  size_t CopyTo(uint8_t* key) const {
    uint8_t bytes[16];
    StoreU64(back, StoreU64(front, bytes));
    std::memcpy(key, bytes, kMaxLength);
    return bytes[kMaxLength];
  }

  friend bool operator==(const ShortKey& a, const ShortKey& b) {
    return ((a.front ^ b.front) | (a.back ^ b.back)) == 0;
  }
};

}  // namespace waybill

#endif  // WAYBILL_CID_SHORT_KEY_H_
