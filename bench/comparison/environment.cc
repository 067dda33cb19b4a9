// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/comparison/environment.h"

#include <sys/utsname.h>

#include <fstream>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace waybill {
namespace {

std::string CpuModel() {
  std::ifstream cpus("/proc/cpuinfo");
  for (std::string line; std::getline(cpus, line);) {
    const size_t value = line.find(": ");
    if (absl::StartsWith(line, "model name") && value != std::string::npos) {
      return line.substr(value + 2);
    }
  }
  return "unknown";
}

std::string Compiler() {
#if defined(__clang__)
  return absl::StrCat("clang ", __clang_version__);
#else
  return absl::StrCat("gcc ", __VERSION__);
#endif
}

std::string Kernel() {
  utsname name;
  if (uname(&name) != 0) return "unknown";
  return absl::StrCat(name.sysname, " ", name.release, " ", name.machine);
}

}  // namespace

bool IsOptimisedBuild() {
#if defined(NDEBUG) && defined(__OPTIMIZE__)
  return true;
#else
  return false;
#endif
}

Environment ThisEnvironment() {
  return {CpuModel(), std::thread::hardware_concurrency(), Compiler(),
          IsOptimisedBuild() ? "optimised" : "not optimised", Kernel()};
}

}  // namespace waybill
