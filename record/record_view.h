// SPDX-License-Identifier: Apache-2.0
//
// The one result of every header parser: where the fields of a record are, and what they say,
// before any key is at hand.
#ifndef WAYBILL_RECORD_RECORD_VIEW_H_
#define WAYBILL_RECORD_RECORD_VIEW_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "waybill/wire/byte_range.h"

namespace waybill {

// The longest record payloads, in bytes, chain of record header extensions not counted (EXT-8).
inline constexpr size_t kMaxPlaintextLength = 1 << 14;  // RFC 6347, section 4.1
inline constexpr size_t kMaxCiphertextLength12 =
    kMaxPlaintextLength + 2048;  // RFC 6347, section 4.1
inline constexpr size_t kMaxCiphertextLength13 = kMaxPlaintextLength + 256;  // RFC 9147, section 4

// Bits of a whole sequence number (RFC 6347, section 4.1).
inline constexpr int kSequenceBits = 48;
// The largest sequence number on the wire, and the last one that a sender may use (REQ-042).
inline constexpr uint64_t kMaxSequence = (uint64_t{1} << kSequenceBits) - 1;

// The version of DTLS 1.2 in a header, 254.253; also DTLS 1.3's legacy version.
inline constexpr uint16_t kDtls12Version = 0xfefd;

// The bits of a unified header's first byte, 001CSLEE (RFC 9147, section 4).
inline constexpr uint8_t kUnifiedFixedBits = 0x20;
inline constexpr uint8_t kUnifiedCidBit = 0x10;
inline constexpr uint8_t kUnifiedSequence16Bit = 0x08;
inline constexpr uint8_t kUnifiedLengthBit = 0x04;
inline constexpr uint8_t kUnifiedEpochMask = 0x03;

enum class RecordForm : uint8_t {
  kOther,           // no record, or one whose header could not be read
  kDtlsPlaintext,   // RFC 6347, epoch 0
  kDtlsCiphertext,  // RFC 6347, epoch above 0
  kTls12Cid,        // RFC 9146
  kUnified,         // RFC 9147
  kExtended12,      // RFC 6347 with record header extensions (EXT-11)
  kExtended13,      // RFC 9147 with record header extensions (EXT-12)
};

// "dtls_plaintext", "dtls_ciphertext", "tls12_cid", "unified", "extended12", "extended13" or
// "other".
std::string_view NameOf(RecordForm form);

// A parsed record header. Holds places in the datagram that it was parsed from, not pointers: the
// payload can be decrypted in place, and the datagram copied, without a change to the view. Nothing
// in it is authenticated.
//
// A trivial value of one cache line. What it holds after a parse that failed is said at
// ParseRecord().
struct RecordView {
  RecordForm form = RecordForm::kOther;
  uint8_t first_byte = 0;  // the content type, or 001CSLEE
  uint16_t version = 0;    // as on the wire; 0 in a unified header, which has none
  uint16_t epoch = 0;      // 16 bits, or the two low bits that a unified header carries
  // As on the wire: 48 bits, or the 8 or 16 low bits of a unified header, masked by record number
  // encryption.
  uint64_t sequence = 0;

  ByteRange record;      // the whole record
  ByteRange cid;         // from the header or from its extension; empty where there is none
  ByteRange extensions;  // the chain of record header extensions; empty where there is none
  ByteRange payload;     // behind the header and the chain, to the end of the record

  // True for the forms of DTLS 1.3's unified header, whose first byte is no content type and whose
  // number is masked.
  constexpr bool unified() const {
    return form == RecordForm::kUnified || form == RecordForm::kExtended13;
  }
  // A unified header may lack the length field: then the record takes the rest of the datagram.
  constexpr bool has_length() const { return !unified() || (first_byte & kUnifiedLengthBit) != 0; }
  // What the length field says without its E bit, or what remains where there is no such field.
  constexpr uint16_t length() const {
    return static_cast<uint16_t>(extensions.length + payload.length);
  }
  // First byte up to the payload, chain included: DTLS 1.3's additional data once the number is
  // unmasked (REQ-035, EXT-15).
  constexpr ByteRange header() const {
    return ByteRange{record.offset, static_cast<uint16_t>(payload.offset - record.offset)};
  }
  // The sequence number on the wire: 6 bytes, or 1 or 2 in a unified header.
  constexpr ByteRange number() const {
    if (!unified()) return ByteRange{static_cast<uint16_t>(record.offset + 5), 6};
    const size_t cid_length = (first_byte & kUnifiedCidBit) != 0 ? cid.length : 0;
    return ByteRange{static_cast<uint16_t>(record.offset + 1 + cid_length),
                     static_cast<uint16_t>((first_byte & kUnifiedSequence16Bit) != 0 ? 2 : 1)};
  }
};

static_assert(sizeof(RecordView) <= 64 && std::is_trivially_copyable_v<RecordView>,
              "a view is a trivial value of one cache line");

}  // namespace waybill

#endif  // WAYBILL_RECORD_RECORD_VIEW_H_
