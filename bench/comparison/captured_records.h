// SPDX-License-Identifier: Apache-2.0
//
// What the comparison takes from captures: which records followed one another, and how long they
// were.
#ifndef WAYBILL_BENCH_COMPARISON_CAPTURED_RECORDS_H_
#define WAYBILL_BENCH_COMPARISON_CAPTURED_RECORDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace waybill {

// A protected record, as every design can label it anew.
struct CapturedRecord {
  uint32_t flow = 0;         // one direction between two endpoints of one capture, from 0
  uint8_t content_type = 0;  // application_data where the capture shows no type, or the handshake
  uint16_t payload_length = 0;  // behind the header and its extensions, in bytes, as captured
};

// What was found in one file.
struct CaptureSummary {
  std::string path;
  uint64_t datagrams = 0;          // UDP
  uint64_t records = 0;            // DTLS records whose header could be read, in any form and epoch
  uint64_t protected_records = 0;  // those of them that are used
};

struct CapturedTraffic {
  std::vector<CaptureSummary> captures;
  std::vector<CapturedRecord> records;  // at least one, in the order captured
};

// Reads the records of pcap and pcapng files. Used are those of an epoch above 0 in all forms that
// a DTLS 1.3 record could carry too: with a payload of 16 bytes at least, and within its limit.
// Fails where a file cannot be read to its end, with its name and the offset, and with kNotFound
// where no protected record is in any of them.
absl::StatusOr<CapturedTraffic> ReadCaptures(absl::Span<const std::string> paths);

// The captures that the project ships, from the files that the build put beside this program, by
// name. Fails where there are none.
absl::StatusOr<std::vector<std::string>> ShippedCaptures();

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_CAPTURED_RECORDS_H_
