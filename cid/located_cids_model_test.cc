// SPDX-License-Identifier: Apache-2.0
//
// Sealed CIDs that say where their association is, under random operations, against a model: which
// ordinals of each association live.
#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/cid/association_store.h"
#include "waybill/cid/association_table.h"
#include "waybill/cid/keyed_hash.h"
#include "waybill/cid/located_cids.h"
#include "waybill/cid/sealed_cid_format.h"
#include "waybill/cid/siphash.h"
#include "waybill/cid/test_memory.h"
#include "waybill/cid/test_operations.h"
#include "waybill/protection/aes128.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/random.h"

namespace waybill {
namespace {

using Answer = CidRegistry::Answer;

struct Configuration {
  const char* name;
  uint8_t cid_length;
  uint32_t associations;
  uint32_t max_generation;
};

constexpr Configuration kConfigurations[] = {
    {"one_of_8_bytes", 8, 1, 1000},
    {"few_of_12_bytes", 12, 20, 50},
    {"many_of_16_bytes", 16, 3000, AssociationStore::kMaxGeneration},
};

struct Counts {
  uint64_t operations, opened, closed, added, taken, full, invalid, retired;
  uint64_t found, nobodys, others, forged, passed;
};
Counts counts;

class Life {
 public:
  Life(const Configuration& configuration, uint64_t seed)
      : random_(seed),
        cipher_(MakeAes128(random_.MakeBytes(BlockCipher::kKeyLength))),
        format_(*SealedCidFormat::Make(cipher_.get(), configuration.cid_length)),
        core_(static_cast<uint8_t>(random_.Below(format_.limits().core + 1u))),
        store_(&memory_, configuration.associations, 2,
               std::min(configuration.max_generation, format_.limits().generation)),
        located_(&format_, &store_, core_),
        slots_(configuration.associations) {}

  void Step() {
    ++counts.operations;
    switch (random_.Below(10)) {
      case 0:
        return random_.Percent(60) ? Open() : Close();
      case 1:
        return AddKey();
      case 2:
      case 3:
      case 4:
        return Issue();
      case 5:
        return Retire();
      default:
        return Find(1 + random_.Below(random_.Percent(10) ? 80 : 4));
    }
  }

 private:
  static constexpr size_t kMaxIssued = 2000;

  struct Slot {
    bool live = false;
    uint32_t generation = 0;
    uint32_t next_ordinal = 0;
    std::set<uint16_t> ordinals;  // that live
    bool has_key = false;         // of a table, in the hot line
    size_t keys = 0;
  };
  struct Issued {
    CidTarget target;
    Bytes cid;
  };

  bool Has(const CidTarget& target) const {
    return target.core == core_ && target.slot < slots_.size() && slots_[target.slot].live &&
           slots_[target.slot].generation == target.generation;
  }
  bool Lives(const CidTarget& target) const {
    return Has(target) && slots_[target.slot].ordinals.count(target.ordinal) != 0;
  }

  void Open() {
    const AssociationHandle handle = store_.Add(0);
    if (!handle) return;
    Slot& slot = slots_[handle.slot];
    ASSERT_FALSE(slot.live);
    slot = Slot();
    slot.live = true;
    slot.generation = handle.generation;
    // Ordinals that begin at the end of their range, now and then.
    if (random_.Percent(20)) slot.next_ordinal = format_.limits().ordinal - 40u;
    ++counts.opened;
  }

  void Close() {
    const uint32_t number = static_cast<uint32_t>(random_.Below(slots_.size()));
    Slot& slot = slots_[number];
    if (!slot.live) return;
    table_.RemoveAll({number, slot.generation});
    store_.Remove({number, slot.generation});
    slot.live = false;
    ++counts.closed;
  }

  // A table over the same store takes the place in the hot line where it is free.
  void AddKey() {
    const uint32_t number = static_cast<uint32_t>(random_.Below(slots_.size()));
    Slot& slot = slots_[number];
    if (!slot.live || random_.Percent(80)) return;
    if (slot.keys > 0) {
      table_.RemoveAll({number, slot.generation});
      slot.has_key = false;
      slot.keys = 0;
      return;
    }
    const Bytes key = random_.MakeBytes(5);
    const Answer answer = table_.Add(key, AssociationHandle{number, slot.generation});
    if (answer != Answer::kAdded) return;
    ++slot.keys;
    slot.has_key = slot.ordinals.empty();
    ASSERT_EQ(table_.Find(key), (AssociationHandle{number, slot.generation}));
  }

