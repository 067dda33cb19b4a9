// SPDX-License-Identifier: Apache-2.0
//
// Input: extension rules (fuzzed_rules.h), then a chain. A chain that is accepted keeps the rules,
// ends where it says, and is written back byte for byte.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/fuzz/fuzz_check.h"
#include "waybill/fuzz/fuzzed_rules.h"
#include "waybill/wire/byte_range.h"
#include "waybill/wire/byte_reader.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

// Any bytes at all: the iteration ends, and stays inside them.
std::vector<RecordExtension> Iterate(absl::Span<const uint8_t> bytes) {
  std::vector<RecordExtension> extensions;
  for (const RecordExtension& extension : ExtensionChain(bytes)) extensions.push_back(extension);
  WAYBILL_FUZZ_CHECK(ExtensionChainLength(extensions) <= bytes.size());
  return extensions;
}

void CheckRules(const ExtensionRules& rules, const ExtensionChainSummary& summary,
                absl::Span<const RecordExtension> extensions) {
  WAYBILL_FUZZ_CHECK(summary.chain.length <= rules.max_chain_length);
  WAYBILL_FUZZ_CHECK(!extensions.empty() && extensions.size() <= rules.max_count);
  ExtensionTypeSet types;
  for (const RecordExtension& extension : extensions) {
    WAYBILL_FUZZ_CHECK(rules.accepted.Has(extension.type));
    const size_t length = extension.value.size();
    WAYBILL_FUZZ_CHECK(extension.type != kCidExtensionType ||
                       (length > 0 && length <= kMaxCidLength));
    // In the authenticated profile types ascend: none is there yet, nor a greater one.
    WAYBILL_FUZZ_CHECK(rules.profile == ExtensionProfile::kStrict ||
                       types.mask() >> extension.type == 0);
    types.Add(extension.type);
  }
  WAYBILL_FUZZ_CHECK(types == summary.types);
}

void CheckCid(const ExtensionChainSummary& summary, absl::Span<const uint8_t> bytes,
              absl::Span<const RecordExtension> extensions) {
  WAYBILL_FUZZ_CHECK(summary.cid.empty() != summary.types.Has(kCidExtensionType));
  for (const RecordExtension& extension : extensions) {
    if (extension.type != kCidExtensionType) continue;
    WAYBILL_FUZZ_CHECK(extension.value.data() == summary.cid.In(bytes).data() &&
                       extension.value.size() == summary.cid.length);
    return;  // the first one names the association
  }
}

void CheckWriteBack(absl::Span<const uint8_t> chain, absl::Span<const RecordExtension> extensions) {
  WAYBILL_FUZZ_CHECK(ExtensionChainLength(extensions) == chain.size());
  std::vector<uint8_t> room(chain.size());
  ByteWriter writer(absl::MakeSpan(room));
  WAYBILL_FUZZ_CHECK(WriteExtensionChain(extensions, &writer));
  WAYBILL_FUZZ_CHECK(writer.written() == chain);
}

void ReadChain(const ExtensionRules& rules, absl::Span<const uint8_t> bytes, ByteReader input) {
  const std::vector<RecordExtension> all = Iterate(input.rest());
  const size_t start = input.offset();
  ExtensionChainSummary summary;
  const DropReason reason = ReadExtensionChain(rules, &input, &summary);
  WAYBILL_FUZZ_CHECK(ScopeOf(reason) != DropScope::kRestOfDatagram);  // EXT-7
  if (reason != DropReason::kNone) return;

  WAYBILL_FUZZ_CHECK(summary.chain.offset == start && summary.chain.end() == input.offset());
  const absl::Span<const uint8_t> chain = summary.chain.In(bytes);
  const std::vector<RecordExtension> extensions = Iterate(chain);
  WAYBILL_FUZZ_CHECK(extensions.size() <= all.size());
  CheckRules(rules, summary, extensions);
  CheckCid(summary, bytes, extensions);
  CheckWriteBack(chain, extensions);

  ByteReader cut(chain.first(chain.size() - 1));
  WAYBILL_FUZZ_CHECK(ReadExtensionChain(rules, &cut, &summary) == DropReason::kExtensionTruncated);
}

}  // namespace
}  // namespace waybill

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::Span<const uint8_t> bytes(data, size);
  waybill::ByteReader input(bytes);
  const auto rules = waybill::ReadExtensionRules(&input);
  if (!rules.has_value() || rules->profile == waybill::ExtensionProfile::kOff) return 0;
  waybill::ReadChain(*rules, bytes, input);
  return 0;
}
