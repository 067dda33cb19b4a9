// SPDX-License-Identifier: Apache-2.0
//
// AES by the processor's instructions (FIPS 197). One block waits some forty cycles for itself;
// blocks that are worked on side by side hide that, so everything here goes in batches.
#include "waybill/protection/aes128.h"
#include "waybill/protection/context_cache.h"
#include "waybill/protection/number_mask.h"
#include "waybill/protection/wipe.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

#include <algorithm>
#include <cstring>

// Functions that are inlined into others must have all that those have.
#define WAYBILL_AES [[gnu::target("aes,ssse3"), gnu::always_inline]] inline
#define WAYBILL_AES_ENTRY [[gnu::target("aes,ssse3")]]
// The same with two blocks a register.
#define WAYBILL_WIDE_AES_ENTRY [[gnu::target("aes,avx2,vaes")]]

namespace waybill {
namespace {

constexpr size_t kBlock = BlockCipher::kBlockLength;

WAYBILL_AES __m128i Load(const uint8_t* bytes) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
}

WAYBILL_AES void Store(__m128i block, uint8_t* bytes) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(bytes), block);
}

// The last word of a round key, substituted, in all four words: aesenclast of four equal words is
// SubWord, since ShiftRows then moves nothing, and takes its constant like a round key. It is some
// ten times faster than the instruction that is there for key expansion.
WAYBILL_AES __m128i SubRotWord(__m128i key, uint8_t round_constant) {
  const __m128i rotated = _mm_shuffle_epi8(key, _mm_set1_epi32(0x0c0f0e0d));
  return _mm_aesenclast_si128(rotated, _mm_set1_epi32(round_constant));
}

WAYBILL_AES __m128i SubWord(__m128i key) {
  return _mm_aesenclast_si128(_mm_shuffle_epi32(key, 0xff), _mm_setzero_si128());
}

// Each word of a round key is the XOR of the words before it in the last one, and `substituted`.
WAYBILL_AES __m128i NextKey(__m128i key, __m128i substituted) {
  key = _mm_xor_si128(key, _mm_slli_si128(key, 4));
  key = _mm_xor_si128(key, _mm_slli_si128(key, 8));
  return _mm_xor_si128(key, substituted);
}

constexpr uint8_t kRoundConstants[] = {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x1b, 0x36};

constexpr int kRounds128 = 10;
constexpr int kRounds256 = 14;

// The round keys of AES-128, or of AES-256.
struct RoundKeys {
  __m128i keys[kRounds256 + 1];
};

template <int kRounds>
WAYBILL_AES_ENTRY void Expand(const uint8_t* key, RoundKeys* expanded) {
  __m128i* const keys = expanded->keys;
  keys[0] = Load(key);
  if constexpr (kRounds == kRounds128) {
    for (int i = 1; i <= kRounds; ++i) {
      keys[i] = NextKey(keys[i - 1], SubRotWord(keys[i - 1], kRoundConstants[i - 1]));
    }
  } else {
    keys[1] = Load(key + kBlock);
    for (int i = 2; i <= kRounds; ++i) {
      keys[i] =
          NextKey(keys[i - 2], i % 2 == 0 ? SubRotWord(keys[i - 1], kRoundConstants[i / 2 - 1])
                                          : SubWord(keys[i - 1]));
    }
  }
}

// Compilers' own queries do not all know VAES by name. AVX2 says that the system keeps the wide
// registers.
bool HasWideAesInstructions() {
  static const bool has = [] {
    unsigned a, b, c, d;
    return __builtin_cpu_supports("avx2") && __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 &&
           (c & bit_VAES) != 0;
  }();
  return has;
}

class AesInstructionsAes128 final : public Aes128 {
 public:
  WAYBILL_AES_ENTRY explicit AesInstructionsAes128(const uint8_t* key) {
    RoundKeys expanded;
    Expand<kRounds128>(key, &expanded);
    std::copy_n(expanded.keys, kRounds128 + 1, encrypt_);
    Wipe(&expanded, sizeof(expanded));
    // The equivalent inverse cipher (FIPS 197, section 5.3.5).
    decrypt_[0] = encrypt_[kRounds128];
    for (int i = 1; i < kRounds128; ++i) {
      decrypt_[i] = _mm_aesimc_si128(encrypt_[kRounds128 - i]);
    }
    decrypt_[kRounds128] = encrypt_[0];
  }
  ~AesInstructionsAes128() override {
    Wipe(encrypt_, sizeof(encrypt_));
    Wipe(decrypt_, sizeof(decrypt_));
  }

  bool Encrypt(absl::Span<uint8_t> blocks) const override {
    return InBatches<true>(blocks, encrypt_);
  }
  bool Decrypt(absl::Span<uint8_t> blocks) const override {
    return InBatches<false>(blocks, decrypt_);
  }

 private:
  static constexpr size_t kBatch = 8;
  static constexpr size_t kWideBatch = 16;

