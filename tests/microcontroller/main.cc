// SPDX-License-Identifier: Apache-2.0
//
// The image: wire/, ext/, record/ and cid/ on a Cortex-M0, held against vectors. Ends with status 0
// where every answer was right and the stack kept within its bound.

#include <cstdint>

#include "waybill/tests/microcontroller/image.h"
#include "waybill/tests/microcontroller/semihosting.h"

namespace waybill {
namespace {

// Bytes of stack that no call of the library exceeds, whatever it reads.
constexpr uint32_t kMaxStack = 512;
// A message with new CIDs, each of which may have 255 bytes, takes more. It is no record.
constexpr uint32_t kMaxCidStack = 1152;
// With the shard itself, which the tests have on the stack.
constexpr uint32_t kMaxTableStack = 1536;

bool Report(const char* what, const StackGauge& stack, uint32_t limit = kMaxStack) {
  Print("stack of ");
  Print(what);
  Print(": ");
  Print(stack.deepest());
  Print(" of at most ");
  Print(limit);
  Print(" bytes\n");
  return stack.deepest() != 0 && stack.deepest() <= limit;
}

int Run() {
  StackGauge of_records, of_other_parts, of_cids, of_tables;
  const Tally records = RunRecords(&of_records);
  const Tally other_parts = RunOtherParts(&of_other_parts);
  const Tally cids = RunCids(&of_cids);
  const Tally tables = RunTables(&of_tables);
  const bool records_fit = Report("records", of_records);
  const bool other_parts_fit = Report("other parts", of_other_parts);
  const bool cids_fit = Report("connection IDs", of_cids, kMaxCidStack);
  const bool tables_fit = Report("tables", of_tables, kMaxTableStack);
  const uint32_t wrong = records.wrong + other_parts.wrong + cids.wrong + tables.wrong;
  Print(records.vectors + other_parts.vectors + cids.vectors + tables.vectors);
  Print(" vectors, ");
  Print(wrong);
  Print(" wrong\n");
  return wrong == 0 && records_fit && other_parts_fit && cids_fit && tables_fit ? 0 : 1;
}

}  // namespace
}  // namespace waybill

int main() { return waybill::Run(); }
