// SPDX-License-Identifier: Apache-2.0
//
// A shard under random operations, against a model that is as plain as it can be: whose each key
// is, which slots are taken, when each was used and each key closed.
#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/cid/address_key.h"
#include "waybill/cid/association_shard.h"
#include "waybill/cid/keyed_hash.h"
#include "waybill/cid/siphash.h"
#include "waybill/cid/test_chosen_hash.h"
#include "waybill/cid/test_memory.h"
#include "waybill/cid/test_operations.h"
#include "waybill/protection/aes128.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/random.h"

namespace waybill {
namespace {

using Answer = CidRegistry::Answer;

enum class Hash { kSipHash, kAes, kChosen };

struct Configuration {
  const char* name;
  Hash hash;
  uint32_t associations, cids, addresses;
  uint8_t max_cid_length = 20;
  uint32_t recently_closed = 64;
  uint32_t max_generation = AssociationStore::kMaxGeneration;
  bool failing = false;  // memory is missing now and then
};

constexpr Configuration kConfigurations[] = {
    {"nothing", Hash::kSipHash, 0, 0, 0, 20, 0},
    {"one_of_each", Hash::kAes, 1, 1, 1, 20, 1},
    {"eight", Hash::kSipHash, 8, 8, 8, 255, 8, 40},
    {"more_keys_than_associations", Hash::kAes, 8, 200, 100, 15, 100},
    {"more_associations_than_keys", Hash::kAes, 100, 20, 0, 16},
    {"keys_of_a_byte", Hash::kSipHash, 300, 300, 300, 1},
    {"one_segment", Hash::kAes, 600, 896, 500, 255, 1000, 1000},
    {"two_segments", Hash::kSipHash, 900, 897, 897, 20, 5000, 1000, true},
    {"many_segments", Hash::kAes, 4000, 8000, 4000, 255, 1000, 1000, true},
    {"a_hundred_segments", Hash::kAes, 50000, 90000, 50000, 20, 1000},
    {"few_keys_that_meet", Hash::kChosen, 8, 8, 4},
    {"keys_that_meet", Hash::kChosen, 150, 400, 150, 20},
    {"keys_that_meet_in_many_segments", Hash::kChosen, 2000, 5000, 2000, 60, 1000, 1000, true},
};

// What all configurations have done.
struct Counts {
  uint64_t operations, shards, opened, no_room, worn_out, closed, added, taken, full, invalid;
  uint64_t removed, found, found_in_vain, stale, idle, known_as_closed, starved, checks;
};
Counts counts;

// Distinct keys, some longer than the table takes: zeros, the beginnings of one string, the same
// with a byte changed, and random ones.
std::vector<Bytes> MakeKeys(const Configuration& configuration, Random* random) {
  const size_t wanted = 20 + 2 * std::max(configuration.cids, configuration.addresses);
  const size_t longest = configuration.max_cid_length + 3;
  constexpr size_t kLengths[] = {1, 2, 7, 8, 9, 14, 15, 16, 17, 31, 32, 36, 37};
  const Bytes common = random->MakeBytes(longest);
  std::set<Bytes> keys = {Bytes()};
  for (size_t tries = 0; keys.size() < wanted && tries < 4 * wanted; ++tries) {
    size_t length = random->Between(1, longest);
    if (random->Percent(70)) length = std::min(longest, kLengths[random->Below(13)]);
    Bytes key(length, 0);
    const uint64_t kind = random->Below(10);
    if (kind > 0) std::copy_n(common.begin(), length, key.begin());
    if (kind > 1) key[random->Below(length)] ^= static_cast<uint8_t>(random->Next());
    if (configuration.hash == Hash::kChosen) {
      // Few segments, homes and tags; the rest differs.
      for (size_t i = 0; i < std::min<size_t>(length, 8); ++i) key[i] = 0;
      if (length >= 8 && random->Percent(60)) key[7] = static_cast<uint8_t>(random->Below(3));
      if (length >= 8 && random->Percent(30)) key[6] = static_cast<uint8_t>(random->Next());
      key[0] = static_cast<uint8_t>(random->Below(4) << 6);
      for (size_t i = 8; i < length; ++i) key[i] = static_cast<uint8_t>(random->Next());
    } else if (kind > 4) {
      key = random->MakeBytes(length);
    }
    keys.insert(key);
  }
  return std::vector<Bytes>(keys.begin(), keys.end());
}

class Life {
 public:
  Life(const Configuration& configuration, uint64_t seed)
      : configuration_(configuration),
        random_(seed),
        keys_(MakeKeys(configuration, &random_)),
        now_(static_cast<uint32_t>(random_.Next())),
        cipher_(MakeAes128(random_.MakeBytes(BlockCipher::kKeyLength))) {
    AssociationShard::Options options;
    options.associations = configuration.associations;
    options.lines = random_.Between(2, 5);
    options.max_generation = configuration.max_generation;
    options.cids = configuration.cids;
    options.max_cid_length = configuration.max_cid_length;
    options.addresses = configuration.addresses;
    options.recently_closed = configuration.recently_closed;
    options.closed_duration = kClosedDuration;
    Starve(8);
    shard_.emplace(options, MakeHash(), &memory_);
    const bool whole = !Starved();
    closed_at_.resize(keys_.size());
    slots_.resize(shard_->store.capacity());
    for (Table* table : {&cids_, &addresses_}) table->owners.resize(keys_.size());
    cids_.table = &shard_->cids;
    cids_.max_length = configuration.max_cid_length;
    addresses_.table = &shard_->addresses;
    addresses_.max_length = AddressKey::kMaxLength;
    if (whole) {
      EXPECT_EQ(shard_->store.capacity(), configuration.associations);
      EXPECT_EQ(shard_->cids.capacity(), configuration.cids);
      EXPECT_EQ(shard_->addresses.capacity(), configuration.addresses);
    }
    ++counts.shards;
  }

