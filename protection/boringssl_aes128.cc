// SPDX-License-Identifier: Apache-2.0
#include <openssl/aes.h>

#include "waybill/protection/aes128.h"
#include "waybill/protection/wipe.h"

namespace waybill {
namespace {

class BoringsslAes128 final : public Aes128 {
 public:
  explicit BoringsslAes128(const uint8_t* key) {
    AES_set_encrypt_key(key, 8 * kKeyLength, &encrypt_);
    AES_set_decrypt_key(key, 8 * kKeyLength, &decrypt_);
  }
  ~BoringsslAes128() override {
    Wipe(&encrypt_, sizeof(encrypt_));
    Wipe(&decrypt_, sizeof(decrypt_));
  }

  bool Encrypt(absl::Span<uint8_t> blocks) const override {
    return InBlocks(blocks, encrypt_, AES_encrypt);
  }
  bool Decrypt(absl::Span<uint8_t> blocks) const override {
    return InBlocks(blocks, decrypt_, AES_decrypt);
  }

 private:
  template <typename Function>
  static bool InBlocks(absl::Span<uint8_t> blocks, const AES_KEY& key, Function function) {
    if (blocks.size() % kBlockLength != 0) return false;
    for (size_t i = 0; i < blocks.size(); i += kBlockLength) {
      function(&blocks[i], &blocks[i], &key);
    }
    return true;
  }

  AES_KEY encrypt_;
  AES_KEY decrypt_;
};

}  // namespace

std::unique_ptr<Aes128> MakeBoringsslAes128(absl::Span<const uint8_t> key) {
  if (key.size() != BlockCipher::kKeyLength) return nullptr;
  return std::make_unique<BoringsslAes128>(key.data());
}

}  // namespace waybill
