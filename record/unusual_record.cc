// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/unusual_record.h"

#include "absl/base/attributes.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/record/layout_table.h"
#include "waybill/wire/big_endian.h"
#include "waybill/wire/byte_reader.h"

namespace waybill {
namespace {

DropReason RefuseRest(DropReason reason, absl::Span<const uint8_t> datagram, size_t offset,
                      RecordView* view) {
  view->record = RangeOf(offset, datagram.size() - offset);
  return reason;
}

// Goes on behind the header of a record that has extensions. So far `view` counts E as a bit of the
// length.
ABSL_ATTRIBUTE_NOINLINE DropReason ReadExtensions(const FieldLayout& layout,
                                                  absl::Span<const uint8_t> datagram, size_t offset,
                                                  const ExtensionRules& rules, RecordView* view) {
  view->payload.length &= ~kExtensionIndicator;
  const size_t end = view->payload.end();
  if (end > datagram.size()) {
    return RefuseRest(DropReason::kLengthPastEnd, datagram, offset, view);
  }
  view->form = layout.form_extended;
  view->record.length = static_cast<uint16_t>(end - offset);
  if (view->epoch < layout.first_epoch && view->form == RecordForm::kExtended12) {
    return DropReason::kExtensionInClear;
  }
  if (layout.fault_if_extended != DropReason::kNone) return layout.fault_if_extended;

  ByteReader body(absl::Span<const uint8_t>(datagram.data(), end), view->payload.offset);
  ExtensionChainSummary summary;
  const DropReason reason = ReadExtensionChain(rules, &body, &summary);
  if (reason != DropReason::kNone) return reason;
  view->extensions = summary.chain;
  view->payload = RangeOf(body.offset(), body.remaining());
  if (view->payload.length > layout.max_payload) {
    return RefuseRest(DropReason::kLengthOverLimit, datagram, offset, view);
  }
  if (summary.types.Has(kCidExtensionType)) {
    if (!view->cid.empty()) return DropReason::kExtensionSecondCid;
    view->cid = summary.cid;
  }
  return view->payload.length < layout.min_payload ? DropReason::kCiphertextTooShort
                                                   : DropReason::kNone;
}

// Goes on behind the header of a record that is in the clear, or of a length that its form does not
// allow.
ABSL_ATTRIBUTE_NOINLINE DropReason ReadUnextended(const FieldLayout& layout,
                                                  absl::Span<const uint8_t> datagram, size_t offset,
                                                  RecordView* view) {
  const bool in_clear = view->epoch < layout.first_epoch;
  const int limit = in_clear ? layout.max_payload_in_clear : layout.max_payload;
  if (in_clear) view->form = layout.form_in_clear;
  if (view->payload.end() > datagram.size()) {
    return RefuseRest(DropReason::kLengthPastEnd, datagram, offset, view);
  }
  if (view->payload.length > limit) {
    return RefuseRest(DropReason::kLengthOverLimit, datagram, offset, view);
  }
  if (!in_clear) return DropReason::kCiphertextTooShort;
  return layout.allowed_in_clear ? DropReason::kNone : DropReason::kContentTypeInClear;
}

}  // namespace

DropReason RefuseDatagram(absl::Span<const uint8_t> datagram, RecordView* view) {
  *view = RecordView();
  return datagram.size() > kMaxDatagramLength ? DropReason::kDatagramTooLong
                                              : DropReason::kEmptyDatagram;
}

DropReason RefuseHeader(const FieldLayout& layout, size_t cid_length,
                        absl::Span<const uint8_t> datagram, size_t offset, const RecordRules& rules,
                        RecordView* view) {
  const uint8_t* bytes = datagram.data() + offset;
  *view = RecordView();
  view->first_byte = bytes[0];
  view->form = layout.form;
  DropReason reason = layout.fault;
  if (layout.cid_mask != 0 && datagram.size() - offset >= layout.cid_place) {
    if (layout.version_mask != 0) {
      const uint64_t number = LoadU64(bytes + layout.sequence_place);
      view->version = LoadU16(bytes + layout.version_place);
      view->epoch = static_cast<uint16_t>(number >> kSequenceBits);
      view->sequence = number & kMaxSequence;
    }
    if (rules.cid_length.absent()) {
      reason = DropReason::kCidNotExpected;
    } else if (cid_length == 0) {
      reason = DropReason::kCidNotDelineated;
    }
  }
  return RefuseRest(reason, datagram, offset, view);
}

DropReason ReadUnusualRecord(absl::Span<const uint8_t> datagram, size_t offset,
                             const RecordRules& rules, RecordView* view) {
  const FieldLayout& layout = kLayouts.Of(view->first_byte);
  if ((view->payload.length & kExtensionIndicator) != 0 &&
      (layout.extended_under & FieldLayout::Bit(rules.extensions.profile)) != 0) {
    return ReadExtensions(layout, datagram, offset, rules.extensions, view);
  }
  return ReadUnextended(layout, datagram, offset, view);
}

}  // namespace waybill
