// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/connection_id.h"

namespace waybill {

LongCidStorage::LongCidStorage(absl::Span<uint8_t> storage, uint8_t max_length)
    : max_length_(max_length) {
  static_assert(ConnectionId::kInlineLength >= sizeof(uint8_t*), "a free place holds an address");
  if (max_length <= ConnectionId::kInlineLength) return;
  for (size_t end = storage.size() / max_length * max_length; end != 0; end -= max_length) {
    Return(&storage[end - max_length]);
  }
}

uint8_t* LongCidStorage::Take() {
  uint8_t* const place = free_;
  if (place == nullptr) return nullptr;
  std::memcpy(&free_, place, sizeof(free_));
  --places_left_;
  return place;
}

void LongCidStorage::Return(uint8_t* place) {
  std::memcpy(place, &free_, sizeof(free_));
  free_ = place;
  ++places_left_;
}

bool ConnectionId::Assign(absl::Span<const uint8_t> cid, LongCidStorage* storage) {
  if (cid.size() <= kInlineLength) {
    Clear(storage);
    if (!cid.empty()) std::memcpy(bytes_.data(), cid.data(), cid.size());
  } else {
    if (storage == nullptr || cid.size() > storage->max_length()) return false;
    uint8_t* const place = length_ > kInlineLength ? Outside() : storage->Take();
    if (place == nullptr) return false;
    std::memcpy(place, cid.data(), cid.size());
    std::memcpy(bytes_.data(), &place, sizeof(place));
  }
  length_ = static_cast<uint8_t>(cid.size());
  return true;
}

void ConnectionId::Clear(LongCidStorage* storage) {
  if (length_ > kInlineLength) storage->Return(Outside());
  length_ = 0;
}

}  // namespace waybill
