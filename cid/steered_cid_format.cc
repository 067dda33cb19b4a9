// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/steered_cid_format.h"

namespace waybill {
namespace {

// For each core: that none of so many belongs to one core happens once in 2^92.
constexpr int kAttempts = 64;

}  // namespace

void SteeredCidFormat::Issue(absl::Span<CidIssue> jobs) {
  format_->Issue(jobs);
  for (CidIssue& job : jobs) {
    int left = kAttempts * steering_.cores();
    while (job.result == CidIssueResult::kIssued && steering_.CoreOf(job.cid()) != core_) {
      if (--left == 0) {
        job.result = CidIssueResult::kCollided;
        job.length = 0;
      } else {
        format_->Issue(absl::Span<CidIssue>(&job, 1));
      }
    }
  }
}

void SteeredCidFormat::Read(absl::Span<CidReading> jobs) const {
  format_->Read(jobs);
  for (CidReading& job : jobs) {
    if (job.reason == DropReason::kNone) job.target.core = steering_.CoreOf(job.cid);
  }
}

}  // namespace waybill
