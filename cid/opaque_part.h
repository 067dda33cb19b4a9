// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: the random bytes that CIDs begin with.
#ifndef WAYBILL_CID_OPAQUE_PART_H_
#define WAYBILL_CID_OPAQUE_PART_H_

#include <cstdint>

#include "absl/types/span.h"
#include "waybill/cid/checked_random.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/cids_at_once.h"

namespace waybill {

// Issues to each job a CID of `length` bytes, of which the first `opaque_length` are drawn; the
// others are the caller's. Takes a part of InParts().
inline void DrawOpaqueParts(absl::Span<CidIssue> part, uint8_t length, uint8_t opaque_length,
                            CheckedRandom* random) {
  uint8_t* places[kCidsAtOnce];
  size_t count = 0;
  for (CidIssue& job : part) {
    job.length = job.storage.size() < length ? 0 : length;
    job.result = job.length == 0 ? CidIssueResult::kStorageTooShort : CidIssueResult::kNoRandomness;
    if (job.length != 0) places[count++] = job.storage.data();
  }
  const bool drawn = random->FillEach(absl::Span<uint8_t* const>(places, count), opaque_length);
  for (CidIssue& job : part) {
    if (job.length == 0) continue;
    if (drawn) {
      job.result = CidIssueResult::kIssued;
    } else {
      job.length = 0;
    }
  }
}

}  // namespace waybill

#endif  // WAYBILL_CID_OPAQUE_PART_H_