  template <bool kEncrypt, size_t kCount>
  WAYBILL_AES static void Batch(uint8_t* bytes, const __m128i* keys) {
    __m128i blocks[kCount];
    for (size_t i = 0; i < kCount; ++i) {
      blocks[i] = _mm_xor_si128(Load(bytes + kBlock * i), keys[0]);
    }
    for (int round = 1; round < kRounds128; ++round) {
      for (__m128i& block : blocks) {
        block =
            kEncrypt ? _mm_aesenc_si128(block, keys[round]) : _mm_aesdec_si128(block, keys[round]);
      }
    }
    for (size_t i = 0; i < kCount; ++i) {
      Store(kEncrypt ? _mm_aesenclast_si128(blocks[i], keys[kRounds128])
                     : _mm_aesdeclast_si128(blocks[i], keys[kRounds128]),
            bytes + kBlock * i);
    }
  }

  // As many wide batches as `bytes` has; answers how many bytes they were.
  template <bool kEncrypt>
  WAYBILL_WIDE_AES_ENTRY static size_t InWideBatches(absl::Span<uint8_t> bytes,
                                                     const __m128i* keys) {
    size_t i = 0;
    for (; i + kWideBatch * kBlock <= bytes.size(); i += kWideBatch * kBlock) {
      __m256i* const at = reinterpret_cast<__m256i*>(&bytes[i]);
      __m256i pairs[kWideBatch / 2];
      const __m256i first = _mm256_broadcastsi128_si256(keys[0]);
      for (size_t j = 0; j < kWideBatch / 2; ++j) {
        pairs[j] = _mm256_xor_si256(_mm256_loadu_si256(at + j), first);
      }
      for (int round = 1; round < kRounds128; ++round) {
        const __m256i key = _mm256_broadcastsi128_si256(keys[round]);
#pragma GCC unroll 8
        for (__m256i& pair : pairs) {
          pair = kEncrypt ? _mm256_aesenc_epi128(pair, key) : _mm256_aesdec_epi128(pair, key);
        }
      }
      const __m256i last = _mm256_broadcastsi128_si256(keys[kRounds128]);
      for (size_t j = 0; j < kWideBatch / 2; ++j) {
        _mm256_storeu_si256(at + j, kEncrypt ? _mm256_aesenclast_epi128(pairs[j], last)
                                             : _mm256_aesdeclast_epi128(pairs[j], last));
      }
    }
    return i;
  }

  template <bool kEncrypt>
  WAYBILL_AES_ENTRY bool InBatches(absl::Span<uint8_t> bytes, const __m128i* keys) const {
    if (bytes.size() % kBlock != 0) return false;
    size_t i = wide_ ? InWideBatches<kEncrypt>(bytes, keys) : 0;
    for (; i + kBatch * kBlock <= bytes.size(); i += kBatch * kBlock) {
      Batch<kEncrypt, kBatch>(&bytes[i], keys);
    }
    for (; i < bytes.size(); i += kBlock) Batch<kEncrypt, 1>(&bytes[i], keys);
    return true;
  }

  __m128i encrypt_[kRounds128 + 1];
  __m128i decrypt_[kRounds128 + 1];
  const bool wide_ = HasWideAesInstructions();
};

// Masks: as many keys are expanded side by side as samples are encrypted, for each datagram has a
// key of its own, and associations keep packed keys.

template <size_t kCount>
WAYBILL_AES void StoreMasks(const __m128i* blocks, NumberMaskJob* jobs) {
  for (size_t i = 0; i < kCount; ++i) {
    const uint16_t front = static_cast<uint16_t>(_mm_extract_epi16(blocks[i], 0));
    std::memcpy(jobs[i].mask.data(), &front, sizeof(front));
  }
}

struct Aes128Masks {
  template <size_t kCount>
  WAYBILL_AES static void Batch(NumberMaskJob* jobs) {
    __m128i keys[kCount];
    __m128i blocks[kCount];
    for (size_t i = 0; i < kCount; ++i) {
      keys[i] = Load(jobs[i].key);
      blocks[i] = _mm_xor_si128(Load(jobs[i].sample), keys[i]);
    }
    for (int round = 1; round <= kRounds128; ++round) {
      for (size_t i = 0; i < kCount; ++i) {
        keys[i] = NextKey(keys[i], SubRotWord(keys[i], kRoundConstants[round - 1]));
        blocks[i] = round < kRounds128 ? _mm_aesenc_si128(blocks[i], keys[i])
                                       : _mm_aesenclast_si128(blocks[i], keys[i]);
      }
    }
    StoreMasks<kCount>(blocks, jobs);
  }
};

