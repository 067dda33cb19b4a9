// SPDX-License-Identifier: Apache-2.0
//
// CIDs of an attacker, made to meet in a table, beside random ones.
//
//   bazel run --config=opt //bench/table:crafted_benchmark -- [--associations N]
//   [--benchmark_filter=…]
//
// 50,000 CIDs of 15 bytes whose 64 bits of hash are all the same, under a key of AES that the
// attacker knows: in the index under another key, in a table under that one, and in one under the
// key that he knows, which refuses nearly all of them. Beside that, hashes without a key in tables
// of others.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "waybill/bench/machine/cpu_clock.h"
#include "waybill/bench/machine/large_memory.h"
#include "waybill/bench/machine/warm_heap.h"
#include "waybill/bench/protection/timed_pair.h"
#include "waybill/bench/table/check.h"
#include "waybill/bench/table/finders.h"
#include "waybill/bench/table/peer_tables.h"
#include "waybill/bench/table/table_cid.h"
#include "waybill/cid/association_table.h"
#include "waybill/cid/hash_index.h"
#include "waybill/cid/keyed_hash.h"
#include "waybill/traffic/random.h"

namespace waybill {
namespace {

constexpr size_t kCrafted = 50000 / kBatch * kBatch;
constexpr uint8_t kLength = 15;
using Cids = std::vector<TableCid>;

Cids RandomCids(size_t count, uint64_t seed) {
  Random random(seed);
  Cids cids(count);
  for (TableCid& cid : cids) {
    cid.length = kLength;
    for (size_t i = 0; i < 16; i += 8) {
      const uint64_t bits = random.Next();
      std::memcpy(&cid.bytes[i], &bits, sizeof(bits));
    }
    cid.bytes[kLength] = 0;
  }
  return cids;
}

// Blocks that begin with one and the same hash, deciphered: those that end as a key of 15 bytes
// does are such a key.
Cids CraftedCids(const BlockCipher& known) {
  constexpr uint64_t kHash = 0x0123456789abcdef;
  Random random(7);
  Cids cids;
  while (cids.size() < kCrafted) {
    std::array<uint8_t, BlockCipher::kBlockLength> block;
    const uint64_t rest = random.Next();
    std::memcpy(block.data(), &kHash, sizeof(kHash));
    std::memcpy(&block[sizeof(kHash)], &rest, sizeof(rest));
    known.Decrypt(absl::MakeSpan(block));
    if (block[kLength] != kLength) continue;
    TableCid cid;
    cid.length = kLength;
    std::copy_n(block.begin(), kLength, cid.bytes.begin());
    cids.push_back(cid);
  }
  KeyedHash hash(&known);
  for (const TableCid& cid : cids) {
    Check(hash(cid.span()) == hash(cids[0].span()), "what is crafted does not collide");
  }
  return cids;
}

// What lookups in an index look at.
struct Probes {
  double lines = 0;
  double candidates = 0;  // keys that have to be compared
};

class CountedIndex {
 public:
  CountedIndex(const KeyedHash& hash, const std::vector<const Cids*>& all)
      : hash_(hash),
        memory_((size_t{4} << 20) + 64 * CountOf(all)),
        index_(&memory_, nullptr, static_cast<uint32_t>(CountOf(all))) {
    for (const Cids* cids : all) {
      for (const TableCid& cid : *cids) {
        Check(index_.Add(hash_(cid.span()), static_cast<uint32_t>(cids_.size())),
              "the index has no room for a CID");
        cids_.push_back(&cid);
      }
    }
  }
  Probes Count(const Cids& cids, bool known) const {
    Probes probes;
    for (const TableCid& cid : cids) {
      const HashIndex::Place place = index_.Locate(hash_(cid.span()));
      bool at_home = false;
      place.home->Match(place.tag, [&](size_t slot) {
        at_home = *cids_[place.home->NumberOf(slot)] == cid;
        return at_home;
      });
      const uint32_t found = HashIndex::Find(place, [&](uint32_t number) {
        ++probes.candidates;
        return *cids_[number] == cid;
      });
      Check((found != HashIndex::kNone) == known, "the index answers wrong");
      probes.lines += at_home || !HashIndex::MayBeElsewhere(place) ? 1 : 2;
    }
    probes.lines /= static_cast<double>(cids.size());
    probes.candidates /= static_cast<double>(cids.size());
    return probes;
  }

