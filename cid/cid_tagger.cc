// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/cid_tagger.h"

#include <algorithm>

#include "waybill/cid/cids_at_once.h"
#include "waybill/wire/big_endian.h"

namespace waybill {

void SipHashCidTagger::Compute(absl::Span<const uint8_t* const> opaque, uint8_t opaque_length,
                               uint8_t /*tag_length*/, uint64_t* tags) const {
  for (size_t i = 0; i < opaque.size(); ++i) {
    tags[i] = SipHash(key_, absl::Span<const uint8_t>(opaque[i], opaque_length));
  }
}

namespace {

// The inputs of the tags of `opaque`, block behind block.
void MakeInputs(absl::Span<const uint8_t* const> opaque, uint8_t opaque_length, uint8_t tag_length,
                CidBlocks* blocks) {
  const uint64_t lengths = uint64_t{opaque_length} << 8 | tag_length;
  // What serves most CIDs: the opaque part in one load, and what is behind it in the CID masked.
  if (opaque_length <= 8 && opaque_length + tag_length >= 8) {
    const uint64_t mask = ~uint64_t{0} << (64 - 8 * opaque_length);
    for (size_t i = 0; i < opaque.size(); ++i) {
      StoreBlock(LoadU64(opaque[i]) & mask, lengths, (*blocks)[i]);
    }
    return;
  }
  const size_t front_length = std::min<size_t>(opaque_length, 8);
  for (size_t i = 0; i < opaque.size(); ++i) {
    const uint64_t front = LoadFront(opaque[i], front_length);
    const uint64_t back = LoadFront(opaque[i] + front_length, opaque_length - front_length);
    StoreBlock(front, back | lengths, (*blocks)[i]);
  }
}

}  // namespace

void BlockCidTagger::Compute(absl::Span<const uint8_t* const> opaque, uint8_t opaque_length,
                             uint8_t tag_length, uint64_t* tags) const {
  CidBlocks blocks;
  InParts(opaque, [&](absl::Span<const uint8_t* const> part) {
    MakeInputs(part, opaque_length, tag_length, &blocks);
    cipher_->Encrypt(blocks.Front(part.size()));
    for (size_t i = 0; i < part.size(); ++i) *tags++ = LoadLittleEndianU64(blocks[i]);
  });
}

}  // namespace waybill
