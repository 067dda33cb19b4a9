// SPDX-License-Identifier: Apache-2.0
#include "waybill/ext/extension_chain.h"

#include <algorithm>

#include "waybill/wire/big_endian.h"
#include "waybill/wire/cid_length.h"

namespace waybill {
namespace {

constexpr uint16_t kMoreBit = 0x8000;
constexpr int kTypeShift = 11;
constexpr uint16_t kLengthMask = 0x07ff;

constexpr uint8_t TypeOf(uint32_t header) {
  return static_cast<uint8_t>((header >> kTypeShift) & 0x0f);
}
constexpr uint16_t LengthOf(uint32_t header) { return static_cast<uint16_t>(header & kLengthMask); }

}  // namespace

DropReason ReadExtensionChain(const ExtensionRules& rules, ByteReader* record,
                              ExtensionChainSummary* summary) {
  const bool authenticated = rules.profile == ExtensionProfile::kAuthenticated;
  const size_t start = record->offset();
  ByteReader rest = *record;  // of our own: a compiler keeps it in registers
  ByteRange cid;
  ExtensionTypeSet types;
  int previous_type = -1;
  uint16_t header = kMoreBit;
  for (int count = 1; (header & kMoreBit) != 0; ++count) {
    ByteRange value;
    if (!rest.ReadU16(&header) || !rest.ReadRange(LengthOf(header), &value)) {
      return DropReason::kExtensionTruncated;
    }
    const uint8_t type = TypeOf(header);
    if (count > rules.max_count || rest.offset() - start > rules.max_chain_length) {
      return DropReason::kExtensionChainTooLong;
    }
    if (authenticated && type <= previous_type) return DropReason::kExtensionOrder;
    if (!rules.accepted.Has(type)) {
      return authenticated ? DropReason::kExtensionNotNegotiated
                           : DropReason::kExtensionAbortsSession;
    }
    if (type == kCidExtensionType) {
      if (value.empty() || value.length > kMaxCidLength) return DropReason::kExtensionCidLength;
      if (cid.empty()) cid = value;
    }
    types.Add(type);
    previous_type = type;
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
  uint16_t header = 0;
  if (reader.ReadU16(&header) && reader.ReadBytes(LengthOf(header), &extension_.value)) {
    extension_.type = TypeOf(header);
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
    uint8_t* const out = writer->Extend(kExtensionHeaderLength + extension.value.size());
    if (out == nullptr) return false;
    const size_t header =
        (more ? kMoreBit : 0) | size_t{extension.type} << kTypeShift | extension.value.size();
    std::copy(extension.value.begin(), extension.value.end(),
              StoreU16(static_cast<uint16_t>(header), out));
  }
  return true;
}

}  // namespace waybill
