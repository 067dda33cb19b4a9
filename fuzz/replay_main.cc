// SPDX-License-Identifier: Apache-2.0
//
// Runs a fuzz target over files, once each: NAME FILE… . Without a file that can be read it fails:
// a replay of nothing shows nothing. Files are read with stdio, since MSan cannot see into the
// streams of an uninstrumented C++ library.
#include <cstdint>
#include <cstdio>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

bool Read(const char* path, std::vector<uint8_t>* bytes) {
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) return false;
  bytes->clear();
  for (int byte = std::fgetc(file); byte != EOF; byte = std::fgetc(file)) {
    bytes->push_back(static_cast<uint8_t>(byte));
  }
  const bool ok = std::ferror(file) == 0;
  std::fclose(file);
  return ok;
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::vector<uint8_t> bytes;
    if (!Read(argv[i], &bytes)) {
      std::fprintf(stderr, "%s: cannot be read\n", argv[i]);
      return 1;
    }
    // A copy of its own length, so that a sanitizer sees a read behind it.
    const std::vector<uint8_t> input(bytes.begin(), bytes.end());
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  std::printf("%d inputs\n", argc - 1);
  return argc > 1 ? 0 : 1;
}
