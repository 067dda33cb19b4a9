// SPDX-License-Identifier: Apache-2.0
//
// Input: CID length 1 (255: its first octet says how many follow), profile 1, accepted types 2,
// then a datagram.
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/fuzz/fuzz_check.h"
#include "waybill/record/datagram_reader.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/byte_reader.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

uint8_t DelineateByFirstOctet(const void*, absl::Span<const uint8_t> bytes) {
  return bytes.empty() || bytes[0] == 255 ? 0 : static_cast<uint8_t>(1 + bytes[0]);
}

RecordRules RulesOf(uint8_t cid_length, uint8_t profile, uint16_t accepted) {
  ExtensionRules extensions;
  extensions.profile = static_cast<ExtensionProfile>(profile % 3);
  extensions.accepted = ExtensionTypeSet(accepted);
  return RecordRules(cid_length == 255 ? CidLength::SelfDelineating(&DelineateByFirstOctet, nullptr)
                                       : CidLength::Fixed(cid_length),
                     extensions);
}

void CheckAccepted(const RecordView& view, absl::Span<const uint8_t> datagram) {
  const ByteRange header = view.header();
  WAYBILL_FUZZ_CHECK(view.form != RecordForm::kOther);
  WAYBILL_FUZZ_CHECK(header.end() == view.payload.offset &&
                     view.payload.end() == view.record.end());
  WAYBILL_FUZZ_CHECK(view.cid.end() <= header.end() && view.extensions.end() <= header.end());
  WAYBILL_FUZZ_CHECK(view.number().end() <= header.end());
  WAYBILL_FUZZ_CHECK(view.length() == view.extensions.length + view.payload.length);
  size_t chain = 0;
  for (const RecordExtension& extension : ExtensionChain(view.extensions.In(datagram))) {
    chain += kExtensionHeaderLength + extension.value.size();
  }
  WAYBILL_FUZZ_CHECK(chain == view.extensions.length);
}

void ReadDatagram(absl::Span<const uint8_t> datagram, const RecordRules& rules) {
  DatagramReader reader(datagram, rules);
  RecordView view;
  DropReason reason;
  size_t end = 0, records = 0;
  while (reader.Next(&view, &reason)) {
    ++records;
    if (reason == DropReason::kEmptyDatagram) break;
    WAYBILL_FUZZ_CHECK(datagram.size() > kMaxDatagramLength ||
                       (view.record.offset == end && view.record.length > 0));
    end = view.record.end();
    WAYBILL_FUZZ_CHECK(end <= datagram.size());
    if (reason == DropReason::kNone) CheckAccepted(view, datagram);
  }
  // Every byte was accounted for: accepted, or dropped with a reason.
  WAYBILL_FUZZ_CHECK(records > 0);
  WAYBILL_FUZZ_CHECK(end == datagram.size() || datagram.size() > kMaxDatagramLength);
}

}  // namespace
}  // namespace waybill

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  waybill::ByteReader input(absl::MakeConstSpan(data, size));
  uint8_t cid_length, profile;
  uint16_t accepted;
  if (!input.ReadU8(&cid_length) || !input.ReadU8(&profile) || !input.ReadU16(&accepted)) return 0;
  waybill::ReadDatagram(input.rest(), waybill::RulesOf(cid_length, profile, accepted));
  return 0;
}
