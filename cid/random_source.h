// SPDX-License-Identifier: Apache-2.0
//
// The randomness that connection IDs and cookies are made of: the keyless rooms are given it.
#ifndef WAYBILL_CID_RANDOM_SOURCE_H_
#define WAYBILL_CID_RANDOM_SOURCE_H_

#include <cstdint>

#include "absl/types/span.h"

namespace waybill {

// Bytes that nobody can foretell. Calls do not allocate.
class RandomSource {
 public:
  // Fills `bytes`. False where the source has failed: then nothing may be issued from them
  // (BUG-42).
  virtual bool Fill(absl::Span<uint8_t> bytes) = 0;

 protected:
  // Whoever uses a source does not own it.
  ~RandomSource() = default;
};

}  // namespace waybill

#endif  // WAYBILL_CID_RANDOM_SOURCE_H_
