// SPDX-License-Identifier: Apache-2.0
//
// How long tests of tables against their models go on, and what they have done.
#ifndef WAYBILL_CID_TEST_OPERATIONS_H_
#define WAYBILL_CID_TEST_OPERATIONS_H_

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <utility>

namespace waybill {

// Of a test, all configurations together: 10^6; WAYBILL_TABLE_OPERATIONS says another number.
inline uint64_t TableOperations() {
  const char* const text = std::getenv("WAYBILL_TABLE_OPERATIONS");
  return text == nullptr ? 1000000 : std::strtoull(text, nullptr, 10);
}

inline void PrintCounts(std::initializer_list<std::pair<const char*, uint64_t>> counts) {
  for (const auto& [what, count] : counts) std::printf("%14" PRIu64 " %s\n", count, what);
}

}  // namespace waybill

#endif  // WAYBILL_CID_TEST_OPERATIONS_H_
