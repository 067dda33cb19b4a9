// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/located_cids.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/cid/association_handle.h"
#include "waybill/cid/association_store.h"
#include "waybill/cid/association_table.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/cid_issuer.h"
#include "waybill/cid/sealed_cid_format.h"
#include "waybill/cid/test_formats.h"
#include "waybill/cid/test_hash.h"
#include "waybill/cid/test_memory.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

using Answer = CidRegistry::Answer;
using Bytes = std::vector<uint8_t>;

constexpr uint32_t kMaxSpan = LocatedCids::kMaxSpan;

class SealedLocatedCids : public testing::TestWithParam<int> {
 protected:
  SealedLocatedCids()
      : source_(1),
        cipher_(DrawCipher(&source_)),
        format_(*SealedCidFormat::Make(cipher_.get(), static_cast<uint8_t>(GetParam()))),
        store_(&memory_, 100, 2, format_.limits().generation),
        core_(std::min<uint8_t>(1, format_.limits().core)),
        cids_(&format_, &store_, core_),
        issuer_(&format_, &cids_) {}

  CidTarget TargetOf(AssociationHandle association, uint32_t ordinal) const {
    return {association.slot, association.generation, static_cast<uint16_t>(ordinal), core_};
  }
  // Issues and registers a CID; empty where it was not issued.
  Bytes Issue(const CidTarget& target, CidIssueResult expected = CidIssueResult::kIssued) {
    Bytes storage(format_.max_length());
    CidIssue job;
    job.target = target;
    job.storage = absl::MakeSpan(storage);
    issuer_.Issue(absl::Span<CidIssue>(&job, 1));
    EXPECT_EQ(job.result, expected);
    storage.resize(job.length);
    return storage;
  }
  // A CID of the format that nobody registered.
  Bytes Seal(const CidTarget& target) { return IssueOne(&format_, target); }
  struct Found {
    DropReason reason;
    uint8_t core;
    AssociationHandle association;
  };
  static Found FindIn(const LocatedCids& cids, const Bytes& cid) {
    CidReading reading;
    reading.cid = cid;
    AssociationHandle association = {77, 77};  // of a lookup before
    cids.Find(absl::MakeSpan(&reading, 1), absl::MakeSpan(&association, 1));
    return {reading.reason, reading.target.core, association};
  }
  Found Find(const Bytes& cid) const { return FindIn(cids_, cid); }
  AssociationHandle OwnerOf(const Bytes& cid) const {
    const Found found = Find(cid);
    EXPECT_EQ(found.reason, DropReason::kNone);
    return found.association;
  }

  SeededSource source_;
  std::unique_ptr<Aes128> cipher_;
  SealedCidFormat format_;
  TestMemory memory_;
  AssociationStore store_;
  uint8_t core_;  // the shortest have room for one
  LocatedCids cids_;
  CidIssuer issuer_;
};

INSTANTIATE_TEST_SUITE_P(EveryLength, SealedLocatedCids, testing::Values(8, 12, 16));

TEST_P(SealedLocatedCids, LeadToTheirAssociationWhileTheyLive) {
  std::vector<AssociationHandle> associations;
  std::vector<Bytes> cids;
  for (uint32_t i = 0; i < 100; ++i) {
    associations.push_back(store_.Add(0));
    for (uint32_t ordinal = 0; ordinal < 3; ++ordinal) {
      cids.push_back(Issue(TargetOf(associations[i], ordinal)));
    }
  }
  for (size_t i = 0; i < cids.size(); ++i) EXPECT_EQ(OwnerOf(cids[i]), associations[i / 3]);
  for (size_t i = 1; i < cids.size(); i += 3) issuer_.Retire(cids[i]);
  for (size_t i = 0; i < cids.size(); ++i) {
    EXPECT_EQ(OwnerOf(cids[i]), i % 3 == 1 ? AssociationHandle() : associations[i / 3]);
  }
}

