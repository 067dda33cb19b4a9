// SPDX-License-Identifier: Apache-2.0
//
// The self-describing record of DTLS 1.3: a unified header with L=1 and the E bit set in its
// length, then a chain of record header extensions. With C=0, type 0 of the chain carries the
// connection ID; other types may accompany C=1 too (EXT-12). Only in the authenticated profile
// (EXT-4).
//
//   | unified header, E set in length | chain | payload |
//                                     '---- length -----'
#ifndef WAYBILL_RECORD_EXTENDED13_H_
#define WAYBILL_RECORD_EXTENDED13_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/byte_writer.h"

namespace waybill {

// The fields of a header to be written, its number in clear. The CID, the extensions and their
// values are not owned.
struct Extended13Header {
  uint64_t epoch = 0;             // at least 3 (EXT-13); its two low bits are written
  uint64_t sequence = 0;          // at most kMaxSequence; its 8 or 16 low bits are written
  bool sequence16 = true;         // S
  absl::Span<const uint8_t> cid;  // for C=1; empty where type 0 carries it
  absl::Span<const RecordExtension>
      extensions;               // at least one, in strictly ascending order of types
  uint16_t payload_length = 0;  // bytes behind the chain, 16 to kMaxCiphertextLength13
};

// Bytes that header and chain take on the wire.
size_t EncodedLength(const Extended13Header& header);

// Writes header and chain. False where a field is out of its range, both C and type 0 would carry a
// CID, or the room is too small; what was written before the failure stays.
bool WriteHeader(const Extended13Header& header, ByteWriter* writer);

}  // namespace waybill

#endif  // WAYBILL_RECORD_EXTENDED13_H_
