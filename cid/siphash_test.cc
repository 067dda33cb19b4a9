// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/siphash.h"

#include <numeric>
#include <set>
#include <vector>

#include "gtest/gtest.h"

namespace waybill {
namespace {

SipHashKey KeyOfThePaper() {
  std::array<uint8_t, SipHashKey::kLength> bytes;
  std::iota(bytes.begin(), bytes.end(), 0);
  return SipHashKey::FromBytes(bytes);
}

// Appendix A of the paper: the bytes 00 to 0e under the key 00 to 0f. The other published answers
// are in tests/cid_formats.
TEST(SipHash, AnswersAsThePaperDoes) {
  std::vector<uint8_t> message(15);
  std::iota(message.begin(), message.end(), 0);
  EXPECT_EQ(SipHash(KeyOfThePaper(), message), 0xa129ca6149be45e5);
}

TEST(SipHash, DependsOnEveryBitOfKeyAndMessageAndOnTheLength) {
  const SipHashKey key = KeyOfThePaper();
  std::set<uint64_t> hashes;
  size_t computed = 0;
  for (size_t length = 0; length <= 40; ++length) {
    std::vector<uint8_t> message(length, 0);
    hashes.insert(SipHash(key, message));
    ++computed;
    for (size_t bit = 0; bit < 8 * length; ++bit) {
      message[bit / 8] ^= 1 << (bit % 8);
      hashes.insert(SipHash(key, message));
      ++computed;
      message[bit / 8] ^= 1 << (bit % 8);
    }
  }
  for (int bit = 0; bit < 64; ++bit) {
    hashes.insert(SipHash({key.low ^ uint64_t{1} << bit, key.high}, {}));
    hashes.insert(SipHash({key.low, key.high ^ uint64_t{1} << bit}, {}));
    computed += 2;
  }
  EXPECT_EQ(hashes.size(), computed);
}

}  // namespace
}  // namespace waybill
