// SPDX-License-Identifier: Apache-2.0
//
// What finds the state of an association by a CID: Waybill's table, Waybill's CIDs that say where,
// and tables of others with an array of states, behind one shape:
//
//   struct Finder {
//     static const char* Name();
//     explicit Finder(const Population& population);
//     const std::vector<TableCid>& hits() const;              // the CID of each query
//     const Payload* Find(const TableCid& cid) const;         // null where it is nobody's
//     void FindBatch(const TableCid* cids, const Payload** found) const;  // of kBatch CIDs
//     const States& states() const;                           // see floors.h
//   };
#ifndef WAYBILL_BENCH_TABLE_FINDERS_H_
#define WAYBILL_BENCH_TABLE_FINDERS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "waybill/bench/machine/large_memory.h"
#include "waybill/bench/table/check.h"
#include "waybill/bench/table/peer_tables.h"
#include "waybill/bench/table/population.h"
#include "waybill/bench/table/table_cid.h"
#include "waybill/cid/association_handle.h"
#include "waybill/cid/association_store.h"
#include "waybill/cid/association_table.h"
#include "waybill/cid/keyed_hash.h"
#include "waybill/cid/located_cids.h"
#include "waybill/cid/sealed_cid_format.h"
#include "waybill/protection/aes128.h"

namespace waybill {

// State, two lines of keys of 128 bits, and what is seldom looked at.
inline constexpr size_t kLines = 4;
inline constexpr size_t kLinesBytes = kLines * AssociationStore::kLineBytes;

// Associations with their number in the caller's bytes.
class NumberedStore {
 public:
  // With memory for a table of `count` CIDs, which while it grows leaves behind segments of every
  // size.
  explicit NumberedStore(size_t count)
      : memory(count * (kLinesBytes + 64) + (size_t{4} << 20)),
        store(&memory, static_cast<uint32_t>(count), kLines) {
    Check(store.capacity() == count, "no memory for the associations");
  }
  // Those of a population, each in the slot with its number.
  explicit NumberedStore(const Population& population) : NumberedStore(population.count()) {
    for (uint32_t i = 0; i < population.count(); ++i) {
      Check(Add(population.states[i].payload).slot == i, "a slot with another number");
    }
  }

  AssociationHandle Add(const Payload& payload) {
    const AssociationHandle handle = store.Add(0);
    Check(static_cast<bool>(handle), "no room for an association");
    std::memcpy(store.HotBytes(handle), &payload, sizeof(payload));
    return handle;
  }
  const Payload* PayloadOf(AssociationHandle handle) const {
    return handle ? reinterpret_cast<const Payload*>(store.HotBytes(handle)) : nullptr;
  }
  const Payload& StateOf(uint32_t number) const { return *PayloadOf({number, 0}); }

  LargeMemory memory;
  AssociationStore store;
};
static_assert(sizeof(Payload) <= AssociationStore::kHotBytes);

inline std::unique_ptr<Aes128> MakeTableCipher(uint8_t first = 0) {
  std::array<uint8_t, BlockCipher::kKeyLength> key = {first, 0x24, 0x3f, 0x6a, 0x88, 0x85};
  return MakeAes128(key);
}

// What a server asks with, again and again.
struct TableBatch {
  void FindIn(const AssociationTable& table) { table.Find(keys, absl::MakeSpan(associations)); }

  std::array<absl::Span<const uint8_t>, kBatch> keys;
  std::array<AssociationHandle, kBatch> associations;
};

enum class HashBy : uint8_t { kAes, kSipHash };

template <HashBy kHash>
class TableFinder {
 public:
  static const char* Name() { return kHash == HashBy::kAes ? "waybill_aes" : "waybill_siphash"; }

  explicit TableFinder(const Population& population)
      : population_(population),
        states_(population),
        table_({static_cast<uint32_t>(population.count()), sizeof(TableCid::bytes)},
               kHash == HashBy::kAes ? KeyedHash(cipher_.get()) : KeyedHash(kTableKey),
               &states_.store, &states_.memory) {
    for (uint32_t i = 0; i < population.count(); ++i) {
      Check(table_.Add(population.cids[i].span(), AssociationHandle{i, 0}) ==
                CidRegistry::Answer::kAdded,
            "a CID is not added");
    }
  }
  const std::vector<TableCid>& hits() const { return population_.hits; }
  const NumberedStore& states() const { return states_; }
  const AssociationTable& table() const { return table_; }

