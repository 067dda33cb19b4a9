// SPDX-License-Identifier: Apache-2.0
//
// Input: as in hello_fuzz.cc. The library and the reference codec say the same of the hello.
#include <cstddef>
#include <cstdint>

#include "waybill/fuzz/fuzz_check.h"
#include "waybill/tests/codec/agreement.h"
#include "waybill/traffic/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const auto kind = data[0] % 2 == 0 ? waybill::HelloKind::kClient : waybill::HelloKind::kServer;
  const waybill::Bytes body(data + 1, data + size);
  waybill::CheckAgreement(waybill::HelloDisagreement(body, kind));
  return 0;
}
