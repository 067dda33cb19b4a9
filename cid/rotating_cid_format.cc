// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/rotating_cid_format.h"

#include "waybill/cid/cids_at_once.h"

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
  InParts(jobs, [this](absl::Span<CidReading> part) {
    const CidSelection selection(
        part, [](const CidReading& job) { return job.reason != DropReason::kNone; });
    if (selection.size() == 0) return;
    CidReading again[kCidsAtOnce];
    for (size_t i = 0; i < selection.size(); ++i) again[i].cid = part[selection[i]].cid;
    previous_->Read(absl::Span<CidReading>(again, selection.size()));
    for (size_t i = 0; i < selection.size(); ++i) {
      if (again[i].reason == DropReason::kNone) part[selection[i]] = again[i];
    }
  });
}

}  // namespace waybill
