// SPDX-License-Identifier: Apache-2.0
//
// What a receiver knows, as the front of a fuzzed input: how targets read it, and how seeds are
// given it.
#ifndef WAYBILL_FUZZ_FUZZED_RULES_H_
#define WAYBILL_FUZZ_FUZZED_RULES_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/record/datagram_reader.h"
#include "waybill/record/record_rules.h"
#include "waybill/traffic/bytes.h"
#include "waybill/wire/byte_reader.h"
#include "waybill/wire/cid_length.h"

namespace waybill {

// Profile 1, accepted types 2, longest chain 2, most extensions 1.
inline std::optional<ExtensionRules> ReadExtensionRules(ByteReader* input) {
  uint8_t profile;
  uint16_t accepted;
  ExtensionRules rules;
  if (!input->ReadU8(&profile) || !input->ReadU16(&accepted) ||
      !input->ReadU16(&rules.max_chain_length) || !input->ReadU8(&rules.max_count)) {
    return std::nullopt;
  }
  rules.profile = static_cast<ExtensionProfile>(profile % 3);
  rules.accepted = ExtensionTypeSet(accepted);
  return rules;
}

inline void AppendExtensionRules(const ExtensionRules& rules, Bytes* input) {
  AppendUint(static_cast<uint64_t>(rules.profile), 1, input);
  AppendUint(rules.accepted.mask(), 2, input);
  AppendUint(rules.max_chain_length, 2, input);
  AppendUint(rules.max_count, 1, input);
}

// What DatagramReader is given besides a datagram. The context is always null.
struct FuzzedRules {
  RecordRules rules;
  SameAssociation same_association;
};

// The first octet of a CID counts those behind it, of which there is one at least.
inline uint8_t DelineateByFirstOctet(const void*, absl::Span<const uint8_t> bytes) {
  return bytes.empty() || bytes[0] == 0 || bytes[0] == 255 ? 0 : static_cast<uint8_t>(1 + bytes[0]);
}

// CIDs that end alike name one association.
inline bool EndAlike(const void*, absl::Span<const uint8_t> first,
                     absl::Span<const uint8_t> later) {
  return first.back() == later.back();
}

// The kinds of CID lengths, as an input says them.
inline constexpr uint8_t kFixedCidLength = 0;  // 0 bytes: none was negotiated
inline constexpr uint8_t kSelfDelineatingCid = 1;

// Kind of CID length 1, CID length 1, whether CIDs that end alike name one association 1, then
// extension rules. Of the first and the third, the lowest bit counts.
inline std::optional<FuzzedRules> ReadFuzzedRules(ByteReader* input) {
  uint8_t kind, length, end_alike;
  if (!input->ReadU8(&kind) || !input->ReadU8(&length) || !input->ReadU8(&end_alike)) {
    return std::nullopt;
  }
  const std::optional<ExtensionRules> extensions = ReadExtensionRules(input);
  if (!extensions.has_value()) return std::nullopt;
  const CidLength cid_length = kind % 2 == kSelfDelineatingCid
                                   ? CidLength::SelfDelineating(&DelineateByFirstOctet, nullptr)
                                   : CidLength::Fixed(length);
  return FuzzedRules{RecordRules(cid_length, *extensions),
                     end_alike % 2 == 0 ? nullptr : &EndAlike};
}

// Of self-delineating CIDs, those alone that DelineateByFirstOctet() delineates.
inline void AppendFuzzedRules(const RecordRules& rules, Bytes* input) {
  const bool self_delineating = rules.cid_length.self_delineating();
  AppendUint(self_delineating ? kSelfDelineatingCid : kFixedCidLength, 1, input);
  AppendUint(rules.cid_length.fixed(), 1, input);
  AppendUint(0, 1, input);
  AppendExtensionRules(rules.extensions, input);
}

}  // namespace waybill

#endif  // WAYBILL_FUZZ_FUZZED_RULES_H_
