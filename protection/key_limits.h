// SPDX-License-Identifier: Apache-2.0
//
// How long a key may be used (RFC 9147, section 4.5.3; RFC 8446, section 5.5). Nothing closes by
// itself: whoever seals and opens is told, and decides.
#ifndef WAYBILL_PROTECTION_KEY_LIMITS_H_
#define WAYBILL_PROTECTION_KEY_LIMITS_H_

#include <cstdint>

#include "waybill/protection/aead.h"
#include "waybill/record/record_view.h"

namespace waybill {

// What a seal or a failed open has brought about. Each is told once for a key.
enum class KeyEvent : uint8_t {
  kNone,
  kUpdateSoon,    // an eighth of the limit is left: time to ask for new keys
  kLimitReached,  // the key should protect, or be tried against, no further record
};

// Records for one key. A limit of 0 is none.
struct KeyLimits {
  uint64_t max_seals = 0;         // on the sender's side
  uint64_t max_failed_opens = 0;  // on the receiver's side

  // The event that the `count`th record brings about under `limit`.
  static constexpr KeyEvent EventOf(uint64_t count, uint64_t limit) {
    if (limit == 0) return KeyEvent::kNone;
    if (count == limit) return KeyEvent::kLimitReached;
    return count == limit - limit / 8 ? KeyEvent::kUpdateSoon : KeyEvent::kNone;
  }
};

// The limits that go with an algorithm. AES-128-CCM_8 has no limit of failed opens that would both
// bound forgeries and keep attackers from closing associations; under DTLS 1.3 an embedder must set
// one (REQ-071).
constexpr KeyLimits LimitsOf(AeadAlgorithm algorithm) {
  constexpr uint64_t kGcmSeals = 23'726'566;  // 2^24.5
  constexpr uint64_t kCcmSeals = uint64_t{1} << 23;
  constexpr uint64_t kCcmFailedOpens = 11'863'283;  // 2^23.5
  constexpr uint64_t kFailedOpens = uint64_t{1} << 36;
  switch (algorithm) {
    case AeadAlgorithm::kAes128Gcm:
    case AeadAlgorithm::kAes256Gcm:
      return {kGcmSeals, kFailedOpens};
    case AeadAlgorithm::kChaCha20Poly1305:
      return {kMaxSequence + 1, kFailedOpens};  // the numbers end before its limit
    case AeadAlgorithm::kAes128Ccm:
      return {kCcmSeals, kCcmFailedOpens};
    case AeadAlgorithm::kAes128Ccm8:
      return {kCcmSeals, 0};
  }
  return {};
}

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_KEY_LIMITS_H_
