// SPDX-License-Identifier: Apache-2.0
//
// The table of the comparison: which association a CID belongs to.
#ifndef WAYBILL_BENCH_COMPARISON_CID_INDEX_H_
#define WAYBILL_BENCH_COMPARISON_CID_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/cid_issuer.h"

namespace waybill {

// No association.
inline constexpr uint32_t kNoAssociation = 0xffffffff;

// CIDs of `kLength` bytes, 1 to 16, as integers: the slot of a target is the number of its
// association. Lookups only read.
template <size_t kLength>
class CidIndex final : public CidRegistry {
 public:
  void Reserve(size_t count) { associations_.reserve(count); }

  // kFull for a CID of another length.
  Answer Add(absl::Span<const uint8_t> cid, const CidTarget& target) override {
    if (cid.size() != kLength) return Answer::kFull;
    return associations_.emplace(KeyOf(cid.data()), target.slot).second ? Answer::kAdded
                                                                        : Answer::kTaken;
  }
  void Remove(absl::Span<const uint8_t> cid) override {
    if (cid.size() == kLength) associations_.erase(KeyOf(cid.data()));
  }

  // A CID of another length is nobody's.
  uint32_t Find(absl::Span<const uint8_t> cid) const {
    if (cid.size() != kLength) return kNoAssociation;
    const auto found = associations_.find(KeyOf(cid.data()));
    return found == associations_.end() ? kNoAssociation : found->second;
  }

 private:
  static constexpr size_t kWord = sizeof(uint64_t);
  static_assert(kLength >= 1 && kLength <= 2 * kWord, "a key is one integer or two");
  using Key = std::conditional_t<kLength <= kWord, uint64_t, std::pair<uint64_t, uint64_t>>;

  static uint64_t WordAt(const uint8_t* bytes) {
    uint64_t word;
    std::memcpy(&word, bytes, sizeof(word));
    return word;
  }

  // Whole words, which may overlap, are loaded, and no part of one is stored first: a processor
  // that reads a word back from its parts waits until everything before has been done, misses of
  // the cache included.
  static Key KeyOf(const uint8_t* cid) {
    if constexpr (kLength < kWord) {
      uint64_t key = 0;
      for (size_t i = 0; i < kLength; ++i) key = key << 8 | cid[i];
      return key;
    } else if constexpr (kLength == kWord) {
      return WordAt(cid);
    } else {
      return {WordAt(cid), WordAt(cid + kLength - kWord)};
    }
  }

  absl::flat_hash_map<Key, uint32_t> associations_;
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_CID_INDEX_H_
