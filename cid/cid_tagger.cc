// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/cid_tagger.h"

#include <cstring>

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

// The first `count` bytes at `bytes`, up to 8, where `readable` may be read.
uint64_t LoadMasked(const uint8_t* bytes, size_t count, size_t readable) {
  if (readable < 8 || count == 0) return LoadFront(bytes, count);
  return LoadU64(bytes) >> (64 - 8 * count) << (64 - 8 * count);
}

}  // namespace

void BlockCidTagger::Compute(absl::Span<const uint8_t* const> opaque, uint8_t opaque_length,
                             uint8_t tag_length, uint64_t* tags) const {
  CidBlocks blocks;
  const size_t front = std::min<size_t>(opaque_length, 8);
  const size_t back = opaque_length - front;
  const size_t readable = size_t{opaque_length} + tag_length;
  const uint64_t lengths = uint64_t{opaque_length} << 8 | tag_length;
  InParts(opaque, [&](absl::Span<const uint8_t* const> part) {
    for (size_t i = 0; i < part.size(); ++i) {
      StoreU64(LoadMasked(part[i], front, readable), blocks[i]);
      StoreU64(LoadMasked(part[i] + front, back, readable - front) | lengths, blocks[i] + 8);
    }
    cipher_->Encrypt(blocks.Front(part.size()));
    for (size_t i = 0; i < part.size(); ++i) *tags++ = LoadLittleEndianU64(blocks[i]);
  });
}

}  // namespace waybill
