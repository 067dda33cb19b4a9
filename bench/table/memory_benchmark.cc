// SPDX-License-Identifier: Apache-2.0
//
// The memory of tables of CIDs of 8 bytes, from 1,000 to N of them, and of an association.
//
//   bazel run --config=opt //bench/table:memory_benchmark -- [--associations N]
//
// Counts, which are the same each time.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "waybill/bench/machine/large_memory.h"
#include "waybill/bench/machine/warm_heap.h"
#include "waybill/bench/table/check.h"
#include "waybill/bench/table/finders.h"
#include "waybill/bench/table/peer_tables.h"
#include "waybill/bench/table/table_cid.h"
#include "waybill/cid/association_store.h"
#include "waybill/cid/association_table.h"
#include "waybill/cid/hash_index.h"
#include "waybill/cid/heap_memory.h"
#include "waybill/cid/keyed_hash.h"
#include "waybill/protection/record_opener.h"
#include "waybill/protection/record_sealer.h"
#include "waybill/traffic/random.h"

namespace waybill {
namespace {

using Cids = std::vector<TableCid>;

// Thirteen sizes to a factor of ten, so that they fall between the powers of two as well.
std::vector<size_t> SizesTo(size_t most) {
  std::vector<size_t> sizes;
  for (int i = 39;; ++i) {
    const auto size = static_cast<size_t>(std::lround(std::pow(10, i / 13.0)));
    if (size > most) return sizes;
    sizes.push_back(size);
  }
}

// Bytes for each CID, at each of the sizes, of what grows by add(i), and then has bytes().
template <typename Add, typename Bytes>
std::vector<double> WhileItGrows(const std::vector<size_t>& sizes, Add add, Bytes bytes) {
  std::vector<double> each;
  uint32_t count = 0;
  for (const size_t size : sizes) {
    for (; count < size; ++count) Check(add(count), "a CID is not added");
    each.push_back(static_cast<double>(bytes()) / static_cast<double>(size));
  }
  return each;
}

// An index for `capacity` CIDs. It is what grows with CIDs of up to 15 bytes: the first of an
// association stands in its state.
std::vector<double> WaybillIndex(const Cids& cids, const std::vector<size_t>& sizes,
                                 size_t capacity) {
  const auto cipher = MakeTableCipher();
  const KeyedHash hash(cipher.get());
  LargeMemory memory(64 * capacity + (size_t{4} << 20));
  HashIndex index(&memory, nullptr, static_cast<uint32_t>(capacity));
  return WhileItGrows(
      sizes, [&](uint32_t i) { return index.Add(hash(cids[i].span()), i); },
      [&] { return index.bytes(); });
}

template <typename Table>
std::vector<double> Peer(const Cids& cids, const std::vector<size_t>& sizes) {
  const size_t before = HeapBytes();
  Table table(0);
  return WhileItGrows(
      sizes, [&](uint32_t i) { return table.Insert(cids[i], i); },
      [before] { return HeapBytes() - before; });
}

// Window and address stand in the hot line and in the cold one, protection/'s keys between.
constexpr size_t kKeyLines =
    (sizeof(ReceiveEpoch) + sizeof(SendEpoch)) / AssociationStore::kLineBytes;

// An association with a CID of 8 bytes, and keys of any suite for an epoch each way.
double Association(const Cids& cids, size_t size) {
  const auto cipher = MakeTableCipher();
  HeapMemory memory;
  const uint32_t count = static_cast<uint32_t>(size);
  AssociationStore store(&memory, count, kKeyLines + 2);
  AssociationTable table({count, sizeof(TableCid::bytes)}, KeyedHash(cipher.get()), &store,
                         &memory);
  const auto each = WhileItGrows(
      {size},
      [&](uint32_t i) {
        return table.Add(cids[i].span(), store.Add(0)) == CidRegistry::Answer::kAdded;
      },
      [&] { return store.bytes() + table.bytes(); });
  return each[0];
}

void Report(const std::string& what, size_t size, double bytes) {
  benchmark::RegisterBenchmark((what + "/" + std::to_string(size)).c_str(),
                               [bytes](benchmark::State& state) {
                                 for (auto _ : state) {
                                 }
                                 state.counters["bytes_each"] = bytes;
                               })
      ->Iterations(1);
}
void Report(const std::string& what, const std::vector<size_t>& sizes,
            const std::vector<double>& bytes) {
  for (size_t i = 0; i < sizes.size(); ++i) Report(what, sizes[i], bytes[i]);
}

}  // namespace
}  // namespace waybill

int main(int argc, char** argv) {
  using namespace waybill;
  const size_t most = BeginTableBenchmark(argc, argv, 10000000);
  Random random(1);
  Cids cids;
  cids.reserve(most);
  for (size_t i = 0; i < most; ++i) cids.push_back(OpaqueCid(&random));
  const std::vector<size_t> sizes = SizesTo(most);
  for (const size_t size : sizes) {
    Report("index_bytes/waybill/full", size, WaybillIndex(cids, {size}, size)[0]);
  }
  // What has room for all, with few of them in it.
  Report("index_bytes/waybill/of_most", sizes, WaybillIndex(cids, sizes, most));
  Report("index_bytes/absl_siphash/grown", sizes, Peer<AbslSipHash>(cids, sizes));
  Report("index_bytes/absl_8_bytes/grown", sizes, Peer<AbslNumber>(cids, sizes));
  Report("index_bytes/std_siphash/grown", sizes, Peer<StdSipHash>(cids, sizes));
  for (const size_t size : {sizes.front(), sizes[sizes.size() / 2], sizes.back()}) {
    Report("association_bytes/waybill/full", size, Association(cids, size));
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
