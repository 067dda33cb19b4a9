// SPDX-License-Identifier: Apache-2.0
//
// The CIDs that tables are asked for.
#ifndef WAYBILL_BENCH_TABLE_TABLE_CID_H_
#define WAYBILL_BENCH_TABLE_TABLE_CID_H_

#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "absl/types/span.h"
#include "waybill/traffic/random.h"

namespace waybill {

// A CID as a table of others has to hold it: its length is known only when it comes.
struct TableCid {
  uint8_t length = 0;
  std::array<uint8_t, 20> bytes = {};

  absl::Span<const uint8_t> span() const { return absl::Span<const uint8_t>(bytes.data(), length); }
  friend bool operator==(const TableCid& a, const TableCid& b) {
    return a.length == b.length && std::memcmp(a.bytes.data(), b.bytes.data(), a.length) == 0;
  }
  template <typename H>
  friend H AbslHashValue(H h, const TableCid& cid) {
    return H::combine_contiguous(std::move(h), cid.bytes.data(), cid.length);
  }
};

inline constexpr uint8_t kOpaqueLength = 8;

// A CID of 8 bytes. No two calls with one `random` give the same: it scrambles a counter.
inline TableCid OpaqueCid(Random* random) {
  TableCid cid;
  cid.length = kOpaqueLength;
  const uint64_t bits = random->Next();
  std::memcpy(cid.bytes.data(), &bits, sizeof(bits));
  return cid;
}

}  // namespace waybill

#endif  // WAYBILL_BENCH_TABLE_TABLE_CID_H_