  void Step() {
    ++counts.operations;
    now_ += static_cast<uint32_t>(random_.Below(3));
    // It fills, and it empties.
    if (random_.Below(8 * (1 + uint64_t{configuration_.cids})) == 0) filling_ = !filling_;
    if (random_.Percent(1)) Starve(100);
    if (random_.Below(2 * keys_.size()) == 0) CheckAll();
    const uint8_t more = filling_ ? 10 : 3, fewer = 12 - more;
    const std::array<uint8_t, 9> weights = {more, fewer, 20, 8, 20, 6, 10, 2, 4};
    Table* const table = random_.Percent(65) ? &cids_ : &addresses_;
    switch (random_.Weighted(weights)) {
      case 0:
        return Open();
      case 1:
        return Close();
      case 2:
        return filling_ || random_.Percent(30) ? Add(table) : Remove(table);
      case 3:
        return filling_ && random_.Percent(70) ? Add(table) : Remove(table);
      case 4:
        return FindOne(*table);
      case 5:
        return FindMany(*table, 1 + random_.Below(80));
      case 6:
        return Use();
      case 7:
        return random_.Percent(90) ? FindIdle() : RemoveAll(table);
      default:
        return AskForClosed();
    }
  }

  void CheckAll() {
    ++counts.checks;
    for (Table* table : {&cids_, &addresses_}) {
      std::vector<size_t> all(keys_.size());
      for (size_t i = 0; i < all.size(); ++i) all[i] = i;
      Find(*table, all);
      ASSERT_EQ(table->table->size(), table->size);
      const auto& owners = table->owners;
      ASSERT_EQ(table->size,
                owners.size() - static_cast<size_t>(
                                    std::count(owners.begin(), owners.end(), AssociationHandle())));
    }
    ASSERT_EQ(shard_->store.size(), live_.size());
    ASSERT_EQ(shard_->bytes(), memory_.live_bytes());
    for (const uint32_t slot : live_) CheckState({slot, slots_[slot].generation});
    // All that are idle, and no other.
    const uint32_t limit = static_cast<uint32_t>(random_.Below(kIdleLimit));
    std::vector<AssociationHandle> idle(slots_.size() + 1);
    const size_t found = shard_->store.FindIdle(now_, limit, ~uint32_t{0}, absl::MakeSpan(idle));
    size_t expected = 0;
    for (const uint32_t slot : live_) expected += now_ - slots_[slot].used > limit;
    ASSERT_EQ(found, expected);
    for (size_t i = 0; i < found; ++i) CheckIdle(idle[i], limit);
    for (size_t i = 1; i < found; ++i) ASSERT_NE(idle[i].slot, idle[i - 1].slot);
  }

