// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/key_schedule12.h"

#include <openssl/hmac.h>

#include <algorithm>
#include <cstring>

#include "waybill/protection/evp_hash.h"
#include "waybill/protection/wipe.h"

namespace waybill {
namespace {

// HMAC of what is given in parts.
class Hmac {
 public:
  Hmac(HashAlgorithm hash, absl::Span<const uint8_t> key) : length_(LengthOf(hash)) {
    HMAC_CTX_init(&context_);
    HMAC_Init_ex(&context_, key.data(), key.size(), EvpOf(hash), /*impl=*/nullptr);
  }
  ~Hmac() { HMAC_CTX_cleanup(&context_); }
  Hmac(const Hmac&) = delete;
  Hmac& operator=(const Hmac&) = delete;

  Hmac& Add(const void* bytes, size_t size) {
    HMAC_Update(&context_, static_cast<const uint8_t*>(bytes), size);
    return *this;
  }
  // Writes the code, and begins anew with the same key.
  void Finish(uint8_t* code) {
    HMAC_Final(&context_, code, /*out_len=*/nullptr);
    HMAC_Init_ex(&context_, /*key=*/nullptr, 0, /*md=*/nullptr, /*impl=*/nullptr);
  }
  size_t length() const { return length_; }

 private:
  HMAC_CTX context_;
  const size_t length_;
};

}  // namespace

void Prf12(HashAlgorithm hash, absl::Span<const uint8_t> secret, std::string_view label,
           absl::Span<const uint8_t> seed, absl::Span<uint8_t> output) {
  Hmac hmac(hash, secret);
  uint8_t a[kMaxHashLength];
  uint8_t block[kMaxHashLength];
  hmac.Add(label.data(), label.size()).Add(seed.data(), seed.size()).Finish(a);
  for (size_t filled = 0; filled < output.size();) {
    hmac.Add(a, hmac.length());
    hmac.Add(label.data(), label.size()).Add(seed.data(), seed.size()).Finish(block);
    const size_t taken = std::min(hmac.length(), output.size() - filled);
    std::memcpy(&output[filled], block, taken);
    filled += taken;
    hmac.Add(a, hmac.length()).Finish(a);
  }
  Wipe(a, sizeof(a));
  Wipe(block, sizeof(block));
}

bool DeriveTrafficKeys12(HashAlgorithm hash, AeadAlgorithm algorithm,
                         absl::Span<const uint8_t> master_secret,
                         absl::Span<const uint8_t> client_random,
                         absl::Span<const uint8_t> server_random, TrafficKeys* client_write,
                         TrafficKeys* server_write) {
  if (master_secret.size() != kMasterSecretLength || client_random.size() != kHelloRandomLength ||
      server_random.size() != kHelloRandomLength) {
    return false;
  }
  uint8_t seed[2 * kHelloRandomLength];
  std::memcpy(seed, server_random.data(), kHelloRandomLength);
  std::memcpy(seed + kHelloRandomLength, client_random.data(), kHelloRandomLength);

  const size_t key_length = ParametersOf(algorithm).key_length;
  const size_t iv_length = Iv12LengthOf(algorithm);
  uint8_t key_block[2 * (kMaxAeadKeyLength + kIvLength)];
  // RFC 5246, section 6.3; AEADs have no MAC keys.
  Prf12(hash, master_secret, "key expansion", seed,
        absl::MakeSpan(key_block, 2 * (key_length + iv_length)));
  const uint8_t* const ivs = key_block + 2 * key_length;
  for (size_t i = 0; i < 2; ++i) {
    TrafficKeys* const keys = i == 0 ? client_write : server_write;
    *keys = TrafficKeys();
    keys->algorithm = algorithm;
    keys->key = AeadKey(absl::MakeConstSpan(key_block + i * key_length, key_length));
    keys->iv.Assign(absl::MakeConstSpan(ivs + i * iv_length, iv_length));
  }
  Wipe(key_block, sizeof(key_block));
  return true;
}

}  // namespace waybill
