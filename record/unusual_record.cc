// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/unusual_record.h"

#include "waybill/ext/extension_chain.h"
#include "waybill/record/field_layout.h"
#include "waybill/wire/byte_reader.h"

namespace waybill {
namespace {

// Goes on behind the header of a record that has extensions.
inline DropReason ReadExtensions(const FieldLayout& layout, absl::Span<const uint8_t> datagram,
                                 const RecordRules& rules, RecordView* view) {
  view->payload.length &= ~kExtensionIndicator;
  const size_t end = view->payload.end();
  if (end > datagram.size()) return RefuseRest(DropReason::kLengthPastEnd, datagram, view);
  view->form = layout.form_extended;
  view->record.length = static_cast<uint16_t>(end - view->record.offset);
  if (view->epoch < layout.first_epoch && view->form == RecordForm::kExtended12) {
    return DropReason::kExtensionInClear;
  }
  if (layout.fault_if_extended != DropReason::kNone) return layout.fault_if_extended;

  ByteReader body(absl::Span<const uint8_t>(datagram.data(), end), view->payload.offset);
  ExtensionChainSummary summary;
  const DropReason reason = ReadExtensionChain(rules.extensions, &body, &summary);
  if (reason != DropReason::kNone) return reason;
  view->extensions = summary.chain;
  view->payload = RangeOf(body.offset(), body.remaining());
  if (view->payload.length > layout.max_payload) {
    return RefuseRest(DropReason::kLengthOverLimit, datagram, view);
  }
  if (!summary.cid.empty()) {
    if (!view->cid.empty()) return DropReason::kExtensionSecondCid;
    view->cid = summary.cid;
  }
  return view->payload.length < layout.min_payload ? DropReason::kCiphertextTooShort
                                                   : DropReason::kNone;
}

}  // namespace

DropReason RefuseDatagram(absl::Span<const uint8_t> datagram, RecordView* view) {
  *view = RecordView();
  return datagram.size() > kMaxDatagramLength ? DropReason::kDatagramTooLong
                                              : DropReason::kEmptyDatagram;
}

DropReason ReadUnusualRecord(const FieldLayout& layout, absl::Span<const uint8_t> datagram,
                             const RecordRules& rules, RecordView* view) {
  if ((view->payload.length & kExtensionIndicator) != 0 &&
      (layout.extended_under & FieldLayout::Bit(rules.extensions.profile)) != 0) {
    return ReadExtensions(layout, datagram, rules, view);
  }
  const bool in_clear = view->epoch < layout.first_epoch;
  if (in_clear) view->form = layout.form_in_clear;
  if (view->payload.end() > datagram.size()) {
    return RefuseRest(DropReason::kLengthPastEnd, datagram, view);
  }
  if (view->payload.length > (in_clear ? kMaxPlaintextLength : layout.max_payload)) {
    return RefuseRest(DropReason::kLengthOverLimit, datagram, view);
  }
  return in_clear ? layout.fault_in_clear : DropReason::kCiphertextTooShort;
}

}  // namespace waybill
