// SPDX-License-Identifier: Apache-2.0
//
// Records that are wrong in one way, each with the DropReason that this way must cause. Faults
// without a known answer are made by MakeTrash() (trash.h).
#ifndef WAYBILL_TRAFFIC_MUTATION_H_
#define WAYBILL_TRAFFIC_MUTATION_H_

#include <cstddef>
#include <string>
#include <vector>

#include "waybill/record/record_rules.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/well_formed.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

// A datagram, read under `rules`: DatagramReader must accept the first `accepted_before` records,
// and refuse the next one for `reason`. Nothing stands behind that one.
struct Mutation {
  std::string name;  // the record's, and what is wrong with it
  Bytes datagram;
  RecordRules rules;
  DropReason reason;
  size_t accepted_before = 0;
};

// Every fault that a reader of headers can find, without state or key, in a record like this one:
// the reasons from kEmptyDatagram to kExtensionSecondCid, those that can befall the form of `base`.
std::vector<Mutation> MutationsOf(const WellFormedRecord& base);

// Those of all WellFormedRecords(): several megabytes. Both are thread-safe.
std::vector<Mutation> AllMutations();

}  // namespace waybill

#endif  // WAYBILL_TRAFFIC_MUTATION_H_
