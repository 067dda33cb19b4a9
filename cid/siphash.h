// SPDX-License-Identifier: Apache-2.0
//
// SipHash-2-4 (J.-P. Aumasson, D. J. Bernstein: SipHash: a fast short-input PRF, 2012): the
// authenticator of tagged connection IDs, and the hash of tables whose keys a peer may choose.
#ifndef WAYBILL_CID_SIPHASH_H_
#define WAYBILL_CID_SIPHASH_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"

namespace waybill {

// A key, which must be random and secret.
struct SipHashKey {
  static constexpr size_t kLength = 16;
  uint64_t low = 0;
  uint64_t high = 0;

  // The key of these bytes.
  static SipHashKey FromBytes(const std::array<uint8_t, kLength>& bytes);
};

// The hash of `bytes`. Published as eight bytes, the least significant first.
uint64_t SipHash(const SipHashKey& key, absl::Span<const uint8_t> bytes);

}  // namespace waybill

#endif  // WAYBILL_CID_SIPHASH_H_
