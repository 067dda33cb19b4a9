// SPDX-License-Identifier: Apache-2.0
//
// A capture of any length whose content is known: what is timed must first be right.
#ifndef WAYBILL_BENCH_DISSECT_RATES_GENERATED_CAPTURE_H_
#define WAYBILL_BENCH_DISSECT_RATES_GENERATED_CAPTURE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace waybill {

// One record as `waybill dissect --json` must show it.
struct ExpectedRecord {
  uint64_t line = 0;  // counts all records of the capture from 1
  uint64_t frame = 0;
  int record = 0;
  std::string source, destination;
  std::string form;
  std::string cid;  // in hex, empty where there is none
  uint64_t length = 0;
};

// What must be found in a capture.
struct ExpectedContent {
  uint64_t datagrams = 0;
  uint64_t bytes = 0;  // of payload
  uint64_t records = 0;
  std::map<std::string, uint64_t> forms;
  std::vector<ExpectedRecord> samples;  // one of each thousand or so records, in order
};

// Writes sessions of every form of record, without trash, into the file `path`, until they have at
// least `records` records, and fewer than three more. Every session begins with its hellos and has
// an address of its own, so that a reader without options knows the length of every connection ID,
// and has ever more to remember. The same seed makes the same file, of which a shorter capture is
// the front. Fails where the file cannot be written.
absl::StatusOr<ExpectedContent> WriteGeneratedCapture(const std::string& path, uint64_t records,
                                                      uint64_t seed);

}  // namespace waybill

#endif  // WAYBILL_BENCH_DISSECT_RATES_GENERATED_CAPTURE_H_
