// SPDX-License-Identifier: Apache-2.0
//
// Captured traffic in self-describing records. No stack sends them yet: so the protected records of
// a capture, with their payloads, are labelled anew, and everything else is left out, the hellos
// above all. What a reader makes of the rest, it has from the records alone.
#ifndef WAYBILL_TESTS_SELF_DESCRIBING_RELABELLED_CAPTURE_H_
#define WAYBILL_TESTS_SELF_DESCRIBING_RELABELLED_CAPTURE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "waybill/record/record_view.h"
#include "waybill/tools/direction.h"
#include "waybill/traffic/bytes.h"

namespace waybill {

struct RelabelledExtension {
  uint8_t type = 0;
  Bytes value;
};

// A record, and all that a reader must find in it.
struct RelabelledRecord {
  uint8_t content_type = 0;  // extended12 alone
  uint64_t epoch = 0;        // both as they stand on the wire: extended13 has their low bits
  uint64_t sequence = 0;
  bool sequence16 = false;  // extended13 alone
  Bytes cid;
  std::vector<RelabelledExtension> extensions;  // the CID's among them, in order
  Bytes payload;                                // as captured
};

struct RelabelledDatagram {
  FlowDirection direction;
  std::vector<RelabelledRecord> records;
  Bytes bytes;
};

// The captures that the build put beside the test, by name. There is at least one.
std::vector<std::string> CapturePaths();

// How often each captured record occurs in what Relabel() answers, each time in an association of
// its own.
inline constexpr size_t kAssociations = 12;

// Every protected record of the capture as a record of `form`, which is extended12 or extended13:
// in their order in each direction, one to four in a datagram. Clients change their address under
// way, and at times the CIDs with it, and their lengths. CIDs count through the lengths 1 to 255,
// from `*cid_length` on, which is left at the next one. Fails where the capture cannot be read to
// its end.
absl::StatusOr<std::vector<RelabelledDatagram>> Relabel(const std::string& path, RecordForm form,
                                                        size_t* cid_length);

}  // namespace waybill

#endif  // WAYBILL_TESTS_SELF_DESCRIBING_RELABELLED_CAPTURE_H_