TEST_P(SealedLocatedCids, AreFoundInBatchesOfAnySize) {
  std::vector<Bytes> cids;
  std::vector<AssociationHandle> owners;
  for (uint32_t i = 0; i < 100; ++i) {
    const AssociationHandle association = store_.Add(0);
    const Bytes issued = Issue(TargetOf(association, 0));
    Bytes forged = issued;
    forged[i % forged.size()] ^= 0x10;
    for (const Bytes& cid : {issued, forged, Seal(TargetOf(association, 1)), Bytes(i % 3)}) {
      cids.push_back(cid);
      owners.push_back(cid == issued ? association : AssociationHandle());
    }
  }
  for (const size_t size : {0, 1, 31, 32, 33, 400}) {
    std::vector<CidReading> lookups(size);
    std::vector<AssociationHandle> found(size, AssociationHandle{77, 77});
    for (size_t i = 0; i < size; ++i) lookups[i].cid = cids[i];
    cids_.Find(absl::MakeSpan(lookups), absl::MakeSpan(found));
    for (size_t i = 0; i < size; ++i) {
      const DropReason reasons[] = {DropReason::kNone, DropReason::kForgedCid, DropReason::kNone,
                                    DropReason::kCidNotDelineated};
      EXPECT_EQ(found[i], owners[i]) << i << " of " << size;
      EXPECT_EQ(lookups[i].reason, reasons[i % 4]) << i << " of " << size;
    }
  }
}

TEST_P(SealedLocatedCids, AreRetiredForGood) {
  const AssociationHandle association = store_.Add(0);
  const Bytes cid = Issue(TargetOf(association, 5));
  issuer_.Retire(cid);
  EXPECT_FALSE(OwnerOf(cid));
  issuer_.Retire(cid);
  EXPECT_FALSE(OwnerOf(cid));
  const Bytes next = Issue(TargetOf(association, 6));
  issuer_.Retire(cid);
  EXPECT_EQ(OwnerOf(next), association);
}

TEST_P(SealedLocatedCids, NeverHaveOneOrdinalTwice) {
  const AssociationHandle association = store_.Add(0);
  const Bytes cid = Issue(TargetOf(association, 3));
  EXPECT_EQ(cids_.Add(cid, TargetOf(association, 3)), Answer::kTaken);
  EXPECT_TRUE(Issue(TargetOf(association, 3), CidIssueResult::kCollided).empty());
  EXPECT_EQ(OwnerOf(cid), association) << "the first one stays";
}

TEST_P(SealedLocatedCids, MayComeAndGoInAnyOrder) {
  const AssociationHandle association = store_.Add(0);
  const std::vector<uint32_t> ordinals = {40, 10, 63, 0, 11, 62, 1, 39};
  std::vector<Bytes> cids;
  for (const uint32_t ordinal : ordinals) cids.push_back(Issue(TargetOf(association, ordinal)));
  for (const size_t retired : {3, 2, 0, 1, 6, 7, 5, 4}) {
    EXPECT_EQ(OwnerOf(cids[retired]), association);
    issuer_.Retire(cids[retired]);
    EXPECT_FALSE(OwnerOf(cids[retired]));
  }
  for (const Bytes& cid : cids) EXPECT_FALSE(OwnerOf(cid));
}

// Up or down, as far as the format counts; the rest of them goes on.
TEST_P(SealedLocatedCids, LiveWithinASpan) {
  const uint32_t most = format_.limits().ordinal;
  for (const uint32_t middle : {kMaxSpan, kMaxSpan + 7, most - kMaxSpan}) {
    const AssociationHandle association = store_.Add(0);
    const Bytes cid = Issue(TargetOf(association, middle));
    EXPECT_TRUE(
        Issue(TargetOf(association, middle + kMaxSpan), CidIssueResult::kRegistryFull).empty());
    EXPECT_TRUE(
        Issue(TargetOf(association, middle - kMaxSpan), CidIssueResult::kRegistryFull).empty());
    const Bytes low = Issue(TargetOf(association, middle - kMaxSpan + 1));
    EXPECT_TRUE(Issue(TargetOf(association, middle + 1), CidIssueResult::kRegistryFull).empty());
    EXPECT_EQ(OwnerOf(low), association);
    EXPECT_EQ(OwnerOf(cid), association);
    // The window moves up when the lowest one goes.
    issuer_.Retire(low);
    const Bytes high = Issue(TargetOf(association, middle + kMaxSpan - 1));
    EXPECT_EQ(OwnerOf(high), association);
    EXPECT_EQ(OwnerOf(cid), association);
    EXPECT_FALSE(OwnerOf(low));
    issuer_.Retire(cid);
    EXPECT_EQ(OwnerOf(high), association);
  }
}

