// SPDX-License-Identifier: Apache-2.0
//
// Big-endian fields at places that were checked before. Compilers turn each expression into one
// load.
#ifndef WAYBILL_WIRE_BIG_ENDIAN_H_
#define WAYBILL_WIRE_BIG_ENDIAN_H_

#include <cstdint>

namespace waybill {

// The 2 or 8 bytes at `bytes`, which the caller knows to be there.
constexpr uint16_t LoadU16(const uint8_t* bytes) {
  return static_cast<uint16_t>(bytes[0] << 8 | bytes[1]);
}
constexpr uint64_t LoadU64(const uint8_t* bytes) {
  return uint64_t{bytes[0]} << 56 | uint64_t{bytes[1]} << 48 | uint64_t{bytes[2]} << 40 |
         uint64_t{bytes[3]} << 32 | uint64_t{bytes[4]} << 24 | uint64_t{bytes[5]} << 16 |
         uint64_t{bytes[6]} << 8 | uint64_t{bytes[7]};
}

// Writes 2 bytes at `bytes`, where there must be room for them, and answers what is behind them.
constexpr uint8_t* StoreU16(uint16_t value, uint8_t* bytes) {
  bytes[0] = static_cast<uint8_t>(value >> 8);
  bytes[1] = static_cast<uint8_t>(value);
  return bytes + 2;
}
// The same of 8 bytes.
constexpr uint8_t* StoreU64(uint64_t value, uint8_t* bytes) {
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<uint8_t>(value >> (56 - 8 * i));
  return bytes + 8;
}

}  // namespace waybill

#endif  // WAYBILL_WIRE_BIG_ENDIAN_H_
