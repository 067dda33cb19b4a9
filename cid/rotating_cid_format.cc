// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/rotating_cid_format.h"

#include <algorithm>

namespace waybill {

bool RotatingCidFormat::Rotate(CidFormat* next) {
  const CidLength length = next->length();
  if (previous_ != nullptr || length.absent() || length.self_delineating() ||
      length.fixed() != current_->length().fixed() || next->locates() != current_->locates()) {
    return false;
  }
  previous_ = current_;
  current_ = next;
  return true;
}

void RotatingCidFormat::Read(absl::Span<CidReading> jobs) const {
  current_->Read(jobs);
  if (previous_ == nullptr) return;
  size_t at[kCidsAtOnce];
  CidReading again[kCidsAtOnce];
  for (size_t next = 0; next < jobs.size();) {
    size_t count = 0;
    for (; next < jobs.size() && count < kCidsAtOnce; ++next) {
      if (jobs[next].reason == DropReason::kNone) continue;
      again[count].cid = jobs[next].cid;
      at[count++] = next;
    }
    previous_->Read(absl::Span<CidReading>(again, count));
    for (size_t i = 0; i < count; ++i) {
      if (again[i].reason == DropReason::kNone) jobs[at[i]] = again[i];
    }
  }
}

}  // namespace waybill
