// SPDX-License-Identifier: Apache-2.0
#ifndef WAYBILL_PROTECTION_MAKE_AEAD_H_
#define WAYBILL_PROTECTION_MAKE_AEAD_H_

#include <cstddef>
#include <memory>

#include "waybill/protection/aead.h"

namespace waybill {

// Any algorithm, for who does not mind linking both BoringSSL and mbedTLS: see boringssl_aead.h and
// mbedtls_ccm.h for what they say. Null where mbedTLS cannot be set up.
std::unique_ptr<Aead> MakeAead(AeadAlgorithm algorithm, size_t contexts);

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_MAKE_AEAD_H_
