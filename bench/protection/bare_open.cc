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

bool BareKey::Open(const BareRecord& record, uint8_t* bytes) const {
  uint8_t* const text = bytes + record.text_offset;
  return EVP_AEAD_CTX_open_gather(&context_, text, record.nonce.data(), record.nonce.size(), text,
                                  record.text_length, text + record.text_length, kBareTagLength,
                                  record.additional_data.data(),
                                  record.additional_data_length) == 1;
}

bool BareKey::Seal(const BareRecord& record, uint8_t* bytes) const {
  uint8_t* const text = bytes + record.text_offset;
  size_t tag_length = 0;
  return EVP_AEAD_CTX_seal_scatter(&context_, text, text + record.text_length, &tag_length,
                                   kBareTagLength, record.nonce.data(), record.nonce.size(), text,
                                   record.text_length, nullptr, 0, record.additional_data.data(),
                                   record.additional_data_length) == 1;
}

void ForgetBareFailures() { ERR_clear_error(); }

}  // namespace waybill
