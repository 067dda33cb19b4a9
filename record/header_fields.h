// SPDX-License-Identifier: Apache-2.0
//
// What the forms have in common, for the files of the forms alone.
#ifndef WAYBILL_RECORD_HEADER_FIELDS_H_
#define WAYBILL_RECORD_HEADER_FIELDS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/big_endian.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/cid_length.h"

namespace waybill {

// The headers of RFC 6347 and, with a CID, of RFC 9146. The length may have its E bit set.
inline bool WriteFields12(uint8_t content_type, uint16_t version, uint16_t epoch, uint64_t sequence,
                          absl::Span<const uint8_t> cid, uint32_t length, ByteWriter* writer) {
  if (sequence > kMaxSequence) return false;
  uint8_t* out = writer->Extend(13 + cid.size());
  if (out == nullptr) return false;
  *out++ = content_type;
  out = StoreU16(version, out);
  out = StoreU16(epoch, out);
  out = StoreU16(static_cast<uint16_t>(sequence >> 32), out);
  out = StoreU16(static_cast<uint16_t>(sequence >> 16), out);
  out = StoreU16(static_cast<uint16_t>(sequence), out);
  out = std::copy(cid.begin(), cid.end(), out);
  StoreU16(static_cast<uint16_t>(length), out);
  return true;
}

// A unified header, whose length may have its E bit set.
inline bool WriteFields13(uint64_t epoch, uint64_t sequence, bool sequence16,
                          absl::Span<const uint8_t> cid, std::optional<uint16_t> length,
                          ByteWriter* writer) {
  if (cid.size() > kMaxCidLength || sequence > kMaxSequence) return false;
  const size_t sequence_length = sequence16 ? 2 : 1;
  const size_t length_length = length.has_value() ? 2 : 0;
  uint8_t* out = writer->Extend(1 + cid.size() + sequence_length + length_length);
  if (out == nullptr) return false;
  *out++ = static_cast<uint8_t>(kUnifiedFixedBits | (cid.empty() ? 0 : kUnifiedCidBit) |
                                (sequence16 ? kUnifiedSequence16Bit : 0) |
                                (length.has_value() ? kUnifiedLengthBit : 0) |
                                (epoch & kUnifiedEpochMask));
  out = std::copy(cid.begin(), cid.end(), out);
  if (sequence16) *out++ = static_cast<uint8_t>(sequence >> 8);
  *out++ = static_cast<uint8_t>(sequence);
  if (length.has_value()) StoreU16(*length, out);
  return true;
}

}  // namespace waybill

#endif  // WAYBILL_RECORD_HEADER_FIELDS_H_
