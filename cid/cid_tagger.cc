// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/cid_tagger.h"

#include <algorithm>
#include <cstring>

#include "waybill/cid/cids_at_once.h"

namespace waybill {
namespace {

uint64_t LoadLittleEndian(const uint8_t* bytes) {
  uint64_t word = 0;
  for (size_t i = 0; i < sizeof(word); ++i) word |= uint64_t{bytes[i]} << (8 * i);
  return word;
}

}  // namespace

void SipHashCidTagger::Compute(absl::Span<CidTagJob> jobs, uint8_t /*tag_length*/) const {
  for (CidTagJob& job : jobs) job.tag = SipHash(key_, job.opaque);
}

void BlockCidTagger::Compute(absl::Span<CidTagJob> jobs, uint8_t tag_length) const {
  constexpr size_t kBlock = BlockCipher::kBlockLength;
  CidBlocks blocks;
  InParts(jobs, [&](absl::Span<CidTagJob> part) {
    for (size_t i = 0; i < part.size(); ++i) {
      const absl::Span<const uint8_t> opaque = part[i].opaque;
      const size_t length = std::min(opaque.size(), kBlock - 2);
      std::memset(blocks[i], 0, kBlock);
      if (length != 0) std::memcpy(blocks[i], opaque.data(), length);
      blocks[i][kBlock - 2] = static_cast<uint8_t>(opaque.size());
      blocks[i][kBlock - 1] = tag_length;
    }
    cipher_->Encrypt(blocks.Front(part.size()));
    for (size_t i = 0; i < part.size(); ++i) part[i].tag = LoadLittleEndian(blocks[i]);
  });
}

}  // namespace waybill
