// SPDX-License-Identifier: Apache-2.0
//
// The length of connection IDs where nobody says it: an observer without the handshake learns it
// from the length field behind the CID, which is right only where the CID ends (BUG-48).
#ifndef WAYBILL_TOOLS_CID_INFERENCE_H_
#define WAYBILL_TOOLS_CID_INFERENCE_H_

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"

namespace waybill {

// Lengths from 0 to 255, of which a CID on the wire never has the first.
using CidLengthSet = std::bitset<256>;

// True where `datagram`, from the record at `offset` to its exact end, is records if every CID in a
// header has `length` bytes: each record says where the next one begins, the last one ends with the
// datagram, and none is too short to be protected at all (a tls12_cid record needs a content, a
// unified one 16 bytes). Records that are refused by themselves count: their length is as good.
bool CidLengthFits(absl::Span<const uint8_t> datagram, size_t offset, const ExtensionRules& rules,
                   uint8_t length);

// False where the record at `offset` has a unified header without a length field: any length fits
// it, and nothing can be inferred.
bool CidLengthCanBeInferred(absl::Span<const uint8_t> datagram, size_t offset);

// What is known of the length of the CIDs in one direction: what fits every datagram so far. A
// small value.
class CidCandidates {
 public:
  // Keeps the candidates that fit `datagram`, whose first record with a CID in its header begins at
  // `offset`, and answers whether any length fits. A datagram that no length fits is damaged and
  // says nothing. One that only other lengths fit contradicts those before it: its own become the
  // candidates, but are not believed before another datagram confirms them.
  bool Narrow(absl::Span<const uint8_t> datagram, size_t offset, const ExtensionRules& rules);

  // The length that is left when all others are excluded.
  std::optional<uint8_t> Only() const;

 private:
  CidLengthSet candidates_ = CidLengthSet().set().reset(0);
  bool contradicted_ = false;  // by the last datagram
};

}  // namespace waybill

#endif  // WAYBILL_TOOLS_CID_INFERENCE_H_
