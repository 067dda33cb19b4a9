// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/boringssl_aead.h"

#include <openssl/aead.h>
#include <openssl/err.h>

#include "waybill/protection/context_cache.h"
#include "waybill/protection/wipe.h"

namespace waybill {
namespace {

const EVP_AEAD* BoringsslOf(AeadAlgorithm algorithm) {
  switch (algorithm) {
    case AeadAlgorithm::kAes128Gcm:
      return EVP_aead_aes_128_gcm();
    case AeadAlgorithm::kAes256Gcm:
      return EVP_aead_aes_256_gcm();
    case AeadAlgorithm::kChaCha20Poly1305:
      return EVP_aead_chacha20_poly1305();
    case AeadAlgorithm::kAes128Ccm:
    case AeadAlgorithm::kAes128Ccm8:
      return nullptr;  // its CCM takes nonces of 13 bytes
  }
  return nullptr;
}

void WipeContext(EVP_AEAD_CTX* context) {
  EVP_AEAD_CTX_cleanup(context);
  Wipe(context, sizeof(*context));  // which the cleanup leaves to its caller
}

class BoringsslAead final : public Aead {
 public:
  BoringsslAead(AeadAlgorithm algorithm, const EVP_AEAD* aead, size_t contexts)
      : algorithm_(algorithm),
        parameters_(ParametersOf(algorithm)),
        aead_(aead),
        contexts_(contexts) {
    // A failure allocates this thread's list of errors, once: not while a datagram waits.
    OPENSSL_PUT_ERROR(CIPHER, ERR_R_INTERNAL_ERROR);
    ERR_clear_error();
  }

  ~BoringsslAead() override {
    for (size_t i = 0; i < contexts_.size(); ++i) WipeContext(&contexts_.context(i));
  }

  AeadAlgorithm algorithm() const override { return algorithm_; }

  bool Seal(const AeadKey& key, const AeadNonce& nonce, absl::Span<const uint8_t> additional_data,
            absl::Span<uint8_t> text, absl::Span<uint8_t> tag) override {
    EVP_AEAD_CTX* const context = ContextOf(key, tag.size());
    if (context == nullptr) return false;
    size_t tag_length;
    if (EVP_AEAD_CTX_seal_scatter(context, text.data(), tag.data(), &tag_length, tag.size(),
                                  nonce.data(), nonce.size(), text.data(), text.size(),
                                  /*extra_in=*/nullptr, 0, additional_data.data(),
                                  additional_data.size()) == 1) {
      return true;
    }
    ForgetError();
    return false;
  }

  bool Open(const AeadKey& key, const AeadNonce& nonce, absl::Span<const uint8_t> additional_data,
            absl::Span<uint8_t> text, absl::Span<const uint8_t> tag) override {
    EVP_AEAD_CTX* const context = ContextOf(key, tag.size());
    if (context == nullptr) return false;
    if (EVP_AEAD_CTX_open_gather(context, text.data(), nonce.data(), nonce.size(), text.data(),
                                 text.size(), tag.data(), tag.size(), additional_data.data(),
                                 additional_data.size()) == 1) {
      return true;
    }
    ForgetError();
    return false;
  }

  void Forget(const AeadKey& key) override { contexts_.Forget(key.id(), WipeContext); }

 private:
  // Takes the failure off the thread's list of errors. Without a mark there, that is all of the
  // list, as with ERR_clear_error(), which walks over its free places as well.
  static void ForgetError() { ERR_pop_to_mark(); }

  EVP_AEAD_CTX* ContextOf(const AeadKey& key, size_t tag_length) {
    if (key.bytes().size() != parameters_.key_length || tag_length != parameters_.tag_length) {
      return nullptr;
    }
    return contexts_.Find(key.id(), [&](EVP_AEAD_CTX* context) {
      // Overwrites the key that was there; none of these algorithms holds memory of its own.
      return EVP_AEAD_CTX_init(context, aead_, key.bytes().data(), key.bytes().size(), tag_length,
                               /*engine=*/nullptr) == 1;
    });
  }

  const AeadAlgorithm algorithm_;
  const AeadParameters parameters_;
  const EVP_AEAD* const aead_;
  ContextCache<EVP_AEAD_CTX> contexts_;
};

}  // namespace

std::unique_ptr<Aead> MakeBoringsslAead(AeadAlgorithm algorithm, size_t contexts) {
  const EVP_AEAD* const aead = BoringsslOf(algorithm);
  if (aead == nullptr) return nullptr;
  return std::make_unique<BoringsslAead>(algorithm, aead, contexts);
}

}  // namespace waybill
