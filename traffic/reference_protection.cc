// SPDX-License-Identifier: Apache-2.0
#include "waybill/traffic/reference_protection.h"

#include <cstddef>
#include <cstdint>
#include <optional>

#include "waybill/traffic/reference_codec.h"
#include "waybill/traffic/reference_octets.h"
#include "waybill/wire/drop_reason.h"

namespace waybill::reference {
namespace {

const Octets kSequenceNumberPlaceholder(8, 0xff);

// RFC 5246, section 6.2.3.3, whose sequence number of 64 bits is epoch and sequence number here
// (RFC 6347, section 4.1.2.1).
Octets Rfc6347(const Record& record, uint64_t length) {
  Octets data;
  Append(*record.epoch, 2, &data);
  Append(*record.sequence_number, 6, &data);
  Append(*record.content_type, 1, &data);
  Append(*record.version, 2, &data);
  Append(length, 2, &data);
  return data;
}

// RFC 9146, sections 5.1 to 5.3.
Octets Rfc9146(const Record& record, uint64_t length) {
  const uint64_t tls12_cid = 25;
  Octets data = kSequenceNumberPlaceholder;
  Append(tls12_cid, 1, &data);
  Append(record.cid->octets.size(), 1, &data);
  Append(tls12_cid, 1, &data);
  Append(*record.version, 2, &data);
  Append(*record.epoch, 2, &data);
  Append(*record.sequence_number, 6, &data);
  Append(record.cid->octets, &data);
  Append(length, 2, &data);
  return data;
}

// EXT-14.
Octets Extended(const Record& record, uint64_t length) {
  const Octets chain = EncodeExtensions(record.extensions);
  Octets data = kSequenceNumberPlaceholder;
  Append(0xff, 1, &data);
  Append(chain.size(), 2, &data);
  Append(*record.content_type, 1, &data);
  Append(*record.version, 2, &data);
  Append(*record.epoch, 2, &data);
  Append(*record.sequence_number, 6, &data);
  Append(chain, &data);
  Append(length, 2, &data);
  return data;
}

}  // namespace

std::optional<Octets> AdditionalData12(const Record& record, Profile profile, uint64_t length) {
  switch (*record.form) {
    case Form::kDtlsPlaintext:
    case Form::kDtlsCiphertext:
      return Rfc6347(record, length);
    case Form::kTls12Cid:
      return Rfc9146(record, length);
    case Form::kExtended12:
      return profile == Profile::kAuthenticated ? Extended(record, length)
                                                : Rfc6347(record, length);
    case Form::kUnified:
    case Form::kExtended13:
      break;
  }
  return std::nullopt;
}

std::optional<Octets> AdditionalData13(const Record& record) {
  if (record.form != Form::kUnified && record.form != Form::kExtended13) return std::nullopt;
  const bool c = (*record.flags & 0x10) != 0;
  const bool s = (*record.flags & 0x08) != 0;
  const bool l = (*record.flags & 0x04) != 0;
  Octets header;
  Append(0x20u | (c ? 0x10u : 0) | (s ? 0x08u : 0) | (l ? 0x04u : 0) | *record.epoch, 1, &header);
  if (c) Append(record.cid->octets, &header);
  Append(*record.sequence_number, s ? 2 : 1, &header);
  if (l) Append(*record.length + (record.extension_indicator ? 0x8000u : 0), 2, &header);
  Append(EncodeExtensions(record.extensions), &header);
  return header;
}

DropReason ReadInnerPlaintext(const Octets& plaintext, size_t limit, InnerPlaintext* inner) {
  if (plaintext.size() > limit) return DropReason::kInnerPlaintextTooLong;
  // From the end to the front, up to the last octet that is not 0.
  inner->content = plaintext;
  inner->zeros = 0;
  while (!inner->content.empty() && inner->content.back() == 0) {
    inner->content.pop_back();
    ++inner->zeros;
  }
  if (inner->content.empty()) return DropReason::kInnerTypeMissing;
  inner->type = inner->content.back();
  inner->content.pop_back();
  return DropReason::kNone;
}

}  // namespace waybill::reference
