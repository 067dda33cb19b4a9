// SPDX-License-Identifier: Apache-2.0
//
// An OpenedRecord comes from an opener, and keys do not outlive what holds them: see
// compile_failure_test.py.
#include <cstddef>
#include <optional>

#include "waybill/protection/aead.h"
#include "waybill/protection/epoch_keys.h"
#include "waybill/protection/record_opener.h"

namespace waybill {

size_t Deliver(const OpenedRecord& record) { return record.content().size(); }

size_t OnlyAsOpened(std::optional<OpenedRecord>* opened) {
#ifdef FAULTS  // an opened record made up: (private|no matching constructor)
  { OpenedRecord made_up; }
#endif
#ifdef FAULTS  // an opened record in braces: (private|could not convert|no matching)
  Deliver({});
#endif
#ifdef FAULTS  // an opened record emplaced: (private|no matching (member )?function)
  opened->emplace();
#endif
#ifdef FAULTS  // a parsed record for an opened one: (no matching|invalid initialization)
  Deliver(RecordView());
#endif
#ifdef FAULTS  // an opened record changed: private
  (*opened)->content_type_ = 23;
#endif
  return opened->has_value() ? Deliver(**opened) : 0;
}

size_t KeysStay(const TrafficKeys& keys) {
  EpochKeys used;
#ifdef FAULTS  // keys in use copied: (deleted|implicitly)
  EpochKeys copy(used);
#endif
#ifdef FAULTS  // bytes of a key that is gone: (deleted|overload resolution selected deleted)
  absl::Span<const uint8_t> dangling = AeadKey(keys.key).bytes();
#endif
  return keys.key.bytes().size() + used.empty();
}

}  // namespace waybill
