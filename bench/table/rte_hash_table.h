// SPDX-License-Identifier: Apache-2.0
//
// DPDK's table, of keys of 8 bytes, behind the shape of peer_tables.h. Includes no header of DPDK.
#ifndef WAYBILL_BENCH_TABLE_RTE_HASH_TABLE_H_
#define WAYBILL_BENCH_TABLE_RTE_HASH_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "waybill/bench/machine/large_memory.h"
#include "waybill/bench/table/peer_tables.h"
#include "waybill/bench/table/table_cid.h"

struct rte_hash;

namespace waybill {

// In large pages, as all others are. Its hash is DPDK's default, CRC32, which has no key. It has
// room for a quarter more than is asked for: near its end it finds no place for some.
class RteHash {
 public:
  static constexpr const char* kName = "rte_hash";

  explicit RteHash(size_t count);
  ~RteHash();
  RteHash(const RteHash&) = delete;
  RteHash& operator=(const RteHash&) = delete;

  // Of memory that it has.
  size_t bytes() const;

  bool Insert(const TableCid& cid, uint32_t index);
  uint32_t Find(const TableCid& cid) const;
  template <typename Each>
  void FindBatch(const TableCid* cids, Each each) const {
    uint32_t found[kBatch];
    FindAll(cids, found);
    for (size_t i = 0; i < kBatch; ++i) each(i, found[i]);
  }

 private:
  void FindAll(const TableCid* cids, uint32_t* found) const;

  LargeMemory memory_;
  void* given_;
  std::string heap_;
  rte_hash* hash_;
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_TABLE_RTE_HASH_TABLE_H_
