// SPDX-License-Identifier: Apache-2.0
//
// Input: 0 for a ClientHello or 1 for a ServerHello, then its body.
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/ext/hello.h"
#include "waybill/fuzz/fuzz_check.h"
#include "waybill/wire/drop_reason.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const absl::Span<const uint8_t> body(data + 1, size - 1);
  waybill::Hello hello;
  const waybill::DropReason reason = data[0] % 2 == 0 ? waybill::ReadClientHello(body, &hello)
                                                      : waybill::ReadServerHello(body, &hello);
  if (reason != waybill::DropReason::kNone) return 0;
  WAYBILL_FUZZ_CHECK(hello.random.size() == 32);
  WAYBILL_FUZZ_CHECK(!hello.cid.has_value() || hello.cid->size() <= 255);
  WAYBILL_FUZZ_CHECK(!hello.return_routability_check || hello.cid.has_value());
  return 0;
}
