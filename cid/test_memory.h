// SPDX-License-Identifier: Apache-2.0
//
// Memory for tests: from the heap, counted, full of garbage, and missing where a test says so.
#ifndef WAYBILL_CID_TEST_MEMORY_H_
#define WAYBILL_CID_TEST_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>

#include "gtest/gtest.h"
#include "waybill/cid/memory_source.h"

namespace waybill {

// All that it gave must have come back when it goes. For one thread.
class TestMemory final : public MemorySource {
 public:
  static constexpr size_t kNever = ~size_t{0};

  TestMemory() = default;
  ~TestMemory() { EXPECT_TRUE(live_.empty()) << live_.size() << " pieces did not come back"; }
  TestMemory(const TestMemory&) = delete;
  TestMemory& operator=(const TestMemory&) = delete;

  // The allocation behind `count` more fails, and that one alone; kNever: none does.
  void FailAfter(size_t count) { until_failure_ = count; }
  // Whether there was one since.
  bool failed() const { return until_failure_ == kNever; }

  size_t allocations() const { return allocations_; }
  size_t live_bytes() const { return live_bytes_; }
  size_t largest() const { return largest_; }

  void* Allocate(size_t bytes) override {
    if (until_failure_ != kNever && until_failure_-- == 0) return nullptr;
    ++allocations_;
    void* const memory =
        std::aligned_alloc(kAlignment, (bytes + kAlignment - 1) / kAlignment * kAlignment);
    std::memset(memory, 0xa5, bytes);
    live_[memory] = bytes;
    live_bytes_ += bytes;
    if (bytes > largest_) largest_ = bytes;
    return memory;
  }
  void Free(void* memory, size_t bytes) override {
    const auto piece = live_.find(memory);
    ASSERT_NE(piece, live_.end()) << "it did not come from here";
    EXPECT_EQ(piece->second, bytes);
    live_bytes_ -= bytes;
    live_.erase(piece);
    std::free(memory);
  }

 private:
  std::map<void*, size_t> live_;
  size_t until_failure_ = kNever;
  size_t allocations_ = 0;
  size_t live_bytes_ = 0;
  size_t largest_ = 0;
};

}  // namespace waybill

#endif  // WAYBILL_CID_TEST_MEMORY_H_
