// SPDX-License-Identifier: Apache-2.0
//
// Seeds into a folder a kind of input.
#ifndef WAYBILL_FUZZ_SEED_WRITER_H_
#define WAYBILL_FUZZ_SEED_WRITER_H_

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "waybill/traffic/bytes.h"

namespace waybill {

// Longer inputs slow a fuzzer down and show nothing that shorter ones do not.
inline constexpr size_t kMaxSeedLength = 600;

class SeedWriter {
 public:
  explicit SeedWriter(std::filesystem::path root) : root_(std::move(root)) {}

  // `name` becomes that of the file, with underscores for all but letters and digits.
  void Write(absl::string_view inputs, absl::string_view name, absl::Span<const uint8_t> seed) {
    std::string file;
    for (const char c : name) file += absl::ascii_isalnum(c) ? absl::ascii_tolower(c) : '_';
    const std::filesystem::path folder = root_ / std::string(inputs);
    std::filesystem::create_directories(folder);
    std::ofstream out(folder / file, std::ios::binary);
    out.write(reinterpret_cast<const char*>(seed.data()),
              static_cast<std::streamsize>(seed.size()));
    out.close();
    ok_ = ok_ && out.good();
  }

  // False once a seed could not be written.
  bool ok() const { return ok_; }

 private:
  std::filesystem::path root_;
  bool ok_ = true;
};

}  // namespace waybill

#endif  // WAYBILL_FUZZ_SEED_WRITER_H_
