// SPDX-License-Identifier: Apache-2.0
//
// The receivers of one trace, a design each.
#ifndef WAYBILL_BENCH_COMPARISON_RECEIVERS_H_
#define WAYBILL_BENCH_COMPARISON_RECEIVERS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "waybill/bench/comparison/associations.h"
#include "waybill/bench/comparison/compared_cids.h"
#include "waybill/bench/comparison/compared_design.h"
#include "waybill/bench/comparison/receiver.h"

namespace waybill {

// Receivers of all designs have the same associations. Those whose CIDs are of one kind have the
// same CIDs too, so that their tables are equally warm.
class Receivers {
 public:
  // `seed` names the CIDs and the keys that they are made with.
  Receivers(std::shared_ptr<const ComparedAssociations> associations, uint64_t seed)
      : associations_(std::move(associations)), seed_(seed) {}

  // Fails where the design's CIDs cannot be issued.
  absl::StatusOr<ComparedReceiver> For(const ComparedDesign& design);

 private:
  std::shared_ptr<const ComparedAssociations> associations_;
  uint64_t seed_;
  std::map<IssueCidsFunction, std::shared_ptr<const ComparedCids>> issued_;
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_RECEIVERS_H_
