// SPDX-License-Identifier: Apache-2.0
//
// The block cipher that sealed and routable connection IDs are given: the room has none of its own.
#ifndef WAYBILL_CID_BLOCK_CIPHER_H_
#define WAYBILL_CID_BLOCK_CIPHER_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"

namespace waybill {

// AES-128 (FIPS 197) under one key. protection/ has implementations; a microcontroller with an AES
// unit brings its own. Calls do not allocate. An implementation may be used by several threads at
// once.
class BlockCipher {
 public:
  static constexpr size_t kBlockLength = 16;
  static constexpr size_t kKeyLength = 16;

  // Encrypts or decrypts blocks that stand one behind another, each for itself and in place. False,
  // and the bytes as they were, where their number is no multiple of kBlockLength.
  virtual bool Encrypt(absl::Span<uint8_t> blocks) const = 0;
  virtual bool Decrypt(absl::Span<uint8_t> blocks) const = 0;

 protected:
  // Whoever uses a cipher does not own it.
  ~BlockCipher() = default;
};

}  // namespace waybill

#endif  // WAYBILL_CID_BLOCK_CIPHER_H_
