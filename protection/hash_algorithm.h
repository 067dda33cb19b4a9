// SPDX-License-Identifier: Apache-2.0
#ifndef WAYBILL_PROTECTION_HASH_ALGORITHM_H_
#define WAYBILL_PROTECTION_HASH_ALGORITHM_H_

#include <cstddef>
#include <cstdint>

namespace waybill {

// The hash of a cipher suite's key schedule.
enum class HashAlgorithm : uint8_t { kSha256, kSha384 };

inline constexpr size_t kMaxHashLength = 48;

constexpr size_t LengthOf(HashAlgorithm hash) { return hash == HashAlgorithm::kSha256 ? 32 : 48; }

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_HASH_ALGORITHM_H_
