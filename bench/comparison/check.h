// SPDX-License-Identifier: Apache-2.0
//
// Whether a design answers right. What answers wrong is not timed.
#ifndef WAYBILL_BENCH_COMPARISON_CHECK_H_
#define WAYBILL_BENCH_COMPARISON_CHECK_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "waybill/bench/comparison/compared_design.h"
#include "waybill/bench/comparison/datagram_store.h"
#include "waybill/bench/comparison/receiver.h"
#include "waybill/bench/comparison/trace.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"

namespace waybill {

// What the design reads in each of the datagrams, which must be records of its own.
std::vector<RecordView> ReadAll(const ComparedDesign& design, const RecordRules& rules,
                                const DatagramStore& datagrams);

// Compares what was read, and where the receiver takes it, with the labels of the trace that the
// datagrams were written from: CID, epoch and sequence number as far as they are on the wire,
// content type where it is in the clear, the bounds of the payload, and the association, which has
// to be reached past every stage. Fails with the number of the first datagram, from 1, that
// differs, and says in what.
//
// Before that it fails where a CID does not end where it was issued to.
absl::Status CheckAnswers(const ComparedDesign& design, const Trace& trace,
                          const ComparedReceiver& receiver, const DatagramStore& datagrams,
                          const std::vector<RecordView>& views);

// The verdicts over any datagrams, taken twice. Fails, as above, where the two passes differ or a
// verdict contradicts the first byte or the association table.
absl::StatusOr<std::vector<Verdict>> CheckedVerdicts(const ComparedDesign& design,
                                                     const ComparedReceiver& receiver,
                                                     const DatagramStore& datagrams);

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_CHECK_H_
