// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/keyed_hash.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "waybill/cid/cids_at_once.h"
#include "waybill/cid/short_key.h"
#include "waybill/wire/big_endian.h"

namespace waybill {
namespace {

using Key = absl::Span<const uint8_t>;

// The first block of a key says how long it is, so that no key's blocks begin with another's: that
// is what makes a chain of blocks a pseudorandom function of keys of many lengths.
void StoreFirstBlock(Key key, uint8_t* block) {
  const ShortKey front = ShortKey::FrontOf(key);
  StoreBlock(front.front, front.back, block);
}

// XORs up to a block of a key into `block`, from `done` on, and puts what comes out at `to`.
void Chain(const uint8_t* block, Key key, size_t done, uint8_t* to) {
  const uint8_t* const more = key.data() + done;
  const size_t count = std::min(key.size() - done, BlockCipher::kBlockLength);
  const size_t half = std::min(count, BlockCipher::kBlockLength / 2);
  StoreBlock(LoadU64(block) ^ LoadFront(more, half),
             LoadU64(block + 8) ^ LoadFront(more + half, count - half), to);
}

}  // namespace

void KeyedHash::Compute(absl::Span<const Key> keys, uint64_t* hashes) const {
  if (cipher_ == nullptr) {
    for (const Key& key : keys) *hashes++ = SipHash(key_, key);
    return;
  }
  InParts(keys, [&](absl::Span<const Key> part) {
    ComputeByBlocks(part, hashes);
    hashes += part.size();
  });
}

void KeyedHash::ComputeByBlocks(absl::Span<const Key> keys, uint64_t* hashes) const {
  CidBlocks blocks;
  size_t longest = 0;
  for (size_t i = 0; i < keys.size(); ++i) {
    StoreFirstBlock(keys[i], blocks[i]);
    longest = std::max(longest, keys[i].size());
  }
  cipher_->Encrypt(blocks.Front(keys.size()));
  for (size_t i = 0; i < keys.size(); ++i) hashes[i] = LoadU64(blocks[i]);
  if (longest <= ShortKey::kMaxLength) return;

  // Keys that have ended leave their blocks to those that go on.
  std::array<uint8_t, kCidsAtOnce> key_of_block;
  for (size_t i = 0; i < keys.size(); ++i) key_of_block[i] = static_cast<uint8_t>(i);
  size_t count = keys.size();
  for (size_t done = ShortKey::kMaxLength; done < longest; done += BlockCipher::kBlockLength) {
    size_t go_on = 0;
    for (size_t i = 0; i < count; ++i) {
      const uint8_t key = key_of_block[i];
      if (keys[key].size() <= done) continue;
      Chain(blocks[i], keys[key], done, blocks[go_on]);
      key_of_block[go_on++] = key;
    }
    count = go_on;
    cipher_->Encrypt(blocks.Front(count));
    for (size_t i = 0; i < count; ++i) hashes[key_of_block[i]] = LoadU64(blocks[i]);
  }
}

}  // namespace waybill
