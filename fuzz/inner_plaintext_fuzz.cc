// SPDX-License-Identifier: Apache-2.0
//
// Input: longest inner plaintext 2, then an opened plaintext. The library and the reference codec
// say the same of it, and what was taken apart is written back byte for byte.
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/fuzz/fuzz_check.h"
#include "waybill/record/inner_plaintext.h"
#include "waybill/tests/codec/agreement.h"
#include "waybill/traffic/bytes.h"
#include "waybill/wire/byte_reader.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/drop_reason.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace waybill;  // NOLINT: a function of C
  ByteReader input(absl::MakeConstSpan(data, size));
  uint16_t limit;
  if (!input.ReadU16(&limit)) return 0;
  const Bytes plaintext(input.rest().begin(), input.rest().end());
  CheckAgreement(InnerPlaintextDisagreement(plaintext, limit));

  InnerPlaintext inner;
  if (ReadInnerPlaintext(plaintext, limit, &inner) != DropReason::kNone) return 0;
  WAYBILL_FUZZ_CHECK(InnerPlaintextLength(inner.content.size(), inner.padding) == plaintext.size());
  Bytes room(plaintext.size());
  ByteWriter writer(absl::MakeSpan(room));
  WAYBILL_FUZZ_CHECK(
      WriteInnerPlaintext(inner.content_type, inner.content, inner.padding, limit, &writer));
  WAYBILL_FUZZ_CHECK(writer.written() == absl::MakeConstSpan(plaintext));
  return 0;
}
