// SPDX-License-Identifier: Apache-2.0
//
// What a receiver of the comparison knows of its associations whatever their CIDs: their states,
// found by the peer's address or by slot.
#ifndef WAYBILL_BENCH_COMPARISON_ASSOCIATIONS_H_
#define WAYBILL_BENCH_COMPARISON_ASSOCIATIONS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "waybill/bench/comparison/cid_index.h"
#include "waybill/cid/cid_format.h"
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
  uint32_t generation = 0;  // how often its slot was given away before, up to 2^24 - 1
};
static_assert(sizeof(AssociationState) == 64);

// Associations numbered from 0 in the order added; the number is also the slot. Lookups only read.
class AssociationTable {
 public:
  void Reserve(size_t count);
  void Add(const AddressKey& address, const AssociationState& state);

  size_t size() const { return states_.size(); }
  const AssociationState& state(uint32_t association) const { return states_[association]; }

  // Whom the CID of an association leads to: it has one, of this receiver's only core.
  CidTarget TargetOf(uint32_t association) const {
    CidTarget target;
    target.slot = association;
    target.generation = states_[association].generation;
    return target;
  }

  // The number of the association, or kNoAssociation.
  uint32_t FindByAddress(const AddressKey& address) const {
    const auto found = by_address_.find(address);
    return found == by_address_.end() ? kNoAssociation : found->second;
  }
  // That of a CID that was read: the slot must still be in the generation that the CID was issued
  // for.
  uint32_t FindByTarget(const CidTarget& target) const {
    return target.slot < states_.size() && target == TargetOf(target.slot) ? target.slot
                                                                           : kNoAssociation;
  }

 private:
  absl::flat_hash_map<AddressKey, uint32_t> by_address_;
  std::vector<AssociationState> states_;
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_ASSOCIATIONS_H_
