// SPDX-License-Identifier: Apache-2.0
//
// Rows of lookups: a benchmark for each, named ROW/SUBJECT/FLOOR/ASSOCIATIONS.
#ifndef WAYBILL_BENCH_TABLE_LOOKUP_ROWS_H_
#define WAYBILL_BENCH_TABLE_LOOKUP_ROWS_H_

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "waybill/bench/protection/timed_pair.h"
#include "waybill/bench/table/check.h"
#include "waybill/bench/table/finders.h"
#include "waybill/bench/table/floors.h"
#include "waybill/bench/table/population.h"

namespace waybill {

// Passes over queries; each answers the sum of the numbers that it found, or how many it did not
// find.
template <typename Finder>
uint64_t HitsInBatches(const Finder& finder, size_t begin, size_t end) {
  uint64_t sum = 0;
  const Payload* found[kBatch];
  for (size_t i = begin; i < end; i += kBatch) {
    finder.FindBatch(&finder.hits()[i], found);
    uint64_t of_batch = 0;  // in a register
    for (const Payload* payload : found) of_batch += payload->number;
    sum += of_batch;
  }
  return sum;
}
template <typename Finder>
uint64_t HitsOneByOne(const Finder& finder, size_t begin, size_t end) {
  uint64_t zero = 0, sum = 0;
  for (size_t i = begin; i < end; ++i) {
    const Payload* const payload = finder.Find(finder.hits()[i + zero]);
    sum += payload->number;
    zero = payload->zero;
  }
  return sum;
}
template <typename Finder>
uint64_t MissesInBatches(const Finder& finder, const Population& population, size_t begin,
                         size_t end) {
  uint64_t missed = 0;
  const Payload* found[kBatch];
  for (size_t i = begin; i < end; i += kBatch) {
    finder.FindBatch(&population.misses[i], found);
    uint64_t of_batch = 0;  // in a register
    for (const Payload* payload : found) of_batch += payload == nullptr ? 1 : 0;
    missed += of_batch;
  }
  return missed;
}

template <typename Finder>
void CheckHits(const Finder& finder, const Population& population) {
  for (size_t i = 0; i < population.queries(); ++i) {
    const Payload* const payload = finder.Find(finder.hits()[i]);
    Check(payload != nullptr && payload->number == population.known[i], "a CID leads elsewhere");
  }
}

// Makes finders as they are asked for, and keeps one: all contenders of 10M associations do not fit
// the memory beside one another.
class FinderInTurn {
 public:
  explicit FinderInTurn(const Population& population) : population_(population) {}

  template <typename Finder>
  const Finder& Get() {
    if (name_ != Finder::Name()) {
      held_.reset();
      const auto made = std::make_shared<Finder>(population_);
      CheckHits(*made, population_);
      held_ = made;
      name_ = Finder::Name();
    }
    return *static_cast<const Finder*>(held_.get());
  }

 private:
  const Population& population_;
  std::shared_ptr<const void> held_;
  std::string name_;
};

// Where the states of a floor stand.
enum class Lines : uint8_t {
  kDense,    // one behind the other, in as few pages as can be
  kInStore,  // as the subject's own, the first of four lines each
};

class LookupRows {
 public:
  using Ours = TableFinder<HashBy::kAes>;

  explicit LookupRows(const Population& population)
      : population_(population), contenders_(population), ours_(population) {}

  // Beside two lines, of the index and of the state; of CIDs that say where, beside one.
  template <typename Finder, Lines kLines>
  void AddHitsInBatches() {
    AddBatches<Finder>(Name<Finder, kLines>("hit_batch", "two_lines"), Hits<Finder>(),
                       [this](size_t begin, size_t end) {
                         return TouchBoth(StatesOf<Finder, kLines>(), population_, begin, end);
                       });
  }
  template <typename Finder, Lines kLines>
  void AddLocatedHitsInBatches() {
    AddBatches<Finder>(Name<Finder, kLines>("hit_batch", "state_line"), Hits<Finder>(),
                       [this](size_t begin, size_t end) {
                         return TouchStates(StatesOf<Finder, kLines>(), population_, begin, end);
                       });
  }
  // Beside one line of a state, or of the index.
  template <typename Finder, Lines kLines>
  void AddMissesInBatches() {
    AddBatches<Finder>(Name<Finder, kLines>("miss_batch", "state_line"), Misses<Finder>(),
                       [this](size_t begin, size_t end) {
                         return TouchStates(StatesOf<Finder, kLines>(), population_, begin, end);
                       });
  }
  template <typename Finder>
  void AddMissesBesideIndex() {
    AddBatches<Finder>(
        Name<Finder, Lines::kDense>("miss_batch", "index_line"), Misses<Finder>(),
        [this](size_t begin, size_t end) { return TouchIndex(population_, begin, end); });
  }
  // Lookups that wait for each other, beside two lines that do: of the index and of the state, or
  // both of states.
  template <typename Finder, Lines kLines>
  void AddSingleHits() {
    AddSingle<Finder>(Name<Finder, kLines>("hit_single", "two_chained"), SingleHits<Finder>(),
                      [this](size_t begin, size_t end) {
                        return FollowBoth(StatesOf<Finder, kLines>(), population_, begin, end);
                      });
  }
  template <typename Finder>
  void AddSingleHitsBesideStates() {
    AddSingle<Finder>(Name<Finder, Lines::kDense>("hit_single", "two_chained_states"),
                      SingleHits<Finder>(), [this](size_t begin, size_t end) {
                        return FollowStates(population_, population_, begin, end);
                      });
  }
  // Ours beside one of others.
  template <typename Finder>
  void AddOursBeside() {
    AddBatches<Finder>(
        std::string("hit_batch/") + Ours::Name() + "/" + Finder::Name(),
        [this](size_t begin, size_t end) {
          const uint64_t sum = HitsInBatches(ours_.Get<Ours>(), begin, end);
          Check(sum == population_.SumOf(begin, end), "a hit leads elsewhere");
        },
        [this](size_t begin, size_t end) {
          return HitsInBatches(contenders_.Get<Finder>(), begin, end);
        });
  }

