// SPDX-License-Identifier: Apache-2.0
//
// The floor of everything that opens a record: AES-128-GCM by BoringSSL under a key that is set up,
// and nothing around it.
#ifndef WAYBILL_BENCH_PROTECTION_BARE_OPEN_H_
#define WAYBILL_BENCH_PROTECTION_BARE_OPEN_H_

#include <openssl/aead.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"

namespace waybill {

inline constexpr size_t kBareTagLength = 16;
inline constexpr size_t kRecordRoom = 128;  // bytes for a record of 64 bytes content

// What a bare open is given about a record, in as few cache lines as that takes: a floor that waits
// for memory where its subject does not would be none.
struct BareRecord {
  std::array<uint8_t, 12> nonce = {};
  std::array<uint8_t, 32> additional_data = {};
  uint8_t additional_data_length = 0;
  uint8_t text_offset = 0;  // the ciphertext; the tag stands behind it
  uint8_t text_length = 0;
};

class BareKey {
 public:
  // `key` has 16 bytes.
  explicit BareKey(absl::Span<const uint8_t> key);
  ~BareKey();
  BareKey(const BareKey&) = delete;
  BareKey& operator=(const BareKey&) = delete;

  // Whether the tag of the record at `bytes` is right; then the plaintext stands where the
  // ciphertext was.
  bool Open(const BareRecord& record, uint8_t* bytes) const;

  // Encrypts in place and appends the tag.
  bool Seal(const BareRecord& record, uint8_t* bytes) const;

 private:
  EVP_AEAD_CTX context_;
};

// Forgets what failed opens have left in BoringSSL's queue of errors.
void ForgetBareFailures();

}  // namespace waybill

#endif  // WAYBILL_BENCH_PROTECTION_BARE_OPEN_H_
