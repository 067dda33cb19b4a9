// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/datagram_reader.h"

#include "waybill/record/parse_record.h"

namespace waybill {

bool DatagramReader::Next(RecordView* view, DropReason* reason) {
  if (started_ && offset_ >= datagram_.size()) return false;
  started_ = true;
  const size_t start = offset_;
  *reason = ParseRecord(datagram_, start, rules_, view);
  if (*reason == DropReason::kNone && !view->cid.empty()) {
    if (first_cid_.empty()) {
      first_cid_ = view->cid;
    } else if (NamesOtherAssociation(view->cid)) {
      *reason = DropReason::kOtherAssociation;
      view->record.length = static_cast<uint16_t>(datagram_.size() - start);
    }
  }
  offset_ = ScopeOf(*reason) == DropScope::kRestOfDatagram ? datagram_.size() : view->record.end();
  return true;
}

bool DatagramReader::NamesOtherAssociation(ByteRange cid) const {
  const absl::Span<const uint8_t> first = first_cid_.In(datagram_);
  const absl::Span<const uint8_t> later = cid.In(datagram_);
  if (first == later) return false;
  return same_association_ == nullptr || !same_association_(context_, first, later);
}

}  // namespace waybill
