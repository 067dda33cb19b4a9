// SPDX-License-Identifier: Apache-2.0
//
// A permutation of blocks that a fuzzer finds the way through.
#ifndef WAYBILL_FUZZ_MASKING_CIPHER_H_
#define WAYBILL_FUZZ_MASKING_CIPHER_H_

#include <cstdint>

#include "absl/types/span.h"
#include "waybill/cid/block_cipher.h"
#include "waybill/fuzz/fuzz_check.h"

namespace waybill {

class MaskingCipher final : public BlockCipher {
 public:
  // The cipher under which the targets seal, and under which seeds are sealed for them.
  static constexpr uint8_t kUsual = 0x5a;

  explicit MaskingCipher(uint8_t mask) : mask_(mask) {}
  bool Encrypt(absl::Span<uint8_t> blocks) const override {
    WAYBILL_FUZZ_CHECK(blocks.size() % kBlockLength == 0);
    for (uint8_t& byte : blocks) byte ^= mask_;
    return true;
  }
  bool Decrypt(absl::Span<uint8_t> blocks) const override { return Encrypt(blocks); }

 private:
  uint8_t mask_;
};

}  // namespace waybill

#endif  // WAYBILL_FUZZ_MASKING_CIPHER_H_
