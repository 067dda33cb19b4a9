// SPDX-License-Identifier: Apache-2.0
//
// Input: the capacities of a shard, then calls of it, each a byte and what it takes. The hash of a
// key is what its first bytes are, so that keys meet wherever the input wants; allocations fail
// where it says. After every call each key has the association that a map says, none that is
// refused changes anything, and all memory is accounted for and comes back.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "waybill/cid/address_key.h"
#include "waybill/cid/association_handle.h"
#include "waybill/cid/association_shard.h"
#include "waybill/cid/association_store.h"
#include "waybill/cid/association_table.h"
#include "waybill/cid/cid_issuer.h"
#include "waybill/cid/keyed_hash.h"
#include "waybill/cid/memory_source.h"
#include "waybill/cid/retired_memory.h"
#include "waybill/fuzz/fuzz_check.h"
#include "waybill/fuzz/masking_cipher.h"
#include "waybill/wire/byte_reader.h"

namespace waybill {
namespace {

using Answer = CidRegistry::Answer;
using Key = std::vector<uint8_t>;

// From the heap; what it is given back is what it gave.
class CheckedMemory final : public MemorySource {
 public:
  ~CheckedMemory() { WAYBILL_FUZZ_CHECK(live_.empty()); }

  // The allocation behind `count` more fails.
  void FailAfter(size_t count) { until_failure_ = count + 1; }
  // Whether one failed since this was asked last.
  bool Failed() { return std::exchange(failed_, false); }
  size_t live_bytes() const { return live_bytes_; }

  void* Allocate(size_t bytes) override {
    if (until_failure_ != 0 && --until_failure_ == 0) {
      failed_ = true;
      return nullptr;
    }
    void* const memory =
        std::aligned_alloc(kAlignment, (bytes + kAlignment - 1) / kAlignment * kAlignment);
    std::memset(memory, 0xa5, bytes);
    live_[memory] = bytes;
    live_bytes_ += bytes;
    return memory;
  }
  void Free(void* memory, size_t bytes) override {
    const auto piece = live_.find(memory);
    WAYBILL_FUZZ_CHECK(piece != live_.end() && piece->second == bytes);
    live_bytes_ -= bytes;
    live_.erase(piece);
    std::free(memory);
  }

 private:
  std::map<void*, size_t> live_;
  size_t live_bytes_ = 0;
  size_t until_failure_ = 0;  // 0: none will
  bool failed_ = false;
};

class Run {
 public:
  Run(const AssociationShard::Options& options, uint8_t failing) : options_(options) {
    if (failing % 8 != 7) memory_.FailAfter(failing);
    shard_.emplace(options, KeyedHash(&cipher_), &memory_);
    shard_->retired.Register(&reader_);
    cids_.table = &shard_->cids;
    cids_.max_length = options.max_cid_length;
    addresses_.table = &shard_->addresses;
    addresses_.max_length = AddressKey::kMaxLength;
    if (memory_.Failed()) return;
    WAYBILL_FUZZ_CHECK(shard_->store.capacity() == options.associations);
    WAYBILL_FUZZ_CHECK(shard_->cids.capacity() == options.cids);
    WAYBILL_FUZZ_CHECK(shard_->addresses.capacity() == options.addresses);
  }

  // False at the end of the input.
  bool Step(ByteReader* input) {
    uint8_t call;
    uint8_t argument;
    if (!input->ReadU8(&call) || !input->ReadU8(&argument)) return false;
    Table* const table = call / 16 % 2 == 0 ? &cids_ : &addresses_;
    switch (call % 16) {
      case 1:
        ++now_;
        Close(Handle(argument));
        break;
      case 2:
        Add(table, ReadKey(input), Handle(argument));
        break;
      case 3:
        Remove(table, ReadKey(input));
        break;
      case 4:
        table->table->RemoveAll(Handle(argument));
        if (Has(Handle(argument))) DropAll(table, Handle(argument));
        break;
      case 5: {
        std::vector<Key> keys(argument % 70);
        for (Key& key : keys) key = ReadKey(input);
        Find(*table, keys);
        break;
      }
      case 6:
        FindIdle(argument);
        break;
      case 7:
        memory_.FailAfter(argument % 8);
        break;
      case 8:
        reading_ ? reading_.reset() : static_cast<void>(reading_.emplace(&reader_));
        if (argument % 2 == 0) shard_->retired.Reclaim();
        break;
      default:
        Open();
    }
    if (++steps_ % 32 == 0) CheckAll();
    return true;
  }