  // Ends with all closed, or with all there.
  void End() {
    CheckAll();
    if (random_.Percent(50)) return;
    while (!live_.empty()) CloseOne({live_.back(), slots_[live_.back()].generation});
    CheckAll();
    EXPECT_EQ(shard_->cids.size() + shard_->addresses.size() + shard_->store.size(), 0u);
  }

 private:
  static constexpr uint32_t kClosedDuration = 500;
  static constexpr uint32_t kIdleLimit = 3000;

  struct Slot {
    bool ever = false;
    bool live = false;
    uint32_t generation = 0;
    uint32_t used = 0;
    size_t place = 0;              // in live_
    std::vector<size_t> keys[2];   // in each table
    unsigned char* hot = nullptr;  // where its state is
  };
  struct Table {
    AssociationTable* table;
    size_t max_length;
    std::vector<AssociationHandle> owners;  // of the key with this number
    size_t size = 0;
  };

  KeyedHash MakeHash() {
    if (configuration_.hash == Hash::kAes) return KeyedHash(cipher_.get());
    if (configuration_.hash == Hash::kChosen) return ChosenHash();
    return KeyedHash(SipHashKey{random_.Next(), 1});
  }

  // One of the next allocations fails, in some lives.
  void Starve(uint64_t within) {
    if (!configuration_.failing || random_.Percent(70)) return;
    memory_.FailAfter(random_.Below(within));
    starving_ = true;
  }
  // Whether that was since the last time that this was asked.
  bool Starved() {
    if (!starving_ || !memory_.failed()) return false;
    starving_ = false;
    ++counts.starved;
    return true;
  }

  bool Has(AssociationHandle handle) const {
    return handle.slot < slots_.size() && slots_[handle.slot].live &&
           slots_[handle.slot].generation == handle.generation;
  }
  AssociationHandle Live() {
    if (live_.empty()) return {};
    const uint32_t slot = live_[random_.Below(live_.size())];
    return {slot, slots_[slot].generation};
  }
  // Most of the time one that is there.
  AssociationHandle AnyHandle() {
    AssociationHandle handle = Live();
    if (!random_.Percent(10)) return handle;
    ++counts.stale;
    switch (random_.Below(4)) {
      case 0:
        return {};
      case 1:
        handle.generation -= handle.generation > 0;
        break;
      case 2:
        ++handle.generation;
        break;
      default:
        handle.slot = static_cast<uint32_t>(random_.Below(slots_.size() + 2));
        break;
    }
    return handle;
  }
  size_t AnyKey() { return random_.Below(keys_.size()); }

  // Which association it is stands in each of its lines.
  std::array<uint32_t, 2> MarkOf(AssociationHandle handle) {
    return {handle.slot, ~handle.generation};
  }
  std::vector<unsigned char*> Lines(AssociationHandle handle) {
    std::vector<unsigned char*> lines = {
        shard_->store.HotBytes(handle) + AssociationStore::kHotBytes - 8,
        shard_->store.ColdBytes(handle) + AssociationStore::kColdBytes - 8};
    for (size_t line = 1; line + 1 < shard_->store.lines(); ++line) {
      lines.push_back(shard_->store.Line(handle, line) + AssociationStore::kLineBytes - 8);
    }
    return lines;
  }
  void CheckState(AssociationHandle handle) {
    const Slot& slot = slots_[handle.slot];
    ASSERT_TRUE(shard_->store.Has(handle));
    ASSERT_EQ(shard_->store.LastUse(handle), slot.used);
    ASSERT_EQ(shard_->store.HotBytes(handle), slot.hot) << "moved";
    const auto mark = MarkOf(handle);
    for (unsigned char* line : Lines(handle)) ASSERT_EQ(std::memcmp(line, &mark, 8), 0);
  }

