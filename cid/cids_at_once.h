// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: the formats take jobs in parts that fit the stack.
#ifndef WAYBILL_CID_CIDS_AT_ONCE_H_
#define WAYBILL_CID_CIDS_AT_ONCE_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/types/span.h"
#include "waybill/cid/block_cipher.h"
#include "waybill/wire/big_endian.h"
#include "waybill/wire/cid_length.h"

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

// What is worked on in place of a CID that has another length than it must: the work of a batch is
// the same for all, and the answer is not looked at.
inline constexpr std::array<uint8_t, kMaxCidLength> kNobodysCid = {};
inline const uint8_t* BytesOf(absl::Span<const uint8_t> cid, size_t length) {
  return __builtin_expect(cid.size() == length, 1) ? cid.data() : kNobodysCid.data();
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

// Writes a block of two numbers, big-endian, in one piece: a cipher that reads it in one would wait
// for two.
inline void StoreBlock(uint64_t front, uint64_t back, uint8_t* block) {
  typedef uint64_t Words __attribute__((vector_size(BlockCipher::kBlockLength)));
  const Words words = {BigEndian(front), BigEndian(back)};
  std::memcpy(block, &words, sizeof(words));
}

// Which jobs of a part are worked on, the others being left out.
class CidSelection {
 public:
  // The jobs of `part` for which choose(job) is true. It is called once for each.
  template <typename Job, typename Choose>
  CidSelection(absl::Span<Job> part, Choose choose) {
    size_t count = 0;  // in a register: each turn waits for the last one's
    for (size_t i = 0; i < part.size(); ++i) {
      jobs_[count] = static_cast<uint16_t>(i);
      count += choose(part[i]) ? 1 : 0;
    }
    count_ = count;
  }

  size_t size() const { return count_; }
  // The job of the `i`th block.
  size_t operator[](size_t i) const { return jobs_[i]; }

 private:
  size_t count_;
  std::array<uint16_t, kCidsAtOnce> jobs_;  // bytes might be anybody's to the compiler
};

// Copies 4 to 32 bytes: copies of a fixed length, which overlap, instead of a call.
inline void CopyShort(const uint8_t* from, size_t count, uint8_t* to) {
  const auto ends = [&](auto half) {
    decltype(half) first, last;
    std::memcpy(&first, from, sizeof(half));
    std::memcpy(&last, from + count - sizeof(half), sizeof(half));
    std::memcpy(to, &first, sizeof(half));
    std::memcpy(to + count - sizeof(half), &last, sizeof(half));
  };
  using Sixteen = std::array<uint64_t, 2>;
  count >= 16 ? ends(Sixteen()) : count >= 8 ? ends(uint64_t{}) : ends(uint32_t{});
}

}  // namespace waybill

#endif  // WAYBILL_CID_CIDS_AT_ONCE_H_
