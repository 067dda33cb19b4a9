// SPDX-License-Identifier: Apache-2.0
//
// What a receiver has to know to read the records of an association, or of a socket whose
// associations all agree on it.
#ifndef WAYBILL_RECORD_RECORD_RULES_H_
#define WAYBILL_RECORD_RECORD_RULES_H_

#include <type_traits>

#include "waybill/ext/extension_chain.h"
#include "waybill/wire/cid_length.h"

namespace waybill {

// A small value to be copied. The length of CIDs must be given: there is no harmless default.
struct RecordRules {
  // Record header extensions are off, as for every peer that did not negotiate them.
  explicit constexpr RecordRules(CidLength cids) : cid_length(cids) {}
  constexpr RecordRules(CidLength cids, const ExtensionRules& rules)
      : cid_length(cids), extensions(rules) {}

  CidLength cid_length;  // of CIDs in tls12_cid and unified headers; a CID in an extension says its
                         // own length
  ExtensionRules extensions;
};

static_assert(std::is_trivially_copyable_v<RecordRules>, "a value to be copied");
static_assert(!std::is_default_constructible_v<RecordRules>, "the length of CIDs must be given");

}  // namespace waybill

#endif  // WAYBILL_RECORD_RECORD_RULES_H_
