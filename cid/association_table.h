// SPDX-License-Identifier: Apache-2.0
//
// Which association a datagram is for: by its connection ID, or by its addresses.
#ifndef WAYBILL_CID_ASSOCIATION_TABLE_H_
#define WAYBILL_CID_ASSOCIATION_TABLE_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/cid/association_handle.h"
#include "waybill/cid/association_store.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/cid_issuer.h"
#include "waybill/cid/hash_index.h"
#include "waybill/cid/keyed_hash.h"
#include "waybill/cid/memory_source.h"
#include "waybill/cid/recently_closed.h"
#include "waybill/cid/retired_memory.h"
#include "waybill/cid/short_key.h"
#include "waybill/cid/slab.h"

namespace waybill {

// Keys of 1 to 255 bytes, each of one association; an association may have several. Keys are
// compared in full, and found by a hash that nobody can foretell. What is full refuses what is new
// and keeps what it has (BUG-32).
//
// One thread adds and removes. Where addresses have 64 bits, others may call Find() at the same
// time, each while it has a ForeignReading: a key that is there all the while is found, and one
// that is not is not. What they are told is whom the key belonged to in a moment of the call.
class AssociationTable final : public CidRegistry {
 public:
  // What the keys are. An endpoint has a table of each kind, over the same store.
  enum class Kind : uint8_t {
    kCids,       // one of up to ShortKey::kMaxLength bytes stands in an association's hot line
    kAddresses,  // all stand in the table
  };
  struct Options {
    uint32_t capacity = 0;  // keys
    uint8_t max_key_length = 0;
    Kind kind = Kind::kCids;
  };

  // Nothing is owned, and all must outlive the table; `retired` may be null where no other thread
  // reads. A table that is small takes its memory at once, but that for CIDs which do not stand in
  // a hot line with the first of them. Where memory is missing, the capacity is 0.
  AssociationTable(const Options& options, const KeyedHash& hash, AssociationStore* store,
                   MemorySource* memory, RetiredMemory* retired = nullptr);
  AssociationTable(const AssociationTable&) = delete;
  AssociationTable& operator=(const AssociationTable&) = delete;

  uint32_t capacity() const { return index_.capacity(); }
  uint32_t size() const { return index_.size(); }
  // Of memory that it has: for all keys, and of that what finds them.
  size_t bytes() const { return index_.bytes() + places_.bytes(); }
  size_t index_bytes() const { return index_.bytes(); }

  // Finds the association of each key, several at once: none where it is nobody's, as a key is that
  // is empty or too long. `associations` has as many elements. Does not allocate.
  void Find(absl::Span<const absl::Span<const uint8_t>> keys,
            absl::Span<AssociationHandle> associations) const;
  AssociationHandle Find(absl::Span<const uint8_t> key) const {
    AssociationHandle association;
    NumberOf(index_.Locate(hash_(key)), key, &association);
    return association;
  }

  // Adds a key of an association. kInvalid where it is empty or too long, or there is no such
  // association; kFull where the capacity or the memory has no more. What was there is as it was.
  Answer Add(absl::Span<const uint8_t> key, AssociationHandle association);
  // Removes a key; nothing where it is not there.
  void Remove(absl::Span<const uint8_t> key) override;
  // Removes all keys of an association. `closed`, where it is not null, is told them, and `now`.
  void RemoveAll(AssociationHandle association, RecentlyClosed* closed = nullptr, uint32_t now = 0);

  Answer Add(absl::Span<const uint8_t> cid, const CidTarget& target) override {
    return Add(cid, AssociationHandle{target.slot, target.generation});
  }

 private:
  // Keys that do not stand in a hot line.
  struct KeyPlace;
  // Of the numbers in the index, those of places.
  static constexpr uint32_t kPlaceBit = uint32_t{1} << 31;

  using Key = absl::Span<const uint8_t>;

  void FindPart(absl::Span<const Key> keys, AssociationHandle* found) const;
  // The number of the key, and whose it is; HashIndex::kNone where it is nobody's.
  uint32_t NumberOf(const HashIndex::Place& place, absl::Span<const uint8_t> key,
                    AssociationHandle* association) const;
  // The association of the key, if it is the one with this number.
  AssociationHandle IfKeyOf(uint32_t number, absl::Span<const uint8_t> key) const;
  void Prefetch(uint32_t number) const;

  KeyPlace& place(uint32_t number) const;
  // A place with this key, linked to the association's others; Slab::kNone where there is no room.
  uint32_t TakePlace(absl::Span<const uint8_t> key, AssociationHandle association);
  // Forgets a key that is not in the index.
  void DropKey(uint32_t number);
  uint32_t& FirstPlace(uint32_t slot) const {
    return store_->cold(slot).first_place[static_cast<size_t>(kind_)];
  }

  KeyedHash hash_;
  AssociationStore* store_;
  Slab places_;
  HashIndex index_;  // no larger: keys may all need places
  uint8_t max_key_length_;
  Kind kind_;
};

}  // namespace waybill

#endif  // WAYBILL_CID_ASSOCIATION_TABLE_H_