 private:
  template <typename Finder, Lines kLines>
  static std::string Name(const char* row, const char* floor) {
    return std::string(row) + "/" + Finder::Name() + "/" + floor +
           (kLines == Lines::kInStore ? "_in_store" : "");
  }
  template <typename Finder, Lines kLines>
  decltype(auto) StatesOf() {
    if constexpr (kLines == Lines::kDense) {
      return (population_);
    } else {
      return contenders_.Get<Finder>().states();
    }
  }

  template <typename Query>
  static void Read(const std::vector<Query>& queries, size_t begin, size_t end) {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(queries.data());
    for (size_t i = begin * sizeof(Query); i < end * sizeof(Query); i += sizeof(State)) {
      benchmark::DoNotOptimize(bytes[i]);
    }
  }

  template <typename Finder>
  auto Hits() {
    return [this](size_t begin, size_t end) {
      const uint64_t sum = HitsInBatches(contenders_.Get<Finder>(), begin, end);
      Check(sum == population_.SumOf(begin, end), "a hit in a batch leads elsewhere");
    };
  }
  template <typename Finder>
  auto SingleHits() {
    return [this](size_t begin, size_t end) {
      const uint64_t sum = HitsOneByOne(contenders_.Get<Finder>(), begin, end);
      Check(sum == population_.SumOf(begin, end), "a hit leads elsewhere");
    };
  }
  template <typename Finder>
  auto Misses() {
    return [this](size_t begin, size_t end) {
      const uint64_t missed = MissesInBatches(contenders_.Get<Finder>(), population_, begin, end);
      Check(missed == end - begin, "nobody's CID leads somewhere");
    };
  }

  template <typename Finder, typename Subject, typename Floor>
  void AddBatches(const std::string& name, Subject subject, Floor floor) {
    const size_t queries = population_.queries();
    Add<Finder>(name, subject, floor, queries, queries < (1 << 22) ? (1 << 22) / queries : 1);
  }
  template <typename Finder, typename Subject, typename Floor>
  void AddSingle(const std::string& name, Subject subject, Floor floor) {
    Add<Finder>(name, subject, floor, 1 << 19, 1);
  }
  template <typename Finder, typename Subject, typename Floor>
  void Add(const std::string& name, Subject subject, Floor floor, size_t queries, size_t passes) {
    TimedPair pair;
    pair.block = 1 << 12;
    pair.subject = subject;
    // Beside other queries of the same moments: the lines of these are in the cache now.
    const size_t half = population_.queries() / 2;
    const auto away = [half](size_t i) { return i < half ? i + half : i - half; };
    pair.floor = [floor, away](size_t begin, size_t end) {
      benchmark::DoNotOptimize(floor(away(begin), away(begin) + (end - begin)));
    };
    // Datagrams that have just come: what is asked for is in the cache.
    pair.prepare = [this, away](size_t begin, size_t end) {
      for (const size_t from : {begin, away(begin)}) {
        const size_t to = from + (end - begin);
        Read(contenders_.Get<Finder>().hits(), from, to);
        Read(population_.misses, from, to);
        Read(population_.known, from, to);
        Read(population_.index_line, from, to);
      }
    };
    const std::string full = name + "/" + std::to_string(population_.count());
    const auto run = [pair, queries, made = false](benchmark::State& state) mutable {
      // Untimed: whatever is to be made is made, and looked at.
      if (!made) {
        pair.subject(0, queries);
        pair.floor(0, pair.block);
        made = true;
      }
      TimePair(state, pair, queries);
    };
    benchmark::RegisterBenchmark(full.c_str(), run)
        ->UseManualTime()
        ->Iterations(static_cast<benchmark::IterationCount>(passes))
        ->Unit(benchmark::kNanosecond);
  }

  const Population& population_;
  FinderInTurn contenders_;
  FinderInTurn ours_;  // whom others are timed beside
};

// All that is asked of a table of others.
template <typename Table>
void AddPeer(LookupRows* rows) {
  using Finder = PeerFinder<Table>;
  rows->AddHitsInBatches<Finder, Lines::kInStore>();
  rows->AddMissesInBatches<Finder, Lines::kInStore>();
  rows->AddSingleHits<Finder, Lines::kInStore>();
  rows->AddOursBeside<Finder>();
}

// What they need of the heap at most: two finders, one of which has just been made.
inline size_t LookupHeapBytes(size_t count) {
  return (count * 1200 + (size_t{1} << 29)) >> 21 << 21;
}

// The rows of Waybill, and of peers that need no library but the project's own.
void AddLookupRows(size_t count, LookupRows* rows);

}  // namespace waybill

#endif  // WAYBILL_BENCH_TABLE_LOOKUP_ROWS_H_
