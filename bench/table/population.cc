// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/table/population.h"

#include <algorithm>

#include "waybill/bench/table/peer_tables.h"
#include "waybill/traffic/random.h"

namespace waybill {
namespace {

// So many that no cache has them from the last time, within what the memory has room for.
size_t QueriesFor(size_t count) {
  size_t queries = 1 << 20;
  while (queries < count && queries < 1 << 23) queries *= 2;
  return queries;
}

size_t IndexLines(size_t count) { return count * 9 / sizeof(State) + 1; }

}  // namespace

Population::Population(size_t count) : states(count), full_states(count), index(IndexLines(count)) {
  Random elsewhere(3);
  for (size_t i = 0; i < count; ++i) {
    full_states[i] = states[i].payload = {i, 0, elsewhere.Below(count)};
  }
  for (size_t i = 0; i < index.size(); ++i) index[i].payload = {i, 0, elsewhere.Below(count)};
  Random random(1), whom(2);
  cids.reserve(count);
  for (size_t i = 0; i < count; ++i) cids.push_back(OpaqueCid(&random));
  const size_t queries = QueriesFor(count);
  sums.push_back(0);
  for (size_t i = 0; i < queries; ++i) {
    known.push_back(static_cast<uint32_t>(whom.Below(count)));
    index_line.push_back(static_cast<uint32_t>(whom.Below(index.size())));
    sums.push_back(sums.back() + known.back());
    hits.push_back(cids[known.back()]);
    misses.push_back(OpaqueCid(&random));
  }
}

}  // namespace waybill
