// SPDX-License-Identifier: Apache-2.0
//
// The self-describing record of DTLS 1.2: the header of RFC 6347 with the E bit set in its length,
// then a chain of record header extensions, of which type 0 carries the connection ID (EXT-1,
// EXT-3, EXT-11).
//
//   | RFC 6347 header, E set in length | chain | payload |
//                                      '---- length -----'
#ifndef WAYBILL_RECORD_EXTENDED12_H_
#define WAYBILL_RECORD_EXTENDED12_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/byte_writer.h"

namespace waybill {

// The fields of a header to be written. The extensions and their values are not owned.
struct Extended12Header {
  uint8_t content_type = 0;
  uint16_t version = kDtls12Version;
  uint16_t epoch = 0;     // at least 1 (EXT-10)
  uint64_t sequence = 0;  // at most kMaxSequence
  absl::Span<const RecordExtension>
      extensions;  // at least one; ascending types in the authenticated profile (EXT-5)
  uint16_t payload_length = 0;  // bytes behind the chain, at most kMaxCiphertextLength12
};

// Bytes that header and chain take on the wire.
size_t EncodedLength(const Extended12Header& header);

// Writes header and chain. False where a field is out of its range, the content type may not carry
// extensions, or the room is too small; what was written before the failure stays.
bool WriteHeader(const Extended12Header& header, ByteWriter* writer);

}  // namespace waybill

#endif  // WAYBILL_RECORD_EXTENDED12_H_
