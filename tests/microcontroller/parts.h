// SPDX-License-Identifier: Apache-2.0
//
// Answers that are right or wrong as a whole, each with a name.
#ifndef WAYBILL_TESTS_MICROCONTROLLER_PARTS_H_
#define WAYBILL_TESTS_MICROCONTROLLER_PARTS_H_

#include "absl/types/span.h"
#include "waybill/tests/microcontroller/image.h"
#include "waybill/tests/microcontroller/semihosting.h"

namespace waybill {

struct Part {
  const char* name;
  bool (*right)();
};

// Calls each, prints which was wrong, and how many `what` there were.
inline Tally RunParts(const char* what, absl::Span<const Part> parts, StackGauge* stack) {
  Tally tally;
  for (const Part& part : parts) {
    ++tally.vectors;
    if (!stack->Run(part.right)) {
      Print("wrong: ");
      Print(part.name);
      Print("\n");
      ++tally.wrong;
    }
  }
  Print(what);
  Print(": ");
  Print(tally.vectors);
  Print("\n");
  return tally;
}

}  // namespace waybill

#endif  // WAYBILL_TESTS_MICROCONTROLLER_PARTS_H_
