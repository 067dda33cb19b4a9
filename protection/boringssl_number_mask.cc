// SPDX-License-Identifier: Apache-2.0
#include <openssl/aes.h>
#include <openssl/chacha.h>

#include <cstring>

#include "waybill/protection/number_mask.h"
#include "waybill/protection/wipe.h"

namespace waybill {
namespace {

class AesMasker final : public NumberMasker {
 public:
  explicit AesMasker(AeadAlgorithm algorithm)
      : key_bits_(8 * static_cast<unsigned>(ParametersOf(algorithm).key_length)) {}

  void Compute(absl::Span<NumberMaskJob> jobs) const override {
    AES_KEY key;
    for (NumberMaskJob& job : jobs) {
      uint8_t block[AES_BLOCK_SIZE];
      AES_set_encrypt_key(job.key, key_bits_, &key);
      AES_encrypt(job.sample, block, &key);
      std::memcpy(job.mask.data(), block, job.mask.size());
    }
    Wipe(&key, sizeof(key));
  }

 private:
  const unsigned key_bits_;
};

class ChaCha20Masker final : public NumberMasker {
 public:
  void Compute(absl::Span<NumberMaskJob> jobs) const override {
    for (NumberMaskJob& job : jobs) {
      const uint8_t* const sample = job.sample;
      // RFC 9147, section 4.2.3: the counter is little-endian (BUG-44).
      const uint32_t counter = uint32_t{sample[0]} | uint32_t{sample[1]} << 8 |
                               uint32_t{sample[2]} << 16 | uint32_t{sample[3]} << 24;
      job.mask = {};
      CRYPTO_chacha_20(job.mask.data(), job.mask.data(), job.mask.size(), job.key, sample + 4,
                       counter);
    }
  }
};

}  // namespace

const NumberMasker& BoringsslNumberMasker(AeadAlgorithm algorithm) {
  static const AesMasker aes_128(AeadAlgorithm::kAes128Gcm);
  static const AesMasker aes_256(AeadAlgorithm::kAes256Gcm);
  static const ChaCha20Masker chacha20;
  if (algorithm == AeadAlgorithm::kChaCha20Poly1305) return chacha20;
  return algorithm == AeadAlgorithm::kAes256Gcm ? aes_256 : aes_128;
}

}  // namespace waybill
