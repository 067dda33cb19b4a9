// SPDX-License-Identifier: Apache-2.0
//
// The unified header of DTLS 1.3 (RFC 9147, section 4). Only the receiver knows how long the CID
// is; the epoch is cut to two bits, the sequence number to 8 or 16, and masked.
//
//    0 1 2 3 4 5 6 7
//   +-+-+-+-+-+-+-+-+
//   |0|0|1|C|S|L|E E|   C: a CID follows; S: 16 bits of sequence number, else 8; L: a length
//   follows; EE: epoch
//   +-+-+-+-+-+-+-+-+
//   |  cid 1..255   |   if C
//   |  sequence 1,2 |
//   |  length 2     |   if L; else the record takes the rest of the datagram
#ifndef WAYBILL_RECORD_UNIFIED_H_
#define WAYBILL_RECORD_UNIFIED_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/byte_reader.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/drop_reason.h"

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

// ParseRecord() for this layout: form unified, and extended13 where the length field says so.
DropReason ParseUnified(const RecordRules& rules, ByteReader* reader, RecordView* view);

}  // namespace waybill

#endif  // WAYBILL_RECORD_UNIFIED_H_
