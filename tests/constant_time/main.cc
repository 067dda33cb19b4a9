// SPDX-License-Identifier: Apache-2.0
//
// Runs the paths under memcheck, and prints of each how many errors memcheck found in it:
//
//   paths             those that must have none
//   paths --leaking   also those that are known to have some, in a library that may have faults
//
// Fails where a path does not come to the right result, unless there may be faults, and outside
// memcheck. The errors are for the caller to judge.
#include <openssl/aead.h>
#include <valgrind/valgrind.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>
#include <vector>

#include "waybill/protection/aes128.h"
#include "waybill/tests/constant_time/paths.h"
#include "waybill/tests/constant_time/secrets.h"

namespace waybill {
namespace {

void RunAll(bool leaking) {
  Require(RUNNING_ON_VALGRIND != 0, "outside memcheck nothing is secret, and nothing is shown");
  Require(MakeAesInstructionsAes128(Bytes(BlockCipher::kKeyLength)) != nullptr,
          "this processor has no AES instructions; without them mbedTLS is not constant-time");
  // BoringSSL takes this variable for what the processor can do.
  Require((EVP_has_aes_hardware() == 0) == (std::getenv("OPENSSL_ia32cap") != nullptr),
          "BoringSSL does not take the AES instructions, or does against OPENSSL_ia32cap");
  std::vector<Path> paths;
  AddNumberPaths(&paths);
  AddAeadPaths(&paths);
  AddRecordPaths(&paths);
  AddStatePaths(&paths);
  AddCidPaths(&paths);
  for (const Path& path : paths) {
    if (path.leaks && !leaking) continue;
    const auto before = VALGRIND_COUNT_ERRORS;
    try {
      path.run();
    } catch (const std::exception& error) {
      if (!leaking) throw std::runtime_error(path.name + ": " + error.what());
    }
    std::printf("%u %s\n", static_cast<unsigned>(VALGRIND_COUNT_ERRORS - before),
                path.name.c_str());
  }
}

}  // namespace
}  // namespace waybill

int main(int argc, char** argv) {
  try {
    waybill::RunAll(argc > 1 && std::string_view(argv[1]) == "--leaking");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
