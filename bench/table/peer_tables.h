// SPDX-License-Identifier: Apache-2.0
//
// The tables of others, from CID to index, behind one shape:
//
//   struct Table {
//     static constexpr const char* kName = …;
//     explicit Table(size_t count);                      // room for so many; it may grow
//     bool Insert(const TableCid& cid, uint32_t index);  // false where the CID is there already
//     uint32_t Find(const TableCid& cid) const;          // kNobody where it is not there
//     void FindBatch(const TableCid* cids, Each each) const;  // each(i, index) of kBatch CIDs
//   };
#ifndef WAYBILL_BENCH_TABLE_PEER_TABLES_H_
#define WAYBILL_BENCH_TABLE_PEER_TABLES_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "waybill/bench/table/check.h"
#include "waybill/bench/table/table_cid.h"
#include "waybill/cid/siphash.h"

namespace waybill {

inline constexpr uint32_t kNobody = 0xffffffff;
inline constexpr size_t kBatch = 32;

// Keyed, as a table of CIDs must be: some of them are chosen by peers.
struct SipHashed {
  size_t operator()(const TableCid& cid) const {
    return static_cast<size_t>(SipHash(kTableKey, cid.span()));
  }
};

template <typename Map>
class MapTable {
 public:
  using Key = typename Map::key_type;

  explicit MapTable(size_t count) { map_.reserve(count); }

  bool Insert(const TableCid& cid, uint32_t index) {
    return map_.emplace(KeyOf(cid), index).second;
  }
  uint32_t Find(const TableCid& cid) const {
    const auto found = map_.find(KeyOf(cid));
    return found == map_.end() ? kNobody : found->second;
  }
  template <typename Each>
  void FindBatch(const TableCid* cids, Each each) const {
    for (size_t i = 0; i < kBatch; ++i) Prefetch(map_, KeyOf(cids[i]));
    for (size_t i = 0; i < kBatch; ++i) each(i, Find(cids[i]));
  }

 private:
  static decltype(auto) KeyOf(const TableCid& cid) {
    if constexpr (std::is_same_v<Key, uint64_t>) {
      uint64_t key;
      std::memcpy(&key, cid.bytes.data(), sizeof(key));
      return key;
    } else {
      return (cid);
    }
  }
  template <typename... Of>
  static void Prefetch(const absl::flat_hash_map<Of...>& map, const Key& key) {
    map.prefetch(key);
  }
  // std::unordered_map has none.
  template <typename... Of>
  static void Prefetch(const std::unordered_map<Of...>&, const Key&) {}

  Map map_;
};

// absl::flat_hash_map under a keyed hash.
struct AbslSipHash : MapTable<absl::flat_hash_map<TableCid, uint32_t, SipHashed>> {
  static constexpr const char* kName = "absl_siphash";
  using MapTable::MapTable;
};

// The same under its own hash, which is seeded by an address and not keyed: what the key costs.
struct AbslOwnHash : MapTable<absl::flat_hash_map<TableCid, uint32_t>> {
  static constexpr const char* kName = "absl_own_hash";
  using MapTable::MapTable;
};

// And of CIDs that are 8 bytes and nothing else: the best that it can do.
struct AbslNumber : MapTable<absl::flat_hash_map<uint64_t, uint32_t>> {
  static constexpr const char* kName = "absl_8_bytes";
  using MapTable::MapTable;
};

struct StdSipHash : MapTable<std::unordered_map<TableCid, uint32_t, SipHashed>> {
  static constexpr const char* kName = "std_siphash";
  using MapTable::MapTable;
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_TABLE_PEER_TABLES_H_
