// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/comparison/receivers.h"

#include "absl/status/status.h"

namespace waybill {

absl::StatusOr<ComparedReceiver> Receivers::For(const ComparedDesign& design) {
  std::shared_ptr<const ComparedCids>& cids = issued_[design.issue_cids];
  if (cids == nullptr) {
    absl::StatusOr<std::shared_ptr<const ComparedCids>> issued =
        design.issue_cids(*associations_, seed_);
    if (!issued.ok()) return issued.status();
    cids = *std::move(issued);
  }
  return ComparedReceiver{cids, design.rules(cids->length())};
}

}  // namespace waybill
