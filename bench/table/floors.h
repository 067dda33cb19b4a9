// SPDX-License-Identifier: Apache-2.0
//
// What memory alone takes: lines whose places are known, over queries from `begin` to `end`. Each
// answers a sum of what it has read. `states` has StateOf(number): those of a population stand one
// behind the other, those of a store in the first of four lines each.
#ifndef WAYBILL_BENCH_TABLE_FLOORS_H_
#define WAYBILL_BENCH_TABLE_FLOORS_H_

#include <cstddef>
#include <cstdint>

#include "waybill/bench/table/peer_tables.h"
#include "waybill/bench/table/population.h"

namespace waybill {

// In batches: one independent line of a state.
template <typename States>
uint64_t TouchStates(const States& states, const Population& population, size_t begin, size_t end) {
  uint64_t sum = 0;
  for (size_t i = begin; i < end; i += kBatch) {
    for (size_t j = i; j < i + kBatch; ++j) {
      __builtin_prefetch(&states.StateOf(population.known[j]));
    }
    for (size_t j = i; j < i + kBatch; ++j) sum += states.StateOf(population.known[j]).number;
  }
  return sum;
}

// The same of something as large as an index.
inline uint64_t TouchIndex(const Population& population, size_t begin, size_t end) {
  uint64_t sum = 0;
  for (size_t i = begin; i < end; i += kBatch) {
    for (size_t j = i; j < i + kBatch; ++j) {
      __builtin_prefetch(&population.index[population.index_line[j]]);
    }
    for (size_t j = i; j < i + kBatch; ++j) {
      sum += population.index[population.index_line[j]].payload.number;
    }
  }
  return sum;
}

// Both, which do not wait for each other.
template <typename States>
uint64_t TouchBoth(const States& states, const Population& population, size_t begin, size_t end) {
  uint64_t sum = 0;
  for (size_t i = begin; i < end; i += kBatch) {
    for (size_t j = i; j < i + kBatch; ++j) {
      __builtin_prefetch(&population.index[population.index_line[j]]);
      __builtin_prefetch(&states.StateOf(population.known[j]));
    }
    for (size_t j = i; j < i + kBatch; ++j) {
      sum += population.index[population.index_line[j]].payload.zero +
             states.StateOf(population.known[j]).number;
    }
  }
  return sum;
}

// A line of the index leads to a state, and that to the next query.
template <typename States>
uint64_t FollowBoth(const States& states, const Population& population, size_t begin, size_t end) {
  uint64_t zero = 0, sum = 0;
  for (size_t i = begin; i < end; ++i) {
    const Payload& first = population.index[population.index_line[i + zero]].payload;
    const Payload& second = states.StateOf(static_cast<uint32_t>(first.elsewhere));
    sum += second.number;
    zero = second.zero;
  }
  return sum;
}

// The same with a state in place of the index.
template <typename States>
uint64_t FollowStates(const States& states, const Population& population, size_t begin,
                      size_t end) {
  uint64_t zero = 0, sum = 0;
  for (size_t i = begin; i < end; ++i) {
    const Payload& first = states.StateOf(population.known[i + zero]);
    const Payload& second = states.StateOf(static_cast<uint32_t>(first.elsewhere));
    sum += second.number;
    zero = second.zero;
  }
  return sum;
}

}  // namespace waybill

#endif  // WAYBILL_BENCH_TABLE_FLOORS_H_
