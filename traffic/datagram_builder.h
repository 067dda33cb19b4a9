// SPDX-License-Identifier: Apache-2.0
//
// Datagrams of records in every form, well-formed or wrong in any field, described in a sentence:
//
//   const Bytes datagram = DatagramBuilder()
//                              .Plaintext(kHandshake).Sequence(5).Payload(message)
//                              .Tls12Cid(cid).Epoch(1).Sequence(7).PayloadOfLength(40)
//                              .Unified().Cid(cid).Sequence8(3).WithoutLength().PayloadOfLength(32)
//                              .Build();
//
// Shares constants with record/, but no code: what it writes is a test of what is read there.
#ifndef WAYBILL_TRAFFIC_DATAGRAM_BUILDER_H_
#define WAYBILL_TRAFFIC_DATAGRAM_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/record_view.h"
#include "waybill/traffic/bytes.h"

namespace waybill {

// A description of a datagram, record by record. A value: copy a good one and spoil the copy. What
// it is given is copied. A number too large for its field is cut to the field's low bits; nothing
// else is mended or refused. One thread at a time.
class DatagramBuilder {
 public:
  // Each begins a record; the setters below then speak about it. Defaults are those of a good
  // record: version 0xfefd, sequence number 0, no payload, a length field that is right.

  // RFC 6347 in epoch 0.
  DatagramBuilder& Plaintext(uint8_t content_type);
  // RFC 6347 in epoch 1.
  DatagramBuilder& Ciphertext(uint8_t content_type = kApplicationData);
  // RFC 9146 in epoch 1, with a CID of any length, none and more than 255 bytes included.
  DatagramBuilder& Tls12Cid(absl::Span<const uint8_t> cid);
  // RFC 9147 in epoch 3, C=0, S=1, L=1.
  DatagramBuilder& Unified();
  // Ciphertext() and Unified() with the E bit; the chain is what Extension() adds to it, empty
  // where it adds nothing.
  DatagramBuilder& Extended12(uint8_t content_type = kApplicationData);
  DatagramBuilder& Extended13();
  // Bytes as they are, in place of a record or behind one.
  DatagramBuilder& Raw(absl::Span<const uint8_t> bytes);

  // Fields of the last record; there must be one. A field that its form lacks is ignored.

  DatagramBuilder& Version(uint16_t version);
  // 16 bits, or the two low bits in a unified header.
  DatagramBuilder& Epoch(uint64_t epoch);
  // 48 bits, or the low bits that S leaves in a unified header, which are not masked here.
  DatagramBuilder& Sequence(uint64_t sequence);
  // The same for a unified header, and S with it.
  DatagramBuilder& Sequence8(uint64_t sequence);
  DatagramBuilder& Sequence16(uint64_t sequence);
  // The CID in the header; sets C in a unified header, also where `cid` is empty.
  DatagramBuilder& Cid(absl::Span<const uint8_t> cid);
  // L=0 in a unified header.
  DatagramBuilder& WithoutLength();
  // Adds an extension to the chain, M being set on the one before it. Sets E.
  DatagramBuilder& Extension(uint8_t type, absl::Span<const uint8_t> value);
  // The same for a CID, as type 0.
  DatagramBuilder& CidExtension(absl::Span<const uint8_t> cid);
  DatagramBuilder& Payload(absl::Span<const uint8_t> payload);
  // A payload none of whose bytes begins a record: a reader that lost its place finds nothing.
  DatagramBuilder& PayloadOfLength(size_t length);

  // Lies.

  // Bytes in place of the chain so far. Sets E.
  DatagramBuilder& RawChain(absl::Span<const uint8_t> chain);
  // A length field other than the length of chain and payload; E is added as it would be.
  DatagramBuilder& ClaimLength(uint16_t length);
  // E set or clear, whether or not there is a chain.
  DatagramBuilder& ExtensionBit(bool set);
  // A first byte other than the form's. The fields behind it stay as they were.
  DatagramBuilder& FirstByte(uint8_t first_byte);

  // Drops all but the first `length` bytes of the whole datagram.
  DatagramBuilder& CutAt(size_t length);

  Bytes Build() const;

 private:
  struct Record {
    HeaderLayout layout = HeaderLayout::kNone;  // kNone: the payload alone
    std::optional<uint8_t> first_byte;
    uint8_t content_type = 0;
    uint16_t version = kDtls12Version;
    uint64_t epoch = 0;
    uint64_t sequence = 0;
    bool sequence16 = true;
    std::optional<Bytes> cid;
    bool has_length = true;
    std::optional<uint16_t> claimed_length;
    bool extension_bit = false;
    Bytes chain;
    std::optional<size_t> last_extension;  // its offset in the chain
    Bytes payload;
  };

  DatagramBuilder& Begin(HeaderLayout layout, uint8_t content_type, uint64_t epoch);
  Record& last();
  static void Append(const Record& record, Bytes* out);

  std::vector<Record> records_;
  std::optional<size_t> cut_;
};

}  // namespace waybill

#endif  // WAYBILL_TRAFFIC_DATAGRAM_BUILDER_H_
