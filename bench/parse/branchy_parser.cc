// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/parse/branchy_parser.h"

#include <cstdint>

#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/unified.h"
#include "waybill/wire/byte_range.h"
#include "waybill/wire/byte_reader.h"
#include "waybill/wire/cid_length.h"

namespace waybill {
namespace {

bool ReadCid(const CidLength& cid_length, ByteReader* reader, ByteRange* cid) {
  const size_t length = reader->empty() ? 0 : cid_length.Of(reader->rest());
  return length != 0 && reader->ReadRange(length, cid);
}

// The chain, if there is one, and the payload, of which the form allows `limit` bytes.
DropReason ReadBody(const ExtensionRules& rules, bool extended, size_t limit, ByteReader body,
                    RecordView* view) {
  if (extended) {
    ExtensionChainSummary summary;
    const DropReason reason = ReadExtensionChain(rules, &body, &summary);
    if (reason != DropReason::kNone) return reason;
    if (summary.types.Has(kCidExtensionType)) {
      if (!view->cid.empty()) return DropReason::kExtensionSecondCid;
      view->cid = summary.cid;
    }
    view->extensions = summary.chain;
  }
  if (body.remaining() > limit) return DropReason::kLengthOverLimit;
  body.ReadRange(body.remaining(), &view->payload);
  return DropReason::kNone;
}

bool MayBeInClear(uint8_t content_type) {
  return content_type == kChangeCipherSpec || content_type == kAlert ||
         content_type == kHandshake || content_type == kAck;
}

bool MayBeExtended(const RecordView& view) {
  return view.epoch != 0 && view.first_byte != kTls12CidType &&
         view.first_byte != kChangeCipherSpec && view.first_byte != kHandshake;
}

DropReason Read12(const RecordRules& rules, ByteReader reader, RecordView* view) {
  const size_t begin = reader.offset();
  const bool has_cid = view->first_byte == kTls12CidType;
  uint16_t length;
  ByteReader body = reader;
  if (!reader.Skip(1) ||                   //
      !reader.ReadU16(&view->version) ||   //
      !reader.ReadU16(&view->epoch) ||     //
      !reader.ReadU48(&view->sequence) ||  //
      (has_cid && !ReadCid(rules.cid_length, &reader, &view->cid)) || !reader.ReadU16(&length)) {
    return DropReason::kHeaderTruncated;
  }
  const bool extended =
      rules.extensions.profile != ExtensionProfile::kOff && (length & kExtensionIndicator) != 0;
  if (extended) {
    if (!MayBeExtended(*view)) return DropReason::kExtensionInClear;
    length &= ~kExtensionIndicator;
  }
  if (!reader.ReadReader(length, &body)) return DropReason::kLengthPastEnd;
  size_t limit = kMaxCiphertextLength12;
  if (has_cid) {
    if (view->epoch == 0) return DropReason::kContentTypeInClear;
    view->form = RecordForm::kTls12Cid;
  } else if (extended) {
    view->form = RecordForm::kExtended12;
  } else if (view->epoch != 0) {
    view->form = RecordForm::kDtlsCiphertext;
  } else if (MayBeInClear(view->first_byte)) {
    view->form = RecordForm::kDtlsPlaintext;
    limit = kMaxPlaintextLength;
  } else {
    return DropReason::kContentTypeInClear;
  }
  view->record =
      ByteRange{static_cast<uint16_t>(begin), static_cast<uint16_t>(reader.offset() - begin)};
  return ReadBody(rules.extensions, extended, limit, body, view);
}

DropReason Read13(const RecordRules& rules, ByteReader reader, RecordView* view) {
  const size_t begin = reader.offset();
  const uint8_t first_byte = view->first_byte;
  reader.Skip(1);
  view->epoch = first_byte & kUnifiedEpochMask;
  if ((first_byte & kUnifiedCidBit) != 0 && !ReadCid(rules.cid_length, &reader, &view->cid)) {
    return DropReason::kHeaderTruncated;
  }
  if ((first_byte & kUnifiedSequence16Bit) != 0) {
    uint16_t sequence;
    if (!reader.ReadU16(&sequence)) return DropReason::kHeaderTruncated;
    view->sequence = sequence;
  } else {
    uint8_t sequence;
    if (!reader.ReadU8(&sequence)) return DropReason::kHeaderTruncated;
    view->sequence = sequence;
  }
  uint16_t length = static_cast<uint16_t>(reader.remaining());
  bool extended = false;
  if ((first_byte & kUnifiedLengthBit) != 0) {
    if (!reader.ReadU16(&length)) return DropReason::kHeaderTruncated;
    extended = rules.extensions.profile == ExtensionProfile::kAuthenticated &&
               (length & kExtensionIndicator) != 0;
    if (extended) length &= ~kExtensionIndicator;
  }
  ByteReader body = reader;
  if (!reader.ReadReader(length, &body)) return DropReason::kLengthPastEnd;
  view->form = extended ? RecordForm::kExtended13 : RecordForm::kUnified;
  view->record =
      ByteRange{static_cast<uint16_t>(begin), static_cast<uint16_t>(reader.offset() - begin)};
  const DropReason reason =
      ReadBody(rules.extensions, extended, kMaxCiphertextLength13, body, view);
  if (reason != DropReason::kNone) return reason;
  return view->payload.length < kNumberSampleLength ? DropReason::kCiphertextTooShort
                                                    : DropReason::kNone;
}

}  // namespace

DropReason ParseRecordByBranches(absl::Span<const uint8_t> datagram, size_t offset,
                                 const RecordRules& rules, RecordView* view) {
  *view = RecordView();
  if (datagram.size() > kMaxDatagramLength) return DropReason::kDatagramTooLong;
  if (offset >= datagram.size()) return DropReason::kEmptyDatagram;
  const ByteReader reader(datagram, offset);
  view->first_byte = datagram[offset];
  switch (HeaderLayoutOf(view->first_byte)) {
    case HeaderLayout::kRfc6347:
    case HeaderLayout::kTls12Cid:
      return Read12(rules, reader, view);
    case HeaderLayout::kUnified:
      return Read13(rules, reader, view);
    case HeaderLayout::kNone:
      break;
  }
  return DropReason::kNotDtls;
}

}  // namespace waybill
