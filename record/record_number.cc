// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/record_number.h"

#include <algorithm>

namespace waybill {

uint64_t ReconstructSequence(uint16_t wire, int bits, uint64_t expected) {
  const uint64_t step = uint64_t{1} << bits;
  const uint64_t half = step / 2;
  expected = std::min(expected, kMaxSequence + 1);
  // The candidate in the expected number's own block of 2^bits is off by less than a block: its
  // neighbour may be nearer.
  const uint64_t candidate = (expected & ~(step - 1)) | (wire & (step - 1));
  if (candidate + half <= expected && candidate + step <= kMaxSequence) return candidate + step;
  if (candidate > kMaxSequence || (candidate > expected + half && candidate >= step))
    return candidate - step;
  return candidate;
}

bool ReconstructEpoch(uint8_t wire, uint64_t newest, uint64_t* epoch) {
  const uint64_t age = (newest - wire) & kUnifiedEpochMask;
  if (age > newest) return false;
  *epoch = newest - age;
  return true;
}

}  // namespace waybill
