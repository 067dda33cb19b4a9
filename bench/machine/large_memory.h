// SPDX-License-Identifier: Apache-2.0
//
// The memory of tables that are timed: in large pages that were touched before, so that no page
// fault is timed.
#ifndef WAYBILL_BENCH_MACHINE_LARGE_MEMORY_H_
#define WAYBILL_BENCH_MACHINE_LARGE_MEMORY_H_

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "waybill/bench/machine/large_pages.h"
#include "waybill/cid/memory_source.h"

namespace waybill {

// Gives pieces one behind the other, and what came back to whoever wants as much again. For one
// thread.
class LargeMemory final : public MemorySource {
 public:
  explicit LargeMemory(size_t bytes) : lines_(LinesOf(bytes)) {
    std::memset(&lines_[0], 0, lines_.size() * kAlignment);
  }

  // Of what was asked for at once.
  size_t largest() const { return largest_; }
  void ForgetLargest() { largest_ = 0; }

  void* Allocate(size_t bytes) override {
    const size_t lines = LinesOf(bytes);
    largest_ = std::max(largest_, bytes);
    if (lines < kKept && back_[lines] != nullptr) {
      Back* const piece = back_[lines];
      back_[lines] = piece->next;
      return piece;
    }
    if (lines > lines_.size() - given_) return nullptr;
    void* const piece = &lines_[given_];
    given_ += lines;
    return piece;
  }
  void Free(void* memory, size_t bytes) override {
    const size_t lines = LinesOf(bytes);
    if (lines >= kKept) return;  // once a table, which is the end of it
    back_[lines] = new (memory) Back{back_[lines]};
  }

 private:
  struct alignas(kAlignment) Line {
    unsigned char bytes[kAlignment];
  };
  struct Back {
    Back* next;
  };
  static constexpr size_t kKept = 512;
  static size_t LinesOf(size_t bytes) { return (bytes + kAlignment - 1) / kAlignment; }

  LargePages<Line> lines_;
  size_t given_ = 0;
  size_t largest_ = 0;
  Back* back_[kKept] = {};
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_MACHINE_LARGE_MEMORY_H_
