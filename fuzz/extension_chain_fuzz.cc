// SPDX-License-Identifier: Apache-2.0
//
// Input: profile 1, accepted types 2, then a chain. A chain that is accepted is written back byte
// for byte.
#include <array>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/fuzz/fuzz_check.h"
#include "waybill/wire/byte_reader.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/drop_reason.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace waybill;  // NOLINT: a function of C
  const absl::Span<const uint8_t> bytes(data, size);
  ByteReader input(bytes);
  uint8_t profile;
  uint16_t accepted;
  if (!input.ReadU8(&profile) || !input.ReadU16(&accepted)) return 0;
  ExtensionRules rules;
  rules.profile = profile % 2 == 0 ? ExtensionProfile::kStrict : ExtensionProfile::kAuthenticated;
  rules.accepted = ExtensionTypeSet(accepted);

  const size_t start = input.offset();
  ExtensionChainSummary summary;
  if (ReadExtensionChain(rules, &input, &summary) != DropReason::kNone) return 0;
  WAYBILL_FUZZ_CHECK(summary.chain.offset == start && summary.chain.end() == input.offset());
  WAYBILL_FUZZ_CHECK(summary.chain.length <= rules.max_chain_length);

  std::array<RecordExtension, 16> extensions;
  size_t count = 0;
  for (const RecordExtension& extension : ExtensionChain(summary.chain.In(bytes))) {
    WAYBILL_FUZZ_CHECK(count < rules.max_count && rules.accepted.Has(extension.type));
    extensions[count++] = extension;
  }
  std::array<uint8_t, 2048> storage;
  ByteWriter writer(absl::MakeSpan(storage));
  WAYBILL_FUZZ_CHECK(WriteExtensionChain(absl::MakeConstSpan(extensions).first(count), &writer));
  WAYBILL_FUZZ_CHECK(writer.written() == summary.chain.In(bytes));
  return 0;
}
