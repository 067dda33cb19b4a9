// SPDX-License-Identifier: Apache-2.0
//
// From reset to main() on a Cortex-M0, and from any fault to a failure.

#include <cstdint>

#include "waybill/tests/microcontroller/semihosting.h"

// Places that microbit.ld names.
extern "C" {
extern uint32_t data_in_flash[], data_begin[], data_end[], bss_begin[], bss_end[], stack_top[];
[[noreturn]] void Reset();
}

int main();

void Reset() {
  const uint32_t* from = data_in_flash;
  for (uint32_t* to = data_begin; to != data_end; ++to) *to = *from++;
  for (uint32_t* to = bss_begin; to != bss_end; ++to) *to = 0;
  waybill::Exit(static_cast<uint32_t>(main()));
}

namespace {

[[noreturn]] void Fault() {
  waybill::Print("fault\n");
  waybill::Exit(1);
}

struct ExceptionTable {
  const uint32_t* initial_stack_pointer;
  void (*handlers[15])();
};

[[gnu::section(".exception_table"), gnu::used]] const ExceptionTable kExceptionTable = {
    stack_top,
    {Reset, Fault, Fault, Fault, Fault, Fault, Fault, Fault, Fault, Fault, Fault, Fault, Fault,
     Fault, Fault}};

}  // namespace
