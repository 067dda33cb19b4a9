// SPDX-License-Identifier: Apache-2.0
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

struct Entry {
  std::string_view name;
  DropScope scope;
  std::string_view sentence;
};

constexpr Entry kEntries[kDropReasonCount] = {
#define WAYBILL_DROP_REASON_ENTRY(enumerator, name, scope, sentence) \
  {name, DropScope::scope, sentence},
    WAYBILL_DROP_REASONS(WAYBILL_DROP_REASON_ENTRY)
#undef WAYBILL_DROP_REASON_ENTRY
};

const Entry& EntryOf(DropReason reason) {
  const size_t index = static_cast<size_t>(reason);
  return kEntries[index < kDropReasonCount ? index : 0];
}

}  // namespace

DropScope ScopeOf(DropReason reason) { return EntryOf(reason).scope; }
std::string_view NameOf(DropReason reason) { return EntryOf(reason).name; }
std::string_view SentenceOf(DropReason reason) { return EntryOf(reason).sentence; }

std::string_view NameOf(DropScope scope) {
  switch (scope) {
    case DropScope::kNothing:
      return "nothing";
    case DropScope::kRecord:
      return "record";
    case DropScope::kRestOfDatagram:
      return "rest_of_datagram";
  }
  return "";
}

}  // namespace waybill
