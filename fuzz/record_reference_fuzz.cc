// SPDX-License-Identifier: Apache-2.0
//
// Input: rules (fuzzed_rules.h), then a datagram. The library and the reference codec say the same
// of it: records, reasons, scopes, every field and its place, additional data.
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/fuzz/fuzz_check.h"
#include "waybill/fuzz/fuzzed_rules.h"
#include "waybill/tests/codec/agreement.h"
#include "waybill/traffic/bytes.h"
#include "waybill/wire/byte_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  waybill::ByteReader input(absl::MakeConstSpan(data, size));
  const auto rules = waybill::ReadFuzzedRules(&input);
  if (!rules.has_value()) return 0;
  const waybill::Bytes datagram(input.rest().begin(), input.rest().end());
  waybill::CheckAgreement(waybill::Disagreement(datagram, rules->rules, rules->same_association));
  return 0;
}
