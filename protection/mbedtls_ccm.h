// SPDX-License-Identifier: Apache-2.0
//
// AES-CCM by mbedTLS: BoringSSL's takes nonces of 13 bytes, TLS has 12.
#ifndef WAYBILL_PROTECTION_MBEDTLS_CCM_H_
#define WAYBILL_PROTECTION_MBEDTLS_CCM_H_

#include <cstddef>
#include <memory>

#include "waybill/protection/aead.h"

namespace waybill {

// AES-128-CCM or AES-128-CCM_8, with room for the expanded keys of `contexts` associations, taken
// now. Null for another algorithm, and where mbedTLS cannot be set up. The object is for one thread
// at a time. Where the processor has no AES instructions the time depends on the key: mbedTLS then
// looks up tables (docs/constant_time.md).
std::unique_ptr<Aead> MakeMbedtlsCcm(AeadAlgorithm algorithm, size_t contexts);

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_MBEDTLS_CCM_H_