 private:
  static size_t CountOf(const std::vector<const Cids*>& all) {
    size_t count = 0;
    for (const Cids* cids : all) count += cids->size();
    return count;
  }

  KeyedHash hash_;
  LargeMemory memory_;
  HashIndex index_;
  std::vector<const TableCid*> cids_;
};

// A table with associations of random CIDs, to which others are added.
class AttackedTable {
 public:
  AttackedTable(const KeyedHash& hash, const Cids& others, size_t count)
      : states_(count),
        table_({static_cast<uint32_t>(count), sizeof(TableCid::bytes)}, hash, &states_.store,
               &states_.memory) {
    Check(Add(others) == others.size(), "a CID is not added");
  }
  // How many were added.
  size_t Add(const Cids& cids) {
    size_t added = 0;
    for (const TableCid& cid : cids) {
      const AssociationHandle handle = states_.store.Add(0);
      if (table_.Add(cid.span(), handle) == CidRegistry::Answer::kAdded) {
        ++added;
      } else {
        states_.store.Remove(handle);
      }
    }
    return added;
  }
  // How many of them are found.
  size_t Find(const Cids& cids, size_t begin, size_t end) {
    size_t found = 0;
    for (size_t i = begin; i < end; i += kBatch) {
      for (size_t j = 0; j < kBatch; ++j) batch_.keys[j] = cids[i + j].span();
      batch_.FindIn(table_);
      for (const AssociationHandle& association : batch_.associations) found += association ? 1 : 0;
    }
    return found;
  }

 private:
  NumberedStore states_;
  AssociationTable table_;
  TableBatch batch_;
};

// A hash as many tables have it: fast, good for what comes by chance, and without a key.
struct Folded {
  size_t operator()(const TableCid& cid) const {
    uint64_t words[2];
    std::memcpy(words, cid.bytes.data(), sizeof(words));
    return static_cast<size_t>((words[0] ^ words[1]) * 0x9e3779b97f4a7c15);
  }
};

// CIDs with one and the same such hash.
Cids CraftedForFolded() {
  Cids cids = RandomCids(kCrafted, 9);
  for (TableCid& cid : cids) {
    cid.bytes[7] = 0x5a;  // the last byte is over zeros
    for (size_t i = 0; i < 7; ++i) cid.bytes[8 + i] = static_cast<uint8_t>(cid.bytes[i] ^ i);
  }
  return cids;
}

template <typename Map>
void TimeUnkeyed(const Cids& cids, benchmark::State& state) {
  constexpr size_t kLookups = 512;  // they take long
  Map map;
  map.reserve(cids.size());
  const double begin = ThreadCpuNs();
  for (uint32_t i = 0; i < cids.size(); ++i) map.emplace(cids[i], i);
  const double inserted = ThreadCpuNs();
  Check(map.size() == cids.size(), "a CID is not inserted");
  state.counters["insertion_ns"] = (inserted - begin) / static_cast<double>(cids.size());
  size_t next = 0;
  for (auto _ : state) {
    const double start = ThreadCpuNs();
    for (size_t i = 0; i < kLookups; ++i) {
      next = (next + 7919) % cids.size();
      Check(map.find(cids[next])->second == next, "a CID leads elsewhere");
    }
    state.SetIterationTime(1e-9 * (ThreadCpuNs() - start) / kLookups);
  }
}

template <typename Map>
void RegisterUnkeyed(const std::string& name, const Cids& random, const Cids& crafted) {
  for (const auto& [what, cids] : {std::pair("random", &random), std::pair("crafted", &crafted)}) {
    benchmark::RegisterBenchmark(
        ("unkeyed/" + name + "/" + what + "/" + std::to_string(kCrafted)).c_str(),
        [cids = cids](benchmark::State& state) { TimeUnkeyed<Map>(*cids, state); })
        ->UseManualTime()
        ->Iterations(4)
        ->Unit(benchmark::kNanosecond);
  }
}

}  // namespace
}  // namespace waybill

