// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/association_table.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "waybill/cid/cids_at_once.h"
#include "waybill/cid/made_array.h"
#include "waybill/wire/cid_length.h"

namespace waybill {

// Begins with the two words that a Slab wants. The key stands behind it.
struct AssociationTable::KeyPlace {
  std::atomic<uint32_t> state;         // a count of changes, the key's length, whether it is there
  std::atomic<uint32_t> slot_or_next;  // the association's; of a place that is free: the slab's
  std::atomic<uint32_t> generation;
  uint32_t next;  // place of the same association

  static constexpr uint32_t kLive = 1;
  static constexpr uint32_t LengthOf(uint32_t state) { return state >> 1 & 0xff; }
  static constexpr uint32_t kOneChange = 1 << 9;

  std::atomic<uint32_t>* words() { return reinterpret_cast<std::atomic<uint32_t>*>(this + 1); }
  const std::atomic<uint32_t>* words() const {
    return reinterpret_cast<const std::atomic<uint32_t>*>(this + 1);
  }

  static constexpr size_t kWord = sizeof(uint32_t);
  static uint32_t WordAt(absl::Span<const uint8_t> key, size_t begin) {
    uint32_t word = 0;
    std::memcpy(&word, key.data() + begin, std::min(kWord, key.size() - begin));
    return word;
  }
  void Set(absl::Span<const uint8_t> key, AssociationHandle association) {
    slot_or_next.store(association.slot, std::memory_order_release);
    generation.store(association.generation, std::memory_order_release);
    for (size_t i = 0; i < key.size(); i += kWord) {
      words()[i / kWord].store(WordAt(key, i), std::memory_order_release);
    }
    const uint32_t changes = state.load(std::memory_order_relaxed) & -kOneChange;
    state.store(changes | static_cast<uint32_t>(key.size()) << 1 | kLive,
                std::memory_order_release);
  }
  size_t CopyTo(uint8_t* key) const {
    const uint32_t length = LengthOf(state.load(std::memory_order_relaxed));
    for (size_t i = 0; i < length; i += kWord) {
      const uint32_t word = words()[i / kWord].load(std::memory_order_relaxed);
      std::memcpy(key + i, &word, std::min<size_t>(kWord, length - i));
    }
    return length;
  }
  void Clear() {
    const uint32_t changes = state.load(std::memory_order_relaxed) & -kOneChange;
    state.store(changes + kOneChange, std::memory_order_relaxed);
  }
  AssociationHandle IfKeyIs(absl::Span<const uint8_t> key) const {
    const uint32_t before = state.load(std::memory_order_acquire);
    if ((before & kLive) == 0 || LengthOf(before) != key.size()) return {};
    uint32_t difference = 0;
    size_t i = 0;
    for (; i + kWord <= key.size(); i += kWord) {
      uint32_t word;
      std::memcpy(&word, key.data() + i, kWord);
      difference |= words()[i / kWord].load(std::memory_order_acquire) ^ word;
    }
    if (i < key.size()) {
      difference |= words()[i / kWord].load(std::memory_order_acquire) ^ WordAt(key, i);
    }
    if (difference != 0) return {};
    const AssociationHandle association = {slot_or_next.load(std::memory_order_acquire),
                                           generation.load(std::memory_order_acquire)};
    // Another thread's reader: nothing changed meanwhile.
    if (state.load(std::memory_order_relaxed) != before) return {};
    return association;
  }
};

namespace {

constexpr size_t RoundUp(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }

}  // namespace

AssociationTable::AssociationTable(const Options& options, const KeyedHash& hash,
                                   AssociationStore* store, MemorySource* memory,
                                   RetiredMemory* retired)
    : hash_(hash),
      store_(store),
      places_(
          memory, sizeof(KeyPlace) + RoundUp(options.max_key_length, KeyPlace::kWord),
          std::min(options.capacity, kPlaceBit - 1),
          // Most CIDs need none.
          options.kind == Kind::kCids ? Slab::FirstChunk::kWhenUsed : Slab::FirstChunk::kAtOnce),
      index_(memory, retired, places_.capacity()),
      max_key_length_(options.max_key_length),
      kind_(options.kind) {}

// Part of every hit.
[[gnu::always_inline]] inline AssociationHandle AssociationTable::IfKeyOf(
    uint32_t number, absl::Span<const uint8_t> key) const {
  if ((number & kPlaceBit) != 0) return place(number).IfKeyIs(key);
  // No bytes are what stands in a hot line without a key.
  if (key.empty() || key.size() > ShortKey::kMaxLength) return {};
  return store_->IfKeyOf(number, ShortKey::FrontOf(key));
}

void AssociationTable::Find(absl::Span<const Key> keys,
                            absl::Span<AssociationHandle> associations) const {
  AssociationHandle* found = associations.data();
  InParts(keys, [&](absl::Span<const Key> part) {
    FindPart(part, found);
    found += part.size();
  });
}

// What the lookups wait for is asked of the memory for all of them before the next step begins.
void AssociationTable::FindPart(absl::Span<const Key> keys, AssociationHandle* found) const {
  uint64_t hashes[kCidsAtOnce];
  HashIndex::Place places[kCidsAtOnce];
  uint32_t numbers[kCidsAtOnce];
  hash_.Compute(keys, hashes);
  for (size_t i = 0; i < keys.size(); ++i) index_.Locate(hashes[i], &places[i]);

  uint8_t elsewhere[kCidsAtOnce];
  size_t elsewhere_count = 0;
  for (size_t i = 0; i < keys.size(); ++i) {
    numbers[i] = HashIndex::FirstAtHome(places[i]);
    if (numbers[i] != HashIndex::kNone) {
      Prefetch(numbers[i]);
    } else if (HashIndex::MayBeElsewhere(places[i])) {
      __builtin_prefetch(HashIndex::Elsewhere(places[i]));
      elsewhere[elsewhere_count++] = static_cast<uint8_t>(i);
    }
  }
  for (size_t j = 0; j < elsewhere_count; ++j) {
    const size_t i = elsewhere[j];
    numbers[i] = HashIndex::FirstElsewhere(places[i]);
    if (numbers[i] != HashIndex::kNone) Prefetch(numbers[i]);
  }

  for (size_t i = 0; i < keys.size(); ++i) {
    found[i] = {};
    if (numbers[i] == HashIndex::kNone) continue;
    found[i] = IfKeyOf(numbers[i], keys[i]);
    // Seldom: another key has the same tag.
    if (!found[i]) NumberOf(places[i], keys[i], &found[i]);
  }
}

uint32_t AssociationTable::NumberOf(const HashIndex::Place& place, absl::Span<const uint8_t> key,
                                    AssociationHandle* association) const {
  return HashIndex::Find(place, [&](uint32_t number) {
    *association = IfKeyOf(number, key);
    return static_cast<bool>(*association);
  });
}

void AssociationTable::Prefetch(uint32_t number) const {
  if ((number & kPlaceBit) != 0) {
    __builtin_prefetch(&place(number));
  } else {
    store_->Prefetch(number);
  }
}

CidRegistry::Answer AssociationTable::Add(absl::Span<const uint8_t> key,
                                          AssociationHandle association) {
  if (key.empty() || key.size() > max_key_length_ || !store_->Has(association)) {
    return Answer::kInvalid;
  }
  const uint64_t hash = hash_(key);
  AssociationHandle other;
  if (NumberOf(index_.Locate(hash), key, &other) != HashIndex::kNone) return Answer::kTaken;

  // The key is in its place before the index leads there.
  const bool inside = kind_ == Kind::kCids && key.size() <= ShortKey::kMaxLength &&
                      store_->KeyOf(association.slot) == ShortKey();
  uint32_t number = association.slot;
  if (inside) {
    store_->SetKey(association.slot, ShortKey::FrontOf(key));
  } else {
    number = TakePlace(key, association);
    if (number == Slab::kNone) return Answer::kFull;
  }
  if (index_.Add(hash, number)) return Answer::kAdded;
  DropKey(number);
  return Answer::kFull;
}

void AssociationTable::Remove(absl::Span<const uint8_t> key) {
  const uint64_t hash = hash_(key);
  AssociationHandle association;
  const uint32_t number = NumberOf(index_.Locate(hash), key, &association);
  if (number == HashIndex::kNone) return;
  index_.Remove(hash, number);
  DropKey(number);
}

void AssociationTable::RemoveAll(AssociationHandle association, RecentlyClosed* closed,
                                 uint32_t now) {
  if (!store_->Has(association)) return;
  uint8_t bytes[kMaxCidLength];
  const auto remove = [&](size_t length) {
    const absl::Span<const uint8_t> key(bytes, length);
    Remove(key);
    if (closed != nullptr) closed->Remember(key, now);
  };
  const uint32_t slot = association.slot;
  if (kind_ == Kind::kCids) {
    const size_t length = store_->KeyOf(slot).CopyTo(bytes);
    if (length != 0) remove(length);
  }
  while (FirstPlace(slot) != Slab::kNone) remove(place(FirstPlace(slot)).CopyTo(bytes));
}

AssociationTable::KeyPlace& AssociationTable::place(uint32_t number) const {
  return *reinterpret_cast<KeyPlace*>(places_[number & ~kPlaceBit]);
}

uint32_t AssociationTable::TakePlace(absl::Span<const uint8_t> key, AssociationHandle association) {
  bool fresh;
  uint32_t number = places_.Take(&fresh);
  if (number == Slab::kNone) return Slab::kNone;
  if (fresh) MakeAt<KeyPlace>(places_[number], 1);
  number |= kPlaceBit;
  place(number).Set(key, association);
  place(number).next = FirstPlace(association.slot);
  FirstPlace(association.slot) = number;
  return number;
}

void AssociationTable::DropKey(uint32_t number) {
  if ((number & kPlaceBit) == 0) {
    store_->SetKey(number, {});
    return;
  }
  KeyPlace& dropped = place(number);
  uint32_t* link = &FirstPlace(dropped.slot_or_next.load(std::memory_order_relaxed));
  while (*link != number) link = &place(*link).next;
  *link = dropped.next;
  dropped.Clear();
  places_.Return(number & ~kPlaceBit);
}

}  // namespace waybill
