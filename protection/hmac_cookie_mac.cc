// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/hmac_cookie_mac.h"

#include <openssl/mem.h>
#include <openssl/sha.h>

#include <cstring>

#include "waybill/protection/wipe.h"

namespace waybill {
namespace {

constexpr size_t kMinVerifiedLength = 16;

// BoringSSL's HMAC allocates with every code, so that this is made of its SHA-256: both hashes as
// they are behind the block that the key fills.
class Sha256CookieMac final : public HmacCookieMac {
 public:
  explicit Sha256CookieMac(const uint8_t* key) {
    Begin(key, 0x36, &inner_);
    Begin(key, 0x5c, &outer_);
  }
  ~Sha256CookieMac() override {
    Wipe(&inner_, sizeof(inner_));
    Wipe(&outer_, sizeof(outer_));
  }

  bool Compute(absl::Span<const uint8_t> message, absl::Span<uint8_t> mac) const override {
    if (mac.empty() || mac.size() > kMaxLength) return false;
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA256_CTX inner = inner_;
    SHA256_Update(&inner, message.data(), message.size());
    SHA256_Final(digest, &inner);
    SHA256_CTX outer = outer_;
    SHA256_Update(&outer, digest, sizeof(digest));
    SHA256_Final(digest, &outer);
    std::memcpy(mac.data(), digest, mac.size());
    return true;
  }

  bool Verify(absl::Span<const uint8_t> message, absl::Span<const uint8_t> mac) const override {
    uint8_t right[kMaxLength];
    return mac.size() >= kMinVerifiedLength && mac.size() <= kMaxLength &&
           Compute(message, absl::MakeSpan(right, mac.size())) &&
           CRYPTO_memcmp(right, mac.data(), mac.size()) == 0;
  }

 private:
  static void Begin(const uint8_t* key, uint8_t pad, SHA256_CTX* hash) {
    uint8_t block[SHA256_CBLOCK];
    for (size_t i = 0; i < sizeof(block); ++i) {
      block[i] = static_cast<uint8_t>((i < kKeyLength ? key[i] : 0) ^ pad);
    }
    SHA256_Init(hash);
    SHA256_Update(hash, block, sizeof(block));
    Wipe(block, sizeof(block));
  }

  SHA256_CTX inner_;
  SHA256_CTX outer_;
};

}  // namespace

std::unique_ptr<HmacCookieMac> MakeHmacCookieMac(absl::Span<const uint8_t> key) {
  if (key.size() != CookieMac::kKeyLength) return nullptr;
  return std::make_unique<Sha256CookieMac>(key.data());
}

}  // namespace waybill