// Also where the lowest one is near: nothing is pushed out at the other end.
TEST_P(SealedLocatedCids, LiveWithinASpanOfTheHighest) {
  const AssociationHandle association = store_.Add(0);
  const Bytes low = Issue(TargetOf(association, 100));
  const Bytes high = Issue(TargetOf(association, 110));
  EXPECT_TRUE(Issue(TargetOf(association, 110 - kMaxSpan), CidIssueResult::kRegistryFull).empty());
  const Bytes lowest = Issue(TargetOf(association, 110 - kMaxSpan + 1));
  for (const Bytes* const cid : {&low, &high, &lowest}) EXPECT_EQ(OwnerOf(*cid), association);
}

// One after the other, to the last ordinal of the format, with a few that live at a time.
TEST_P(SealedLocatedCids, ReplaceEachOtherToTheLastOrdinal) {
  const uint32_t most = format_.limits().ordinal;
  const AssociationHandle association = store_.Add(0);
  std::vector<Bytes> live;
  for (uint32_t ordinal = most > 3000 ? most - 3000 : 0; ordinal <= most; ++ordinal) {
    live.push_back(Issue(TargetOf(association, ordinal)));
    if (live.size() > 5) {
      issuer_.Retire(live.front());
      live.erase(live.begin());
    }
    ASSERT_EQ(OwnerOf(live.front()), association);
    ASSERT_EQ(OwnerOf(live.back()), association);
  }
}

// Sealed for an ordinal that does not live, or for a slot that was never used.
TEST_P(SealedLocatedCids, OfNobodyFindNobody) {
  const AssociationHandle association = store_.Add(0);
  EXPECT_FALSE(OwnerOf(Seal(TargetOf(association, 0)))) << "it has no CID yet";
  Issue(TargetOf(association, 10));
  for (const uint32_t ordinal : {0u, 9u, 11u, uint32_t{format_.limits().ordinal}}) {
    EXPECT_FALSE(OwnerOf(Seal(TargetOf(association, ordinal))));
  }
  const uint32_t last = format_.limits().slot;
  for (const uint32_t slot : {1u, 99u, 100u, last}) {
    EXPECT_FALSE(OwnerOf(Seal(TargetOf({slot, 0}, 10))));
    EXPECT_EQ(cids_.Add(Seal(TargetOf({slot, 0}, 1)), TargetOf({slot, 0}, 1)), Answer::kInvalid);
  }
  EXPECT_TRUE(Issue(TargetOf({1, 0}, 0), CidIssueResult::kRegistryRefused).empty());
}

TEST_P(SealedLocatedCids, OfTheRemovedFindNobody) {
  std::vector<Bytes> gone;
  for (uint32_t round = 0; round < 5; ++round) {
    const AssociationHandle association = store_.Add(0);
    ASSERT_EQ(association, (AssociationHandle{0, round})) << "the same slot";
    for (const Bytes& cid : gone) EXPECT_FALSE(OwnerOf(cid));
    const Bytes cid = Issue(TargetOf(association, 0));
    EXPECT_EQ(OwnerOf(cid), association);
    for (const Bytes& other : gone) {
      EXPECT_FALSE(OwnerOf(other));
      issuer_.Retire(other);
    }
    EXPECT_EQ(OwnerOf(cid), association) << "others' CIDs retire none of its own";
    gone.push_back(cid);
    store_.Remove(association);
    EXPECT_FALSE(OwnerOf(cid));
    EXPECT_TRUE(Issue(TargetOf(association, 1), CidIssueResult::kRegistryRefused).empty());
  }
}

