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
  size_t slot = Find(hash);
  if (slot == kInLine) {
    // One that is free, else the oldest.
    const auto age = [&](size_t i) {
      return line->tags[i] == 0 ? ~uint32_t{0} : now - line->closed_at[i];
    };
    slot = 0;
    for (size_t i = 1; i < kInLine; ++i) {
      if (age(i) > age(slot)) slot = i;
    }
  }
  line->tags[slot] = TagOf(hash);
  line->closed_at[slot] = now;
}

void RecentlyClosed::Forget(absl::Span<const uint8_t> key) {
  if (line_count_ == 0) return;
  const uint64_t hash = hash_(key);
  const size_t slot = Find(hash);
  if (slot != kInLine) LineOf(hash)->tags[slot] = 0;
}

bool RecentlyClosed::Contains(absl::Span<const uint8_t> key, uint32_t now) const {
  if (line_count_ == 0) return false;
  const uint64_t hash = hash_(key);
  const size_t slot = Find(hash);
  return slot != kInLine && now - LineOf(hash)->closed_at[slot] <= duration_;
}

size_t RecentlyClosed::Find(uint64_t hash) const {
  const uint32_t* const tags = LineOf(hash)->tags;
  return static_cast<size_t>(std::find(tags, tags + kInLine, TagOf(hash)) - tags);
}

}  // namespace waybill
