// SPDX-License-Identifier: Apache-2.0
//
// Words of one vocabulary are not those of another, nor numbers; a place is no pointer; what was
// received is not written to: see compile_failure_test.py.
#include <cstdint>
#include <cstring>

#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/record_checks.h"
#include "waybill/record/record_view.h"
#include "waybill/record/replay_window.h"
#include "waybill/wire/byte_range.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

void Reasons(const RecordView& view, uint64_t* counters) {
  DropReason reason = DropReason::kReplayed;
  DropScope scope = ScopeOf(reason);
  if (reason != DropReason::kNone) ++counters[static_cast<size_t>(reason)];
  CheckContentType(view, DtlsVersion::kDtls12);
#ifdef FAULTS  // reason from a number: cannot (convert|initialize)
  { DropReason number = 3; }
#endif
#ifdef FAULTS  // reason from a form: (cannot convert|assigning)
  reason = RecordForm::kUnified;
#endif
#ifdef FAULTS  // scope from a reason: (cannot convert|assigning)
  scope = DropReason::kReplayed;
#endif
#ifdef FAULTS  // reason compared with a scope: (no match for 'operator==|invalid operands)
  static_cast<void>(reason == scope);
#endif
#ifdef FAULTS  // reason as a condition: (could not convert|not contextually convertible)
  if (reason) scope = DropScope::kNothing;
#endif
#ifdef FAULTS  // reason as an index: (invalid types|array subscript is not an integer)
  ++counters[reason];
#endif
#ifdef FAULTS  // version from its field: (cannot convert|no matching function)
  CheckContentType(view, view.version);
#endif
#ifdef FAULTS  // layout compared with a form: (no match for 'operator==|invalid operands)
  static_cast<void>(HeaderLayoutOf(22) == view.form);
#endif
  static_cast<void>(scope);
}

void Extensions(ExtensionRules* rules) {
  rules->profile = ExtensionProfile::kStrict;
  rules->accepted = ExtensionTypeSet(0x0001);
#ifdef FAULTS  // profile from a switch: (cannot convert|assigning)
  rules->profile = true;
#endif
#ifdef FAULTS  // type set from a type: (no match for 'operator=|no viable overloaded '=')
  rules->accepted = kCidExtensionType;
#endif
}

void Places(const RecordView& view, absl::Span<const uint8_t> received, uint8_t* out) {
  const absl::Span<const uint8_t> payload = view.payload.In(received);
  std::memcpy(out, payload.data(), payload.size());
#ifdef FAULTS  // place as a pointer: (cannot convert|no viable conversion)
  { const uint8_t* pointer = view.payload; }
#endif
#ifdef FAULTS  // place copied as bytes: (cannot convert|no viable conversion)
  std::memcpy(out, view.payload, view.payload.length);
#endif
#ifdef FAULTS  // place as a span: (conversion from|no viable conversion)
  { absl::Span<const uint8_t> span = view.payload; }
#endif
#ifdef FAULTS  // received bytes written: (read-only|cannot assign)
  view.payload.In(received)[0] = 0;
#endif
}

// BUG-01: what only asks cannot mark.
void Window(const ReplayWindow& asked, ReplayWindow* opened) {
  static_cast<void>(asked.Check(7));
  opened->Mark(7);
#ifdef FAULTS  // window marked while asked: (discards qualifiers|not marked const)
  asked.Mark(7);
#endif
}

}  // namespace waybill
