// SPDX-License-Identifier: Apache-2.0
//
// The hash of tables whose keys peers may choose: CIDs and addresses.
#ifndef WAYBILL_CID_KEYED_HASH_H_
#define WAYBILL_CID_KEYED_HASH_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/cid/block_cipher.h"
#include "waybill/cid/siphash.h"

namespace waybill {

// A pseudorandom function of up to 255 bytes under a secret key: nobody who lacks it can make keys
// that meet in a table (BUG-34). A value. Does not allocate; its time depends on lengths alone.
// Several threads may use one at once.
class KeyedHash {
 public:
  // SipHash-2-4: for every processor.
  explicit KeyedHash(const SipHashKey& key) : key_(key) {}
  // AES-128, a block for a key of up to 15 bytes and one for each 16 bytes more, several keys at
  // once: for processors with AES instructions. `cipher` is not owned and must outlive the hash;
  // its key is random and serves nothing else.
  explicit KeyedHash(const BlockCipher* cipher) : cipher_(cipher) {}

  // The hash of each of `keys`, of 255 bytes at most, into `hashes`, which has room for as many.
  void Compute(absl::Span<const absl::Span<const uint8_t>> keys, uint64_t* hashes) const;
  uint64_t operator()(absl::Span<const uint8_t> key) const {
    uint64_t hash;
    Compute(absl::Span<const absl::Span<const uint8_t>>(&key, 1), &hash);
    return hash;
  }

 private:
  void ComputeByBlocks(absl::Span<const absl::Span<const uint8_t>> keys, uint64_t* hashes) const;

  const BlockCipher* cipher_ = nullptr;
  SipHashKey key_;
};

}  // namespace waybill

#endif  // WAYBILL_CID_KEYED_HASH_H_
