// SPDX-License-Identifier: Apache-2.0
//
// What the comparison takes from a capture: which records followed one another, and how long they
// were.
#ifndef WAYBILL_BENCH_COMPARISON_CAPTURED_RECORDS_H_
#define WAYBILL_BENCH_COMPARISON_CAPTURED_RECORDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace waybill {

// A protected record that is not of the handshake.
struct CapturedRecord {
  uint32_t flow = 0;            // one direction between two endpoints; counts from 0 in a capture
  uint8_t content_type = 0;     // application_data where the capture does not show it
  uint16_t payload_length = 0;  // behind the header and its extensions, in bytes, as captured
};

struct CapturedTraffic {
  std::string path;
  uint64_t datagrams = 0;               // UDP
  uint64_t records = 0;                 // DTLS records that could be read, in any form and epoch
  std::vector<CapturedRecord> records_used;  // in the order captured
};

// Reads the records of a pcap or pcapng file. Left out are records of epoch 0 and of the handshake,
// which carry no CID extension (EXT-13), and payloads that DTLS 1.3 could not carry: under 16 bytes,
// or over its limit. Fails where the file cannot be read to its end, with its name and the offset.
absl::StatusOr<CapturedTraffic> ReadRecordsOfCapture(const std::string& path);

// The captures that the project ships, from the files that the build put beside this program.
// Fails where there are none.
absl::StatusOr<std::vector<std::string>> ShippedCaptures();

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_CAPTURED_RECORDS_H_
