// SPDX-License-Identifier: Apache-2.0
#ifndef WAYBILL_PROTECTION_EVP_HASH_H_
#define WAYBILL_PROTECTION_EVP_HASH_H_

#include <openssl/digest.h>

#include "waybill/protection/hash_algorithm.h"

namespace waybill {

inline const EVP_MD* EvpOf(HashAlgorithm hash) {
  return hash == HashAlgorithm::kSha256 ? EVP_sha256() : EVP_sha384();
}

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_EVP_HASH_H_
