// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: the formats take jobs in parts that fit the stack.
#ifndef WAYBILL_CID_CIDS_AT_ONCE_H_
#define WAYBILL_CID_CIDS_AT_ONCE_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/cid/block_cipher.h"

namespace waybill {

// A server's processor hides the latency of one block behind the others; a microcontroller has
// little of a stack.
inline constexpr size_t kCidsAtOnce = sizeof(void*) >= 8 ? 32 : 2;

// Calls function(part) for one part of `jobs` after the other, each of kCidsAtOnce or fewer.
template <typename Job, typename Function>
void InParts(absl::Span<Job> jobs, Function function) {
  for (size_t done = 0; done < jobs.size(); done += kCidsAtOnce) {
    function(absl::Span<Job>(&jobs[done], std::min(kCidsAtOnce, jobs.size() - done)));
  }
}

// Blocks for as many jobs, to be filled one behind the other and then encrypted together. Not
// initialised: a job on its own needs one of them.
class CidBlocks {
 public:
  uint8_t* operator[](size_t i) { return &bytes_[i * BlockCipher::kBlockLength]; }
  absl::Span<uint8_t> Front(size_t count) {
    return absl::Span<uint8_t>(bytes_.data(), count * BlockCipher::kBlockLength);
  }

 private:
  std::array<uint8_t, kCidsAtOnce * BlockCipher::kBlockLength> bytes_;
};

// Which jobs of a part are worked on, those that have failed already being left out.
class CidSelection {
 public:
  void Add(size_t job) { jobs_[count_++] = static_cast<uint8_t>(job); }
  size_t size() const { return count_; }
  // The job of the `i`th block.
  size_t operator[](size_t i) const { return jobs_[i]; }

 private:
  std::array<uint8_t, kCidsAtOnce> jobs_;
  size_t count_ = 0;
};

}  // namespace waybill

#endif  // WAYBILL_CID_CIDS_AT_ONCE_H_
