// SPDX-License-Identifier: Apache-2.0
//
// A keyed hash for tests that choose which keys meet.
#ifndef WAYBILL_CID_TEST_CHOSEN_HASH_H_
#define WAYBILL_CID_TEST_CHOSEN_HASH_H_

#include <cstdint>

#include "absl/types/span.h"
#include "waybill/cid/block_cipher.h"
#include "waybill/cid/keyed_hash.h"

namespace waybill {

// Leaves blocks as they are: the hash of a key of up to 15 bytes is its first 8, with zeros behind
// a shorter one. The first 4 choose a segment, and the last 2 are the tag.
class PlainCipher final : public BlockCipher {
 public:
  bool Encrypt(absl::Span<uint8_t> /*blocks*/) const override { return true; }
  bool Decrypt(absl::Span<uint8_t> /*blocks*/) const override { return true; }
};

inline KeyedHash ChosenHash() {
  static const PlainCipher cipher;
  return KeyedHash(&cipher);
}

}  // namespace waybill

#endif  // WAYBILL_CID_TEST_CHOSEN_HASH_H_
