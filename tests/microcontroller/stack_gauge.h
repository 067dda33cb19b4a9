// SPDX-License-Identifier: Apache-2.0
//
// How much stack a call takes: what is free is painted before the call, and looked at behind it.
#ifndef WAYBILL_TESTS_MICROCONTROLLER_STACK_GAUGE_H_
#define WAYBILL_TESTS_MICROCONTROLLER_STACK_GAUGE_H_

#include <cstdint>

extern "C" uint32_t bss_end[];  // where the stack would meet the variables

namespace waybill {

class StackGauge {
 public:
  // Calls `call` and returns what it returns, which must be a value.
  template <typename Call>
  [[gnu::noinline]] auto Run(const Call& call) {
    uint32_t* top;
    asm volatile("mov %0, sp" : "=r"(top));
    // Volatile: a memset() in place of the loop would paint over its own frame.
    for (volatile uint32_t* word = bss_end; word != top; ++word) *word = kPaint;
    const auto result = call();
    const volatile uint32_t* deepest = bss_end;
    while (deepest != top && *deepest == kPaint) ++deepest;
    const uint32_t used = static_cast<uint32_t>(top - deepest) * sizeof(*top);
    if (used > deepest_) deepest_ = used;
    return result;
  }

  // The most that a call took, in bytes.
  uint32_t deepest() const { return deepest_; }

 private:
  static constexpr uint32_t kPaint = 0x57a1bead;

  uint32_t deepest_ = 0;
};

}  // namespace waybill

#endif  // WAYBILL_TESTS_MICROCONTROLLER_STACK_GAUGE_H_
