// SPDX-License-Identifier: Apache-2.0
//
// What a capture makes a reader remember must not grow with the capture.
#ifndef WAYBILL_TOOLS_BOUNDED_MAP_H_
#define WAYBILL_TOOLS_BOUNDED_MAP_H_

#include <cstddef>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace waybill {

// A map that forgets what was not used for long, so that it never holds more than `capacity`
// entries. An entry survives while fewer than capacity / 2 other entries are used between two uses
// of it.
//
// Entries live in two generations. One that is used moves to the young generation; when that is
// full, the old one is dropped as a whole and the young one takes its place. Every call is O(1) but
// for that, which is paid for by the calls in between. Pointers are valid until the next call. One
// thread at a time.
template <typename Key, typename Value>
class BoundedMap {
 public:
  // `capacity` is at least 2.
  explicit BoundedMap(size_t capacity) : generation_size_(capacity / 2) {}

  size_t size() const { return young_.size() + old_.size(); }

  // The value at `key`, or null. Counts as a use.
  template <typename LookupKey>
  Value* Find(const LookupKey& key) {
    if (const auto young = young_.find(key); young != young_.end()) return &young->second;
    const auto old = old_.find(key);
    if (old == old_.end()) return nullptr;
    auto entry = old_.extract(old);
    MakeRoom();
    return &young_.insert(std::move(entry)).position->second;
  }

  // The value at `key`, a new one where there was none. Counts as a use.
  template <typename LookupKey>
  Value& FindOrAdd(const LookupKey& key) {
    if (Value* value = Find(key)) return *value;
    MakeRoom();
    return young_[Key(key)];
  }

  template <typename LookupKey>
  void Erase(const LookupKey& key) {
    if (young_.erase(key) == 0) old_.erase(key);
  }

 private:
  void MakeRoom() {
    if (young_.size() < generation_size_) return;
    std::swap(young_, old_);
    young_.clear();
  }

  size_t generation_size_;
  absl::flat_hash_map<Key, Value> young_;
  absl::flat_hash_map<Key, Value> old_;
};

}  // namespace waybill

#endif  // WAYBILL_TOOLS_BOUNDED_MAP_H_