struct Aes256Masks {
  template <size_t kCount>
  WAYBILL_AES static void Batch(NumberMaskJob* jobs) {
    __m128i keys[2][kCount];  // of even rounds, and of odd ones
    __m128i blocks[kCount];
    for (size_t i = 0; i < kCount; ++i) {
      keys[0][i] = Load(jobs[i].key);
      keys[1][i] = Load(jobs[i].key + kBlock);
      blocks[i] = _mm_aesenc_si128(_mm_xor_si128(Load(jobs[i].sample), keys[0][i]), keys[1][i]);
    }
    for (int round = 2; round <= kRounds256; ++round) {
      const bool even = round % 2 == 0;
      for (size_t i = 0; i < kCount; ++i) {
        __m128i& key = keys[round % 2][i];
        const __m128i before = keys[(round - 1) % 2][i];
        key = NextKey(key,
                      even ? SubRotWord(before, kRoundConstants[round / 2 - 1]) : SubWord(before));
        blocks[i] = round < kRounds256 ? _mm_aesenc_si128(blocks[i], key)
                                       : _mm_aesenclast_si128(blocks[i], key);
      }
    }
    StoreMasks<kCount>(blocks, jobs);
  }
};

template <typename Masks>
class AesInstructionsMasker final : public NumberMasker {
 public:
  WAYBILL_AES_ENTRY void Compute(absl::Span<NumberMaskJob> jobs) const override {
    size_t i = 0;
    for (; i + kBatch <= jobs.size(); i += kBatch) Masks::template Batch<kBatch>(&jobs[i]);
    for (; i < jobs.size(); ++i) Masks::template Batch<1>(&jobs[i]);
  }

 private:
  static constexpr size_t kBatch = 4;
};

// Masks one at a time under round keys that it keeps, and batches as they come.
template <int kRounds>
class KeepingMasker final : public NumberMasker {
 public:
  KeepingMasker(const NumberMasker& batches, size_t contexts)
      : batches_(batches), contexts_(contexts) {}
  ~KeepingMasker() override {
    for (size_t i = 0; i < contexts_.size(); ++i) WipeKeys(&contexts_.context(i));
  }

  WAYBILL_AES_ENTRY void Compute(absl::Span<NumberMaskJob> jobs) const override {
    const RoundKeys* const expanded =
        jobs.size() != 1 ? nullptr : contexts_.Find(jobs[0].key_id, [&](RoundKeys* to) {
          Expand<kRounds>(jobs[0].key, to);
          return true;
        });
    if (expanded == nullptr) return batches_.Compute(jobs);
    const __m128i* const keys = expanded->keys;
    __m128i block = _mm_xor_si128(Load(jobs[0].sample), keys[0]);
    for (int round = 1; round < kRounds; ++round) block = _mm_aesenc_si128(block, keys[round]);
    block = _mm_aesenclast_si128(block, keys[kRounds]);
    StoreMasks<1>(&block, jobs.data());
  }

  void Forget(uint64_t key_id) const override { contexts_.Forget(key_id, WipeKeys); }

 private:
  static void WipeKeys(RoundKeys* expanded) { Wipe(expanded, sizeof(*expanded)); }

  const NumberMasker& batches_;
  mutable ContextCache<RoundKeys> contexts_;
};

bool HasAesInstructions() {
  return __builtin_cpu_supports("aes") != 0 && __builtin_cpu_supports("ssse3") != 0;
}

}  // namespace

std::unique_ptr<Aes128> MakeAesInstructionsAes128(absl::Span<const uint8_t> key) {
  if (!HasAesInstructions() || key.size() != BlockCipher::kKeyLength) return nullptr;
  return std::make_unique<AesInstructionsAes128>(key.data());
}

const NumberMasker* AesInstructionsNumberMasker(AeadAlgorithm algorithm) {
  static const AesInstructionsMasker<Aes128Masks> aes_128;
  static const AesInstructionsMasker<Aes256Masks> aes_256;
  if (!HasAesInstructions() || algorithm == AeadAlgorithm::kChaCha20Poly1305) return nullptr;
  if (algorithm == AeadAlgorithm::kAes256Gcm) return &aes_256;
  return &aes_128;
}

std::unique_ptr<NumberMasker> MakeAesInstructionsNumberMasker(AeadAlgorithm algorithm,
                                                              size_t contexts) {
  const NumberMasker* const batches = AesInstructionsNumberMasker(algorithm);
  if (batches == nullptr) return nullptr;
  if (algorithm == AeadAlgorithm::kAes256Gcm) {
    return std::make_unique<KeepingMasker<kRounds256>>(*batches, contexts);
  }
  return std::make_unique<KeepingMasker<kRounds128>>(*batches, contexts);
}

}  // namespace waybill

#else

namespace waybill {

std::unique_ptr<Aes128> MakeAesInstructionsAes128(absl::Span<const uint8_t>) { return nullptr; }
const NumberMasker* AesInstructionsNumberMasker(AeadAlgorithm) { return nullptr; }
std::unique_ptr<NumberMasker> MakeAesInstructionsNumberMasker(AeadAlgorithm, size_t) {
  return nullptr;
}

}  // namespace waybill

#endif  // defined(__x86_64__)
