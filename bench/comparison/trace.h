// SPDX-License-Identifier: Apache-2.0
//
// The traffic of the comparison: records drawn from captures, told to as many associations as asked
// for, and then written by each design.
#ifndef WAYBILL_BENCH_COMPARISON_TRACE_H_
#define WAYBILL_BENCH_COMPARISON_TRACE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "waybill/bench/comparison/associations.h"
#include "waybill/bench/comparison/captured_records.h"
#include "waybill/bench/comparison/compared_cids.h"
#include "waybill/bench/comparison/compared_design.h"
#include "waybill/bench/comparison/datagram_store.h"
#include "waybill/bench/header_designs/header_design.h"
#include "waybill/traffic/random.h"

namespace waybill {

// Records in the order in which the receiver gets them, and whom they belong to.
struct Trace {
  std::vector<RecordLabel> labels;
  std::vector<AddressKey> addresses;  // of the associations
  // As they are before the first record arrives.
  std::shared_ptr<const ComparedAssociations> associations;
};

// Draws `datagrams` records for `associations` associations from `captured`, which must not be
// empty. An association replays one captured flow from some record on, over and over, with the
// content types and payload lengths of the capture, in their order; flows are drawn by their number
// of records. The sequence numbers go on from where the association is, somewhere in its first 2^16
// records, all of which it has opened. Which association is next is drawn at random, so that
// neither addresses nor lengths repeat in an order that a processor could learn.
//
// The same arguments give the same trace.
Trace MakeTrace(absl::Span<const CapturedRecord> captured, size_t associations, size_t datagrams,
                uint64_t seed);

// The records of the trace in the header of a design, with the CIDs of its receiver, one in a
// datagram, with random bytes as payload. Fails where the design cannot write a label.
absl::StatusOr<DatagramStore> WriteTrace(const ComparedDesign& design, const Trace& trace,
                                         const ComparedCids& cids, uint64_t seed);

// An address that no association of a trace has.
AddressKey MakeUnknownAddress(Random* random);

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_TRACE_H_
