// SPDX-License-Identifier: Apache-2.0
//
// Captured records for tests, without a capture.
#ifndef WAYBILL_BENCH_COMPARISON_TEST_TRAFFIC_H_
#define WAYBILL_BENCH_COMPARISON_TEST_TRAFFIC_H_

#include <vector>

#include "waybill/bench/comparison/captured_records.h"
#include "waybill/record/first_byte.h"

namespace waybill {

// Two flows.
inline std::vector<CapturedRecord> TestTraffic() {
  return {{0, kApplicationData, 40},
          {1, kApplicationData, 16},
          {0, kAlert, 26},
          {0, kApplicationData, 1200},
          {1, kApplicationData, 333}};
}

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_TEST_TRAFFIC_H_
