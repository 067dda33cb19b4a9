// SPDX-License-Identifier: Apache-2.0
//
// What the processor says of itself, asked otherwise than the code under test asks.
#ifndef WAYBILL_PROTECTION_TEST_PROCESSOR_H_
#define WAYBILL_PROTECTION_TEST_PROCESSOR_H_

#include <fstream>
#include <sstream>
#include <string>

namespace waybill {

// Whether the instructions that aes_instructions.cc is made of must work here: on x86-64 where
// /proc/cpuinfo has the flag `aes`, and nowhere else.
inline bool ProcessorHasAes() {
#if defined(__x86_64__)
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word != "flags") continue;
    while (words >> word) {
      if (word == "aes") return true;
    }
  }
#endif
  return false;
}

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_TEST_PROCESSOR_H_
