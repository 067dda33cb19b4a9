// SPDX-License-Identifier: Apache-2.0
//
// AES-GCM and ChaCha20-Poly1305 by BoringSSL.
#ifndef WAYBILL_PROTECTION_BORINGSSL_AEAD_H_
#define WAYBILL_PROTECTION_BORINGSSL_AEAD_H_

#include <cstddef>
#include <memory>

#include "waybill/protection/aead.h"

namespace waybill {

// AES-128-GCM, AES-256-GCM or ChaCha20-Poly1305, with room for the expanded keys of `contexts`
// associations, some 600 bytes each, taken now. Null for another algorithm. The object is for one
// thread, the one that makes it: BoringSSL keeps errors by thread, in memory that it takes with
// the first.
std::unique_ptr<Aead> MakeBoringsslAead(AeadAlgorithm algorithm, size_t contexts);

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_BORINGSSL_AEAD_H_
