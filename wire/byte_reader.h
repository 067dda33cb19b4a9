// SPDX-License-Identifier: Apache-2.0
//
// The only place where bytes of a peer are bounds-checked. Reads are chained with || into one
// failure exit, in wire order, so that a parser looks like the structure that it parses.
#ifndef WAYBILL_WIRE_BYTE_READER_H_
#define WAYBILL_WIRE_BYTE_READER_H_

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "absl/types/span.h"
#include "waybill/wire/byte_range.h"
#include "waybill/wire/temporary_owner.h"

namespace waybill {

// Reads big-endian fields from the front of a span, without ever touching a byte outside it.
//
// Every Read… answers false, moves nothing and leaves its output alone where fewer bytes remain
// than it asks for; else it moves past what it read. Offsets count from the first byte of the span
// that the reader was made over, also in a reader that ReadReader() cut from it: over a datagram, a
// ByteRange names a place in that datagram.
//
// Does not own the bytes, which must outlive it and every span that it hands out. Copying a reader
// is cheap and marks a place. One thread at a time; readers share nothing.
class ByteReader {
 public:
  // Reads `bytes` from `offset` on; an offset behind the end leaves nothing to read. A span longer
  // than kMaxDatagramLength can be read, but ReadRange() fails behind that many bytes.
  constexpr explicit ByteReader(absl::Span<const uint8_t> bytes, size_t offset = 0)
      : data_(bytes.data()),
        position_(offset < bytes.size() ? offset : bytes.size()),
        end_(bytes.size()) {}
  template <typename Owner, typename = IfTemporaryOwner<Owner>>
  explicit ByteReader(Owner&& bytes, size_t offset = 0) = delete;

  // Bytes before the next one to be read, counted from the first byte of the original span.
  constexpr size_t offset() const { return position_; }
  constexpr size_t remaining() const { return end_ - position_; }
  constexpr bool empty() const { return position_ == end_; }
  // All bytes not yet read.
  constexpr absl::Span<const uint8_t> rest() const {
    return absl::Span<const uint8_t>(data_ + position_, remaining());
  }

  bool ReadU8(uint8_t* out) { return ReadUint<1>(out); }
  bool ReadU16(uint16_t* out) { return ReadUint<2>(out); }
  // The 24-bit lengths of handshake messages.
  bool ReadU24(uint32_t* out) { return ReadUint<3>(out); }
  bool ReadU32(uint32_t* out) { return ReadUint<4>(out); }
  // The 48-bit sequence number of RFC 6347, section 4.1.
  bool ReadU48(uint64_t* out) { return ReadUint<6>(out); }
  bool ReadU64(uint64_t* out) { return ReadUint<8>(out); }

  bool Skip(size_t length) {
    if (length > remaining()) return false;
    position_ += length;
    return true;
  }

  bool ReadBytes(size_t length, absl::Span<const uint8_t>* out) {
    if (length > remaining()) return false;
    *out = absl::Span<const uint8_t>(data_ + position_, length);
    position_ += length;
    return true;
  }

  // The same bytes as a place.
  bool ReadRange(size_t length, ByteRange* out) {
    if (length > remaining() || position_ + length > kMaxDatagramLength) return false;
    *out = ByteRange{static_cast<uint16_t>(position_), static_cast<uint16_t>(length)};
    position_ += length;
    return true;
  }

  // A reader of the next `length` bytes alone, whose offsets go on counting from this reader's
  // first byte.
  bool ReadReader(size_t length, ByteReader* out) {
    if (length > remaining()) return false;
    ByteReader part = *this;
    part.end_ = position_ + length;
    position_ += length;
    *out = part;
    return true;
  }

  // Vectors of the TLS presentation language (RFC 8446, section 3.4): a length of one or two bytes,
  // then as many bytes.
  bool ReadVector8(ByteReader* out) {
    ByteReader at = *this;
    uint8_t length;
    if (!at.ReadU8(&length) || !at.ReadReader(length, out)) return false;
    *this = at;
    return true;
  }
  bool ReadVector16(ByteReader* out) {
    ByteReader at = *this;
    uint16_t length;
    if (!at.ReadU16(&length) || !at.ReadReader(length, out)) return false;
    *this = at;
    return true;
  }

 private:
  template <size_t kBytes, typename T>
  bool ReadUint(T* out) {
    static_assert(sizeof(T) >= kBytes, "the field does not fit its variable");
    if (remaining() < kBytes) return false;
    T value = 0;
    for (size_t i = 0; i < kBytes; ++i) {
      value = static_cast<T>((uint64_t{value} << 8) | data_[position_ + i]);
    }
    *out = value;
    position_ += kBytes;
    return true;
  }

  const uint8_t* data_;
  size_t position_;
  size_t end_;
};

static_assert(sizeof(ByteReader) == 3 * sizeof(size_t) && std::is_trivially_copyable_v<ByteReader>,
              "copying a reader is cheap");

}  // namespace waybill

#endif  // WAYBILL_WIRE_BYTE_READER_H_
