// SPDX-License-Identifier: Apache-2.0
//
// Finding associations by CIDs of other lengths, and by addresses: hits that touch the state, and
// keys of nobody, in batches of 32.
//
//   bazel run --config=opt //bench/table:key_benchmark -- [--associations N]
//   [--benchmark_filter=…]
//
// Beside each, in the same moments, one line of memory, as large as the states are dense; up to 15
// bytes a CID stands in the state, longer ones and addresses in a place of their own.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "waybill/bench/machine/large_memory.h"
#include "waybill/bench/machine/warm_heap.h"
#include "waybill/bench/protection/timed_pair.h"
#include "waybill/bench/table/check.h"
#include "waybill/bench/table/finders.h"
#include "waybill/bench/table/floors.h"
#include "waybill/bench/table/peer_tables.h"
#include "waybill/bench/table/population.h"
#include "waybill/cid/address_key.h"
#include "waybill/cid/association_table.h"
#include "waybill/cid/keyed_hash.h"

namespace waybill {
namespace {

// Keys of one length, one behind the other. No two are the same: their front is a counter,
// scrambled by a permutation of its 32 bits.
class Keys {
 public:
  Keys(uint8_t length, size_t count) : length_(length), bytes_(length * count) {
    for (size_t i = 0; i < count; ++i) Write(static_cast<uint32_t>(i), &bytes_[i * length]);
  }
  // Those of `keys` that are asked for, in that order.
  Keys(const Keys& keys, const std::vector<uint32_t>& asked) : length_(keys.length_) {
    bytes_.reserve(asked.size() * length_);
    for (const uint32_t i : asked) {
      bytes_.insert(bytes_.end(), keys[i].begin(), keys[i].end());
    }
  }
  absl::Span<const uint8_t> operator[](size_t i) const {
    return absl::Span<const uint8_t>(&bytes_[i * length_], length_);
  }

 private:
  void Write(uint32_t counter, uint8_t* to) const {
    uint32_t word = counter;
    for (size_t done = 0; done < length_; done += sizeof(word)) {
      word = Permuted(word);
      std::memcpy(to + done, &word, std::min<size_t>(sizeof(word), length_ - done));
    }
  }
  // The finalizer of MurmurHash3.
  static uint32_t Permuted(uint32_t x) {
    x = (x ^ x >> 16) * 0x85ebca6b;
    x = (x ^ x >> 13) * 0xc2b2ae35;
    return (x ^ x >> 16) + 0x9e3779b9;
  }

  uint8_t length_;
  std::vector<uint8_t> bytes_;
};

// A table of keys of one length: the first of them those of a population, the rest nobody's.
class KeyTable {
 public:
  KeyTable(const Population& population, uint8_t length)
      : population_(population),
        keys_(length, population.count() + population.queries()),
        hits_(keys_, population.known),
        memory_(population.count() * 192 + (size_t{8} << 20)),
        states_(population),
        table_({static_cast<uint32_t>(population.count()), length,
                length == AddressKey::kMaxLength ? AssociationTable::Kind::kAddresses
                                                 : AssociationTable::Kind::kCids},
               KeyedHash(cipher_.get()), &states_.store, &memory_) {
    for (uint32_t i = 0; i < population.count(); ++i) {
      Check(table_.Add(keys_[i], AssociationHandle{i, 0}) == CidRegistry::Answer::kAdded,
            "a key is not added");
    }
  }
  void Hits(size_t begin, size_t end) {
    uint64_t sum = 0;
    for (size_t i = begin; i < end; i += kBatch) {
      for (size_t j = 0; j < kBatch; ++j) batch_.keys[j] = hits_[i + j];
      batch_.FindIn(table_);
      for (const AssociationHandle& association : batch_.associations) {
        Check(static_cast<bool>(association), "a key is not found");
        sum += states_.PayloadOf(association)->number;
      }
    }
    Check(sum == population_.SumOf(begin, end), "a key leads elsewhere");
  }
  void Misses(size_t begin, size_t end) {
    size_t missed = 0;
    for (size_t i = begin; i < end; i += kBatch) {
      for (size_t j = 0; j < kBatch; ++j) batch_.keys[j] = keys_[population_.count() + i + j];
      batch_.FindIn(table_);
      for (const AssociationHandle& association : batch_.associations)
        missed += association ? 0 : 1;
    }
    Check(missed == end - begin, "nobody's key leads somewhere");
  }

 private:
  const Population& population_;
  const Keys keys_;
  const Keys hits_;
  const std::unique_ptr<Aes128> cipher_ = MakeTableCipher();
  LargeMemory memory_;
  NumberedStore states_;
  AssociationTable table_;
  TableBatch batch_;
};

void Register(const Population& population, const char* row, const std::string& key, uint8_t length,
              void (KeyTable::*pass)(size_t begin, size_t end)) {
  const std::string name =
      std::string(row) + "/" + key + "/state_line/" + std::to_string(population.count());
  const auto run = [&population, length, pass](benchmark::State& state) {
    // The last one that was made, for it is asked for again.
    static std::unique_ptr<KeyTable> table;
    static uint8_t length_of_table = 0;
    if (length_of_table != length) {
      table.reset();
      table = std::make_unique<KeyTable>(population, length);
      length_of_table = length;
    }
    TimedPair pair;
    pair.block = 1 << 15;
    pair.floor = [&](size_t begin, size_t end) {
      benchmark::DoNotOptimize(TouchStates(population, population, begin, end));
    };
    pair.subject = [&](size_t begin, size_t end) { (table.get()->*pass)(begin, end); };
    pair.subject(0, population.queries());
    TimePair(state, pair, population.queries());
  };
  benchmark::RegisterBenchmark(name.c_str(), run)
      ->UseManualTime()
      ->Iterations(4)
      ->Unit(benchmark::kNanosecond);
}

}  // namespace
}  // namespace waybill

int main(int argc, char** argv) {
  using namespace waybill;
  const size_t count = BeginTableBenchmark(argc, argv, 1000000);
  WarmHeap((count * 900 + (size_t{1} << 29)) >> 21 << 21);
  const Population population(count);
  for (const uint8_t length : {4, 8, 15, 16, 20, static_cast<int>(AddressKey::kMaxLength)}) {
    const std::string key =
        length == AddressKey::kMaxLength ? std::string("address") : "cid_" + std::to_string(length);
    Register(population, "key_hit_batch", key, length, &KeyTable::Hits);
    Register(population, "key_miss_batch", key, length, &KeyTable::Misses);
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
