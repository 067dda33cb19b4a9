// SPDX-License-Identifier: Apache-2.0
//
// Random sources that tests can foretell, good ones and broken ones.
#ifndef WAYBILL_CID_TEST_RANDOM_H_
#define WAYBILL_CID_TEST_RANDOM_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/cid/random_source.h"

namespace waybill {

// SplitMix64, byte by byte: the same seed gives the same bytes, however they are drawn.
class SeededSource : public RandomSource {
 public:
  explicit SeededSource(uint64_t seed) : seed_(seed) {}

  bool Fill(absl::Span<uint8_t> bytes) override {
    for (uint8_t& byte : bytes) byte = ByteAt(drawn_++);
    return true;
  }

 protected:
  uint8_t ByteAt(uint64_t place) const {
    uint64_t word = seed_ + (place / 8 + 1) * 0x9e3779b97f4a7c15;
    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9;
    word = (word ^ (word >> 27)) * 0x94d049bb133111eb;
    word ^= word >> 31;
    return static_cast<uint8_t>(word >> (8 * (place % 8)));
  }
  uint64_t drawn_ = 0;  // bytes

 private:
  uint64_t seed_;
};

// Says that it has failed from the byte `good` on, and leaves what it was given as it was.
class FailingSource final : public SeededSource {
 public:
  explicit FailingSource(uint64_t good) : SeededSource(1), good_(good) {}

  bool Fill(absl::Span<uint8_t> bytes) override {
    return drawn_ + bytes.size() <= good_ && SeededSource::Fill(bytes);
  }

 private:
  uint64_t good_;
};

// After `good` bytes, one byte for ever.
class StuckSource final : public SeededSource {
 public:
  StuckSource(uint64_t good, uint8_t byte) : SeededSource(2), good_(good), byte_(byte) {}

  bool Fill(absl::Span<uint8_t> bytes) override {
    for (uint8_t& byte : bytes) byte = drawn_++ < good_ ? ByteAt(drawn_) : byte_;
    return true;
  }

 private:
  uint64_t good_;
  uint8_t byte_;
};

// After `good` bytes, the next `period` bytes over and over.
class RepeatingSource final : public SeededSource {
 public:
  RepeatingSource(uint64_t good, uint64_t period) : SeededSource(3), good_(good), period_(period) {}

  bool Fill(absl::Span<uint8_t> bytes) override {
    for (uint8_t& byte : bytes) {
      byte = ByteAt(drawn_ < good_ ? drawn_ : good_ + (drawn_ - good_) % period_);
      ++drawn_;
    }
    return true;
  }

 private:
  uint64_t good_;
  uint64_t period_;
};

}  // namespace waybill

#endif  // WAYBILL_CID_TEST_RANDOM_H_