  void End() {
    reading_.reset();
    shard_->retired.Unregister(&reader_);
    CheckAll();
    // What would be the next to be retired may have its memory.
    WAYBILL_FUZZ_CHECK(memory_.live_bytes() - shard_->bytes() <= MemorySource::kAlignment);
    shard_.reset();
  }

 private:
  struct Table {
    AssociationTable* table;
    size_t max_length;
    std::map<Key, AssociationHandle> owners;
  };
  struct Slot {
    bool live;
    uint32_t generation;
    uint32_t used;
  };

  bool Has(AssociationHandle handle) const {
    const auto slot = slots_.find(handle.slot);
    return slot != slots_.end() && slot->second.live &&
           slot->second.generation == handle.generation;
  }
  // One of those that were given out, also of one that was closed.
  AssociationHandle Handle(uint8_t argument) const {
    return argument < 250 && !handles_.empty() ? handles_[argument % handles_.size()]
                                               : AssociationHandle();
  }
  // What the hash is made of, and a byte that is not, unless the key is short.
  static Key ReadKey(ByteReader* input) {
    uint8_t length = 0, segment = 0, home = 0, tag = 0, last = 0;
    if (!input->ReadU8(&length) || !input->ReadU8(&segment) || !input->ReadU8(&home) ||
        !input->ReadU8(&tag) || !input->ReadU8(&last)) {
      return {};
    }
    Key key(length % 48, 0);
    const auto set = [&](size_t i, uint8_t byte) {
      if (i < key.size()) key[i] = byte;
    };
    set(0, segment);
    set(6, home);
    set(7, tag);
    if (!key.empty()) key.back() ^= last;
    return key;
  }

  static AssociationHandle OwnerIn(const Table& table, const Key& key) {
    const auto owner = table.owners.find(key);
    return owner == table.owners.end() ? AssociationHandle() : owner->second;
  }

  void Open() {
    const AssociationHandle handle = shard_->store.Add(now_);
    if (!handle) {
      const bool all_used = live_ + worn_out_ == shard_->store.capacity();
      WAYBILL_FUZZ_CHECK(memory_.Failed() || all_used);
      return;
    }
    const auto slot = slots_.find(handle.slot);
    const bool fresh = slot == slots_.end();
    WAYBILL_FUZZ_CHECK(handle.slot < shard_->store.capacity());
    WAYBILL_FUZZ_CHECK(handle.generation == (fresh ? 0 : slot->second.generation + 1));
    WAYBILL_FUZZ_CHECK(handle.generation <= options_.max_generation);
    WAYBILL_FUZZ_CHECK(fresh || !slot->second.live);
    slots_[handle.slot] = {true, handle.generation, now_};
    handles_.push_back(handle);
    ++live_;
  }

  void Close(AssociationHandle handle) {
    WAYBILL_FUZZ_CHECK(shard_->store.Has(handle) == Has(handle));
    shard_->Close(handle, now_);
    WAYBILL_FUZZ_CHECK(!shard_->store.Has(handle));
    if (!Has(handle)) return;
    std::vector<Key> closed = DropAll(&cids_, handle);
    for (const Key& key : DropAll(&addresses_, handle)) closed.push_back(key);
    // A line has room for eight.
    for (const Key& key : closed) {
      const bool known = shard_->closed.Contains(key, now_);
      WAYBILL_FUZZ_CHECK(known || closed.size() > 8 || shard_->closed.bytes() == 0);
      WAYBILL_FUZZ_CHECK(!shard_->closed.Contains(key, now_ + options_.closed_duration + 1));
    }
    slots_[handle.slot].live = false;
    worn_out_ += handle.generation == options_.max_generation;
    --live_;
  }

  std::vector<Key> DropAll(Table* table, AssociationHandle handle) {
    std::vector<Key> dropped;
    for (auto owner = table->owners.begin(); owner != table->owners.end();) {
      const bool drop = owner->second == handle;
      if (drop) dropped.push_back(owner->first);
      owner = drop ? table->owners.erase(owner) : std::next(owner);
    }
    return dropped;
  }

