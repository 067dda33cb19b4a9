// SPDX-License-Identifier: Apache-2.0
//
// CIDs and addresses of associations that were closed a short while ago.
#ifndef WAYBILL_CID_RECENTLY_CLOSED_H_
#define WAYBILL_CID_RECENTLY_CLOSED_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/cid/keyed_hash.h"
#include "waybill/cid/memory_source.h"

namespace waybill {

// What late records are known by, so that nobody takes them for first contacts. Bounded: in lines
// of eight, what was closed first is forgotten first, and all is forgotten in time, but that in a
// line where nothing is closed for 2^32 units of the clock it comes back for as long as it was
// remembered. Remembers 32 bits of a keyed hash in the line that others say, so that one in some
// 2^29 other keys is taken for one of them. For one thread.
class RecentlyClosed {
 public:
  // Remembers up to `capacity` keys, rounded up to eights, for `duration` each, in units of the
  // caller's clock, at most 2^31 - 1. `memory` is not owned and must outlive this; where it has
  // none, nothing is remembered.
  RecentlyClosed(MemorySource* memory, const KeyedHash& hash, uint32_t capacity, uint32_t duration);
  ~RecentlyClosed();
  RecentlyClosed(const RecentlyClosed&) = delete;
  RecentlyClosed& operator=(const RecentlyClosed&) = delete;

  size_t bytes() const { return line_count_ * sizeof(Line); }

  // A key whose association was closed at `now`.
  void Remember(absl::Span<const uint8_t> key, uint32_t now);
  // A key that is in use again.
  void Forget(absl::Span<const uint8_t> key);
  // Whether the key was closed, and is remembered still.
  bool Contains(absl::Span<const uint8_t> key, uint32_t now) const;

 private:
  static constexpr size_t kInLine = 8;
  struct Key {
    uint32_t tag = 0;  // 0: none
    uint32_t closed_at = 0;
  };
  // The last one first.
  struct alignas(MemorySource::kAlignment) Line {
    Key keys[kInLine];
  };

  static uint32_t TagOf(uint64_t hash) {
    const uint32_t tag = static_cast<uint32_t>(hash);
    return tag == 0 ? 1 : tag;
  }
  Line* LineOf(uint64_t hash) const { return &lines_[(hash >> 32) * line_count_ >> 32]; }
  // Where in its line a key is; kInLine where it is not.
  size_t Find(uint64_t hash) const;

  MemorySource* memory_;
  KeyedHash hash_;
  Line* lines_ = nullptr;
  uint32_t line_count_ = 0;
  uint32_t duration_;
};

}  // namespace waybill

#endif  // WAYBILL_CID_RECENTLY_CLOSED_H_