  void Issue() {
    Issued issued;
    CidTarget& target = issued.target;
    target.slot = static_cast<uint32_t>(random_.Below(slots_.size()));
    Slot& slot = slots_[target.slot];
    target.generation = slot.generation;
    target.core = core_;
    const uint32_t most = format_.limits().ordinal;
    if (slot.next_ordinal > most) return;
    target.ordinal = static_cast<uint16_t>(slot.next_ordinal);
    if (random_.Percent(85)) {
      slot.next_ordinal += random_.Percent(5) ? 30 : 1;
    } else if (random_.Percent(70)) {
      const uint32_t near = slot.next_ordinal + 70;
      target.ordinal = static_cast<uint16_t>(
          std::min(most, near - std::min(near, static_cast<uint32_t>(random_.Below(150)))));
    } else if (random_.Percent(50)) {
      target.generation += target.generation < format_.limits().generation;
    } else {
      target.core = static_cast<uint8_t>(random_.Below(format_.limits().core + 1u));
    }
    issued.cid.resize(format_.max_length());
    CidIssue job;
    job.target = target;
    job.storage = absl::MakeSpan(issued.cid);
    format_.Issue(absl::Span<CidIssue>(&job, 1));
    ASSERT_EQ(job.result, CidIssueResult::kIssued);

    const Answer answer = located_.Add(issued.cid, target);
    if (!Has(target)) {
      ASSERT_EQ(answer, Answer::kInvalid);
      ++counts.invalid;
    } else if (slot.has_key || IsFar(slot.ordinals, target.ordinal)) {
      ASSERT_EQ(answer, Answer::kFull);
      ++counts.full;
    } else if (Lives(target)) {
      ASSERT_EQ(answer, Answer::kTaken);
      ++counts.taken;
    } else {
      ASSERT_EQ(answer, Answer::kAdded);
      slot.ordinals.insert(target.ordinal);
      ++counts.added;
    }
    if (issued_.size() < kMaxIssued) {
      issued_.push_back(issued);
    } else {
      issued_[random_.Below(kMaxIssued)] = issued;
    }
    FindThese({issued});
  }
  static bool IsFar(std::set<uint16_t> ordinals, uint16_t ordinal) {
    ordinals.insert(ordinal);
    return uint32_t{*ordinals.rbegin()} - *ordinals.begin() >= LocatedCids::kMaxSpan;
  }

  void Retire() {
    if (issued_.empty()) return;
    const Issued& issued = issued_[random_.Below(issued_.size())];
    located_.Remove(issued.cid);
    if (Lives(issued.target)) {
      slots_[issued.target.slot].ordinals.erase(issued.target.ordinal);
      ++counts.retired;
    }
    FindThese({issued});
  }

  void Find(size_t count) {
    std::vector<Issued> some;
    for (size_t i = 0; i < count && !issued_.empty(); ++i) {
      some.push_back(issued_[random_.Below(issued_.size())]);
    }
    FindThese(some);
  }
  // And a forgery of the first, and what is left of it when it is cut short.
  void FindThese(const std::vector<Issued>& some) {
    if (some.empty()) return;
    Bytes forged = some[0].cid;
    forged[random_.Below(forged.size())] ^= static_cast<uint8_t>(1 + random_.Below(255));
    std::vector<CidReading> lookups(some.size() + 2);
    std::vector<AssociationHandle> found(lookups.size(), AssociationHandle{0, 0});
    for (size_t i = 0; i < some.size(); ++i) lookups[i].cid = some[i].cid;
    CidReading& of_forged = lookups[some.size()];
    CidReading& of_cut = lookups[some.size() + 1];
    of_forged.cid = forged;
    of_cut.cid = absl::MakeConstSpan(some[0].cid).subspan(1);
    located_.Find(absl::MakeSpan(lookups), absl::MakeSpan(found));

    for (size_t i = 0; i < some.size(); ++i) {
      const CidTarget& target = some[i].target;
      const bool lives = Lives(target);
      AssociationHandle expected;
      if (lives) expected = {target.slot, target.generation};
      ASSERT_EQ(lookups[i].reason, DropReason::kNone);
      ASSERT_EQ(lookups[i].target.core, target.core);
      ASSERT_EQ(found[i], expected);
      ++(lives ? counts.found : target.core == core_ ? counts.nobodys : counts.others);
    }
    ASSERT_EQ(of_cut.reason, DropReason::kCidNotDelineated);
    ASSERT_FALSE(found.back());
    // Few enough check bits are right by chance.
    counts.forged += of_forged.reason == DropReason::kForgedCid;
    counts.passed += of_forged.reason != DropReason::kForgedCid;
    ASSERT_LE(counts.passed, 10 + (counts.forged >> 22));
    ASSERT_FALSE(found[some.size()] && of_forged.reason != DropReason::kNone);
  }

  Random random_;
  const std::unique_ptr<Aes128> cipher_;
  SealedCidFormat format_;
  const uint8_t core_;
  TestMemory memory_;
  AssociationStore store_;
  AssociationTable table_{
      {100, 8, AssociationTable::Kind::kCids}, KeyedHash(SipHashKey{1, 2}), &store_, &memory_};
  LocatedCids located_;
  std::vector<Slot> slots_;
  std::vector<Issued> issued_;
};

class LocatedCidsModelTest : public testing::TestWithParam<Configuration> {
 protected:
  static void TearDownTestSuite() {
    PrintCounts({{"operations", counts.operations},
                 {"associations opened", counts.opened},
                 {"closed", counts.closed},
                 {"CIDs added", counts.added},
                 {"refused as taken", counts.taken},
                 {"refused as too far, or beside a key", counts.full},
                 {"refused as invalid", counts.invalid},
                 {"retired", counts.retired},
                 {"looked up and found", counts.found},
                 {"looked up and nobody's", counts.nobodys},
                 {"looked up and another core's", counts.others},
                 {"forgeries refused", counts.forged},
                 {"that passed by chance", counts.passed}});
  }
};

INSTANTIATE_TEST_SUITE_P(Configurations, LocatedCidsModelTest, testing::ValuesIn(kConfigurations),
                         [](const testing::TestParamInfo<Configuration>& tested) {
                           return std::string(tested.param.name);
                         });

// Each call answers as the model does, also beside keys of a table in the same lines.
TEST_P(LocatedCidsModelTest, AgreesUnderRandomOperations) {
  const uint64_t operations = TableOperations() / std::size(kConfigurations);
  constexpr uint64_t kALife = 100000;
  uint64_t seed = 0;
  for (uint64_t done = 0; done < operations;) {
    SCOPED_TRACE(seed);
    Life life(GetParam(), seed++);
    for (uint64_t i = 0; i < kALife && done < operations; ++i, ++done) {
      life.Step();
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace waybill
