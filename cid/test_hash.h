// SPDX-License-Identifier: Apache-2.0
//
// Keyed hashes of both kinds for tests, and a cipher under which all keys meet.
#ifndef WAYBILL_CID_TEST_HASH_H_
#define WAYBILL_CID_TEST_HASH_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "waybill/cid/block_cipher.h"
#include "waybill/cid/keyed_hash.h"
#include "waybill/cid/siphash.h"
#include "waybill/cid/test_random.h"
#include "waybill/protection/aes128.h"

namespace waybill {

enum class HashKind { kSipHash, kAes };

// A hash under keys that the seed decides, and the keys.
struct TestHash {
  explicit TestHash(HashKind kind, uint64_t seed = 1)
      : key(DrawKey(seed)),
        cipher(MakeAes128(key)),
        hash(kind == HashKind::kAes ? KeyedHash(cipher.get())
                                    : KeyedHash(SipHashKey::FromBytes(key))) {}

  static std::array<uint8_t, 16> DrawKey(uint64_t seed) {
    std::array<uint8_t, 16> drawn;
    SeededSource(seed).Fill(absl::MakeSpan(drawn));
    return drawn;
  }

  std::array<uint8_t, 16> key;
  std::unique_ptr<Aes128> cipher;
  KeyedHash hash;
};

// Whatever goes in, the same block comes out: the hash of every key is the same.
class ConstantCipher final : public BlockCipher {
 public:
  explicit ConstantCipher(uint8_t byte) : byte_(byte) {}

  bool Encrypt(absl::Span<uint8_t> blocks) const override {
    std::fill(blocks.begin(), blocks.end(), byte_);
    return true;
  }
  bool Decrypt(absl::Span<uint8_t> /*blocks*/) const override { return false; }

 private:
  uint8_t byte_;
};

inline std::vector<uint8_t> DrawBytes(SeededSource* source, size_t count) {
  std::vector<uint8_t> bytes(count);
  source->Fill(absl::MakeSpan(bytes));
  return bytes;
}
inline uint64_t DrawU64(SeededSource* source) {
  uint64_t value = 0;
  for (const uint8_t byte : DrawBytes(source, 8)) value = value << 8 | byte;
  return value;
}

}  // namespace waybill

#endif  // WAYBILL_CID_TEST_HASH_H_
