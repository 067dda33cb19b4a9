// SPDX-License-Identifier: Apache-2.0
//
// The comparison of header designs, from options to figures.
#ifndef WAYBILL_BENCH_COMPARISON_COMPARISON_H_
#define WAYBILL_BENCH_COMPARISON_COMPARISON_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "waybill/bench/comparison/callgrind.h"
#include "waybill/bench/comparison/captured_records.h"
#include "waybill/bench/comparison/compared_design.h"
#include "waybill/bench/comparison/datagram_store.h"
#include "waybill/bench/comparison/measure.h"
#include "waybill/bench/comparison/passing_cids.h"
#include "waybill/bench/comparison/receiver.h"
#include "waybill/bench/comparison/refusals.h"
#include "waybill/bench/comparison/stages.h"
#include "waybill/bench/comparison/trace.h"
#include "waybill/bench/header_designs/header_design.h"
#include "waybill/traffic/trash.h"
#include "waybill/wire/byte_range.h"

namespace waybill {

struct ComparisonOptions {
  std::vector<size_t> association_counts = {1000, 100000};  // each at least 1
  size_t datagrams = 65536;                                 // of the trace, at least 1
  uint64_t seed = 1;
  std::vector<ComparedDesign> designs;  // at least one
  int repetitions = 21;                 // at least kFewestRepetitions
  size_t trials = 1 << 22;              // see CountPassingCids()
  // Spoils one answer of the first design, to show that it is found out.
  bool plant_wrong = false;
};

// Trash of each class and for each design, of that many datagrams; a smaller trace gives fewer.
inline constexpr size_t kMostTrash = 16384;

// What became of one class of trash.
struct TrashResult {
  TrashClass trash_class = TrashClass::kRandom;
  size_t datagrams = 0;
  std::array<uint64_t, kStageCount> at_stage = {};
  std::optional<Measured> refused;  // a refused datagram; none where none was refused
};

// What depends on how many associations the receiver has.
struct ReceiverResult {
  size_t associations = 0;
  // Finding the association of a valid record, and touching its state: one by one, and in batches.
  Measured lookup;
  Measured batched_lookup;
  std::vector<TrashResult> trash;
};

struct DesignResult {
  const DesignInfo* info = nullptr;
  uint8_t cid_length = 0;    // of the CID in the header
  size_t header_length = 0;  // bytes of each header, chain of extensions included
  Measured parse;
  absl::StatusOr<double> instructions;  // a parsed record; or why they were not counted
  std::vector<ReceiverResult> receivers;
};

struct ComparisonResults {
  Measured
      floor;  // the copy timed as if it were a design: how far its ratio is from 1 is the noise
  absl::StatusOr<double> floor_instructions;
  std::vector<DesignResult> designs;
  std::vector<PassingCount> passing;
};

// Told what is being done, in a few words.
using ProgressFunction = std::function<void(std::string_view)>;

// All datagrams that are timed, made and checked beforehand.
class Comparison {
 public:
  // Writes the records of `captured` in every design, makes trash of them, and checks that each
  // design answers right. Fails, with the design and the datagram, for the first that does not.
  static absl::StatusOr<Comparison> Prepare(const ComparisonOptions& options,
                                            absl::Span<const CapturedRecord> captured,
                                            const ProgressFunction& progress);

  // Counts and times. Times mean something only where IsOptimisedBuild(). Fails where a CID that
  // was issued does not pass.
  absl::StatusOr<ComparisonResults> Run(const ReplayArguments& replay,
                                        const ProgressFunction& progress) const;

 private:
  // A receiver of one design, and the datagrams for it.
  struct Prepared {
    ComparedReceiver receiver;
    DatagramStore valid;
    std::vector<ByteRange> cids;  // of the valid ones
    std::array<Refusals, kTrashClassCount> trash;
  };
  // All designs with one number of associations.
  struct Round {
    Trace trace;
    std::vector<Prepared> designs;
  };

  explicit Comparison(const ComparisonOptions& options) : options_(options) {}

  absl::StatusOr<Prepared> PrepareDesign(const ComparedDesign& design, const Trace& trace,
                                         absl::StatusOr<ComparedReceiver> receiver,
                                         bool spoil) const;
  ComparisonResults Describe() const;

  ComparisonOptions options_;
  std::vector<Round> rounds_;
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_COMPARISON_H_
