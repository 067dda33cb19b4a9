// SPDX-License-Identifier: Apache-2.0
//
// The associations of a comparison: who they are with, and how far they have come.
#ifndef WAYBILL_BENCH_COMPARISON_ASSOCIATIONS_H_
#define WAYBILL_BENCH_COMPARISON_ASSOCIATIONS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "waybill/cid/address_key.h"
#include "waybill/cid/association_handle.h"
#include "waybill/cid/association_store.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/heap_memory.h"
#include "waybill/record/replay_window.h"

namespace waybill {

// One of them. Associations are numbered from 0.
struct ComparedAssociation {
  AddressKey address = {{}, {}};
  uint8_t generation = 0;  // how often its slot was given away before
  uint64_t rekeyings = 0;  // epochs since the first one of application data
  ReplayWindow window;
};
using ComparedAssociations = std::vector<ComparedAssociation>;

// Their states as a receiver keeps them: the slot of each is its number.
class AssociationStates {
 public:
  // Throws std::bad_alloc where there is no memory.
  explicit AssociationStates(const ComparedAssociations& associations);

  HeapMemory* memory() const { return &memory_; }
  AssociationStore* store() const { return store_.get(); }
  AssociationHandle HandleOf(uint32_t association) const { return handles_[association]; }
  // Whom the CID of an association leads to: it has one, of this receiver's only core.
  CidTarget TargetOf(uint32_t association) const {
    CidTarget target;
    target.slot = HandleOf(association).slot;
    target.generation = HandleOf(association).generation;
    return target;
  }
  size_t size() const { return handles_.size(); }

  // Stands in the hot line.
  const ReplayWindow& window(AssociationHandle association) const {
    return *reinterpret_cast<const ReplayWindow*>(store_->HotBytes(association));
  }
  // Stands with the keys, in another line.
  uint64_t rekeyings(AssociationHandle association) const {
    return *reinterpret_cast<const uint64_t*>(store_->ColdBytes(association));
  }

 private:
  mutable HeapMemory memory_;
  std::unique_ptr<AssociationStore> store_;
  std::vector<AssociationHandle> handles_;
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_ASSOCIATIONS_H_
