// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/table/rte_hash_table.h"

#include <rte_config.h>
// Other headers of DPDK want it first.
#include <rte_eal.h>
#include <rte_hash.h>
#include <rte_malloc.h>
#include <unistd.h>

#include <iterator>

#include "waybill/bench/table/check.h"

namespace waybill {
namespace {

constexpr size_t kPage = 2 << 20;

// Of a table of so many keys of 8 bytes; beyond that it says that memory is missing.
size_t HeapBytes(size_t count) { return (count * 80 + (size_t{16} << 20)) / kPage * kPage; }

// The environment that DPDK's libraries want, of one process without devices.
void BeginDpdk() {
  static const bool begun = [] {
    // On whatever processor, as all others.
    const std::string all = "0@(0-" + std::to_string(sysconf(_SC_NPROCESSORS_ONLN) - 1) + ")";
    std::string arguments[] = {
        "rte_hash", "--no-huge",      "--no-shconf",       "--no-pci",       "-m",
        "16",       "--no-telemetry", "--log-level=error", "--lcores=" + all};
    char* argv[std::size(arguments)];
    for (size_t i = 0; i < std::size(arguments); ++i) argv[i] = arguments[i].data();
    return rte_eal_init(static_cast<int>(std::size(arguments)), argv) >= 0;
  }();
  Check(begun, "DPDK does not begin");
}

}  // namespace

RteHash::RteHash(size_t count) : memory_(HeapBytes(count) + kPage) {
  BeginDpdk();
  static int made = 0;
  const std::string name = std::to_string(made++);
  heap_ = "heap" + name;
  given_ = memory_.Allocate(HeapBytes(count));
  Check(rte_malloc_heap_create(heap_.c_str()) == 0 &&
            rte_malloc_heap_memory_add(heap_.c_str(), given_, HeapBytes(count), nullptr,
                                       static_cast<unsigned>(HeapBytes(count) / kPage), kPage) == 0,
        "DPDK does not take the memory");
  rte_hash_parameters parameters = {};
  parameters.name = name.c_str();
  parameters.entries = static_cast<uint32_t>(count + count / 4);
  parameters.key_len = kOpaqueLength;
  parameters.socket_id = rte_malloc_heap_get_socket(heap_.c_str());
  hash_ = rte_hash_create(&parameters);
  Check(hash_ != nullptr, "DPDK makes no table");
}

RteHash::~RteHash() {
  rte_hash_free(hash_);
  rte_malloc_heap_memory_remove(heap_.c_str(), given_, memory_.largest());
  rte_malloc_heap_destroy(heap_.c_str());
}

size_t RteHash::bytes() const {
  rte_malloc_socket_stats stats;
  rte_malloc_get_socket_stats(rte_malloc_heap_get_socket(heap_.c_str()), &stats);
  return stats.heap_allocsz_bytes;
}

bool RteHash::Insert(const TableCid& cid, uint32_t index) {
  return rte_hash_add_key_data(hash_, cid.bytes.data(),
                               reinterpret_cast<void*>(uintptr_t{index})) == 0;
}

uint32_t RteHash::Find(const TableCid& cid) const {
  void* data;
  if (rte_hash_lookup_data(hash_, cid.bytes.data(), &data) < 0) return kNobody;
  return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(data));
}

void RteHash::FindAll(const TableCid* cids, uint32_t* found) const {
  const void* keys[kBatch];
  void* data[kBatch];
  uint64_t hits = 0;
  for (size_t i = 0; i < kBatch; ++i) keys[i] = cids[i].bytes.data();
  rte_hash_lookup_bulk_data(hash_, keys, kBatch, &hits, data);
  for (size_t i = 0; i < kBatch; ++i) {
    const auto index = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(data[i]));
    found[i] = (hits >> i & 1) != 0 ? index : kNobody;
  }
}

}  // namespace waybill
