// SPDX-License-Identifier: Apache-2.0
//
// How much trash passes for a connection ID (CID) by chance: random CIDs, counted at what a
// receiver can hold against them before it opens a record.
#ifndef WAYBILL_BENCH_COMPARISON_PASSING_CIDS_H_
#define WAYBILL_BENCH_COMPARISON_PASSING_CIDS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "waybill/bench/comparison/statistics.h"

namespace waybill {

// What a random CID has to pass.
enum class CidHurdle : uint8_t {
  kLookup,  // the table of CIDs: it must be one of those that live
  kTag,     // TaggedCidFormat: its last bytes must be the tag of the others
  kSeal,    // SealedCidFormat: its check bits must be right
};

constexpr std::string_view NameOf(CidHurdle hurdle) {
  return hurdle == CidHurdle::kLookup ? "lookup" : hurdle == CidHurdle::kTag ? "tag" : "seal";
}

// Random CIDs of one length that were tried, and those of them that passed.
struct PassingCount {
  CidHurdle hurdle = CidHurdle::kLookup;
  uint8_t cid_length = 0;    // in bytes
  uint8_t check_length = 0;  // bytes that have to be right by chance: the CID, the tag, the check
  size_t associations = 0;   // that a table holds; 0 where no table is asked
  uint64_t trials = 0;
  uint64_t passed = 0;

  double share() const { return static_cast<double>(passed) / static_cast<double>(trials); }
  // What theory says: as many of all values of the bytes pass as there are associations, or one.
  double expected() const;
  Interval interval() const { return ShareInterval(passed, trials); }
  bool expected_inside() const;
  // What the share is below with 95 % confidence; nothing where some passed.
  std::optional<double> bound() const;
};

// Counts by the table and the formats that the comparison uses, with random CIDs and keys that the
// seed names: the same arguments give the same counts. About `trials` random CIDs go into each
// count, sixteen times as many where a check has 3 bytes; counts with a table larger than that are
// left out, and 0 trials count nothing. Each is told to `progress`.
//
// Fails where a CID that was issued does not pass: then nothing that was counted would mean
// anything.
absl::StatusOr<std::vector<PassingCount>> CountPassingCids(
    uint64_t seed, size_t trials, const std::function<void(std::string_view)>& progress);

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_PASSING_CIDS_H_
