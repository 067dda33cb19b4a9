// SPDX-License-Identifier: Apache-2.0
//
// The unified header of DTLS 1.3 (RFC 9147, section 4). Only the receiver knows how long the CID
// is; the epoch is cut to two bits, the sequence number to 8 or 16, and masked.
//
//    0 1 2 3 4 5 6 7
//   +-+-+-+-+-+-+-+-+
//   |0|0|1|C|S|L|E E|   C, S, L: see below; EE: epoch
//   +-+-+-+-+-+-+-+-+
//   |  cid 1..255   |   if C
//   |  sequence     |   16 bits if S, else 8
//   |  length 2     |   if L; else the record takes the rest of the datagram
#ifndef WAYBILL_RECORD_UNIFIED_H_
#define WAYBILL_RECORD_UNIFIED_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "waybill/record/field_layout.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/byte_writer.h"

namespace waybill {

// Bytes of ciphertext that record number encryption samples, and fewer than which no record can be
// opened (RFC 9147, section 4.2.3). In an extended13 record they begin behind the chain (EXT-16).
inline constexpr size_t kNumberSampleLength = 16;

// The fields of a header to be written, its number in clear: it is masked once the payload is
// sealed. The CID is not owned.
struct UnifiedHeader {
  uint64_t epoch = 0;             // its two low bits are written
  uint64_t sequence = 0;          // at most kMaxSequence; its 8 or 16 low bits are written
  bool sequence16 = true;         // S
  absl::Span<const uint8_t> cid;  // 1 to 255 bytes; empty for C=0
  std::optional<uint16_t>
      length;  // bytes of the payload, 16 to kMaxCiphertextLength13; none for L=0
};

// Bytes that the header takes on the wire.
constexpr size_t EncodedLength(const UnifiedHeader& header) {
  return 1 + header.cid.size() + (header.sequence16 ? 2 : 1) + (header.length.has_value() ? 2 : 0);
}

// Writes the header. False where a field is out of its range or the room is too small; what was
// written before the failure stays.
bool WriteHeader(const UnifiedHeader& header, ByteWriter* writer);

// What ParseRecord() reads of form unified, and of extended13 up to its chain.
constexpr FieldLayout UnifiedLayout(uint8_t first_byte) {
  const bool cid = (first_byte & kUnifiedCidBit) != 0;
  const bool sequence16 = (first_byte & kUnifiedSequence16Bit) != 0;
  const bool length = (first_byte & kUnifiedLengthBit) != 0;
  const uint8_t sequence_end = sequence16 ? 3 : 2;
  FieldLayout layout;
  layout.last_byte = 8;  // of the number's 8 bytes; no record that is accepted is shorter
  layout.header_length = static_cast<uint8_t>(sequence_end + (length ? 2 : 0));
  layout.epoch_mask = kUnifiedEpochMask;
  layout.cid_place = 1;
  layout.cid_mask = cid ? FieldLayout::kAll : LayoutMask{0};
  layout.cid_mask_before_sequence = layout.cid_mask;
  layout.sequence_place = 1;
  layout.sequence_shift = sequence16 ? 48 : 56;
  layout.length_place = static_cast<uint8_t>(sequence_end - (length ? 0 : 2));
  layout.length_mask = length ? FieldLayout::kAll : LayoutMask{0};
  layout.min_payload = kNumberSampleLength;
  layout.max_payload = kMaxCiphertextLength13;
  layout.form = RecordForm::kUnified;
  layout.form_extended = RecordForm::kExtended13;
  // EXT-4, EXT-12: not in the strict profile, and only in a length field.
  if (length) layout.extended_under = FieldLayout::Bit(ExtensionProfile::kAuthenticated);
  return layout;
}

}  // namespace waybill

#endif  // WAYBILL_RECORD_UNIFIED_H_
