// SPDX-License-Identifier: Apache-2.0
//
// The block cipher that cid/ is given.
#ifndef WAYBILL_PROTECTION_AES128_H_
#define WAYBILL_PROTECTION_AES128_H_

#include <cstdint>
#include <memory>
#include <utility>

#include "absl/types/span.h"
#include "waybill/cid/block_cipher.h"

namespace waybill {

// AES-128 under one key, expanded once and wiped with the object.
class Aes128 : public BlockCipher {
 public:
  virtual ~Aes128() = default;
};

// Each answers null where the key has not BlockCipher::kKeyLength bytes.

// By BoringSSL.
std::unique_ptr<Aes128> MakeBoringsslAes128(absl::Span<const uint8_t> key);
// By the AES instructions of this processor, which serve eight blocks at once. Null where it has
// none.
std::unique_ptr<Aes128> MakeAesInstructionsAes128(absl::Span<const uint8_t> key);
// The faster of the two.
inline std::unique_ptr<Aes128> MakeAes128(absl::Span<const uint8_t> key) {
  auto by_instructions = MakeAesInstructionsAes128(key);
  return by_instructions != nullptr ? std::move(by_instructions) : MakeBoringsslAes128(key);
}

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_AES128_H_
