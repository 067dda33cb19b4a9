// SPDX-License-Identifier: Apache-2.0
//
// Figures that follow from other figures, for all that shows them.
#ifndef WAYBILL_BENCH_COMPARISON_OVERHEAD_H_
#define WAYBILL_BENCH_COMPARISON_OVERHEAD_H_

#include <cstddef>

#include "waybill/bench/comparison/comparison.h"
#include "waybill/bench/comparison/stages.h"

namespace waybill {

// Application data of these lengths is what headers are held against, in bytes.
inline constexpr size_t kShownPayloads[] = {20, 100, 1200};

// Bytes that a record costs beside its payload: the header, and the content type where it stands
// inside the protection. Nonces and tags are the cipher suite's, and are not counted.
inline size_t Overhead(const DesignResult& design) {
  return design.header_length + design.info->protected_type;
}

inline double OverheadShare(const DesignResult& design, size_t payload) {
  return static_cast<double>(Overhead(design)) / static_cast<double>(payload);
}

// The share of the trash that got to a stage and no further.
inline double ShareAt(const TrashResult& trash, Stage stage) {
  return static_cast<double>(trash.at_stage[static_cast<size_t>(stage)]) /
         static_cast<double>(trash.datagrams);
}

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_OVERHEAD_H_
