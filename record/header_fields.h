// SPDX-License-Identifier: Apache-2.0
//
// What the forms have in common, for the files of the forms alone.
#ifndef WAYBILL_RECORD_HEADER_FIELDS_H_
#define WAYBILL_RECORD_HEADER_FIELDS_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/byte_reader.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

// The eleven bytes that RFC 6347 and RFC 9146 begin with: content type, version, epoch, sequence
// number.
inline bool ReadFields12(ByteReader* reader, RecordView* view) {
  view->sequence_length = 6;
  view->has_length = true;
  return reader->ReadU8(&view->first_byte) &&  //
         reader->ReadU16(&view->version) &&    //
         reader->ReadU16(&view->epoch) &&      //
         reader->ReadU48(&view->sequence);
}

inline bool WriteFields12(uint8_t content_type, uint16_t version, uint16_t epoch, uint64_t sequence,
                          ByteWriter* writer) {
  return writer->WriteU8(content_type) &&  //
         writer->WriteU16(version) &&      //
         writer->WriteU16(epoch) &&        //
         writer->WriteU48(sequence);
}

// The CID at the front of what is left to read, whose length only its owner knows.
inline DropReason ReadCid(const CidLength& cid_length, ByteReader* reader, RecordView* view) {
  if (cid_length.absent()) return DropReason::kCidNotExpected;
  const uint8_t length = cid_length.Of(reader->rest());
  if (length == 0) return DropReason::kCidNotDelineated;
  return reader->ReadRange(length, &view->cid) ? DropReason::kNone : DropReason::kHeaderTruncated;
}

// The sequence number of a unified header: 8 or 16 bits, masked.
inline bool ReadProtectedSequence(ByteReader* reader, RecordView* view) {
  if ((view->first_byte & kUnifiedSequence16Bit) == 0) {
    view->sequence_length = 1;
    uint8_t bits = 0;
    if (!reader->ReadU8(&bits)) return false;
    view->sequence = bits;
    return true;
  }
  view->sequence_length = 2;
  uint16_t bits = 0;
  if (!reader->ReadU16(&bits)) return false;
  view->sequence = bits;
  return true;
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

// True where a length field announces a chain of record header extensions to this receiver (EXT-1,
// EXT-7).
inline bool AnnouncesExtensions(uint16_t length_field, const ExtensionRules& rules) {
  return rules.profile != ExtensionProfile::kOff && (length_field & kExtensionIndicator) != 0;
}

// Reads the `length` bytes behind the header, of which a form allows `limit`.
inline DropReason ReadPayload(uint16_t length, size_t limit, ByteReader* reader, RecordView* view) {
  view->length = length;
  if (!reader->ReadRange(length, &view->payload)) return DropReason::kLengthPastEnd;
  return length <= limit ? DropReason::kNone : DropReason::kLengthOverLimit;
}

// Reads the `length` bytes behind the header as a chain and a payload, of which a form allows
// `limit` (EXT-8). Whatever is wrong with the chain, the reader stands behind the record, so that
// the next one can be read.
inline DropReason ReadChainAndPayload(uint16_t length, size_t limit, const ExtensionRules& rules,
                                      ByteReader* reader, RecordView* view,
                                      ExtensionChainSummary* summary) {
  view->length = length;
  ByteReader body = *reader;
  if (!reader->ReadReader(length, &body)) return DropReason::kLengthPastEnd;
  const DropReason reason = ReadExtensionChain(rules, &body, summary);
  if (reason != DropReason::kNone) return reason;
  view->extensions = summary->chain;
  body.ReadRange(body.remaining(), &view->payload);
  return view->payload.length <= limit ? DropReason::kNone : DropReason::kLengthOverLimit;
}

}  // namespace waybill

#endif  // WAYBILL_RECORD_HEADER_FIELDS_H_