  void Add(Table* table, const Key& key, AssociationHandle handle) {
    const Answer answer = table->table->Add(key, handle);
    const bool starved = memory_.Failed();
    const size_t size = table->owners.size();
    if (key.empty() || key.size() > table->max_length || !Has(handle)) {
      WAYBILL_FUZZ_CHECK(answer == Answer::kInvalid);
    } else if (OwnerIn(*table, key)) {
      WAYBILL_FUZZ_CHECK(answer == Answer::kTaken);
    } else if (size == table->table->capacity()) {
      WAYBILL_FUZZ_CHECK(answer == Answer::kFull);
    } else if (answer == Answer::kAdded) {
      table->owners[key] = handle;
      shard_->closed.Forget(key);
    } else {
      // Twenty may have the same place.
      WAYBILL_FUZZ_CHECK(answer == Answer::kFull && (starved || size >= 20));
    }
    Find(*table, {key});
  }

  void Remove(Table* table, const Key& key) {
    table->table->Remove(key);
    table->owners.erase(key);
    Find(*table, {key});
  }

  void Find(const Table& table, const std::vector<Key>& keys) {
    const std::vector<absl::Span<const uint8_t>> asked(keys.begin(), keys.end());
    std::vector<AssociationHandle> found(keys.size(), AssociationHandle{0, 0});
    table.table->Find(asked, absl::MakeSpan(found));
    for (size_t i = 0; i < keys.size(); ++i) {
      WAYBILL_FUZZ_CHECK(found[i] == OwnerIn(table, keys[i]));
    }
  }

  void FindIdle(uint8_t limit) {
    std::array<AssociationHandle, 4> idle;
    const size_t found = shard_->store.FindIdle(now_, limit, 20, absl::MakeSpan(idle));
    WAYBILL_FUZZ_CHECK(found <= idle.size());
    for (size_t i = 0; i < found; ++i) {
      WAYBILL_FUZZ_CHECK(Has(idle[i]) && now_ - slots_[idle[i].slot].used > limit);
      shard_->store.Use(idle[i], now_);
      slots_[idle[i].slot].used = now_;
    }
    now_ += limit;
  }

  void CheckAll() {
    for (const Table* table : {&cids_, &addresses_}) {
      WAYBILL_FUZZ_CHECK(table->table->size() == table->owners.size());
      std::vector<Key> keys;
      for (const auto& owner : table->owners) keys.push_back(owner.first);
      Find(*table, keys);
    }
    WAYBILL_FUZZ_CHECK(shard_->store.size() == live_);
    for (const AssociationHandle handle : handles_) {
      WAYBILL_FUZZ_CHECK(shard_->store.Has(handle) == Has(handle));
    }
    WAYBILL_FUZZ_CHECK(memory_.live_bytes() >= shard_->bytes());
  }

  const AssociationShard::Options options_;
  const MaskingCipher cipher_{0};
  CheckedMemory memory_;
  ForeignReader reader_;
  std::optional<AssociationShard> shard_;
  std::optional<ForeignReading> reading_;

  Table cids_, addresses_;
  std::map<uint32_t, Slot> slots_;
  std::vector<AssociationHandle> handles_;  // all that were given out
  size_t live_ = 0, worn_out_ = 0;
  uint32_t now_ = 0xfffffff0;
  size_t steps_ = 0;
};

// Few, or more than one segment has.
uint32_t Capacity(uint8_t byte) { return byte < 225 ? byte % 50 : 700 + uint32_t{byte}; }

}  // namespace
}  // namespace waybill

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace waybill;
  ByteReader input(absl::Span<const uint8_t>(data, size));
  uint8_t associations, cids, max_cid_length, addresses, closed, generation, failing;
  if (!input.ReadU8(&associations) || !input.ReadU8(&cids) || !input.ReadU8(&max_cid_length) ||
      !input.ReadU8(&addresses) || !input.ReadU8(&closed) || !input.ReadU8(&generation) ||
      !input.ReadU8(&failing)) {
    return 0;
  }
  AssociationShard::Options options;
  options.associations = associations % 32;
  options.lines = 2;
  options.max_generation = generation;
  options.cids = Capacity(cids);
  options.max_cid_length = max_cid_length % 50;
  options.addresses = Capacity(addresses);
  options.recently_closed = closed % 32;
  options.closed_duration = 100;
  Run run(options, failing);
  while (run.Step(&input)) {
  }
  run.End();
  return 0;
}
