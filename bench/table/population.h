// SPDX-License-Identifier: Apache-2.0
//
// Associations, and whom datagrams are for.
#ifndef WAYBILL_BENCH_TABLE_POPULATION_H_
#define WAYBILL_BENCH_TABLE_POPULATION_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "waybill/bench/machine/large_pages.h"
#include "waybill/bench/table/table_cid.h"

namespace waybill {

// What a lookup is for: bytes of the association's state.
struct Payload {
  uint64_t number;     // of the association
  uint64_t zero;       // added to what is asked next, so that it waits for this line
  uint64_t elsewhere;  // another association, at random
};
// In a line.
struct alignas(64) State {
  Payload payload;
};
// Of tables of others, states of four lines as Waybill's own: what a state takes is not the
// table's.
class FullStates {
 public:
  explicit FullStates(size_t count) : states_(count) {}
  Payload& operator[](size_t i) { return states_[i].hot.payload; }
  const Payload& StateOf(uint32_t number) const { return states_[number].hot.payload; }

 private:
  struct Full {
    State hot;
    State more[3];
  };
  LargePages<Full> states_;
};

struct Population {
  explicit Population(size_t count);

  size_t count() const { return states.size(); }
  size_t queries() const { return known.size(); }
  const Payload& StateOf(uint32_t number) const { return states[number].payload; }
  // Of the numbers of those who are asked for.
  uint64_t SumOf(size_t begin, size_t end) const { return sums[end] - sums[begin]; }

  LargePages<State> states;          // dense: in as few pages as can be
  FullStates full_states;            // the same
  LargePages<State> index;           // as large as an index of 9 bytes a CID; leads to states
  std::vector<uint32_t> known;       // whom each query is for
  std::vector<uint32_t> index_line;  // of each query, at random
  std::vector<uint64_t> sums;
  std::vector<TableCid> cids;
  std::vector<TableCid> hits;    // the CID of each query
  std::vector<TableCid> misses;  // CIDs of nobody
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_TABLE_POPULATION_H_
