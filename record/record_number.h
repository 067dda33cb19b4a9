// SPDX-License-Identifier: Apache-2.0
//
// Record numbers, and how a receiver of DTLS 1.3 gets them back from the few bits on the wire (RFC
// 9147, section 4.2.2).
#ifndef WAYBILL_RECORD_RECORD_NUMBER_H_
#define WAYBILL_RECORD_RECORD_NUMBER_H_

#include <cstdint>

#include "waybill/record/record_view.h"

namespace waybill {

// The number of a record: an epoch of 64 bits, of which a header carries 16 or 2, and a sequence
// number of at most kMaxSequence. Ordered as records are sent: by epoch, then by sequence
// (REQ-020).
struct RecordNumber {
  uint64_t epoch = 0;
  uint64_t sequence = 0;

  friend constexpr bool operator==(const RecordNumber& a, const RecordNumber& b) {
    return a.epoch == b.epoch && a.sequence == b.sequence;
  }
  friend constexpr bool operator<(const RecordNumber& a, const RecordNumber& b) {
    return a.epoch != b.epoch ? a.epoch < b.epoch : a.sequence < b.sequence;
  }
};

// The full sequence number, at most kMaxSequence, that ends in the `bits` low bits of `wire` (8 or
// 16, already unmasked) and is nearest to `expected`: one more than the highest sequence number
// opened in the epoch, or 0 where there was none. Of two that are equally near the larger is taken.
// An `expected` above kMaxSequence + 1 counts as that.
uint64_t ReconstructSequence(uint16_t wire, int bits, uint64_t expected);

// Finds the most recent epoch, up to `newest`, that ends in the two bits of a unified header;
// `newest` is the highest epoch that the receiver has keys for. False where there is none: an epoch
// above `newest` that small has not begun (RFC 9147, section 4.2.2).
bool ReconstructEpoch(uint8_t wire, uint64_t newest, uint64_t* epoch);

}  // namespace waybill

#endif  // WAYBILL_RECORD_RECORD_NUMBER_H_
