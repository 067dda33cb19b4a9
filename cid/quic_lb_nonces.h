// SPDX-License-Identifier: Apache-2.0
//
// The nonces of routable connection IDs: each is used once (draft-ietf-quic-load-balancers, section
// 9.6).
#ifndef WAYBILL_CID_QUIC_LB_NONCES_H_
#define WAYBILL_CID_QUIC_LB_NONCES_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/cid/block_cipher.h"
#include "waybill/cid/quic_lb_cipher.h"

namespace waybill {

// Counts from a first nonce to the last one that is left. A value to be copied; a copy counts on
// from where it was made, so only one of the two may be used. For one thread.
class QuicLbNonces {
 public:
  static constexpr size_t kMinLength = 4;
  static constexpr size_t kMaxLength = 18;
  // As many as there are. From 8 bytes on that is more than is counted.
  static constexpr uint64_t kAll = 0;

  // None.
  QuicLbNonces() = default;

  // `count` nonces from `first`, whose length is theirs: kMinLength to kMaxLength bytes, else there
  // are none. Behind the largest number comes 0. Several cores share a configuration by ranges that
  // do not overlap; a process that starts again goes on at what position() was.
  //
  // Where CIDs are not encrypted, consecutive nonces would link them: then each is passed through
  // the draft's permutation under `hide`, whose key stays in the server; null where they are. Not
  // owned, and must outlive this and its copies.
  QuicLbNonces(absl::Span<const uint8_t> first, uint64_t count, const BlockCipher* hide);

  // Writes the next nonce, as many bytes as the first one had, and forgets it. False where none is
  // left.
  bool Next(uint8_t* nonce);

  // How many are left; 2^64 - 1 stands for that many or more.
  uint64_t remaining() const { return remaining_; }
  // Where the count is.
  absl::Span<const uint8_t> position() const {
    return absl::Span<const uint8_t>(counter_.data(), length_);
  }

 private:
  std::array<uint8_t, kMaxLength> counter_ = {};  // big-endian
  uint8_t length_ = 0;
  uint64_t remaining_ = 0;
  const BlockCipher* hide_ = nullptr;
};

}  // namespace waybill

#endif  // WAYBILL_CID_QUIC_LB_NONCES_H_
