// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/quic_lb_nonces.h"

#include <algorithm>
#include <cstring>

namespace waybill {

QuicLbNonces::QuicLbNonces(absl::Span<const uint8_t> first, uint64_t count, const BlockCipher* hide)
    : hide_(hide) {
  if (first.size() < kMinLength || first.size() > kMaxLength) return;
  length_ = static_cast<uint8_t>(first.size());
  std::memcpy(counter_.data(), first.data(), first.size());
  const uint64_t all = length_ < 8 ? uint64_t{1} << (8 * length_) : UINT64_MAX;
  remaining_ = count == kAll ? all : std::min(count, all);
}

bool QuicLbNonces::Next(uint8_t* nonce) {
  if (remaining_ == 0) return false;
  QuicLbBytes bytes = {};
  std::memcpy(bytes.data(), counter_.data(), length_);
  if (hide_ != nullptr) EncryptQuicLb(*hide_, length_, absl::Span<QuicLbBytes>(&bytes, 1));
  std::memcpy(nonce, bytes.data(), length_);
  for (size_t i = length_; i-- > 0 && ++counter_[i] == 0;) {
  }
  --remaining_;
  return true;
}

}  // namespace waybill
