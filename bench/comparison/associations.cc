// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/comparison/associations.h"

#include <new>

namespace waybill {
namespace {

// The hot line, and one for the keys.
constexpr size_t kLines = 2;

}  // namespace

AssociationStates::AssociationStates(const ComparedAssociations& associations)
    : store_(std::make_unique<AssociationStore>(
          &memory_, static_cast<uint32_t>(associations.size()), kLines)) {
  handles_.reserve(associations.size());
  for (const ComparedAssociation& association : associations) {
    AssociationHandle handle = store_->Add(0);
    // Slots that are free are given away again first.
    for (uint8_t before = 0; handle && before < association.generation; ++before) {
      store_->Remove(handle);
      handle = store_->Add(0);
    }
    if (!handle) throw std::bad_alloc();
    new (store_->HotBytes(handle)) ReplayWindow(association.window);
    new (store_->ColdBytes(handle)) uint64_t(association.rekeyings);
    handles_.push_back(handle);
  }
}

}  // namespace waybill
