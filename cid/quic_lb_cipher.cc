// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/quic_lb_cipher.h"

#include <algorithm>
#include <cstring>

#include "waybill/cid/cids_at_once.h"

namespace waybill {
namespace {

constexpr size_t kBlock = BlockCipher::kBlockLength;
// One register where there are such, so that a block is written and read in one piece.
typedef uint8_t Block __attribute__((vector_size(kBlock)));

Block LoadBlock(const uint8_t* bytes) {
  Block block;
  std::memcpy(&block, bytes, kBlock);
  return block;
}

// Masks, read from where they begin with as many ones as a half has bytes.
#define WAYBILL_15_TIMES(byte) \
  byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte
constexpr uint8_t kOnes[2 * kBlock] = {WAYBILL_15_TIMES(0xff), 0xff};
constexpr uint8_t kLeftOfOdd[2 * kBlock] = {WAYBILL_15_TIMES(0xff), 0xf0};
constexpr uint8_t kRightOfOdd[kBlock] = {0x0f, WAYBILL_15_TIMES(0xff)};
#undef WAYBILL_15_TIMES

// The four passes of the draft over several plaintexts of one length. The halves stand at the front
// of blocks of zeros, so that its `expand` is two more bytes. Of an odd number of bytes, the halves
// share the middle one: the left half has its first four bits, the right one its last four.
class Feistel {
 public:
  Feistel(const BlockCipher& cipher, size_t length)
      : cipher_(cipher), length_(length), half_((length + 1) / 2) {
    const bool odd = length % 2 != 0;
    left_mask_ = LoadBlock((odd ? kLeftOfOdd : kOnes) + kBlock - half_);
    right_mask_ = LoadBlock(kOnes + kBlock - half_);
    if (odd) right_mask_ &= LoadBlock(kRightOfOdd);
    expansion_[kBlock - 2] = static_cast<uint8_t>(length);
  }

  void Split(absl::Span<const QuicLbBytes> jobs) {
    count_ = jobs.size();
    for (size_t i = 0; i < count_; ++i) {
      // What is behind a half is masked away.
      std::array<uint8_t, kMaxQuicLbLength + kBlock> bytes = {};
      std::memcpy(bytes.data(), jobs[i].data(), kMaxQuicLbLength);
      left_[i] = LoadBlock(bytes.data()) & left_mask_;
      right_[i] = LoadBlock(bytes.data() + length_ - half_) & right_mask_;
    }
  }

  void Join(absl::Span<QuicLbBytes> jobs) const {
    for (size_t i = 0; i < count_; ++i) {
      std::array<uint8_t, kMaxQuicLbLength + kBlock> bytes;
      std::memcpy(bytes.data(), &left_[i], kBlock);
      const uint8_t middle = length_ % 2 != 0 ? bytes[half_ - 1] : uint8_t{0};
      std::memcpy(bytes.data() + length_ - half_, &right_[i], kBlock);
      bytes[length_ - half_] |= middle;
      std::memcpy(jobs[i].data(), bytes.data(), kMaxQuicLbLength);
    }
  }

  // The passes 1 and 3 change the right half by the left one, 2 and 4 the other way round.
  void Pass(uint8_t pass) {
    pass % 2 != 0 ? Change(right_, right_mask_, left_, pass)
                  : Change(left_, left_mask_, right_, pass);
  }

 private:
  void Change(Block* changed, const Block& mask, const Block* by, uint8_t pass) {
    CidBlocks blocks;
    expansion_[kBlock - 1] = pass;
    for (size_t i = 0; i < count_; ++i) {
      const Block input = by[i] | expansion_;
      std::memcpy(blocks[i], &input, kBlock);
    }
    cipher_.Encrypt(blocks.Front(count_));
    for (size_t i = 0; i < count_; ++i) changed[i] ^= LoadBlock(blocks[i]) & mask;
  }

  const BlockCipher& cipher_;
  size_t length_;
  size_t half_;
  size_t count_ = 0;
  Block left_mask_ = {};
  Block right_mask_ = {};
  Block expansion_ = {};
  Block left_[kCidsAtOnce];
  Block right_[kCidsAtOnce];
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
