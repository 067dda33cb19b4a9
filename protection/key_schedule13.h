// SPDX-License-Identifier: Apache-2.0
//
// From an exported traffic secret to the keys of DTLS 1.3 (RFC 8446, section 7.3; RFC 9147,
// sections 4.2.3 and 5.9).
#ifndef WAYBILL_PROTECTION_KEY_SCHEDULE13_H_
#define WAYBILL_PROTECTION_KEY_SCHEDULE13_H_

#include <cstdint>

#include "absl/types/span.h"
#include "waybill/protection/hash_algorithm.h"
#include "waybill/protection/secret_bytes.h"
#include "waybill/protection/traffic_keys.h"

namespace waybill {

// A traffic secret, as long as its hash.
using TrafficSecret = SecretBytes<kMaxHashLength>;

// The keys of one direction and epoch: key, iv and sn. False where the secret is not as long as the
// hash. Thread-safe.
bool DeriveTrafficKeys13(HashAlgorithm hash, AeadAlgorithm algorithm,
                         absl::Span<const uint8_t> traffic_secret, TrafficKeys* keys);

// The traffic secret behind a KeyUpdate (RFC 8446, section 7.2). `secret` may be `next`. False
// where the secret is not as long as the hash.
bool NextTrafficSecret(HashAlgorithm hash, const TrafficSecret& secret, TrafficSecret* next);

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_KEY_SCHEDULE13_H_
