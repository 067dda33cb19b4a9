// SPDX-License-Identifier: Apache-2.0
//
// Randomness that is looked at before anything is issued from it (BUG-42).
#ifndef WAYBILL_CID_CHECKED_RANDOM_H_
#define WAYBILL_CID_CHECKED_RANDOM_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/cid/random_source.h"

namespace waybill {

// Draws from a source in words of 64 bits, and compares each word with the kRemembered words before
// it, as the continuous tests of NIST SP 800-90B do: of random words, one in 2^59 is refused. A
// source that fails, is stuck, or repeats itself within kRemembered words is found out; one that
// repeats itself later, or after a restart, is not. For one thread.
class CheckedRandom {
 public:
  static constexpr size_t kRemembered = 32;

  // `source` is not owned and must outlive it.
  constexpr explicit CheckedRandom(RandomSource* source) : source_(source) {}

  // Fills `bytes`. False where the source has failed or repeated itself: then they are zeros, and
  // nothing may be issued from them. The first call draws kRemembered words more, so that a source
  // that never varied gives nothing at all.
  bool Fill(absl::Span<uint8_t> bytes);
  // Fills `length` bytes at each of `places`, for which the source is asked as seldom as can be.
  bool FillEach(absl::Span<uint8_t* const> places, size_t length);

 private:
  // Draws whole words, and looks at each.
  bool Draw(absl::Span<uint8_t> words);
  // False where the word was drawn before. Remembers it.
  bool IsNew(const uint8_t* word);

  RandomSource* source_;
  std::array<uint64_t, kRemembered> words_ = {};
  size_t remembered_ = 0;
  size_t next_ = 0;  // to be forgotten
};

}  // namespace waybill

#endif  // WAYBILL_CID_CHECKED_RANDOM_H_
