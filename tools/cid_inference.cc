// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/cid_inference.h"

#include "waybill/record/first_byte.h"
#include "waybill/record/parse_record.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

CidLengthSet Fitting(const CidLengthSet& candidates, absl::Span<const uint8_t> datagram,
                     size_t offset, const ExtensionRules& rules) {
  CidLengthSet fitting;
  for (size_t length = 1; length <= kMaxCidLength; ++length) {
    fitting[length] =
        candidates[length] && CidLengthFits(datagram, offset, rules, static_cast<uint8_t>(length));
  }
  return fitting;
}

}  // namespace

bool CidLengthFits(absl::Span<const uint8_t> datagram, size_t offset, const ExtensionRules& rules,
                   uint8_t length) {
  const RecordRules record_rules(CidLength::Fixed(length), rules);
  while (offset < datagram.size()) {
    RecordView view;
    const DropReason reason = ParseRecord(datagram, offset, record_rules, &view);
    if (ScopeOf(reason) == DropScope::kRestOfDatagram) return false;
    if (reason == DropReason::kCiphertextTooShort) return false;
    if (view.form == RecordForm::kTls12Cid && view.payload.empty()) return false;
    offset = view.record.end();
  }
  return true;
}

bool CidLengthCanBeInferred(absl::Span<const uint8_t> datagram, size_t offset) {
  if (offset >= datagram.size()) return false;
  const uint8_t first_byte = datagram[offset];
  return HeaderLayoutOf(first_byte) != HeaderLayout::kUnified ||
         (first_byte & kUnifiedLengthBit) != 0;
}

bool CidCandidates::Narrow(absl::Span<const uint8_t> datagram, size_t offset,
                           const ExtensionRules& rules) {
  CidLengthSet fitting = Fitting(candidates_, datagram, offset, rules);
  bool contradicted = false;
  if (fitting.none()) {
    fitting = Fitting(~candidates_, datagram, offset, rules);
    if (fitting.none()) return false;
    contradicted = true;
  }
  candidates_ = fitting;
  contradicted_ = contradicted;
  return true;
}

std::optional<uint8_t> CidCandidates::Only() const {
  if (contradicted_ || candidates_.count() != 1) return std::nullopt;
  return static_cast<uint8_t>(candidates_._Find_first());
}

}  // namespace waybill
