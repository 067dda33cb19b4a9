// SPDX-License-Identifier: Apache-2.0
//
// Holds the answers of `waybill dissect` against what a generated capture has.
#ifndef WAYBILL_BENCH_DISSECT_RATES_CHECK_H_
#define WAYBILL_BENCH_DISSECT_RATES_CHECK_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "waybill/bench/dissect_rates/generated_capture.h"

namespace waybill {

// What `--stats --json` answers: every count, and no record refused.
absl::Status CheckStatistics(const ExpectedContent& content, absl::string_view answer);

// What `--json` answers, line by line: as many lines as there are records, and each sample in its
// place.
class LineCheck {
 public:
  // `content` is not owned.
  explicit LineCheck(const ExpectedContent& content) : content_(content) {}

  void Add(absl::string_view line);
  // To be called once, behind the last line.
  absl::Status Result() const;

 private:
  const ExpectedContent& content_;
  uint64_t lines_ = 0;
  size_t next_sample_ = 0;
  std::string first_fault_;
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_DISSECT_RATES_CHECK_H_
