// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/cid/obvious_quic_lb.h"

#include <algorithm>

namespace waybill {

ObviousQuicLb::ObviousQuicLb(absl::Span<const uint8_t> key, size_t server_id_length,
                             size_t nonce_length)
    : server_id_length_(server_id_length),
      length_(server_id_length + nonce_length),
      half_((length_ + 1) / 2) {
  AES_set_encrypt_key(key.data(), 128, &encrypt_);
  AES_set_decrypt_key(key.data(), 128, &decrypt_);
}

void ObviousQuicLb::Pass(const Half& half, uint8_t pass, Half* onto) const {
  Half block = half;
  block[14] = static_cast<uint8_t>(length_);
  block[15] = pass;
  AES_encrypt(block.data(), block.data(), &encrypt_);
  for (size_t i = 0; i < half_; ++i) (*onto)[i] ^= block[i];
}

bool ObviousQuicLb::ServerIdOf(absl::Span<const uint8_t> cid, uint8_t* server_id) const {
  if (cid.size() != 1 + length_) return false;
  const uint8_t* const bytes = cid.data() + 1;
  if (length_ == 16) {
    uint8_t block[16];
    AES_decrypt(bytes, block, &decrypt_);
    std::copy_n(block, server_id_length_, server_id);
    return true;
  }
  const bool odd = length_ % 2 != 0;
  Half left = {}, right = {};
  std::copy_n(bytes, half_, left.begin());
  std::copy_n(bytes + length_ - half_, half_, right.begin());
  const auto clear_left = [&] { left[half_ - 1] &= odd ? 0xf0 : 0xff; };
  const auto clear_right = [&] { right[0] &= odd ? 0x0f : 0xff; };
  clear_left();
  clear_right();
  Pass(right, 4, &left);
  clear_left();
  Pass(left, 3, &right);
  clear_right();
  Pass(right, 2, &left);
  clear_left();
  if (2 * server_id_length_ > length_) {
    Pass(left, 1, &right);
    clear_right();
  }
  uint8_t plaintext[20] = {};
  std::copy_n(left.begin(), half_, plaintext);
  for (size_t i = 0; i < half_; ++i) plaintext[length_ - half_ + i] |= right[i];
  std::copy_n(plaintext, server_id_length_, server_id);
  return true;
}

}  // namespace waybill
