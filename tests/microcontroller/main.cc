// SPDX-License-Identifier: Apache-2.0
//
// The image: wire/, ext/ and record/ on a Cortex-M0, held against vectors. Ends with status 0 where
// every answer was right and the stack kept within its bound.

#include <cstdint>

#include "waybill/tests/microcontroller/image.h"
#include "waybill/tests/microcontroller/semihosting.h"

namespace waybill {
namespace {

// Bytes of stack that no call of the library exceeds, whatever it reads.
constexpr uint32_t kMaxStack = 512;

bool Report(const char* what, const StackGauge& stack) {
  Print("stack of ");
  Print(what);
  Print(": ");
  Print(stack.deepest());
  Print(" of at most ");
  Print(kMaxStack);
  Print(" bytes\n");
  return stack.deepest() != 0 && stack.deepest() <= kMaxStack;
}

int Run() {
  StackGauge of_records, of_other_parts;
  const Tally records = RunRecords(&of_records);
  const Tally other_parts = RunOtherParts(&of_other_parts);
  const bool records_fit = Report("records", of_records);
  const bool other_parts_fit = Report("other parts", of_other_parts);
  const uint32_t wrong = records.wrong + other_parts.wrong;
  Print(records.vectors + other_parts.vectors);
  Print(" vectors, ");
  Print(wrong);
  Print(" wrong\n");
  return wrong == 0 && records_fit && other_parts_fit ? 0 : 1;
}

}  // namespace
}  // namespace waybill

int main() { return waybill::Run(); }
