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
  CidReading again[kCidsAtOnce];
  InParts(jobs, [&](absl::Span<CidReading> part) {
    CidSelection selection;
    for (size_t i = 0; i < part.size(); ++i) {
      if (part[i].reason == DropReason::kNone) continue;
      again[selection.size()].cid = part[i].cid;
      selection.Add(i);
    }
    previous_->Read(absl::Span<CidReading>(again, selection.size()));
    for (size_t i = 0; i < selection.size(); ++i) {
      if (again[i].reason == DropReason::kNone) part[selection[i]] = again[i];
    }
  });
}

}  // namespace waybill
