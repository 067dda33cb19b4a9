// SPDX-License-Identifier: Apache-2.0
//
// The randomness that cid/ is given.
#ifndef WAYBILL_PROTECTION_SYSTEM_RANDOM_H_
#define WAYBILL_PROTECTION_SYSTEM_RANDOM_H_

#include <cstdint>

#include "absl/types/span.h"
#include "waybill/cid/random_source.h"

namespace waybill {

// BoringSSL's generator, seeded by the kernel. Thread-safe. It ends the process rather than answer
// with less than randomness. BoringSSL keeps a state for each thread: the constructor takes its
// memory for the thread that calls it, any other thread's first call does so itself.
class SystemRandom final : public RandomSource {
 public:
  SystemRandom();
  bool Fill(absl::Span<uint8_t> bytes) override;
};

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_SYSTEM_RANDOM_H_
