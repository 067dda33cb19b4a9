// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/system_random.h"

#include <openssl/rand.h>

namespace waybill {

SystemRandom::SystemRandom() {
  uint8_t drawn;
  RAND_bytes(&drawn, sizeof(drawn));
}

bool SystemRandom::Fill(absl::Span<uint8_t> bytes) {
  return RAND_bytes(bytes.data(), bytes.size()) == 1;
}

}  // namespace waybill
