// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/make_aead.h"

#include <utility>

#include "waybill/protection/boringssl_aead.h"
#include "waybill/protection/mbedtls_ccm.h"

namespace waybill {

std::unique_ptr<Aead> MakeAead(AeadAlgorithm algorithm, size_t contexts) {
  auto aead = MakeBoringsslAead(algorithm, contexts);
  return aead != nullptr ? std::move(aead) : MakeMbedtlsCcm(algorithm, contexts);
}

}  // namespace waybill
