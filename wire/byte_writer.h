// SPDX-License-Identifier: Apache-2.0
//
// The counterpart of ByteReader: fields into storage of the caller's.
#ifndef WAYBILL_WIRE_BYTE_WRITER_H_
#define WAYBILL_WIRE_BYTE_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/types/span.h"
#include "waybill/wire/temporary_owner.h"

namespace waybill {

// Writes big-endian fields to the front of a span, without ever touching a byte outside it.
//
// Every Write… answers false and writes nothing where the room that is left does not hold what it
// is given, or where a value does not fit its field. Writes are chained with || into one failure
// exit; what was written before the failure stays in the storage.
//
// Does not own the storage, which must outlive it. One thread at a time.
class ByteWriter {
 public:
  constexpr explicit ByteWriter(absl::Span<uint8_t> storage)
      : data_(storage.data()), size_(0), capacity_(storage.size()) {}
  template <typename Owner, typename = IfTemporaryOwner<Owner>>
  explicit ByteWriter(Owner&& storage) = delete;

  // Bytes written so far.
  constexpr size_t size() const { return size_; }
  // Bytes that can still be written.
  constexpr size_t room() const { return capacity_ - size_; }
  // What was written, valid as long as the storage.
  constexpr absl::Span<const uint8_t> written() const {
    return absl::Span<const uint8_t>(data_, size_);
  }

  bool WriteU8(uint64_t value) { return WriteUint<1>(value); }
  bool WriteU16(uint64_t value) { return WriteUint<2>(value); }
  bool WriteU24(uint64_t value) { return WriteUint<3>(value); }
  bool WriteU32(uint64_t value) { return WriteUint<4>(value); }
  bool WriteU48(uint64_t value) { return WriteUint<6>(value); }
  bool WriteU64(uint64_t value) {
    if (room() < 8) return false;
    WriteUint<4>(value >> 32);
    WriteUint<4>(value & 0xffffffff);
    return true;
  }

  bool WriteBytes(absl::Span<const uint8_t> bytes) {
    if (bytes.size() > room()) return false;
    if (!bytes.empty()) std::memcpy(data_ + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
    return true;
  }

  // `count` bytes of `value`.
  bool WriteRepeated(uint8_t value, size_t count) {
    if (count > room()) return false;
    if (count != 0) std::memset(data_ + size_, value, count);
    size_ += count;
    return true;
  }

  // Writes `count` bytes that the caller fills, and answers where they are; null where there is no
  // room for them.
  uint8_t* Extend(size_t count) {
    if (count > room()) return nullptr;
    uint8_t* const bytes = data_ + size_;
    size_ += count;
    return bytes;
  }

 private:
  template <size_t kBytes>
  bool WriteUint(uint64_t value) {
    static_assert(kBytes < 8, "the shift below would be by the width of the value");
    if (room() < kBytes || (value >> (8 * kBytes)) != 0) return false;
    for (size_t i = 0; i < kBytes; ++i) {
      data_[size_ + i] = static_cast<uint8_t>(value >> (8 * (kBytes - 1 - i)));
    }
    size_ += kBytes;
    return true;
  }

  uint8_t* data_;
  size_t size_;
  size_t capacity_;
};

}  // namespace waybill

#endif  // WAYBILL_WIRE_BYTE_WRITER_H_
