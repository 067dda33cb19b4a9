// SPDX-License-Identifier: Apache-2.0
//
// The part of the reference codec that counts: record numbers reconstructed by search, and a replay
// window that forgets nothing.
#ifndef WAYBILL_TRAFFIC_REFERENCE_NUMBERS_H_
#define WAYBILL_TRAFFIC_REFERENCE_NUMBERS_H_

#include <cstdint>
#include <optional>
#include <set>

#include "waybill/wire/drop_reason.h"

namespace waybill::reference {

// RFC 9147, section 4.2.2: the number closest to `expected` among those of 48 bits that end in the
// `bits` bits of `wire`; of two, the larger. Looks at every number from `expected` on, upwards and
// downwards.
uint64_t ReconstructSequenceNumber(uint64_t wire, int bits, uint64_t expected);

// The same section: the last epoch up to `newest` that ends in these two bits. Looks at one after
// the other, back to epoch 0; none where there was no such epoch yet.
std::optional<uint64_t> ReconstructEpoch(uint64_t bits, uint64_t newest);

// RFC 9147, section 4.5.1, with a window of 256 numbers: every number that was ever received, and
// the highest of them, which is the window's right edge.
class ReplayWindow {
 public:
  DropReason Check(uint64_t sequence_number) const;
  void Mark(uint64_t sequence_number);
  // One more than the right edge; 0 before there is one.
  uint64_t expected() const { return received_.empty() ? 0 : *received_.rbegin() + 1; }

 private:
  std::set<uint64_t> received_;
};

}  // namespace waybill::reference

#endif  // WAYBILL_TRAFFIC_REFERENCE_NUMBERS_H_
