// SPDX-License-Identifier: Apache-2.0
//
// Datagrams with the answers that they must cause, as constants of the image: make_vectors.cc
// writes them, records_test.cc holds the library against them.
#ifndef WAYBILL_TESTS_MICROCONTROLLER_VECTORS_H_
#define WAYBILL_TESTS_MICROCONTROLLER_VECTORS_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

// A datagram, read under `rules`: DatagramReader must accept the first `accepted_before` records,
// then answer `reason` and `view`, and find no record behind that one.
struct Vector {
  RecordForm base;  // the form of the good record that this one is, or was made from
  uint8_t accepted_before;
  DropReason reason;
  const RecordRules* rules;
  const uint8_t* bytes;
  // Of a datagram far longer than its header only the front is stored; what stands behind it in
  // flash passes for its payload, which no parser of headers reads.
  uint32_t length;
  RecordView view;
};

absl::Span<const Vector> Vectors();

// The delineators of the rules, which the generated file names.

// The first byte of a CID counts the others.
inline uint8_t LengthOctet(const void*, absl::Span<const uint8_t> bytes) {
  return bytes.empty() || *bytes.data() == 0 || *bytes.data() == 255
             ? 0
             : static_cast<uint8_t>(1 + *bytes.data());
}

// No CID is one of the receiver's.
inline uint8_t NoCid(const void*, absl::Span<const uint8_t>) { return 0; }

}  // namespace waybill

#endif  // WAYBILL_TESTS_MICROCONTROLLER_VECTORS_H_
