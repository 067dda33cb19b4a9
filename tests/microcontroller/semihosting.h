// SPDX-License-Identifier: Apache-2.0
//
// What the image says to the debugger or emulator that runs it (Arm semihosting).
#ifndef WAYBILL_TESTS_MICROCONTROLLER_SEMIHOSTING_H_
#define WAYBILL_TESTS_MICROCONTROLLER_SEMIHOSTING_H_

#include <cstdint>

namespace waybill {

void Print(const char* text);
void Print(uint32_t number);

// Ends the run; 0 is success.
[[noreturn]] void Exit(uint32_t status);

}  // namespace waybill

#endif  // WAYBILL_TESTS_MICROCONTROLLER_SEMIHOSTING_H_