  void Open() {
    const AssociationHandle handle = shard_->store.Add(now_);
    const bool starved = Starved();
    if (!handle) {
      ASSERT_TRUE(live_.size() + worn_out_ == slots_.size() || starved);
      ++counts.no_room;
      return;
    }
    ASSERT_LT(handle.slot, slots_.size());
    Slot& slot = slots_[handle.slot];
    ASSERT_FALSE(slot.live);
    ASSERT_EQ(handle.generation, slot.ever ? slot.generation + 1 : 0);
    ASSERT_LE(handle.generation, configuration_.max_generation);
    slot.ever = slot.live = true;
    slot.generation = handle.generation;
    slot.used = now_;
    slot.hot = shard_->store.HotBytes(handle);
    slot.place = live_.size();
    live_.push_back(handle.slot);
    const auto mark = MarkOf(handle);
    for (unsigned char* line : Lines(handle)) std::memcpy(line, &mark, 8);
    CheckState(handle);
    ++counts.opened;
  }

  void Close() { CloseOne(AnyHandle()); }
  void CloseOne(AssociationHandle handle) {
    const bool there = Has(handle);
    ASSERT_EQ(shard_->store.Has(handle), there);
    if (there) CheckState(handle);
    shard_->Close(handle, now_);
    ASSERT_FALSE(shard_->store.Has(handle));
    if (!there) return;
    DropAll(&cids_, handle, true);
    DropAll(&addresses_, handle, true);
    Slot& slot = slots_[handle.slot];
    slot.live = false;
    if (handle.generation == configuration_.max_generation) ++worn_out_, ++counts.worn_out;
    slots_[live_.back()].place = slot.place;
    live_[slot.place] = live_.back();
    live_.pop_back();
    ++counts.closed;
  }

  void DropAll(Table* table, AssociationHandle handle, bool closed) {
    for (const size_t key : slots_[handle.slot].keys[table == &addresses_]) {
      table->owners[key] = {};
      --table->size;
      if (!closed) continue;
      closed_at_[key] = now_;
      closings_.push_back({key, now_});
      if (closings_.size() > 100) closings_.pop_front();
    }
    slots_[handle.slot].keys[table == &addresses_].clear();
  }

  void RemoveAll(Table* table) {
    const AssociationHandle handle = AnyHandle();
    table->table->RemoveAll(handle);
    if (Has(handle)) DropAll(table, handle, false);
  }

  void Add(Table* table) {
    const size_t key = AnyKey();
    const AssociationHandle handle = AnyHandle();
    const Answer answer = table->table->Add(keys_[key], handle);
    const bool starved = Starved();
    if (keys_[key].empty() || keys_[key].size() > table->max_length || !Has(handle)) {
      ASSERT_EQ(answer, Answer::kInvalid);
      ++counts.invalid;
    } else if (table->owners[key]) {
      ASSERT_EQ(answer, Answer::kTaken);
      ++counts.taken;
    } else if (table->size == table->table->capacity()) {
      ASSERT_EQ(answer, Answer::kFull);
      ++counts.full;
    } else if (answer != Answer::kAdded) {
      // Twenty may have the same place.
      const bool may_meet = configuration_.hash == Hash::kChosen && table->size >= 20;
      ASSERT_EQ(answer, Answer::kFull);
      ASSERT_TRUE(starved || may_meet);
      ++counts.full;
    } else {
      table->owners[key] = handle;
      slots_[handle.slot].keys[table == &addresses_].push_back(key);
      ++table->size;
      ++counts.added;
      if (random_.Percent(50)) {
        shard_->closed.Forget(keys_[key]);
        closed_at_[key].reset();
      }
    }
    FindThis(*table, key);
  }

