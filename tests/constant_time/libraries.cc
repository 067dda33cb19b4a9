// SPDX-License-Identifier: Apache-2.0
//
// Functions that stand in front of those of the libraries with the same names, also where the
// libraries call them, and pass on what these answer.
//
// The first two answer with a verdict over a tag or a code, which is public from there on: the
// record is dropped or not, for all to see. Nothing else that the libraries do is declared public.
#include "waybill/tests/constant_time/libraries.h"

#include <dlfcn.h>
#include <mbedtls/aesni.h>
#include <mbedtls/ccm.h>
#include <openssl/mem.h>

#include "waybill/tests/constant_time/secrets.h"

namespace waybill {

bool mbedtls_finds_aes_instructions = true;

namespace {

template <typename Function>
Function* InLibrary(Function*, const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace
}  // namespace waybill

using waybill::InLibrary;

// BoringSSL's AEADs compare with it, and cookies are compared with it.
int CRYPTO_memcmp(const void* a, const void* b, size_t size) {
  static const auto in_library = InLibrary(&CRYPTO_memcmp, "CRYPTO_memcmp");
  return waybill::Public(in_library(a, b, size));
}

// mbedTLS compares in a function below it, and branches there: see verdicts.supp.
int mbedtls_ccm_auth_decrypt(mbedtls_ccm_context* context, size_t length, const unsigned char* iv,
                             size_t iv_length, const unsigned char* additional_data,
                             size_t additional_data_length, const unsigned char* input,
                             unsigned char* output, const unsigned char* tag, size_t tag_length) {
  static const auto in_library = InLibrary(&mbedtls_ccm_auth_decrypt, "mbedtls_ccm_auth_decrypt");
  return waybill::Public(in_library(context, length, iv, iv_length, additional_data,
                                    additional_data_length, input, output, tag, tag_length));
}

int mbedtls_aesni_has_support(unsigned int what) {
  static const auto in_library = InLibrary(&mbedtls_aesni_has_support, "mbedtls_aesni_has_support");
  return waybill::mbedtls_finds_aes_instructions ? in_library(what) : 0;
}
