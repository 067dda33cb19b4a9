// SPDX-License-Identifier: Apache-2.0
#include "waybill/ext/extension_chain.h"

#include "waybill/wire/cid_length.h"

namespace waybill {
namespace {

constexpr uint16_t kMoreBit = 0x8000;
constexpr int kTypeShift = 11;
constexpr uint16_t kLengthMask = 0x07ff;

struct ExtensionHeader {
  bool more;
  uint8_t type;
  uint16_t length;
};

ExtensionHeader Unpack(uint16_t bits) {
  return {(bits & kMoreBit) != 0, static_cast<uint8_t>((bits >> kTypeShift) & 0x0f),
          static_cast<uint16_t>(bits & kLengthMask)};
}

}  // namespace

DropReason ReadExtensionChain(const ExtensionRules& rules, ByteReader* record,
                              ExtensionChainSummary* summary) {
  const bool authenticated = rules.profile == ExtensionProfile::kAuthenticated;
  const size_t start = record->offset();
  ByteReader rest = *record;  // of our own: a compiler keeps it in registers
  ByteRange cid;
  ExtensionTypeSet types;
  int previous_type = -1;
  ExtensionHeader header{/*more=*/true, 0, 0};
  for (int count = 1; header.more; ++count) {
    uint16_t bits;
    if (!rest.ReadU16(&bits)) return DropReason::kExtensionTruncated;
    header = Unpack(bits);
    ByteRange value;
    if (!rest.ReadRange(header.length, &value)) return DropReason::kExtensionTruncated;
    if (count > rules.max_count || rest.offset() - start > rules.max_chain_length) {
      return DropReason::kExtensionChainTooLong;
    }
    if (authenticated && header.type <= previous_type) return DropReason::kExtensionOrder;
    if (!rules.accepted.Has(header.type)) {
      return authenticated ? DropReason::kExtensionNotNegotiated
                           : DropReason::kExtensionAbortsSession;
    }
    if (header.type == kCidExtensionType) {
      if (value.empty() || value.length > kMaxCidLength) return DropReason::kExtensionCidLength;
      if (cid.empty()) cid = value;
    }
    types.Add(header.type);
    previous_type = header.type;
  }
  summary->chain =
      ByteRange{static_cast<uint16_t>(start), static_cast<uint16_t>(rest.offset() - start)};
  summary->cid = cid;
  summary->types = types;
  *record = rest;
  return DropReason::kNone;
}

void ExtensionChain::Iterator::Load() {
  ByteReader reader(rest_);
  uint16_t bits = 0;
  if (reader.ReadU16(&bits) && reader.ReadBytes(Unpack(bits).length, &extension_.value)) {
    extension_.type = Unpack(bits).type;
  } else {
    rest_ = {};
  }
}

size_t ExtensionChainLength(absl::Span<const RecordExtension> extensions) {
  size_t length = 0;
  for (const RecordExtension& extension : extensions) {
    length += kExtensionHeaderLength + extension.value.size();
  }
  return length;
}

bool WriteExtensionChain(absl::Span<const RecordExtension> extensions, ByteWriter* writer) {
  for (size_t i = 0; i < extensions.size(); ++i) {
    const RecordExtension& extension = extensions[i];
    if (extension.type >= kExtensionTypeCount ||
        extension.value.size() > kMaxExtensionValueLength) {
      return false;
    }
    const bool more = i + 1 < extensions.size();
    const uint16_t bits = static_cast<uint16_t>(
        (more ? kMoreBit : 0) | (extension.type << kTypeShift) | extension.value.size());
    if (!writer->WriteU16(bits) || !writer->WriteBytes(extension.value)) return false;
  }
  return true;
}

}  // namespace waybill