  void Remove(Table* table) {
    size_t key = AnyKey();
    const AssociationHandle handle = Live();
    if (handle && random_.Percent(50)) {
      const auto& own = slots_[handle.slot].keys[table == &addresses_];
      if (!own.empty()) key = own[random_.Below(own.size())];
    }
    table->table->Remove(keys_[key]);
    if (table->owners[key]) {
      auto& keys = slots_[table->owners[key].slot].keys[table == &addresses_];
      keys.erase(std::find(keys.begin(), keys.end(), key));
      table->owners[key] = {};
      --table->size;
      ++counts.removed;
    }
    FindThis(*table, key);
  }

  void FindOne(const Table& table) { FindThis(table, AnyKey()); }
  void FindThis(const Table& table, size_t key) {
    Count(table.owners[key]);
    ASSERT_EQ(table.table->Find(keys_[key]), table.owners[key]);
  }
  void FindMany(const Table& table, size_t count) {
    std::vector<size_t> some(count);
    for (size_t& key : some) key = AnyKey();
    Find(table, some);
  }
  void Find(const Table& table, const std::vector<size_t>& some) {
    std::vector<absl::Span<const uint8_t>> asked;
    for (const size_t key : some) asked.push_back(keys_[key]);
    std::vector<AssociationHandle> found(some.size(), AssociationHandle{1, 1});
    table.table->Find(asked, absl::MakeSpan(found));
    for (size_t i = 0; i < some.size(); ++i) {
      Count(table.owners[some[i]]);
      ASSERT_EQ(found[i], table.owners[some[i]]);
    }
  }
  void Count(AssociationHandle owner) { ++(owner ? counts.found : counts.found_in_vain); }

  void Use() {
    const AssociationHandle handle = Live();
    if (!handle) return;
    shard_->store.Use(handle, now_);
    slots_[handle.slot].used = now_;
  }

  void FindIdle() {
    std::vector<AssociationHandle> idle(random_.Below(20));
    const uint32_t limit = static_cast<uint32_t>(random_.Between(kIdleLimit / 2, kIdleLimit));
    const uint32_t slots = static_cast<uint32_t>(random_.Below(50));
    const size_t found = shard_->store.FindIdle(now_, limit, slots, absl::MakeSpan(idle));
    ASSERT_LE(found, std::min<size_t>(slots, idle.size()));
    for (size_t i = 0; i < found; ++i) CheckIdle(idle[i], limit);
    // Some of them end.
    for (size_t i = 0; i < found; i += 8) CloseOne(idle[i]);
    counts.idle += found;
  }
  void CheckIdle(AssociationHandle handle, uint32_t limit) {
    ASSERT_TRUE(Has(handle));
    ASSERT_GT(now_ - slots_[handle.slot].used, limit);
  }

  void AskForClosed() {
    size_t key = AnyKey();
    if (!closings_.empty() && random_.Percent(50)) {
      key = closings_[random_.Below(closings_.size())].key;
    }
    const bool contains = shard_->closed.Contains(keys_[key], now_);
    // Keys that meet pass for each other.
    if (configuration_.hash == Hash::kChosen) return;
    const std::optional<uint32_t> closed_at = closed_at_[key];
    const bool lately = closed_at.has_value() && now_ - *closed_at <= kClosedDuration;
    counts.known_as_closed += contains;
    ASSERT_TRUE(lately || !contains);
    if (contains || !lately || shard_->closed.bytes() == 0) return;
    // Forgotten before its time: for eight others that were closed as late as it was, or later.
    size_t later = 0;
    for (const Closing& closing : closings_) {
      later += closing.key != key && now_ - closing.at <= now_ - *closed_at;
    }
    ASSERT_GE(later, 8u);
  }

