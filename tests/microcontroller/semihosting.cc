// SPDX-License-Identifier: Apache-2.0
#include "waybill/tests/microcontroller/semihosting.h"

namespace waybill {
namespace {

constexpr uint32_t kWrite0 = 0x04;
constexpr uint32_t kExitExtended = 0x20;
constexpr uint32_t kApplicationExit = 0x20026;

void Call(uint32_t operation, const void* argument) {
  register uint32_t r0 asm("r0") = operation;
  register const void* r1 asm("r1") = argument;
  asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

}  // namespace

void Print(const char* text) { Call(kWrite0, text); }

// Without division, which the library does not need: so the table of sizes shows none.
void Print(uint32_t number) {
  constexpr uint32_t kPowers[] = {1000000000, 100000000, 10000000, 1000000, 100000,
                                  10000,      1000,      100,      10,      1};
  char text[11] = {};
  char* end = text;
  for (const uint32_t power : kPowers) {
    char digit = '0';
    for (; number >= power; number -= power) ++digit;
    if (digit != '0' || end != text || power == 1) *end++ = digit;
  }
  Print(text);
}

void Exit(uint32_t status) {
  const uint32_t block[] = {kApplicationExit, status};
  for (;;) Call(kExitExtended, block);
}

}  // namespace waybill
