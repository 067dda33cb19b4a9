// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/association_store.h"

#include <algorithm>

#include "waybill/cid/made_array.h"

namespace waybill {
namespace {

constexpr uint32_t kNoPlace = Slab::kNone;

}  // namespace

AssociationStore::AssociationStore(MemorySource* memory, uint32_t capacity, size_t lines,
                                   uint32_t max_generation)
    : slots_(memory, lines * kLineBytes, capacity),
      lines_(lines),
      max_generation_(std::min(max_generation, kMaxGeneration)) {}

AssociationHandle AssociationStore::Add(uint32_t now) {
  bool fresh;
  const uint32_t slot = slots_.Take(&fresh);
  if (slot == Slab::kNone) return {};
  if (fresh) {
    MakeAt<HotLine>(slots_[slot], 1);
    MakeAt<ColdLine>(&cold(slot), 1);
  }
  cold(slot).first_place.fill(kNoPlace);
  HotLine& line = hot(slot);
  const uint32_t free_state = line.state.load(std::memory_order_relaxed);
  line.used_or_next.store(now, std::memory_order_relaxed);
  line.state.store(free_state + 1, std::memory_order_release);
  ++size_;
  return {slot, free_state / 2};
}

void AssociationStore::Remove(AssociationHandle handle) {
  if (!Has(handle)) return;
  auto& state = hot(handle.slot).state;
  state.store(state.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  SetKey(handle.slot, {});
  --size_;
  if (handle.generation < max_generation_) slots_.Return(handle.slot);
}

size_t AssociationStore::FindIdle(uint32_t now, uint32_t limit, uint32_t slots,
                                  absl::Span<AssociationHandle> idle) {
  size_t found = 0;
  const uint32_t end = slots_.taken_once();
  for (slots = std::min(slots, end); slots > 0 && found < idle.size(); --slots) {
    const uint32_t slot = next_idle_ < end ? next_idle_ : 0;
    next_idle_ = slot + 1;
    const HotLine& line = hot(slot);
    const uint32_t state = line.state.load(std::memory_order_relaxed);
    const uint32_t idle_for = now - line.used_or_next.load(std::memory_order_relaxed);
    // A use behind `now` looks like one of long ago.
    if (state % 2 == 1 && idle_for > limit && idle_for <= 0x7fffffff) {
      idle[found++] = {slot, state / 2};
    }
  }
  return found;
}

// The length goes first and comes back last, so that a reader that sees the same one before and
// behind the rest has seen no more than one key.
void AssociationStore::SetKey(uint32_t slot, const ShortKey& key) {
  auto& words = hot(slot).key;
  if constexpr (sizeof(Word) == sizeof(uint64_t)) {
    words[1].store(0, std::memory_order_relaxed);
    words[0].store(key.front, std::memory_order_release);
    words[1].store(key.back, std::memory_order_release);
  } else {
    words[0].store(static_cast<Word>(key.front >> 32), std::memory_order_relaxed);
    words[1].store(static_cast<Word>(key.front), std::memory_order_relaxed);
    words[2].store(static_cast<Word>(key.back >> 32), std::memory_order_relaxed);
    words[3].store(static_cast<Word>(key.back), std::memory_order_relaxed);
  }
}

}  // namespace waybill
