// SPDX-License-Identifier: Apache-2.0
//
// Random datagrams that are mostly right, each with rules under which it may be read: bytes at
// random are refused at their first record, and show little.
#ifndef WAYBILL_TESTS_CODEC_PLAUSIBLE_DATAGRAMS_H_
#define WAYBILL_TESTS_CODEC_PLAUSIBLE_DATAGRAMS_H_

#include "waybill/record/datagram_reader.h"
#include "waybill/record/record_rules.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/random.h"

namespace waybill {

struct PlausibleDatagram {
  Bytes bytes;
  RecordRules rules;
  SameAssociation same_association;  // or nullptr; wants no context
};

// A datagram of one to five records of any form, mostly with one CID, which may delineate itself;
// lengths and types near the limits are likelier than others. A third of them are damaged
// somewhere. Thread-safe, but for `random`.
PlausibleDatagram MakePlausibleDatagram(Random* random);

}  // namespace waybill

#endif  // WAYBILL_TESTS_CODEC_PLAUSIBLE_DATAGRAMS_H_
