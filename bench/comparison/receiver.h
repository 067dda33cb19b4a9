// SPDX-License-Identifier: Apache-2.0
//
// What a receiver of one design has.
#ifndef WAYBILL_BENCH_COMPARISON_RECEIVER_H_
#define WAYBILL_BENCH_COMPARISON_RECEIVER_H_

#include <memory>

#include "waybill/bench/comparison/compared_cids.h"
#include "waybill/record/record_rules.h"

namespace waybill {

// The CIDs, which are not null, are of the design's kind, issued for the associations whose states
// they have, and the rules are its Rules() for them.
struct ComparedReceiver {
  std::shared_ptr<const ComparedCids> cids;
  RecordRules rules;
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_RECEIVER_H_