int main(int argc, char** argv) {
  using namespace waybill;
  const size_t count = BeginTableBenchmark(argc, argv, 1000000);
  WarmHeap((count * 800 + (size_t{1} << 29)) >> 21 << 21);
  const std::string size = "/" + std::to_string(count);
  const auto known_cipher = MakeTableCipher(1);
  const auto secret_cipher = MakeTableCipher(2);
  const KeyedHash known(known_cipher.get()), secret(secret_cipher.get());
  const Cids others = RandomCids(count, 3);
  const Cids random = RandomCids(kCrafted, 4), random_unknown = RandomCids(kCrafted, 5);
  const Cids crafted = CraftedCids(*known_cipher);

  // Of the index under a secret key: lines and candidates of lookups, of CIDs that are there and of
  // others.
  benchmark::RegisterBenchmark(
      ("crafted_probes/waybill_aes/random" + size).c_str(),
      [&](benchmark::State& state) {
        const CountedIndex beside_random(secret, {&others, &random});
        const CountedIndex beside_crafted(secret, {&others, &crafted});
        for (auto _ : state) {
        }
        const auto report = [&](const char* what, const Probes& of_crafted,
                                const Probes& of_random) {
          const std::string name = what;
          state.counters[name + "_lines"] = of_crafted.lines;
          state.counters[name + "_lines_ratio"] = of_crafted.lines / of_random.lines;
          state.counters[name + "_candidates"] = of_crafted.candidates;
          state.counters[name + "_candidates_of_random"] = of_random.candidates;
        };
        report("hit", beside_crafted.Count(crafted, true), beside_random.Count(random, true));
        report("miss", beside_random.Count(crafted, false),
               beside_random.Count(random_unknown, false));
      })
      ->Iterations(1);

  AttackedTable table(secret, others, count + 2 * kCrafted);
  Check(table.Add(random) == kCrafted && table.Add(crafted) == kCrafted, "a CID is not added");
  benchmark::RegisterBenchmark(("crafted_hit/waybill_aes/random" + size).c_str(),
                               [&](benchmark::State& state) {
                                 TimedPair pair;
                                 pair.block = kCrafted / 8 / kBatch * kBatch;
                                 const auto pass = [&](const Cids& cids) {
                                   return [&](size_t begin, size_t end) {
                                     Check(table.Find(cids, begin, end) == end - begin,
                                           "a CID is not found");
                                   };
                                 };
                                 pair.floor = pass(random);
                                 pair.subject = pass(crafted);
                                 TimePair(state, pair, kCrafted);
                               })
      ->UseManualTime()
      ->Iterations(20)
      ->Unit(benchmark::kNanosecond);
  // What is added stays: random ones first in one table, crafted ones first in the other.
  benchmark::RegisterBenchmark(
      ("crafted_insertion/waybill_aes/random" + size).c_str(),
      [&](benchmark::State& state) {
        TimedPair pair;
        pair.block = kCrafted;
        std::unique_ptr<AttackedTable> fresh;
        pair.prepare = [&](size_t, size_t) {
          fresh.reset();
          fresh = std::make_unique<AttackedTable>(secret, others, count + kCrafted);
        };
        const auto pass = [&](const Cids& cids) {
          return [&](size_t, size_t) { Check(fresh->Add(cids) == kCrafted, "a CID is not added"); };
        };
        pair.floor = pass(random);
        pair.subject = pass(crafted);
        TimePair(state, pair, kCrafted);
      })
      ->UseManualTime()
      ->Iterations(2)
      ->Unit(benchmark::kNanosecond);
  // Whoever lets the key become known: what is added, and what it takes to refuse the rest.
  benchmark::RegisterBenchmark(
      ("crafted_insertion/waybill_aes_key_known/crafted" + size).c_str(),
      [&](benchmark::State& state) {
        AttackedTable open(known, others, count + kCrafted);
        for (auto _ : state) {
          const double start = ThreadCpuNs();
          state.counters["added"] = static_cast<double>(open.Add(crafted));
          state.SetIterationTime(1e-9 * (ThreadCpuNs() - start) / kCrafted);
        }
        Check(open.Find(others, 0, count / kBatch * kBatch) == count / kBatch * kBatch,
              "others are found no longer");
      })
      ->UseManualTime()
      ->Iterations(1)
      ->Unit(benchmark::kNanosecond);

  const Cids folded = CraftedForFolded();
  RegisterUnkeyed<absl::flat_hash_map<TableCid, uint32_t, Folded>>("absl_folded", random, folded);
  RegisterUnkeyed<std::unordered_map<TableCid, uint32_t, Folded>>("std_folded", random, folded);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
