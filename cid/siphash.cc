// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/siphash.h"

#include "waybill/wire/big_endian.h"

namespace waybill {
namespace {

constexpr uint64_t RotateLeft(uint64_t word, int bits) {
  return (word << bits) | (word >> (64 - bits));
}

// Figure 2.1 of the paper.
struct State {
  uint64_t v0, v1, v2, v3;

  void Round() {
    v0 += v1;
    v2 += v3;
    v1 = RotateLeft(v1, 13) ^ v0;
    v3 = RotateLeft(v3, 16) ^ v2;
    v0 = RotateLeft(v0, 32);
    v2 += v1;
    v0 += v3;
    v1 = RotateLeft(v1, 17) ^ v2;
    v3 = RotateLeft(v3, 21) ^ v0;
    v2 = RotateLeft(v2, 32);
  }

  void Compress(uint64_t word) {
    v3 ^= word;
    Round();
    Round();
    v0 ^= word;
  }
};

}  // namespace

SipHashKey SipHashKey::FromBytes(const std::array<uint8_t, kLength>& bytes) {
  return {LoadLittleEndianU64(&bytes[0]), LoadLittleEndianU64(&bytes[8])};
}

uint64_t SipHash(const SipHashKey& key, absl::Span<const uint8_t> bytes) {
  // "somepseudorandomlygeneratedbytes"
  State state = {key.low ^ 0x736f6d6570736575, key.high ^ 0x646f72616e646f6d,
                 key.low ^ 0x6c7967656e657261, key.high ^ 0x7465646279746573};
  const size_t words = bytes.size() / 8;
  for (size_t i = 0; i < words; ++i) state.Compress(LoadLittleEndianU64(bytes.data() + 8 * i));
  const uint64_t length = uint64_t{bytes.size() & 0xff} << 56;
  state.Compress(length | LoadLittleEndian(bytes.data() + 8 * words, bytes.size() % 8));
  state.v2 ^= 0xff;
  for (int round = 0; round < 4; ++round) state.Round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace waybill
