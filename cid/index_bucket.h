// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: one cache line of a HashIndex.
#ifndef WAYBILL_CID_INDEX_BUCKET_H_
#define WAYBILL_CID_INDEX_BUCKET_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#if defined(__x86_64__) && !defined(WAYBILL_PORTABLE_INDEX)
#include <emmintrin.h>
#endif

#include "waybill/cid/memory_source.h"

namespace waybill {

// Ten slots, each with a tag of 16 bits, which is 0 where the slot is free, and a number; and
// eight counters of 4 bits: how many numbers with this bucket for their home stand elsewhere, each
// for the tags of one kind.
//
// One thread writes. Others may read at the same time. What they rely on is the order: a number is
// there before its tag, and it is counted before it leaves its home; so a reader looks at tags,
// then at their numbers, and then at the counters.
struct alignas(MemorySource::kAlignment) IndexBucket {
  static constexpr size_t kSlots = 10;
  static constexpr uint32_t kMaxCounted = 15;

  // Calls found(slot) for slots with this tag, and for no others, until it answers true; whether it
  // did.
  template <typename Found>
  bool Match(uint32_t tag, Found found) const {
    for (Slots slots = SlotsWith(tag); slots.bits != 0; slots.bits &= slots.bits - 1) {
      if (found(slots.First())) return true;
    }
    return false;
  }
  uint32_t NumberOf(size_t slot) const { return numbers[slot].load(std::memory_order_acquire); }

  // Whether a number with this tag may stand elsewhere.
  bool Overflowed(uint32_t tag) const { return Counted(tag) != 0; }
  uint32_t Counted(uint32_t tag) const {
    return words[kWords - 1].load(std::memory_order_acquire) >> CounterOf(tag) & kMaxCounted;
  }

  // The owner's.
  uint32_t TagOf(size_t slot) const {
    return words[slot / kTagsInWord].load(std::memory_order_relaxed) >> ShiftOf(slot) & 0xffff;
  }
  // False where no slot is free.
  bool Put(uint32_t tag, uint32_t number) {
    return Match(0, [&](size_t slot) {
      numbers[slot].store(number, std::memory_order_release);
      Change(slot / kTagsInWord, Word{tag} << ShiftOf(slot));
      return true;
    });
  }
  void Clear(size_t slot) { Change(slot / kTagsInWord, Word{TagOf(slot)} << ShiftOf(slot)); }
  void Count(uint32_t tag, uint32_t counted) {
    Change(kWords - 1, Word{counted ^ Counted(tag)} << CounterOf(tag));
  }

 private:
  using Word = uintptr_t;
  static constexpr size_t kTagBits = 16;
  static constexpr size_t kTagsInWord = 8 * sizeof(Word) / kTagBits;
  static constexpr size_t kWords = (kSlots + 2) / kTagsInWord;  // with the counters
  static constexpr size_t kCounterShift = kTagBits * (kSlots % kTagsInWord);
  static constexpr Word kLastTags = (Word{1} << kCounterShift) - 1;
  static constexpr Word kOneInEach = static_cast<Word>(0x0001000100010001);

#if defined(__x86_64__) && !defined(WAYBILL_PORTABLE_INDEX)
  // A bit for each slot with a tag: all are compared at once.
  struct Slots {
    uint32_t bits;
    size_t First() const { return static_cast<size_t>(__builtin_ctz(bits)); }
  };
  Slots SlotsWith(uint32_t tag) const {
    static_assert(kWords == 3 && kSlots > 2 * kTagsInWord);
    const auto load = [this](size_t word) {
      return _mm_cvtsi64_si128(static_cast<int64_t>(words[word].load(std::memory_order_acquire)));
    };
    const __m128i wanted = _mm_set1_epi16(static_cast<int16_t>(tag));
    const __m128i front = _mm_cmpeq_epi16(_mm_unpacklo_epi64(load(0), load(1)), wanted);
    const __m128i rest = _mm_cmpeq_epi16(load(2), wanted);
    const int equal = _mm_movemask_epi8(_mm_packs_epi16(front, rest));
    return {static_cast<uint32_t>(equal) & ((1 << kSlots) - 1)};
  }
#else
  // A bit for each slot with a tag: for lane L of word W bit 16 L + W, so that all words fit one,
  // and there is one branch, whichever slot it is.
  struct Slots {
    Word bits;
    size_t First() const {
      const size_t bit = static_cast<size_t>(__builtin_ctzll(bits));
      return bit % kTagBits * kTagsInWord + bit / kTagBits;
    }
  };
  Slots SlotsWith(uint32_t tag) const {
    Word lanes = 0;
    for (size_t i = 0; i < kWords; ++i) {
      const Word difference = words[i].load(std::memory_order_acquire) ^ kOneInEach * tag;
      // The highest bit of each lane that is 0 (H. S. Warren, Hacker's Delight, section 6-1): not
      // by a subtraction, which takes 1 above 0 for another 0, and so a slot that is free for one
      // with tag 1.
      constexpr Word kHighest = kOneInEach << (kTagBits - 1);
      Word zeros = ~(((difference & ~kHighest) + ~kHighest) | difference) & kHighest;
      if (i == kWords - 1) zeros &= kLastTags;
      lanes |= zeros >> (kTagBits - 1 - i);
    }
    return {lanes};
  }
#endif

  static size_t ShiftOf(size_t slot) { return kTagBits * (slot % kTagsInWord); }
  static size_t CounterOf(uint32_t tag) { return kCounterShift + 4 * (tag % 8); }
  void Change(size_t word, Word bits) {
    words[word].store(words[word].load(std::memory_order_relaxed) ^ bits,
                      std::memory_order_release);
  }

  std::atomic<Word> words[kWords] = {};
  std::atomic<uint32_t> numbers[kSlots] = {};
};
static_assert(sizeof(IndexBucket) == 64, "one cache line");

}  // namespace waybill

#endif  // WAYBILL_CID_INDEX_BUCKET_H_
