// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/parse/parse_traces.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "waybill/bench/comparison/associations.h"
#include "waybill/record/parse_record.h"
#include "waybill/record/record_view.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/mix.h"
#include "waybill/traffic/session.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

// As the mixes of traffic/mix.cc, but for servers alone.
//
// clang-format off
constexpr Mix kServers[] = {
    {"rfc", "", 500, {1, 3, 0, 1, 4, 0}, 8, 8, 100, 2, 16, 1200, 100, 12, {4, 4, 0, 2, 2}},
    {"extended", "", 500, {1, 1, 2, 1, 2, 2}, 8, 8, 100, 2, 16, 1200, 100, 12, {4, 4, 0, 2, 2}},
    {"flood", "", 500, {1, 3, 0, 1, 4, 0}, 8, 8, 100, 2, 16, 1200, 100, 90, {4, 2, 0, 1, 1}},
};
// clang-format on

RecordRules RulesOfServer(const Mix& mix) {
  const bool extended = mix.dialects[static_cast<size_t>(Dialect::kExtended12)] != 0;
  return extended ? RulesOf(mix, Direction::kToServer)
                  : RecordRules(CidLength::Fixed(mix.server_cid_length));
}

DatagramStore StoreOf(const std::vector<Bytes>& datagrams) {
  DatagramStore store;
  store.Reserve(datagrams.size());
  for (const Bytes& datagram : datagrams) store.Add(datagram, AddressKey({}, {}));
  return store;
}

std::vector<Bytes> Sorted(std::vector<Bytes> datagrams, const RecordRules& rules) {
  const auto answer = [&rules](const Bytes& datagram) {
    RecordView view;
    const DropReason reason = ParseRecord(datagram, 0, rules, &view);
    return std::make_tuple(reason, view.form, view.first_byte);
  };
  std::stable_sort(datagrams.begin(), datagrams.end(),
                   [&answer](const Bytes& a, const Bytes& b) { return answer(a) < answer(b); });
  return datagrams;
}

}  // namespace

std::vector<ParseTrace> MakeParseTraces(size_t datagrams, uint64_t seed) {
  std::vector<ParseTrace> traces;
  for (const Mix& server : kServers) {
    MixGenerator generator(server, seed);
    std::vector<Bytes> received;
    while (received.size() < datagrams) {
      GeneratedDatagram datagram = generator.Next();
      if (datagram.direction == Direction::kToServer) received.push_back(std::move(datagram.bytes));
    }
    const RecordRules rules = RulesOfServer(server);
    traces.push_back({server.name, rules, StoreOf(received), StoreOf(Sorted(received, rules))});
  }
  return traces;
}

}  // namespace waybill
