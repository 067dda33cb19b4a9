// SPDX-License-Identifier: Apache-2.0
//
// Where this program itself lies: beside it are the captures that it ships with, and it is what
// callgrind runs again.
#ifndef WAYBILL_BENCH_COMPARISON_OWN_PATH_H_
#define WAYBILL_BENCH_COMPARISON_OWN_PATH_H_

#include <filesystem>
#include <string>
#include <system_error>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

namespace waybill {

// The absolute path of the program, symbolic links resolved.
inline absl::StatusOr<std::string> OwnPath() {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return absl::InternalError(absl::StrCat("/proc/self/exe: ", error.message()));
  return path.string();
}

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_OWN_PATH_H_
