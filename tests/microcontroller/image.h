// SPDX-License-Identifier: Apache-2.0
//
// The parts of the image, which main() runs and adds up.
#ifndef WAYBILL_TESTS_MICROCONTROLLER_IMAGE_H_
#define WAYBILL_TESTS_MICROCONTROLLER_IMAGE_H_

#include <cstdint>

#include "waybill/tests/microcontroller/stack_gauge.h"

namespace waybill {

struct Tally {
  uint32_t vectors = 0;
  uint32_t wrong = 0;
};

// All print what was wrong, if anything was. `stack` learns how deep the library's calls got.

// Reads every vector, and writes the header of every good one again, form by form.
Tally RunRecords(StackGauge* stack);

// What the rooms offer besides records: hellos, additional data, record numbers, the replay window.
Tally RunOtherParts(StackGauge* stack);

// The formats of connection IDs, and how those of an association change.
Tally RunCids(StackGauge* stack);

// Associations in storage of a fixed size, found by CID and by address.
Tally RunTables(StackGauge* stack);

}  // namespace waybill

#endif  // WAYBILL_TESTS_MICROCONTROLLER_IMAGE_H_
