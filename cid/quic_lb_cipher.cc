// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/quic_lb_cipher.h"

#include <algorithm>
#include <cstring>

#include "waybill/cid/cids_at_once.h"

namespace waybill {
namespace {

constexpr size_t kBlock = BlockCipher::kBlockLength;
using Block = std::array<uint8_t, kBlock>;

// A half of the plaintext, at the front of a block of zeros, so that `expand` of the draft is two
// more bytes. Of an odd number of bytes, the halves share the middle one: the left half has its
// first four bits, the right one the last four.
struct Side {
  Block mask = {};  // the bits that are the half's own
  std::array<Block, kCidsAtOnce> halves;
};

class Feistel {
 public:
  Feistel(const BlockCipher& cipher, size_t length)
      : cipher_(cipher), length_(length), half_((length + 1) / 2) {
    std::fill_n(left_.mask.begin(), half_, 0xff);
    std::fill_n(right_.mask.begin(), half_, 0xff);
    if (length % 2 != 0) {
      left_.mask[half_ - 1] = 0xf0;
      right_.mask[0] = 0x0f;
    }
  }

  void Split(absl::Span<const QuicLbBytes> jobs) {
    count_ = jobs.size();
    for (size_t i = 0; i < count_; ++i) {
      left_.halves[i].fill(0);
      right_.halves[i].fill(0);
      std::memcpy(left_.halves[i].data(), jobs[i].data(), half_);
      std::memcpy(right_.halves[i].data(), jobs[i].data() + length_ - half_, half_);
      for (size_t byte = 0; byte < kBlock; ++byte) {
        left_.halves[i][byte] &= left_.mask[byte];
        right_.halves[i][byte] &= right_.mask[byte];
      }
    }
  }

  void Join(absl::Span<QuicLbBytes> jobs) const {
    for (size_t i = 0; i < count_; ++i) {
      std::memcpy(jobs[i].data(), left_.halves[i].data(), half_);
      const uint8_t middle = left_.halves[i][half_ - 1];
      std::memcpy(jobs[i].data() + length_ - half_, right_.halves[i].data(), half_);
      if (length_ % 2 != 0) jobs[i][half_ - 1] |= middle;
    }
  }

  // The passes 1 and 3 change the right half by the left one, 2 and 4 the other way round.
  void Pass(uint8_t pass) {
    Side& changed = pass % 2 != 0 ? right_ : left_;
    const Side& by = pass % 2 != 0 ? left_ : right_;
    CidBlocks blocks;
    for (size_t i = 0; i < count_; ++i) {
      std::memcpy(blocks[i], by.halves[i].data(), kBlock);
      blocks[i][kBlock - 2] = static_cast<uint8_t>(length_);
      blocks[i][kBlock - 1] = pass;
    }
    cipher_.Encrypt(blocks.Front(count_));
    for (size_t i = 0; i < count_; ++i) {
      for (size_t byte = 0; byte < kBlock; ++byte) {
        changed.halves[i][byte] ^= blocks[i][byte] & changed.mask[byte];
      }
    }
  }

 private:
  const BlockCipher& cipher_;
  size_t length_;
  size_t half_;
  size_t count_ = 0;
  Side left_;
  Side right_;
};

// The single pass: as a block cipher does it.
template <bool (BlockCipher::*kDirection)(absl::Span<uint8_t>) const>
void OnePass(const BlockCipher& cipher, absl::Span<QuicLbBytes> jobs) {
  CidBlocks blocks;
  for (size_t i = 0; i < jobs.size(); ++i) std::memcpy(blocks[i], jobs[i].data(), kBlock);
  (cipher.*kDirection)(blocks.Front(jobs.size()));
  for (size_t i = 0; i < jobs.size(); ++i) std::memcpy(jobs[i].data(), blocks[i], kBlock);
}

void DecryptDownTo(uint8_t last_pass, const BlockCipher& cipher, size_t length,
                   absl::Span<QuicLbBytes> jobs) {
  if (length == kBlock) {
    InParts(jobs, [&](auto part) { OnePass<&BlockCipher::Decrypt>(cipher, part); });
    return;
  }
  Feistel feistel(cipher, length);
  InParts(jobs, [&](auto part) {
    feistel.Split(part);
    for (uint8_t pass = 4; pass >= last_pass; --pass) feistel.Pass(pass);
    feistel.Join(part);
  });
}

}  // namespace

void EncryptQuicLb(const BlockCipher& cipher, size_t length, absl::Span<QuicLbBytes> jobs) {
  if (length == kBlock) {
    InParts(jobs, [&](auto part) { OnePass<&BlockCipher::Encrypt>(cipher, part); });
    return;
  }
  Feistel feistel(cipher, length);
  InParts(jobs, [&](auto part) {
    feistel.Split(part);
    for (uint8_t pass = 1; pass <= 4; ++pass) feistel.Pass(pass);
    feistel.Join(part);
  });
}

void DecryptQuicLb(const BlockCipher& cipher, size_t length, absl::Span<QuicLbBytes> jobs) {
  DecryptDownTo(1, cipher, length, jobs);
}

void DecryptQuicLbServerId(const BlockCipher& cipher, size_t length, size_t server_id_length,
                           absl::Span<QuicLbBytes> jobs) {
  DecryptDownTo(2 * server_id_length <= length ? 2 : 1, cipher, length, jobs);
}

}  // namespace waybill
