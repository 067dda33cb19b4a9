// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/record_number.h"

namespace waybill {
namespace {

// All bits where a < b, else none; b is below 2^63. Of a comparison compilers make branches, of a
// borrow they do not.
constexpr uint64_t Less(uint64_t a, uint64_t b) { return 0 - ((~a & (a - b)) >> 63); }

}  // namespace

// The number is not authenticated yet, and its mask is there to hide it: no branch depends on it
// (REQ-155, docs/constant_time.md).
uint64_t ReconstructSequence(uint16_t wire, int bits, uint64_t expected) {
  const uint64_t step = uint64_t{1} << bits;
  // Of any 2^bits consecutive numbers one ends in the bits. Among those around the expected number
  // it is the nearest; where they would leave the range of numbers, they move to its end.
  const uint64_t below = step / 2 - 1;
  const uint64_t highest = kMaxSequence + 1 - step;
  uint64_t first = (expected - below) & ~Less(expected, below);
  first = highest ^ ((first ^ highest) & Less(first, highest));
  return first + ((wire - first) & (step - 1));
}

bool ReconstructEpoch(uint8_t wire, uint64_t newest, uint64_t* epoch) {
  const uint64_t age = (newest - wire) & kUnifiedEpochMask;
  if (age > newest) return false;
  *epoch = newest - age;
  return true;
}

}  // namespace waybill
