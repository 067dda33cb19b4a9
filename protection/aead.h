// SPDX-License-Identifier: Apache-2.0
//
// Authenticated encryption with additional data (RFC 5116), as records of DTLS use it. The
// implementations are files of their own, so that an embedder links the ones that it needs; a
// microcontroller with an AES unit brings its own.
#ifndef WAYBILL_PROTECTION_AEAD_H_
#define WAYBILL_PROTECTION_AEAD_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/types/span.h"
#include "waybill/protection/secret_bytes.h"

namespace waybill {

enum class AeadAlgorithm : uint8_t {
  kAes128Gcm,         // RFC 5116
  kAes256Gcm,         // RFC 5116
  kChaCha20Poly1305,  // RFC 8439
  kAes128Ccm,         // RFC 5116
  kAes128Ccm8,        // RFC 6655
};
inline constexpr AeadAlgorithm kAeadAlgorithms[] = {
    AeadAlgorithm::kAes128Gcm, AeadAlgorithm::kAes256Gcm, AeadAlgorithm::kChaCha20Poly1305,
    AeadAlgorithm::kAes128Ccm, AeadAlgorithm::kAes128Ccm8};

inline constexpr size_t kMaxAeadKeyLength = 32;
inline constexpr size_t kMaxAeadTagLength = 16;

using AeadNonce = std::array<uint8_t, 12>;

struct AeadParameters {
  std::string_view name;  // as in cipher suites, "AES_128_GCM"
  size_t key_length;      // bytes
  size_t tag_length;      // bytes; a ciphertext is that much longer than its plaintext
};

constexpr AeadParameters ParametersOf(AeadAlgorithm algorithm) {
  switch (algorithm) {
    case AeadAlgorithm::kAes128Gcm:
      return {"AES_128_GCM", 16, 16};
    case AeadAlgorithm::kAes256Gcm:
      return {"AES_256_GCM", 32, 16};
    case AeadAlgorithm::kChaCha20Poly1305:
      return {"CHACHA20_POLY1305", 32, 16};
    case AeadAlgorithm::kAes128Ccm:
      return {"AES_128_CCM", 16, 16};
    case AeadAlgorithm::kAes128Ccm8:
      return {"AES_128_CCM_8", 16, 8};
  }
  return {};
}

// A key, and a name for it: implementations keep what they expand from keys, and find it by id().
// Every key that is made gets an id of its own; a copy is the same key and keeps it. The bytes are
// wiped when they go. Any thread may make keys.
class AeadKey {
 public:
  // No key: no implementation seals or opens with it.
  AeadKey() = default;
  // Takes a copy of at most kMaxAeadKeyLength bytes; of more, none.
  explicit AeadKey(absl::Span<const uint8_t> bytes);

  absl::Span<const uint8_t> bytes() const& { return bytes_.bytes(); }
  absl::Span<const uint8_t> bytes() && = delete;
  // 0: no key.
  uint64_t id() const {
    uint64_t id;
    std::memcpy(&id, id_.data(), sizeof(id));
    return id;
  }

 private:
  SecretBytes<kMaxAeadKeyLength> bytes_;
  std::array<uint8_t, sizeof(uint64_t)> id_ = {};  // as bytes, so that keys are packed
};

// One algorithm. Seal() and Open() work in place, do not allocate and do not throw; they may keep
// what they expand from keys, so each thread has an implementation of its own.
class Aead {
 public:
  virtual ~Aead() = default;

  virtual AeadAlgorithm algorithm() const = 0;

  // Encrypts `text` in place and writes its tag. The nonce must never have been used with the key
  // before. False where the key or the tag is not as long as the algorithm asks for; then nothing
  // is written.
  virtual bool Seal(const AeadKey& key, const AeadNonce& nonce,
                    absl::Span<const uint8_t> additional_data, absl::Span<uint8_t> text,
                    absl::Span<uint8_t> tag) = 0;

  // Decrypts `text` in place. False where the tag is wrong, in a time that does not tell at which
  // byte, or where a length is; `text` then holds no plaintext, and nothing else that is of use.
  virtual bool Open(const AeadKey& key, const AeadNonce& nonce,
                    absl::Span<const uint8_t> additional_data, absl::Span<uint8_t> text,
                    absl::Span<const uint8_t> tag) = 0;

  // Wipes what is kept of the key. To be called when a key goes.
  virtual void Forget(const AeadKey& key) = 0;
};

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_AEAD_H_
