// SPDX-License-Identifier: Apache-2.0
//
// Randomness and keys that a seed names, so that a run can be repeated. No secrets.
#ifndef WAYBILL_BENCH_HEADER_DESIGNS_SEEDED_RANDOM_H_
#define WAYBILL_BENCH_HEADER_DESIGNS_SEEDED_RANDOM_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/types/span.h"
#include "waybill/cid/block_cipher.h"
#include "waybill/cid/random_source.h"
#include "waybill/protection/aes128.h"
#include "waybill/traffic/random.h"

namespace waybill {

// The generator of the traffic as the source that cid/ is given. Never fails.
class SeededRandom final : public RandomSource {
 public:
  explicit SeededRandom(uint64_t seed) : random_(seed) {}

  bool Fill(absl::Span<uint8_t> bytes) override {
    uint64_t bits = 0;
    for (size_t i = 0; i < bytes.size(); ++i, bits >>= 8) {
      if (i % sizeof(bits) == 0) bits = random_.Next();
      bytes[i] = static_cast<uint8_t>(bits);
    }
    return true;
  }

 private:
  Random random_;
};

// AES-128 under a key that it draws.
inline std::unique_ptr<Aes128> MakeSeededCipher(SeededRandom* random) {
  std::array<uint8_t, BlockCipher::kKeyLength> key;
  random->Fill(absl::MakeSpan(key));
  return MakeAes128(key);
}

}  // namespace waybill

#endif  // WAYBILL_BENCH_HEADER_DESIGNS_SEEDED_RANDOM_H_
