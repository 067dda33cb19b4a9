// SPDX-License-Identifier: Apache-2.0
//
// What was expanded from the keys used last, in bounded memory: associations keep packed keys, a
// ninth of the size, and those that are busy find theirs expanded here.
#ifndef WAYBILL_PROTECTION_CONTEXT_CACHE_H_
#define WAYBILL_PROTECTION_CONTEXT_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <memory>

namespace waybill {

// A place for each key, by its id, shared with the ids that are equal to it modulo the size: ids
// are handed out in order, so keys that were made together do not meet. All memory is taken when
// the cache is made. One thread at a time.
template <typename Context>
class ContextCache {
 public:
  // Rounds `size` up to a power of two.
  explicit ContextCache(size_t size) {
    while (mask_ + 1 < size) mask_ = 2 * mask_ + 1;
    entries_ = std::make_unique<Entry[]>(mask_ + 1);
  }

  // The context of the key with this id, which is not 0. Where there is none yet, the place of
  // another key's, which `expand(Context*)` makes the key's; null where that answers false.
  template <typename Expand>
  Context* Find(uint64_t key_id, Expand expand) {
    Entry& entry = entries_[key_id & mask_];
    if (entry.key_id != key_id || key_id == 0) {
      entry.key_id = 0;
      if (key_id == 0 || !expand(&entry.context)) return nullptr;
      entry.key_id = key_id;
    }
    return &entry.context;
  }

  // Calls `wipe(Context*)` where the key has a context, which is then no key's.
  template <typename WipeContext>
  void Forget(uint64_t key_id, WipeContext wipe) {
    Entry& entry = entries_[key_id & mask_];
    if (entry.key_id != key_id || key_id == 0) return;
    entry.key_id = 0;
    wipe(&entry.context);
  }

  size_t size() const { return mask_ + 1; }
  Context& context(size_t place) { return entries_[place].context; }

 private:
  struct Entry {
    uint64_t key_id = 0;
    Context context = {};
  };

  size_t mask_ = 0;
  std::unique_ptr<Entry[]> entries_;
};

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_CONTEXT_CACHE_H_
