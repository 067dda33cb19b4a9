// SPDX-License-Identifier: Apache-2.0
//
// To be read beside the texts: fields are read in the order of their structures, and each decision
// names the section that asks for it.
#include "waybill/traffic/reference_codec.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "waybill/traffic/reference_octets.h"
#include "waybill/wire/drop_reason.h"

namespace waybill::reference {
namespace {

// RFC 6347, section 4.1 (by way of RFC 5246, section 6.2), and RFC 9147, section 4 (RFC 8446,
// section 5.2).
constexpr size_t kMaxPlaintext = 16384;            // 2^14
constexpr size_t kMaxCiphertext12 = 16384 + 2048;  // 2^14 + 2048
constexpr size_t kMaxCiphertext13 = 16384 + 256;   // 2^14 + 256
constexpr size_t kMinCiphertext13 = 16;            // RFC 9147, section 4.2.3
constexpr uint64_t kExtensionIndicator = 0x8000;

enum ContentType {
  change_cipher_spec = 20,
  alert = 21,
  handshake = 22,
  application_data = 23,
  heartbeat = 24,
  tls12_cid = 25,
  ack = 26,
  return_routability_check = 27,
};

// Why a record goes, and what goes with it.
struct Refusal {
  DropReason reason;
  DropScope scope;
};

constexpr Refusal kAccepted = {DropReason::kNone, DropScope::kNothing};
// Where a record ends is said by its header. So what keeps the header from being read takes the
// rest of the datagram; what is found once the record's end is known, this record alone.
Refusal Rest(DropReason reason) { return {reason, DropScope::kRestOfDatagram}; }
Refusal Alone(DropReason reason) { return {reason, DropScope::kRecord}; }

// The header does not say how long its CID is (RFC 9146, section 4): the receiver's rule does.
Refusal ReadCid(const CidLength& rule, Reader* in, Record* record) {
  size_t length = 0;
  switch (rule.kind) {
    case CidLength::Kind::kNoneNegotiated:
      return Rest(DropReason::kCidNotExpected);
    case CidLength::Kind::kFixed:
      length = rule.fixed;
      break;
    case CidLength::Kind::kSelfDelineating:
      // Where nothing is left, no CID begins.
      length = in->left() == 0 ? 0 : rule.delineate(in->Rest());
      if (length == 0) return Rest(DropReason::kCidNotDelineated);
      break;
  }
  const size_t offset = in->position();
  std::optional<Octets> cid = in->String(length);
  if (!cid.has_value()) return Rest(DropReason::kHeaderTruncated);
  record->cid = Field{offset, std::move(*cid)};
  return kAccepted;
}

// draft-fossati-tls-ext-header-01, section 3.1:
//
//   | M 1 bit | type 4 bits | length 11 bits | value |
//
// M promises another extension, as E promised the first. `in` ends where the record does.
Refusal ReadExtensions(const Rules& rules, Reader* in, Record* record) {
  const size_t begin = in->position();
  bool more = record->extension_indicator;
  while (more) {
    const std::optional<uint64_t> header = in->Number(2);
    if (!header.has_value()) return Alone(DropReason::kExtensionTruncated);
    more = *header / 32768 == 1;
    HeaderExtension extension;
    extension.type = *header / 2048 % 16;
    const size_t value_offset = in->position();
    std::optional<Octets> value = in->String(*header % 2048);
    if (!value.has_value()) return Alone(DropReason::kExtensionTruncated);
    extension.value = std::move(*value);

    // EXT-9.
    if (in->position() - begin > rules.max_chain_length ||
        record->extensions.size() + 1 > rules.max_extension_count) {
      return Alone(DropReason::kExtensionChainTooLong);
    }
    // EXT-5; EXT-4 allows any order, and a type more than once.
    if (rules.profile == Profile::kAuthenticated && !record->extensions.empty() &&
        extension.type <= record->extensions.back().type) {
      return Alone(DropReason::kExtensionOrder);
    }
    // The draft's section 3.2 wants the session aborted: EXT-4. EXT-5 wants silence.
    if ((rules.receive_mask >> extension.type & 1) == 0) {
      return Alone(rules.profile == Profile::kStrict ? DropReason::kExtensionAbortsSession
                                                     : DropReason::kExtensionNotNegotiated);
    }
    // EXT-3.
    if (extension.type == 0) {
      if (extension.value.empty() || extension.value.size() > 255) {
        return Alone(DropReason::kExtensionCidLength);
      }
      // Of several, the first one counts. One beside C=1 is for ReadUnified() to refuse.
      if (!record->cid.has_value()) record->cid = Field{value_offset, extension.value};
    }
    record->extensions.push_back(std::move(extension));
  }
  record->chain_length = in->position() - begin;
  return kAccepted;
}

// What a length field says: E and 15 bits that count extensions and payload (draft-fossati, section
// 2), or, with the mode off, 16 bits (EXT-7).
void ReadLength(bool mode_on, uint64_t field, Record* record) {
  record->extension_indicator = mode_on && field >= kExtensionIndicator;
  record->length = mode_on ? field % kExtensionIndicator : field;
}

// What is behind the header, to the end of the record.
Refusal ReadPayload(size_t limit, Reader* in, Record* record) {
  // EXT-8: the extensions do not count.
  if (in->left() > limit) return Rest(DropReason::kLengthOverLimit);
  const size_t offset = in->position();
  record->payload = Field{offset, *in->String(in->left())};
  return kAccepted;
}

// Epoch 0 is the one without protection (RFC 6347, section 4.1).
Form FormOfDtls12(const Record& record) {
  if (record.content_type == tls12_cid) return Form::kTls12Cid;
  if (record.extension_indicator) return Form::kExtended12;
  return record.epoch == 0 ? Form::kDtlsPlaintext : Form::kDtlsCiphertext;
}

// Whether extensions, and then the content type, have a place in a record of DTLS 1.2.
Refusal CheckPlace(const Record& record) {
  const bool in_clear = record.epoch == 0;
  if (record.extension_indicator) {
    // EXT-10, and EXT-13 for the handshake.
    if (record.content_type == tls12_cid) return Alone(DropReason::kExtensionInTls12Cid);
    if (in_clear) return Alone(DropReason::kExtensionInClear);
    if (record.content_type == change_cipher_spec || record.content_type == handshake) {
      return Alone(DropReason::kExtensionInHandshake);
    }
  }
  // The handshake, its alerts and ACKs travel in the clear. Nothing else does, tls12_cid least of
  // all (RFC 9146, section 3).
  if (in_clear && record.content_type != change_cipher_spec && record.content_type != alert &&
      record.content_type != handshake && record.content_type != ack) {
    return Alone(DropReason::kContentTypeInClear);
  }
  return kAccepted;
}

// RFC 6347, section 4.1, and RFC 9146, section 4:
//
//   | type 1 | version 2 | epoch 2 | sequence_number 6 | cid, of tls12_cid alone | length 2 | … |
Refusal ReadDtls12(const Octets& datagram, const Rules& rules, Record* record) {
  Reader in(datagram, record->offset, datagram.size());
  record->content_type = in.Number(1);
  record->version = in.Number(2);
  record->epoch = in.Number(2);
  record->sequence_number_offset = in.position();
  record->sequence_number = in.Number(6);
  if (!record->sequence_number.has_value()) return Rest(DropReason::kHeaderTruncated);
  if (record->content_type == tls12_cid) {
    const Refusal refusal = ReadCid(rules.cid_length, &in, record);
    if (refusal.reason != DropReason::kNone) return refusal;
  }
  const std::optional<uint64_t> length = in.Number(2);
  if (!length.has_value()) return Rest(DropReason::kHeaderTruncated);
  ReadLength(rules.profile != Profile::kOff, *length, record);
  if (*record->length > in.left()) return Rest(DropReason::kLengthPastEnd);
  record->size = in.position() + *record->length - record->offset;
  Reader body(datagram, in.position(), in.position() + *record->length);

  const bool in_clear = record->epoch == 0;
  const size_t limit = in_clear ? kMaxPlaintext : kMaxCiphertext12;
  record->form = FormOfDtls12(*record);
  if (!record->extension_indicator && *record->length > limit) {
    return Rest(DropReason::kLengthOverLimit);
  }
  Refusal refusal = CheckPlace(*record);
  if (refusal.reason != DropReason::kNone) return refusal;
  if (record->extension_indicator) {
    refusal = ReadExtensions(rules, &body, record);
    if (refusal.reason != DropReason::kNone) return refusal;
  }
  return ReadPayload(limit, &body, record);
}

// RFC 9147, section 4:
//
//   | 001CSLEE | cid, if C | sequence number, 2 if S, else 1 | length 2, if L | … |
Refusal ReadUnified(const Octets& datagram, const Rules& rules, Record* record) {
  Reader in(datagram, record->offset, datagram.size());
  record->flags = in.Number(1);
  record->epoch = *record->flags & 0x03;
  if ((*record->flags & 0x10) != 0) {
    const Refusal refusal = ReadCid(rules.cid_length, &in, record);
    if (refusal.reason != DropReason::kNone) return refusal;
  }
  record->sequence_number_offset = in.position();
  record->sequence_number = in.Number((*record->flags & 0x08) != 0 ? 2 : 1);
  if (!record->sequence_number.has_value()) return Rest(DropReason::kHeaderTruncated);
  if ((*record->flags & 0x04) != 0) {
    const std::optional<uint64_t> length = in.Number(2);
    if (!length.has_value()) return Rest(DropReason::kHeaderTruncated);
    // EXT-4: the strict profile is one of DTLS 1.2.
    ReadLength(rules.profile == Profile::kAuthenticated, *length, record);
    if (*record->length > in.left()) return Rest(DropReason::kLengthPastEnd);
  } else {
    // Without a length field, the record takes all that is left.
    record->length = in.left();
  }
  record->size = in.position() + *record->length - record->offset;
  Reader body(datagram, in.position(), in.position() + *record->length);

  record->form = record->extension_indicator ? Form::kExtended13 : Form::kUnified;
  const bool has_cid = record->cid.has_value();
  if (record->extension_indicator) {
    const Refusal refusal = ReadExtensions(rules, &body, record);
    if (refusal.reason != DropReason::kNone) return refusal;
  }
  const Refusal refusal = ReadPayload(kMaxCiphertext13, &body, record);
  if (refusal.reason != DropReason::kNone) return refusal;
  // EXT-10: no type 0 beside C=1.
  for (const HeaderExtension& extension : record->extensions) {
    if (has_cid && extension.type == 0) return Alone(DropReason::kExtensionSecondCid);
  }
  // RFC 9147, section 4.2.3; EXT-16: the extensions do not count.
  if (record->payload.octets.size() < kMinCiphertext13) {
    return Alone(DropReason::kCiphertextTooShort);
  }
  return kAccepted;
}

// RFC 9147, section 4.1, and content type 27 of RFC 9853; RFC 9443 for the range of first bytes
// that is DTLS's among the protocols of one port.
Refusal ReadAnyForm(const Octets& datagram, const Rules& rules, Record* record) {
  if (record->offset >= datagram.size()) return Rest(DropReason::kEmptyDatagram);
  const uint8_t oct = datagram[record->offset];
  switch (oct) {
    case change_cipher_spec:
    case alert:
    case handshake:
    case application_data:
    case heartbeat:
    case tls12_cid:
    case ack:
    case return_routability_check:
      return ReadDtls12(datagram, rules, record);
    default:
      break;
  }
  if (31 < oct && oct < 64) return ReadUnified(datagram, rules, record);
  return Rest(20 <= oct && oct < 64 ? DropReason::kUnknownContentType : DropReason::kNotDtls);
}

}  // namespace

Record ReadRecord(const Octets& datagram, size_t offset, const Rules& rules) {
  Record record;
  record.offset = offset;
  const Refusal refusal = ReadAnyForm(datagram, rules, &record);
  record.reason = refusal.reason;
  record.scope = refusal.scope;
  if (record.scope == DropScope::kRestOfDatagram) record.size = datagram.size() - offset;
  return record;
}

std::vector<Record> ReadDatagram(const Octets& datagram, const Rules& rules) {
  // UDP has 16 bits for it.
  if (datagram.size() > 65535) {
    Record whole;
    whole.size = datagram.size();
    whole.reason = DropReason::kDatagramTooLong;
    whole.scope = DropScope::kRestOfDatagram;
    return {whole};
  }
  std::vector<Record> records;
  std::optional<Octets> first_cid;
  size_t offset = 0;
  do {
    Record record = ReadRecord(datagram, offset, rules);
    if (record.reason == DropReason::kNone && record.cid.has_value()) {
      const Octets& cid = record.cid->octets;
      if (!first_cid.has_value()) first_cid = cid;
      // RFC 9147, section 4: records of two associations do not share a datagram.
      const bool same = cid == *first_cid || (rules.same_association != nullptr &&
                                              rules.same_association(*first_cid, cid));
      if (!same) {
        record.reason = DropReason::kOtherAssociation;
        record.scope = DropScope::kRestOfDatagram;
        record.size = datagram.size() - offset;
      }
    }
    offset += record.size;
    records.push_back(std::move(record));
  } while (offset < datagram.size());
  return records;
}

Octets EncodeExtensions(const std::vector<HeaderExtension>& extensions) {
  Octets chain;
  for (size_t i = 0; i < extensions.size(); ++i) {
    const uint64_t more = i + 1 < extensions.size() ? 1 : 0;
    Append(more * 32768 + extensions[i].type * 2048 + extensions[i].value.size(), 2, &chain);
    Append(extensions[i].value, &chain);
  }
  return chain;
}

}  // namespace waybill::reference
