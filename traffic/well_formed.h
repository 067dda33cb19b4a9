// SPDX-License-Identifier: Apache-2.0
//
// A catalogue of good records, of every form and every shape of it, each with the rules under which
// a reader accepts it: what tests cut and mutate, and what fuzzers start from.
#ifndef WAYBILL_TRAFFIC_WELL_FORMED_H_
#define WAYBILL_TRAFFIC_WELL_FORMED_H_

#include <cstddef>
#include <string>
#include <vector>

#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/traffic/datagram_builder.h"
#include "waybill/traffic/fragments.h"
#include "waybill/wire/byte_range.h"

namespace waybill {

struct WellFormedRecord {
  std::string name;  // unique: the form, then what sets the record apart
  RecordForm form;
  DatagramBuilder builder;  // of this record alone
  RecordRules rules;
  bool has_length = true;  // the header has a length field
  HeaderCid header_cid;    // length 0 where the header has none
  ByteRange cid;           // in the header or in an extension; empty where there is none
};

// All of them, always the same: content types, C, S, L and epoch bits, CIDs from 1 to 255 bytes,
// fixed and self-delineating, chains with and without a CID, both profiles. Thread-safe.
std::vector<WellFormedRecord> WellFormedRecords();

// The longest payload that a form allows, in bytes (EXT-8).
size_t MaxPayloadLength(RecordForm form);

}  // namespace waybill

#endif  // WAYBILL_TRAFFIC_WELL_FORMED_H_