// They are told whose they are, and found there alone.
TEST_P(SealedLocatedCids, OfAnotherCoreAreLeftToIt) {
  const AssociationHandle association = store_.Add(0);
  const CidTarget target = TargetOf(association, 0);
  const Bytes cid = Issue(target);
  EXPECT_EQ(Find(cid).core, core_);

  // Another core, whose store has an association in the same place.
  AssociationStore store(&memory_, 100, 2);
  ASSERT_EQ(store.Add(0), association);
  LocatedCids others(&format_, &store, static_cast<uint8_t>(core_ + 1));
  EXPECT_EQ(others.Add(cid, target), Answer::kInvalid);
  CidTarget own = target;
  ++own.core;
  EXPECT_EQ(others.Add(cid, own), Answer::kAdded);
  others.Remove(cid);

  // A thread without associations finds out where they are.
  AssociationStore none(&memory_, 0, 2);
  LocatedCids reader(&format_, &none, static_cast<uint8_t>(core_ + 2));
  for (LocatedCids* const elsewhere : {&others, &reader}) {
    const Found found = FindIn(*elsewhere, cid);
    EXPECT_EQ(found.reason, DropReason::kNone);
    EXPECT_EQ(found.core, core_);
    EXPECT_FALSE(found.association);
  }
  EXPECT_EQ(OwnerOf(cid), association);
}

TEST_P(SealedLocatedCids, ForgedOnesAreRefusedAndRetireNothing) {
  const AssociationHandle association = store_.Add(0);
  const Bytes cid = Issue(TargetOf(association, 0));
  for (size_t bit = 0; bit < 8 * cid.size(); ++bit) {
    Bytes forged = cid;
    forged[bit / 8] ^= 1 << (bit % 8);
    const Found found = Find(forged);
    EXPECT_EQ(found.reason, DropReason::kForgedCid);
    EXPECT_FALSE(found.association);
    issuer_.Retire(forged);
  }
  Bytes longer = cid;
  longer.push_back(0);
  EXPECT_EQ(Find(longer).reason, DropReason::kCidNotDelineated);
  EXPECT_EQ(Find({}).reason, DropReason::kCidNotDelineated);
  issuer_.Retire({});
  EXPECT_EQ(OwnerOf(cid), association);
}

// The 16 bytes of a hot line hold a table's key or what lives, and neither takes the other for its
// own.
TEST_P(SealedLocatedCids, ShareNoHotLineWithAKeyOfATable) {
  const TestHash hash(HashKind::kSipHash);
  AssociationTable table({10, 20, AssociationTable::Kind::kCids}, hash.hash, &store_, &memory_);
  const Bytes key = {1, 2, 3, 4, 5, 6, 7, 8};

  const AssociationHandle by_table = store_.Add(0);
  ASSERT_EQ(table.Add(key, by_table), Answer::kAdded);
  EXPECT_TRUE(Issue(TargetOf(by_table, 0), CidIssueResult::kRegistryFull).empty());
  const Bytes sealed = Seal(TargetOf(by_table, 0));
  for (uint32_t ordinal = 0; ordinal <= 255; ++ordinal) {
    EXPECT_FALSE(OwnerOf(Seal(TargetOf(by_table, ordinal)))) << "the key is no list of ordinals";
  }
  issuer_.Retire(sealed);
  EXPECT_EQ(table.Find(key), by_table);
  table.Remove(key);
  const Bytes cid = Issue(TargetOf(by_table, 0));
  EXPECT_EQ(OwnerOf(cid), by_table);

  // The other way round the table has its key elsewhere.
  ASSERT_EQ(table.Add(key, by_table), Answer::kAdded);
  EXPECT_EQ(table.Find(key), by_table);
  EXPECT_EQ(OwnerOf(cid), by_table);
  EXPECT_FALSE(table.Find(absl::Span<const uint8_t>())) << "nor is the list a key";
  table.RemoveAll(by_table);
  EXPECT_EQ(table.size(), 0u);
  EXPECT_EQ(OwnerOf(cid), by_table);
}

}  // namespace
}  // namespace waybill
