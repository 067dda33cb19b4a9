// SPDX-License-Identifier: Apache-2.0
//
// Growing byte strings for builders of traffic. They write whatever they are told, also what no
// field can hold: the low bytes go out.
#ifndef WAYBILL_TRAFFIC_BYTES_H_
#define WAYBILL_TRAFFIC_BYTES_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace waybill {

using Bytes = std::vector<uint8_t>;

// Appends the `count` low bytes of `value`, at most 8, in network order.
inline void AppendUint(uint64_t value, int count, Bytes* out) {
  for (int i = count - 1; i >= 0; --i) out->push_back(static_cast<uint8_t>(value >> (8 * i)));
}

inline void AppendBytes(absl::Span<const uint8_t> bytes, Bytes* out) {
  out->insert(out->end(), bytes.begin(), bytes.end());
}

}  // namespace waybill

#endif  // WAYBILL_TRAFFIC_BYTES_H_