  const Payload* Find(const TableCid& cid) const {
    return states_.PayloadOf(table_.Find(cid.span()));
  }
  void FindBatch(const TableCid* cids, const Payload** found) const {
    for (size_t i = 0; i < kBatch; ++i) batch_.keys[i] = cids[i].span();
    batch_.FindIn(table_);
    for (size_t i = 0; i < kBatch; ++i) found[i] = states_.PayloadOf(batch_.associations[i]);
  }

 private:
  const Population& population_;
  const std::unique_ptr<Aes128> cipher_ = MakeTableCipher();
  NumberedStore states_;
  AssociationTable table_;
  mutable TableBatch batch_;
};

template <uint8_t kLength>
class SealedFinder {
 public:
  static const char* Name() { return kLength == 8 ? "sealed_8" : "sealed_16"; }
  static bool HasRoomFor(size_t count) {
    const auto cipher = MakeTableCipher();
    return SealedCidFormat::Make(cipher.get(), kLength)->limits().slot >= count - 1;
  }

  explicit SealedFinder(const Population& population)
      : states_(population),
        format_(SealedCidFormat::Make(cipher_.get(), kLength)),
        located_(&*format_, &states_.store, 0) {
    std::vector<TableCid> cids(population.count());
    for (uint32_t i = 0; i < population.count(); ++i) {
      CidIssue job;
      job.target.slot = i;
      job.storage = absl::MakeSpan(cids[i].bytes);
      format_->Issue(absl::Span<CidIssue>(&job, 1));
      cids[i].length = job.length;
      Check(located_.Add(job.cid(), job.target) == CidRegistry::Answer::kAdded,
            "a CID is not added");
    }
    for (const uint32_t whom : population.known) hits_.push_back(cids[whom]);
  }
  const std::vector<TableCid>& hits() const { return hits_; }
  const NumberedStore& states() const { return states_; }

  const Payload* Find(const TableCid& cid) const {
    CidReading reading;
    reading.cid = cid.span();
    AssociationHandle association;
    located_.Find(absl::MakeSpan(&reading, 1), absl::MakeSpan(&association, 1));
    return states_.PayloadOf(association);
  }
  void FindBatch(const TableCid* cids, const Payload** found) const {
    for (size_t i = 0; i < kBatch; ++i) readings_[i].cid = cids[i].span();
    std::array<AssociationHandle, kBatch> associations;
    located_.Find(absl::MakeSpan(readings_), absl::MakeSpan(associations));
    for (size_t i = 0; i < kBatch; ++i) found[i] = states_.PayloadOf(associations[i]);
  }

 private:
  const std::unique_ptr<Aes128> cipher_ = MakeTableCipher();
  NumberedStore states_;
  std::optional<SealedCidFormat> format_;
  LocatedCids located_;
  std::vector<TableCid> hits_;
  mutable std::array<CidReading, kBatch> readings_;
};

template <typename Table>
class PeerFinder {
 public:
  static const char* Name() { return Table::kName; }

  explicit PeerFinder(const Population& population)
      : population_(population), table_(population.count()) {
    for (uint32_t i = 0; i < population.count(); ++i) {
      Check(table_.Insert(population.cids[i], i), "a CID is not inserted");
    }
  }
  const std::vector<TableCid>& hits() const { return population_.hits; }
  const FullStates& states() const { return population_.full_states; }

  const Payload* Find(const TableCid& cid) const { return PayloadOf(table_.Find(cid)); }
  void FindBatch(const TableCid* cids, const Payload** found) const {
    table_.FindBatch(cids, [&](size_t i, uint32_t index) {
      found[i] = PayloadOf(index);
      if (found[i] != nullptr) __builtin_prefetch(found[i]);
    });
  }

 private:
  const Payload* PayloadOf(uint32_t index) const {
    return index == kNobody ? nullptr : &population_.full_states.StateOf(index);
  }

  const Population& population_;
  Table table_;
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_TABLE_FINDERS_H_
