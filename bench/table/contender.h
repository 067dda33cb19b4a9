// SPDX-License-Identifier: Apache-2.0
//
// The tables from CID to index that are compared, behind one shape:
//
//   struct Table {
//     static constexpr const char* kName = …;
//     void Reserve(size_t count);                      // room for so many
//     bool Insert(const TableCid& cid, uint32_t index);  // false where the CID is there already
//     void Prefetch(const TableCid& cid) const;
//     uint32_t Find(const TableCid& cid) const;        // kNobody where it is not there
//     bool Erase(const TableCid& cid);
//   };
#ifndef WAYBILL_BENCH_TABLE_CONTENDER_H_
#define WAYBILL_BENCH_TABLE_CONTENDER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "waybill/cid/siphash.h"

namespace waybill {

inline constexpr uint32_t kNobody = 0xffffffff;

// A CID as a table has to hold it: its length is known only when it comes.
struct TableCid {
  uint8_t length = 0;
  std::array<uint8_t, 20> bytes = {};

  absl::Span<const uint8_t> span() const { return absl::Span<const uint8_t>(bytes.data(), length); }
  friend bool operator==(const TableCid& a, const TableCid& b) {
    return a.length == b.length && std::memcmp(a.bytes.data(), b.bytes.data(), a.length) == 0;
  }
  template <typename H>
  friend H AbslHashValue(H h, const TableCid& cid) {
    return H::combine_contiguous(std::move(h), cid.bytes.data(), cid.length);
  }
};

// Keyed, as a table of CIDs must be: some of them are chosen by peers.
struct SipHashed {
  SipHashKey key;
  size_t operator()(const TableCid& cid) const {
    return static_cast<size_t>(SipHash(key, cid.span()));
  }
};

template <typename Map>
class MapTable {
 public:
  explicit MapTable(Map map) : map_(std::move(map)) {}

  void Reserve(size_t count) { map_.reserve(count); }
  bool Insert(const TableCid& cid, uint32_t index) { return map_.emplace(cid, index).second; }
  uint32_t Find(const TableCid& cid) const {
    const auto found = map_.find(cid);
    return found == map_.end() ? kNobody : found->second;
  }
  bool Erase(const TableCid& cid) { return map_.erase(cid) == 1; }

 protected:
  Map map_;
};

// absl::flat_hash_map under a keyed hash.
struct AbslSipHash : MapTable<absl::flat_hash_map<TableCid, uint32_t, SipHashed>> {
  static constexpr const char* kName = "absl_siphash";
  explicit AbslSipHash(const SipHashKey& key)
      : MapTable(absl::flat_hash_map<TableCid, uint32_t, SipHashed>(0, SipHashed{key})) {}
  void Prefetch(const TableCid& cid) const { map_.prefetch(cid); }
};

// The same under its own hash, which is seeded by an address and not keyed: what the key costs.
struct AbslOwnHash : MapTable<absl::flat_hash_map<TableCid, uint32_t>> {
  static constexpr const char* kName = "absl_own_hash";
  explicit AbslOwnHash(const SipHashKey&) : MapTable({}) {}
  void Prefetch(const TableCid& cid) const { map_.prefetch(cid); }
};

// std::unordered_map has no prefetch.
struct StdSipHash : MapTable<std::unordered_map<TableCid, uint32_t, SipHashed>> {
  static constexpr const char* kName = "std_siphash";
  explicit StdSipHash(const SipHashKey& key)
      : MapTable(std::unordered_map<TableCid, uint32_t, SipHashed>(0, SipHashed{key})) {}
  void Prefetch(const TableCid&) const {}
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_TABLE_CONTENDER_H_
