// SPDX-License-Identifier: Apache-2.0
//
// Numbers at places that were checked before: big-endian, as fields stand on the wire, unless the
// name says otherwise.
#ifndef WAYBILL_WIRE_BIG_ENDIAN_H_
#define WAYBILL_WIRE_BIG_ENDIAN_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace waybill {

// The number whose bytes in memory are those of `value`, or the other way round. Compilers see that
// bytes put together are one load, but for 8 of which only some count.
constexpr uint64_t BigEndian(uint64_t value) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  return __builtin_bswap64(value);
#else
  return value;
#endif
}

// The 2, 4 or 8 bytes at `bytes`, which the caller knows to be there.
constexpr uint16_t LoadU16(const uint8_t* bytes) {
  return static_cast<uint16_t>(bytes[0] << 8 | bytes[1]);
}
constexpr uint32_t LoadU32(const uint8_t* bytes) {
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 |
         uint32_t{bytes[3]};
}
inline uint64_t LoadU64(const uint8_t* bytes) {
  uint64_t value;
  std::memcpy(&value, bytes, sizeof(value));
  return BigEndian(value);
}

// Writes 2 bytes at `bytes`, where there must be room for them, and answers what is behind them.
constexpr uint8_t* StoreU16(uint16_t value, uint8_t* bytes) {
  bytes[0] = static_cast<uint8_t>(value >> 8);
  bytes[1] = static_cast<uint8_t>(value);
  return bytes + 2;
}
// The same of 8 bytes.
inline uint8_t* StoreU64(uint64_t value, uint8_t* bytes) {
  value = BigEndian(value);
  std::memcpy(bytes, &value, sizeof(value));
  return bytes + sizeof(value);
}

// `count` bytes, 0 to 8, at the front of a word, zeros behind them. Two loads that overlap take the
// place of a loop.
inline uint64_t LoadFront(const uint8_t* bytes, size_t count) {
  if (count == 8) return LoadU64(bytes);
  if (count >= 4) {
    const uint64_t first = uint64_t{LoadU32(bytes)} << 32;
    const uint64_t last = uint64_t{LoadU32(bytes + count - 4)} << 32;
    return first | last >> (8 * (count - 4));
  }
  if (count == 0) return 0;
  // Of one to three bytes: the first, the middle and the last, which may be the same one.
  return uint64_t{bytes[0]} << 56 | uint64_t{bytes[count / 2]} << (56 - 8 * (count / 2)) |
         uint64_t{bytes[count - 1]} << (56 - 8 * (count - 1));
}

// Little-endian: 8 bytes, and 0 to 8 bytes.
inline uint64_t LoadLittleEndianU64(const uint8_t* bytes) {
  return __builtin_bswap64(LoadU64(bytes));
}
inline uint64_t LoadLittleEndian(const uint8_t* bytes, size_t count) {
  return __builtin_bswap64(LoadFront(bytes, count));
}

}  // namespace waybill

#endif  // WAYBILL_WIRE_BIG_ENDIAN_H_
