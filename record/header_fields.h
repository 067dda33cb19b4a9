// SPDX-License-Identifier: Apache-2.0
//
// What the forms have in common, for the files of the forms alone.
#ifndef WAYBILL_RECORD_HEADER_FIELDS_H_
#define WAYBILL_RECORD_HEADER_FIELDS_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/cid_length.h"

namespace waybill {

// The eleven bytes that RFC 6347 and RFC 9146 begin with: content type, version, epoch, sequence
// number.
inline bool WriteFields12(uint8_t content_type, uint16_t version, uint16_t epoch, uint64_t sequence,
                          ByteWriter* writer) {
  return writer->WriteU8(content_type) &&  //
         writer->WriteU16(version) &&      //
         writer->WriteU16(epoch) &&        //
         writer->WriteU48(sequence);
}

// A unified header up to its length field, which it leaves to the caller.
inline bool WriteFields13(uint64_t epoch, uint64_t sequence, bool sequence16,
                          absl::Span<const uint8_t> cid, bool has_length, ByteWriter* writer) {
  const uint8_t first_byte =
      static_cast<uint8_t>(kUnifiedFixedBits | (cid.empty() ? 0 : kUnifiedCidBit) |
                           (sequence16 ? kUnifiedSequence16Bit : 0) |
                           (has_length ? kUnifiedLengthBit : 0) | (epoch & kUnifiedEpochMask));
  return cid.size() <= kMaxCidLength &&  //
         sequence <= kMaxSequence &&     //
         writer->WriteU8(first_byte) &&  //
         writer->WriteBytes(cid) &&      //
         (sequence16 ? writer->WriteU16(sequence & 0xffff) : writer->WriteU8(sequence & 0xff));
}

}  // namespace waybill

#endif  // WAYBILL_RECORD_HEADER_FIELDS_H_
