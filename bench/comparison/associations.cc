// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/comparison/associations.h"

namespace waybill {

void AssociationTable::Reserve(size_t count) {
  by_address_.reserve(count);
  states_.reserve(count);
}

void AssociationTable::Add(const AddressKey& address, const AssociationState& state) {
  const uint32_t association = static_cast<uint32_t>(states_.size());
  by_address_.emplace(address, association);
  states_.push_back(state);
}

}  // namespace waybill
