// SPDX-License-Identifier: Apache-2.0
//
// Many datagrams as a receiver has them: each at the front of a buffer of its own, with the address
// that it came from.
#ifndef WAYBILL_BENCH_COMPARISON_DATAGRAM_STORE_H_
#define WAYBILL_BENCH_COMPARISON_DATAGRAM_STORE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "absl/types/span.h"
#include "waybill/bench/comparison/associations.h"

namespace waybill {

// Datagrams in the order added, each aligned to a cache line as receive buffers are. Spans that it
// hands out are valid until the next Add().
class DatagramStore {
 public:
  void Reserve(size_t count) { entries_.reserve(count); }

  void Add(absl::Span<const uint8_t> datagram, const AddressKey& from) {
    const size_t line = lines_.size();
    lines_.resize(line + (datagram.size() + kLineLength - 1) / kLineLength);
    if (!datagram.empty()) std::memcpy(&lines_[line], datagram.data(), datagram.size());
    entries_.push_back({from, line, datagram.size()});
  }

  size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  absl::Span<const uint8_t> bytes(size_t i) const {
    const Entry& entry = entries_[i];
    return absl::Span<const uint8_t>(
        reinterpret_cast<const uint8_t*>(lines_.data()) + entry.line * kLineLength, entry.length);
  }
  const AddressKey& from(size_t i) const { return entries_[i].from; }

 private:
  static constexpr size_t kLineLength = 64;
  struct alignas(kLineLength) Line {
    uint8_t bytes[kLineLength] = {};
  };
  struct Entry {
    AddressKey from = {{}, {}};
    size_t line;
    size_t length;
  };

  std::vector<Line> lines_;
  std::vector<Entry> entries_;
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_DATAGRAM_STORE_H_
