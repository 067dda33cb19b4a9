// SPDX-License-Identifier: Apache-2.0
//
// Trash for a design, and where its receiver refuses it.
#ifndef WAYBILL_BENCH_COMPARISON_REFUSALS_H_
#define WAYBILL_BENCH_COMPARISON_REFUSALS_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "waybill/bench/comparison/compared_design.h"
#include "waybill/bench/comparison/datagram_store.h"
#include "waybill/bench/comparison/receiver.h"
#include "waybill/bench/comparison/stages.h"
#include "waybill/bench/comparison/trace.h"
#include "waybill/traffic/trash.h"

namespace waybill {

// Makes `count` datagrams of trash, each of the next of `valid`, which the design wrote for the
// trace and `views` say how to read; begins again where there are not as many.
//
// What is spoiled on its way (cut, bit_flips) comes from the address of the datagram that it was;
// all else from an address that the receiver does not know. So unknown_cid is, for a design that
// has no CID, a good datagram from an unknown address. The bytes that say where a CID ends stay as
// they are, or the header could not be read.
absl::StatusOr<DatagramStore> MakeTrashFor(const ComparedDesign& design, TrashClass trash_class,
                                           const DatagramStore& valid,
                                           absl::Span<const RecordView> views, size_t count,
                                           uint64_t seed);

// Where datagrams were refused, and those of them that were.
struct Refusals {
  std::array<uint64_t, kStageCount> at_stage = {};  // by Stage; kAead: not refused
  DatagramStore refused;
};

// Fails, with the datagram's number, where the design's answers contradict themselves (see
// CheckedVerdicts()).
absl::StatusOr<Refusals> CountRefusals(const ComparedDesign& design,
                                       const ComparedReceiver& receiver,
                                       const DatagramStore& trash);

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_REFUSALS_H_
