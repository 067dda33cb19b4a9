// SPDX-License-Identifier: Apache-2.0
//
// The floor of everything that opens a record: AES-128-GCM by BoringSSL under a key that is set up,
// and nothing around it.
#ifndef WAYBILL_BENCH_PROTECTION_BARE_OPEN_H_
#define WAYBILL_BENCH_PROTECTION_BARE_OPEN_H_

#include <openssl/aead.h>

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"

namespace waybill {

inline constexpr size_t kBareTagLength = 16;

class BareKey {
 public:
  // `key` has 16 bytes.
  explicit BareKey(absl::Span<const uint8_t> key);
  ~BareKey();
  BareKey(const BareKey&) = delete;
  BareKey& operator=(const BareKey&) = delete;

  // Whether the tag, which stands behind `length` bytes of ciphertext at `text`, is right; then the
  // plaintext stands at `text`.
  bool Open(absl::Span<const uint8_t> nonce, absl::Span<const uint8_t> additional_data,
            uint8_t* text, size_t length) const;

  // Encrypts `length` bytes in place and appends the tag.
  bool Seal(absl::Span<const uint8_t> nonce, absl::Span<const uint8_t> additional_data,
            uint8_t* text, size_t length) const;

 private:
  EVP_AEAD_CTX context_;
};

// Forgets what failed opens have left in BoringSSL's queue of errors.
void ForgetBareFailures();

}  // namespace waybill

#endif  // WAYBILL_BENCH_PROTECTION_BARE_OPEN_H_
