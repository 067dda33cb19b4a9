// SPDX-License-Identifier: Apache-2.0
//
// From an exported master secret to the keys of DTLS 1.2 (RFC 5246, sections 5 and 6.3).
#ifndef WAYBILL_PROTECTION_KEY_SCHEDULE12_H_
#define WAYBILL_PROTECTION_KEY_SCHEDULE12_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/types/span.h"
#include "waybill/protection/hash_algorithm.h"
#include "waybill/protection/traffic_keys.h"

namespace waybill {

inline constexpr size_t kMasterSecretLength = 48;
inline constexpr size_t kHelloRandomLength = 32;

// Fills `output` with PRF(secret, label, seed). Thread-safe.
void Prf12(HashAlgorithm hash, absl::Span<const uint8_t> secret, std::string_view label,
           absl::Span<const uint8_t> seed, absl::Span<uint8_t> output);

// The keys of both directions, from what a stack exports: a master secret of kMasterSecretLength
// bytes, whether extended or not, and the randoms of both hellos. False where a length is wrong.
bool DeriveTrafficKeys12(HashAlgorithm hash, AeadAlgorithm algorithm,
                         absl::Span<const uint8_t> master_secret,
                         absl::Span<const uint8_t> client_random,
                         absl::Span<const uint8_t> server_random, TrafficKeys* client_write,
                         TrafficKeys* server_write);

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_KEY_SCHEDULE12_H_
