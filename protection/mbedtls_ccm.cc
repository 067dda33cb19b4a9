// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/mbedtls_ccm.h"

#include <mbedtls/ccm.h>

#include "waybill/protection/context_cache.h"

namespace waybill {
namespace {

constexpr unsigned kKeyBits = 128;
constexpr uint8_t kNoKey[kKeyBits / 8] = {};

class MbedtlsCcm final : public Aead {
 public:
  MbedtlsCcm(AeadAlgorithm algorithm, size_t contexts)
      : algorithm_(algorithm), parameters_(ParametersOf(algorithm)), contexts_(contexts) {
    for (size_t i = 0; i < contexts_.size(); ++i) mbedtls_ccm_init(&contexts_.context(i));
  }

  ~MbedtlsCcm() override {
    for (size_t i = 0; i < contexts_.size(); ++i)
      mbedtls_ccm_free(&contexts_.context(i));  // and wipes
  }

  // Takes the memory of all contexts: mbedtls_ccm_setkey() allocates.
  bool Prepare() {
    for (size_t i = 0; i < contexts_.size(); ++i) {
      if (mbedtls_ccm_setkey(&contexts_.context(i), MBEDTLS_CIPHER_ID_AES, kNoKey, kKeyBits) != 0) {
        return false;
      }
    }
    return true;
  }

  AeadAlgorithm algorithm() const override { return algorithm_; }

  bool Seal(const AeadKey& key, const AeadNonce& nonce, absl::Span<const uint8_t> additional_data,
            absl::Span<uint8_t> text, absl::Span<uint8_t> tag) override {
    mbedtls_ccm_context* const context = ContextOf(key, tag.size());
    return context != nullptr &&
           mbedtls_ccm_encrypt_and_tag(context, text.size(), nonce.data(), nonce.size(),
                                       additional_data.data(), additional_data.size(), text.data(),
                                       text.data(), tag.data(), tag.size()) == 0;
  }

  bool Open(const AeadKey& key, const AeadNonce& nonce, absl::Span<const uint8_t> additional_data,
            absl::Span<uint8_t> text, absl::Span<const uint8_t> tag) override {
    mbedtls_ccm_context* const context = ContextOf(key, tag.size());
    return context != nullptr &&
           mbedtls_ccm_auth_decrypt(context, text.size(), nonce.data(), nonce.size(),
                                    additional_data.data(), additional_data.size(), text.data(),
                                    text.data(), tag.data(), tag.size()) == 0;
  }

  void Forget(const AeadKey& key) override {
    contexts_.Forget(key.id(), [](mbedtls_ccm_context* context) { SetKey(kNoKey, context); });
  }

 private:
  // Overwrites the key that was there, without the allocation of mbedtls_ccm_setkey().
  static bool SetKey(const uint8_t* key, mbedtls_ccm_context* context) {
    return mbedtls_cipher_setkey(&context->cipher_ctx, key, kKeyBits, MBEDTLS_ENCRYPT) == 0;
  }

  mbedtls_ccm_context* ContextOf(const AeadKey& key, size_t tag_length) {
    if (key.bytes().size() != parameters_.key_length || tag_length != parameters_.tag_length) {
      return nullptr;
    }
    return contexts_.Find(key.id(), [&](mbedtls_ccm_context* context) {
      return SetKey(key.bytes().data(), context);
    });
  }

  const AeadAlgorithm algorithm_;
  const AeadParameters parameters_;
  ContextCache<mbedtls_ccm_context> contexts_;
};

}  // namespace

std::unique_ptr<Aead> MakeMbedtlsCcm(AeadAlgorithm algorithm, size_t contexts) {
  if (algorithm != AeadAlgorithm::kAes128Ccm && algorithm != AeadAlgorithm::kAes128Ccm8) {
    return nullptr;
  }
  auto aead = std::make_unique<MbedtlsCcm>(algorithm, contexts);
  if (!aead->Prepare()) return nullptr;
  return aead;
}

}  // namespace waybill
