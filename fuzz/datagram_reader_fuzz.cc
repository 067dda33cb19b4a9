// SPDX-License-Identifier: Apache-2.0
//
// Input: rules (fuzzed_rules.h), then a datagram. Every byte of it is accounted for; what a record
// says lies inside it; a record reads alike wherever it stands; and a header that was read is
// written back byte for byte.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/fuzz/fuzz_check.h"
#include "waybill/fuzz/fuzzed_rules.h"
#include "waybill/record/datagram_reader.h"
#include "waybill/record/extended12.h"
#include "waybill/record/extended13.h"
#include "waybill/record/parse_record.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/record/rfc6347.h"
#include "waybill/record/tls12_cid.h"
#include "waybill/record/unified.h"
#include "waybill/wire/byte_range.h"
#include "waybill/wire/byte_reader.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

bool IsWithin(ByteRange inner, ByteRange outer) {
  return inner.offset >= outer.offset && inner.end() <= outer.end();
}

void CheckPlaces(const RecordView& view) {
  const ByteRange header = view.header();
  WAYBILL_FUZZ_CHECK(header.offset == view.record.offset && header.end() == view.payload.offset);
  WAYBILL_FUZZ_CHECK(view.payload.end() == view.record.end());
  WAYBILL_FUZZ_CHECK(IsWithin(view.number(), header));
  WAYBILL_FUZZ_CHECK(view.cid.empty() || IsWithin(view.cid, header));
  WAYBILL_FUZZ_CHECK(view.extensions.empty() || (IsWithin(view.extensions, header) &&
                                                 view.extensions.end() == view.payload.offset));
  WAYBILL_FUZZ_CHECK(view.length() == view.extensions.length + view.payload.length);
}

bool WriteBack(const RecordView& view, absl::Span<const uint8_t> datagram,
               absl::Span<const RecordExtension> extensions, ByteWriter* writer) {
  const absl::Span<const uint8_t> cid = view.cid.In(datagram);
  const absl::Span<const uint8_t> cid_in_header =
      (view.first_byte & kUnifiedCidBit) != 0 ? cid : absl::Span<const uint8_t>();
  const bool sequence16 = (view.first_byte & kUnifiedSequence16Bit) != 0;
  const uint16_t payload_length = view.payload.length;
  switch (view.form) {
    case RecordForm::kDtlsPlaintext:
    case RecordForm::kDtlsCiphertext:
      return WriteHeader(
          Rfc6347Header{view.first_byte, view.version, view.epoch, view.sequence, payload_length},
          writer);
    case RecordForm::kTls12Cid:
      return WriteHeader(
          Tls12CidHeader{view.version, view.epoch, view.sequence, cid, payload_length}, writer);
    case RecordForm::kUnified:
      return WriteHeader(
          UnifiedHeader{view.epoch, view.sequence, sequence16, cid_in_header,
                        view.has_length() ? std::optional<uint16_t>(payload_length) : std::nullopt},
          writer);
    case RecordForm::kExtended12:
      return WriteHeader(Extended12Header{view.first_byte, view.version, view.epoch, view.sequence,
                                          extensions, payload_length},
                         writer);
    case RecordForm::kExtended13:
      // Epochs 4 to 7 have the low bits that are on the wire, and may carry extensions.
      return WriteHeader(Extended13Header{uint64_t{4} + view.epoch, view.sequence, sequence16,
                                          cid_in_header, extensions, payload_length},
                         writer);
    case RecordForm::kOther:
      break;
  }
  return false;
}

void CheckWriteBack(const RecordView& view, absl::Span<const uint8_t> datagram) {
  std::vector<RecordExtension> extensions;
  for (const RecordExtension& extension : ExtensionChain(view.extensions.In(datagram))) {
    extensions.push_back(extension);
  }
  const absl::Span<const uint8_t> header = view.header().In(datagram);
  std::vector<uint8_t> room(header.size());
  ByteWriter writer(absl::MakeSpan(room));
  WAYBILL_FUZZ_CHECK(WriteBack(view, datagram, extensions, &writer));
  WAYBILL_FUZZ_CHECK(writer.written() == header);
}

// `alone`, or the empty place that stays one, moved by the record's offset.
bool IsMoved(ByteRange alone, size_t offset, ByteRange place) {
  if (place.empty()) return alone.empty();
  return alone.length == place.length && alone.offset + offset == place.offset;
}

// Parses a copy of the record that has no byte in front of it or behind it.
void CheckAlone(const RecordView& view, DropReason reason, absl::Span<const uint8_t> datagram,
                const RecordRules& rules) {
  const absl::Span<const uint8_t> record = view.record.In(datagram);
  const std::vector<uint8_t> bytes(record.begin(), record.end());
  RecordView alone;
  WAYBILL_FUZZ_CHECK(ParseRecord(bytes, 0, rules, &alone) == reason);
  WAYBILL_FUZZ_CHECK(IsMoved(alone.record, view.record.offset, view.record));
  WAYBILL_FUZZ_CHECK(alone.form == view.form && alone.first_byte == view.first_byte &&
                     alone.version == view.version && alone.epoch == view.epoch &&
                     alone.sequence == view.sequence);
  if (reason != DropReason::kNone) return;
  WAYBILL_FUZZ_CHECK(IsMoved(alone.cid, view.record.offset, view.cid));
  WAYBILL_FUZZ_CHECK(IsMoved(alone.extensions, view.record.offset, view.extensions));
  WAYBILL_FUZZ_CHECK(IsMoved(alone.payload, view.record.offset, view.payload));
}

void ReadDatagram(absl::Span<const uint8_t> datagram, const FuzzedRules& rules) {
  DatagramReader reader(datagram, rules.rules, rules.same_association, nullptr);
  RecordView view;
  DropReason reason;
  size_t end = 0, records = 0;
  bool rest_refused = false;
  for (; reader.Next(&view, &reason); ++records) {
    WAYBILL_FUZZ_CHECK(!rest_refused);
    WAYBILL_FUZZ_CHECK(datagram.empty() == (reason == DropReason::kEmptyDatagram));
    // Nothing is left out between two records, and each step moves forward.
    WAYBILL_FUZZ_CHECK(view.record.offset == end && view.record.empty() == datagram.empty());
    end = view.record.end();
    rest_refused = ScopeOf(reason) == DropScope::kRestOfDatagram;
    WAYBILL_FUZZ_CHECK(end <= datagram.size() && (!rest_refused || end == datagram.size()));
    if (!rest_refused) CheckAlone(view, reason, datagram, rules.rules);
    if (reason != DropReason::kNone) continue;
    CheckPlaces(view);
    CheckWriteBack(view, datagram);
  }
  WAYBILL_FUZZ_CHECK(records > 0 && end == datagram.size());
}

}  // namespace
}  // namespace waybill

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  waybill::ByteReader input(absl::MakeConstSpan(data, size));
  const auto rules = waybill::ReadFuzzedRules(&input);
  if (!rules.has_value() || input.remaining() > waybill::kMaxDatagramLength) return 0;
  waybill::ReadDatagram(input.rest(), *rules);
  return 0;
}
