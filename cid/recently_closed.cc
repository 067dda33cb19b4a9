// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/recently_closed.h"

#include <algorithm>

#include "waybill/cid/made_array.h"

namespace waybill {

RecentlyClosed::RecentlyClosed(MemorySource* memory, const KeyedHash& hash, uint32_t capacity,
                               uint32_t duration)
    : memory_(memory), hash_(hash), duration_(duration) {
  const uint32_t count = capacity / kInLine + (capacity % kInLine != 0 ? 1 : 0);
  if (count != 0) lines_ = MakeArray<Line>(memory, count);
  if (lines_ != nullptr) line_count_ = count;
}

RecentlyClosed::~RecentlyClosed() { FreeArray(memory_, lines_, line_count_); }

void RecentlyClosed::Remember(absl::Span<const uint8_t> key, uint32_t now) {
  if (line_count_ == 0) return;
  const uint64_t hash = hash_(key);
  Line* const line = LineOf(hash);
  // In front of the others; where there is no room, the oldest falls off.
  const size_t place = std::min(Find(hash), kInLine - 1);
  std::copy_backward(line->keys, line->keys + place, line->keys + place + 1);
  line->keys[0] = {TagOf(hash), now};
  for (Key& old : line->keys) {
    if (now - old.closed_at > duration_) old = {};
  }
}

void RecentlyClosed::Forget(absl::Span<const uint8_t> key) {
  if (line_count_ == 0) return;
  const uint64_t hash = hash_(key);
  Line* const line = LineOf(hash);
  const size_t place = Find(hash);
  if (place == kInLine) return;
  std::copy(line->keys + place + 1, line->keys + kInLine, line->keys + place);
  line->keys[kInLine - 1] = {};
}

bool RecentlyClosed::Contains(absl::Span<const uint8_t> key, uint32_t now) const {
  if (line_count_ == 0) return false;
  const uint64_t hash = hash_(key);
  const size_t place = Find(hash);
  return place != kInLine && now - LineOf(hash)->keys[place].closed_at <= duration_;
}

size_t RecentlyClosed::Find(uint64_t hash) const {
  const Key* const keys = LineOf(hash)->keys;
  const uint32_t tag = TagOf(hash);
  return static_cast<size_t>(
      std::find_if(keys, keys + kInLine, [tag](const Key& key) { return key.tag == tag; }) - keys);
}

}  // namespace waybill
