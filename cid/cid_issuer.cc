// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/cid_issuer.h"

namespace waybill {

void CidIssuer::Issue(absl::Span<CidIssue> jobs) {
  format_->Issue(jobs);
  for (CidIssue& job : jobs) {
    for (int attempt = 1; job.result == CidIssueResult::kIssued && !Register(&job); ++attempt) {
      if (attempt == kMaxAttempts) {
        job.result = CidIssueResult::kCollided;
      } else {
        format_->Issue(absl::Span<CidIssue>(&job, 1));
      }
    }
    if (job.result != CidIssueResult::kIssued) job.length = 0;
  }
}

bool CidIssuer::Register(CidIssue* job) {
  switch (registry_->Add(job->cid(), job->target)) {
    case CidRegistry::Answer::kTaken:
      return false;
    case CidRegistry::Answer::kFull:
      job->result = CidIssueResult::kRegistryFull;
      return true;
    case CidRegistry::Answer::kInvalid:
      job->result = CidIssueResult::kRegistryRefused;
      return true;
    case CidRegistry::Answer::kAdded:
      break;
  }
  return true;
}

}  // namespace waybill