  struct Closing {
    size_t key;
    uint32_t at;
  };

  const Configuration& configuration_;
  Random random_;
  const std::vector<Bytes> keys_;
  uint32_t now_;
  const std::unique_ptr<Aes128> cipher_;
  TestMemory memory_;
  bool starving_ = false;
  std::optional<AssociationShard> shard_;
  bool filling_ = true;

  std::vector<Slot> slots_;
  std::vector<uint32_t> live_;
  size_t worn_out_ = 0;
  Table cids_, addresses_;
  std::vector<std::optional<uint32_t>> closed_at_;  // of the key with this number
  std::deque<Closing> closings_;                    // the last ones
};

class AssociationModelTest : public testing::TestWithParam<Configuration> {
 protected:
  static void TearDownTestSuite() {
    PrintCounts({{"operations", counts.operations},
                 {"shards", counts.shards},
                 {"associations opened", counts.opened},
                 {"refused for want of room", counts.no_room},
                 {"closed", counts.closed},
                 {"slots worn out", counts.worn_out},
                 {"found idle", counts.idle},
                 {"handles of none", counts.stale},
                 {"keys added", counts.added},
                 {"refused as taken", counts.taken},
                 {"refused for want of room", counts.full},
                 {"refused as invalid", counts.invalid},
                 {"removed by themselves", counts.removed},
                 {"looked up and found", counts.found},
                 {"looked up and nobody's", counts.found_in_vain},
                 {"known as closed", counts.known_as_closed},
                 {"allocations that failed", counts.starved},
                 {"comparisons of all there is", counts.checks}});
  }
};

INSTANTIATE_TEST_SUITE_P(Configurations, AssociationModelTest, testing::ValuesIn(kConfigurations),
                         [](const testing::TestParamInfo<Configuration>& tested) {
                           return std::string(tested.param.name);
                         });

// BUG-37, BUG-39: whatever is added, removed, closed and missing, each call answers as the model
// does; what is refused changes nothing; and all memory is accounted for.
TEST_P(AssociationModelTest, AgreesUnderRandomOperations) {
  const uint64_t operations = TableOperations() / std::size(kConfigurations);
  // Several shards, each long enough to be filled.
  const uint64_t a_life = 10000 + 40 * uint64_t{GetParam().cids};
  uint64_t seed = 0;
  for (uint64_t done = 0; done < operations;) {
    SCOPED_TRACE(seed);
    Life life(GetParam(), seed++);
    for (uint64_t i = 0; i < a_life && done < operations; ++i, ++done) {
      life.Step();
      if (HasFailure()) return;
    }
    life.End();
    if (HasFailure()) return;
  }
}

// What has no memory for a part of it refuses all, and says so: it does not take some keys and not
// others.
TEST(AssociationShardMemory, ATableThatLacksSomeHasNoCapacity) {
  AssociationShard::Options options;
  options.associations = 10;
  options.cids = options.addresses = 1000;
  for (size_t failing = 0;; ++failing) {
    TestMemory memory;
    memory.FailAfter(failing);
    AssociationShard shard(options, KeyedHash(SipHashKey{1, 2}), &memory);
    if (!memory.failed()) break;
    memory.FailAfter(TestMemory::kNever);
    const AssociationHandle association = shard.store.Add(0);
    EXPECT_EQ(static_cast<bool>(association), shard.store.capacity() == 10);
    if (!association) continue;
    for (AssociationTable* table : {&shard.cids, &shard.addresses}) {
      SCOPED_TRACE(failing);
      const Answer answer = table->capacity() == 0 ? Answer::kFull : Answer::kAdded;
      EXPECT_EQ(table->Add(Bytes(5, 1), association), answer);
      EXPECT_EQ(table->Add(Bytes(20, 2), association), answer);
      EXPECT_EQ(static_cast<bool>(table->Find(Bytes(5, 1))), answer == Answer::kAdded);
    }
  }
}

}  // namespace
}  // namespace waybill
