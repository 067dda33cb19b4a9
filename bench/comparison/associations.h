// SPDX-License-Identifier: Apache-2.0
//
// What a receiver of the comparison knows: its associations, found by CID or by the peer's address.
#ifndef WAYBILL_BENCH_COMPARISON_ASSOCIATIONS_H_
#define WAYBILL_BENCH_COMPARISON_ASSOCIATIONS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "waybill/bench/header_designs/header_design.h"
#include "waybill/record/replay_window.h"

namespace waybill {

// Remote and local address and port: what identifies an association without a CID. IPv4 stands as
// v4-mapped IPv6.
struct AddressKey {
  std::array<uint8_t, 36> bytes = {};  // remote address 16, port 2; local address 16, port 2

  friend bool operator==(const AddressKey& a, const AddressKey& b) { return a.bytes == b.bytes; }
  template <typename H>
  friend H AbslHashValue(H h, const AddressKey& key) {
    return H::combine(std::move(h), key.bytes);
  }
};

// What the stages behind the lookup look at: one cache line.
struct alignas(64) AssociationState {
  uint64_t rekeyings = 0;  // epochs since the first one of application data
  ReplayWindow window;
};

// Associations numbered from 0 in the order added. Lookups only read.
class AssociationTable {
 public:
  void Reserve(size_t count);
  void Add(const ComparedCid& cid, const AddressKey& address, const AssociationState& state);

  // The number of the association, or kNone. All CIDs of this receiver have kComparedCidLength
  // bytes: another length is nobody's.
  static constexpr uint32_t kNone = 0xffffffff;
  uint32_t FindByCid(absl::Span<const uint8_t> cid) const {
    return cid.size() == kComparedCidLength ? Find(by_cid_, IntegerOf(cid.data())) : kNone;
  }
  uint32_t FindByAddress(const AddressKey& address) const { return Find(by_address_, address); }

  const AssociationState& state(uint32_t association) const { return states_[association]; }

 private:
  static uint64_t IntegerOf(const uint8_t* cid) {
    uint64_t integer;
    static_assert(sizeof(integer) == kComparedCidLength, "a CID is the key of a map of integers");
    std::memcpy(&integer, cid, sizeof(integer));
    return integer;
  }

  template <typename Key>
  static uint32_t Find(const absl::flat_hash_map<Key, uint32_t>& map, const Key& key) {
    const auto found = map.find(key);
    return found == map.end() ? kNone : found->second;
  }

  absl::flat_hash_map<uint64_t, uint32_t> by_cid_;
  absl::flat_hash_map<AddressKey, uint32_t> by_address_;
  std::vector<AssociationState> states_;
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_ASSOCIATIONS_H_
