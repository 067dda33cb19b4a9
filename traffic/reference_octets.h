// SPDX-License-Identifier: Apache-2.0
//
// Octets for the reference codec: read from the front, one number or string after another, and
// written the same way. Slow and plain; shares nothing with wire/.
#ifndef WAYBILL_TRAFFIC_REFERENCE_OCTETS_H_
#define WAYBILL_TRAFFIC_REFERENCE_OCTETS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace waybill::reference {

using Octets = std::vector<uint8_t>;

// Reads octets `begin` up to, but without, `end`. Once something was missing, everything is. The
// octets are not owned.
class Reader {
 public:
  Reader(const Octets& octets, size_t begin, size_t end)
      : octets_(octets), position_(begin), end_(end) {}
  explicit Reader(const Octets& octets) : Reader(octets, 0, octets.size()) {}

  size_t position() const { return position_; }
  size_t left() const { return end_ - position_; }

  // uint8, uint16, …: `size` octets, the first one counting most.
  std::optional<uint64_t> Number(size_t size) {
    if (!Has(size)) return std::nullopt;
    uint64_t number = 0;
    for (size_t i = 0; i < size; ++i) number = number * 256 + octets_[position_++];
    return number;
  }

  // opaque string[size].
  std::optional<Octets> String(size_t size) {
    if (!Has(size)) return std::nullopt;
    const auto first = octets_.begin() + static_cast<std::ptrdiff_t>(position_);
    position_ += size;
    return Octets(first, first + static_cast<std::ptrdiff_t>(size));
  }

  // opaque string<0..2^8-1> or <0..2^16-1>: a number of `size` octets, and that many octets.
  std::optional<Octets> Vector(size_t size) {
    const std::optional<uint64_t> length = Number(size);
    return length.has_value() ? String(*length) : std::nullopt;
  }

  // What was not read yet; it stays unread.
  Octets Rest() const {
    return Octets(octets_.begin() + static_cast<std::ptrdiff_t>(position_),
                  octets_.begin() + static_cast<std::ptrdiff_t>(end_));
  }

 private:
  bool Has(size_t size) {
    missing_ = missing_ || size > left();
    return !missing_;
  }

  const Octets& octets_;
  size_t position_;
  size_t end_;
  bool missing_ = false;
};

// Appends the `size` low octets of `number`, the first one counting most.
inline void Append(uint64_t number, size_t size, Octets* out) {
  for (size_t i = size; i > 0; --i) out->push_back(static_cast<uint8_t>(number >> (8 * (i - 1))));
}

inline void Append(const Octets& string, Octets* out) {
  out->insert(out->end(), string.begin(), string.end());
}

}  // namespace waybill::reference

#endif  // WAYBILL_TRAFFIC_REFERENCE_OCTETS_H_
