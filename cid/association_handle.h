// SPDX-License-Identifier: Apache-2.0
//
// What stands for an association where its state may be gone by the time that it is asked for.
#ifndef WAYBILL_CID_ASSOCIATION_HANDLE_H_
#define WAYBILL_CID_ASSOCIATION_HANDLE_H_

#include <cstdint>

namespace waybill {

// A slot of an AssociationStore, and how often it was given away before. That of an association
// that was removed never stands for another one.
struct AssociationHandle {
  static constexpr uint32_t kNoSlot = 0xffffffff;

  uint32_t slot = kNoSlot;
  uint32_t generation = 0;

  // Whether it stands for an association at all.
  explicit constexpr operator bool() const { return slot != kNoSlot; }
  friend constexpr bool operator==(const AssociationHandle& a, const AssociationHandle& b) {
    return a.slot == b.slot && a.generation == b.generation;
  }
  friend constexpr bool operator!=(const AssociationHandle& a, const AssociationHandle& b) {
    return !(a == b);
  }
};

}  // namespace waybill

#endif  // WAYBILL_CID_ASSOCIATION_HANDLE_H_
