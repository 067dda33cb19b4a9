// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/protection/bare_open.h"

#include <openssl/err.h>

#include <cstdio>
#include <cstdlib>

namespace waybill {

BareKey::BareKey(absl::Span<const uint8_t> key) {
  if (EVP_AEAD_CTX_init(&context_, EVP_aead_aes_128_gcm(), key.data(), key.size(), kBareTagLength,
                        nullptr) != 1) {
    std::fprintf(stderr, "bare_open: no context\n");
    std::exit(1);
  }
}

BareKey::~BareKey() { EVP_AEAD_CTX_cleanup(&context_); }

bool BareKey::Open(absl::Span<const uint8_t> nonce, absl::Span<const uint8_t> additional_data,
                   uint8_t* text, size_t length) const {
  return EVP_AEAD_CTX_open_gather(&context_, text, nonce.data(), nonce.size(), text, length,
                                  text + length, kBareTagLength, additional_data.data(),
                                  additional_data.size()) == 1;
}

bool BareKey::Seal(absl::Span<const uint8_t> nonce, absl::Span<const uint8_t> additional_data,
                   uint8_t* text, size_t length) const {
  size_t tag_length = 0;
  return EVP_AEAD_CTX_seal_scatter(&context_, text, text + length, &tag_length, kBareTagLength,
                                   nonce.data(), nonce.size(), text, length, nullptr, 0,
                                   additional_data.data(), additional_data.size()) == 1;
}

void ForgetBareFailures() { ERR_clear_error(); }

}  // namespace waybill
