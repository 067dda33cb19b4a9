// SPDX-License-Identifier: Apache-2.0
//
// What parsers are timed on: datagrams to a server, in the order in which they come, and the very
// same datagrams sorted, so that a processor can foresee what the next one is.
#ifndef WAYBILL_BENCH_PARSE_PARSE_TRACES_H_
#define WAYBILL_BENCH_PARSE_PARSE_TRACES_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "waybill/bench/comparison/datagram_store.h"
#include "waybill/record/record_rules.h"

namespace waybill {

struct ParseTrace {
  std::string_view name;
  RecordRules rules;     // of the server
  DatagramStore mixed;   // no order that could be learned
  DatagramStore sorted;  // by what the parser answers, then by first byte
};

// Traffic of the RFCs' forms, with record header extensions off and an eighth of trash ("rfc"); the
// same with half of the established associations carrying their CID in an extension ("extended");
// and a flood of nine parts trash ("flood"). `datagrams` each, the same for the same seed.
std::vector<ParseTrace> MakeParseTraces(size_t datagrams, uint64_t seed);

}  // namespace waybill

#endif  // WAYBILL_BENCH_PARSE_PARSE_TRACES_H_
