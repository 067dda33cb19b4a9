// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/parse_record.h"

#include <algorithm>
#include <cstring>

#include "absl/base/attributes.h"
#include "waybill/record/field_layout.h"
#include "waybill/record/layout_table.h"
#include "waybill/record/parse_record_variants.h"
#include "waybill/record/unusual_record.h"
#include "waybill/wire/big_endian.h"

namespace waybill {
namespace {

// Reads the record at `offset`, whose header is there as a whole, and whose number is in front of
// the 64 bits given.
inline DropReason ReadRecord(const FieldLayout& layout, uint32_t cid_length, uint64_t number,
                             absl::Span<const uint8_t> datagram, size_t offset,
                             const RecordRules& rules, RecordView* view) {
  const uint8_t* bytes = datagram.data() + offset;
  const uint32_t header_length = layout.header_length + cid_length;
  const uint32_t remaining = static_cast<uint32_t>(datagram.size() - offset) - header_length;
  const uint32_t field = LoadU16(bytes + layout.length_place + cid_length);
  const uint32_t length = remaining ^ ((remaining ^ field) & layout.length_mask);
  number >>= layout.sequence_shift;
  const uint32_t epoch =
      static_cast<uint32_t>(number >> kSequenceBits) | (bytes[0] & layout.epoch_mask);

  view->form = layout.form;
  view->first_byte = bytes[0];
  view->version =
      static_cast<uint16_t>(LoadU16(bytes + layout.version_place) & layout.version_mask);
  view->epoch = static_cast<uint16_t>(epoch);
  view->sequence = number & kMaxSequence;
  view->record = RangeOf(offset, header_length + length);
  view->cid = RangeOf((offset + layout.cid_place) & layout.cid_mask, cid_length);
  view->extensions = ByteRange();
  view->payload = RangeOf(offset + header_length, length);
  // Each difference is negative where the record is unusual. They are joined without branches:
  // which of them is negative is as random as the traffic is.
  const int32_t signed_length = static_cast<int32_t>(length);
  const int32_t usual =
      (static_cast<int32_t>(remaining) - signed_length) | (layout.max_payload - signed_length) |
      (signed_length - layout.min_payload) | (static_cast<int32_t>(epoch) - layout.first_epoch);
  if (usual < 0) return ReadUnusualRecord(layout, datagram, rules, view);
  return DropReason::kNone;
}

// The same for a record that may lack a part of its header or begin none, and for CIDs that have to
// be looked at. What is refused shows what stands in front of the fault.
ABSL_ATTRIBUTE_NOINLINE DropReason ReadUncommonRecord(const FieldLayout& layout,
                                                      absl::Span<const uint8_t> datagram,
                                                      size_t offset, const RecordRules& rules,
                                                      RecordView* view) {
  const uint8_t* bytes = datagram.data() + offset;
  const absl::Span<const uint8_t> record(bytes, datagram.size() - offset);
  const bool reaches_cid = layout.cid_mask != 0 && record.size() >= layout.cid_place;
  uint32_t cid_length = 0;
  DropReason reason = layout.fault;
  if (reaches_cid) {
    if (!rules.cid_length.self_delineating()) {
      cid_length = rules.cid_length.fixed();
      if (cid_length == 0) reason = DropReason::kCidNotExpected;
    } else {
      const absl::Span<const uint8_t> rest(bytes + layout.cid_place,
                                           record.size() - layout.cid_place);
      if (!rest.empty()) cid_length = rules.cid_length.Of(rest);
      if (cid_length == 0) reason = DropReason::kCidNotDelineated;
    }
  }
  const size_t place = std::min<size_t>(
      layout.sequence_place + (cid_length & layout.cid_mask_before_sequence), record.size());
  uint8_t number[8] = {};
  std::memcpy(number, record.data() + place, std::min(sizeof(number), record.size() - place));
  const uint64_t bits = LoadU64(number);
  if (reason == DropReason::kHeaderTruncated &&
      record.size() >= layout.header_length + cid_length) {
    return ReadRecord(layout, cid_length, bits, datagram, offset, rules, view);
  }
  *view = RecordView();
  view->form = layout.form;
  view->first_byte = *bytes;
  view->record = RangeOf(offset, record.size());
  if (reaches_cid && layout.version_mask != 0) {
    view->version = LoadU16(bytes + layout.version_place);
    view->epoch = static_cast<uint16_t>(bits >> kSequenceBits);
    view->sequence = bits & kMaxSequence;
  }
  return reason;
}

}  // namespace

DropReason ParseRecordPortable(absl::Span<const uint8_t> datagram, size_t offset,
                               const RecordRules& rules, RecordView* view) {
  if (datagram.size() > kMaxDatagramLength || offset >= datagram.size()) {
    return RefuseDatagram(datagram, view);
  }
  const uint8_t* bytes = datagram.data() + offset;
  const FieldLayout& layout = kLayouts.Of(bytes[0]);
  const uint32_t cid_length = rules.cid_length.known() & layout.cid_mask;
  // Where code has to be small, what is read by the general way is not read by a faster one.
  if (kIsSmall || layout.last_byte + cid_length >= datagram.size() - offset) {
    return ReadUncommonRecord(layout, datagram, offset, rules, view);
  }
  const uint64_t number =
      LoadU64(bytes + layout.sequence_place + (cid_length & layout.cid_mask_before_sequence));
  return ReadRecord(layout, cid_length, number, datagram, offset, rules, view);
}

#if defined(__x86_64__)

namespace {

// Portable until the program's initialisation comes here: there is no time that is too early to
// call ParseRecord().
decltype(&ParseRecord) variant = ParseRecordPortable;
[[maybe_unused]] const bool variant_is_chosen = [] {
  if (HasShuffle()) variant = ParseRecordByShuffle;
  return true;
}();

}  // namespace

DropReason ParseRecord(absl::Span<const uint8_t> datagram, size_t offset, const RecordRules& rules,
                       RecordView* view) {
  return variant(datagram, offset, rules, view);
}

#else

DropReason ParseRecord(absl::Span<const uint8_t> datagram, size_t offset, const RecordRules& rules,
                       RecordView* view) {
  return ParseRecordPortable(datagram, offset, rules, view);
}

#endif

}  // namespace waybill
