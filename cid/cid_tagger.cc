// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/cid_tagger.h"

#include <algorithm>
#include <cstring>

#include "waybill/cid/cid_format.h"

namespace waybill {

void SipHashCidTagger::Compute(absl::Span<CidTagJob> jobs, uint8_t /*tag_length*/) const {
  for (CidTagJob& job : jobs) job.tag = SipHash(key_, job.opaque);
}

void BlockCidTagger::Compute(absl::Span<CidTagJob> jobs, uint8_t tag_length) const {
  constexpr size_t kBlock = BlockCipher::kBlockLength;
  uint8_t blocks[kCidsAtOnce * kBlock];
  for (size_t done = 0; done < jobs.size(); done += kCidsAtOnce) {
    const size_t count = std::min(kCidsAtOnce, jobs.size() - done);
    std::memset(blocks, 0, count * kBlock);
    for (size_t i = 0; i < count; ++i) {
      const absl::Span<const uint8_t> opaque = jobs[done + i].opaque;
      uint8_t* const block = blocks + i * kBlock;
      const size_t length = std::min(opaque.size(), kBlock - 2);
      if (length != 0) std::memcpy(block, opaque.data(), length);
      block[kBlock - 2] = static_cast<uint8_t>(opaque.size());
      block[kBlock - 1] = tag_length;
    }
    cipher_->Encrypt(absl::Span<uint8_t>(blocks, count * kBlock));
    for (size_t i = 0; i < count; ++i) {
      uint64_t tag = 0;
      for (size_t byte = 0; byte < sizeof(tag); ++byte) {
        tag |= uint64_t{blocks[i * kBlock + byte]} << (8 * byte);
      }
      jobs[done + i].tag = tag;
    }
  }
}

}  // namespace waybill
