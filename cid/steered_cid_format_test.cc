// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/steered_cid_format.h"

#include <array>
#include <set>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/cid/checked_random.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/opaque_cid_format.h"
#include "waybill/cid/test_cids.h"
#include "waybill/cid/test_formats.h"
#include "waybill/cid/test_hash.h"
#include "waybill/cid/test_random.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

using Bytes = std::vector<uint8_t>;

class SteeredCids : public testing::TestWithParam<HashKind> {
 protected:
  SteeredCids() : test_(GetParam()), source_(3), random_(&source_) {}

  CidSteering Steering(uint8_t cores) const { return CidSteering(test_.hash, cores); }

  TestHash test_;
  SeededSource source_;
  CheckedRandom random_;
};

INSTANTIATE_TEST_SUITE_P(BothHashes, SteeredCids,
                         testing::Values(HashKind::kSipHash, HashKind::kAes));

TEST_P(SteeredCids, BelongToTheCoreThatIssuedThem) {
  auto opaque = OpaqueCidFormat::Fixed(&random_, 8);
  for (const uint8_t cores : {1, 2, 3, 7, 64, 255}) {
    const CidSteering steering = Steering(cores);
    EXPECT_EQ(steering.cores(), cores);
    for (const int core : {0, cores / 2, cores - 1}) {
      SteeredCidFormat format(&*opaque, steering, static_cast<uint8_t>(core));
      for (int i = 0; i < 10; ++i) {
        CidIssueResult result;
        const Bytes cid = IssueOne(&format, {}, &result);
        ASSERT_EQ(result, CidIssueResult::kIssued);
        EXPECT_EQ(cid.size(), 8u);
        EXPECT_EQ(steering.CoreOf(cid), core);
        // Whichever core reads it.
        const CidReading reading = ReadOne(SteeredCidFormat(&*opaque, steering, 0), cid);
        EXPECT_EQ(reading.reason, DropReason::kNone);
        EXPECT_EQ(reading.target.core, core);
      }
    }
  }
}

TEST_P(SteeredCids, AreThoseOfTheOtherFormat) {
  auto opaque = OpaqueCidFormat::LengthOctet(&random_, 9);
  SteeredCidFormat format(&*opaque, Steering(4), 2);
  EXPECT_EQ(format.max_length(), opaque->max_length());
  EXPECT_FALSE(format.locates());
  const Bytes cid = IssueOne(&format, {});
  EXPECT_EQ(ReadOne(*opaque, cid).reason, DropReason::kNone);
  EXPECT_EQ(format.length().Of(cid), opaque->length().Of(cid));
}

// The batch as a whole goes to the other format; only what fell to another core is tried again.
TEST_P(SteeredCids, AreIssuedInBatches) {
  constexpr size_t kCount = 200;
  CountingCidFormat counting(8);
  const CidSteering steering = Steering(4);
  SteeredCidFormat format(&counting, steering, 3);
  std::array<std::array<uint8_t, 8>, kCount> storage;
  std::array<CidIssue, kCount> jobs;
  for (size_t i = 0; i < kCount; ++i) jobs[i].storage = absl::MakeSpan(storage[i]);
  format.Issue(absl::MakeSpan(jobs));
  std::set<Bytes> cids;
  for (const CidIssue& job : jobs) {
    EXPECT_EQ(job.result, CidIssueResult::kIssued);
    EXPECT_EQ(steering.CoreOf(job.cid()), 3);
    cids.insert(Bytes(job.cid().begin(), job.cid().end()));
  }
  EXPECT_EQ(cids.size(), kCount);
  // Three of four calls beyond the first are in vain.
  EXPECT_NEAR(static_cast<double>(counting.calls()), 3 * kCount, kCount);
  format.Issue({});
}

// CIDs that differ in little spread as evenly as any.
TEST_P(SteeredCids, SpreadEvenly) {
  constexpr int kEach = 1000;
  for (const int cores : {2, 3, 8, 255}) {
    const CidSteering steering = Steering(static_cast<uint8_t>(cores));
    std::vector<int> counts(static_cast<size_t>(cores), 0);
    for (int i = 0; i < cores * kEach; ++i) {
      Bytes cid(8, 0);
      for (size_t j = 0; j < 4; ++j) cid[j] = static_cast<uint8_t>(i >> 8 * j);
      ++counts[steering.CoreOf(cid)];
    }
    for (const int count : counts) EXPECT_NEAR(count, kEach, 5 * 32) << cores;  // five deviations
  }
}

TEST_P(SteeredCids, DependOnTheKey) {
  const TestHash other(GetParam(), 2);
  const CidSteering steering = Steering(2);
  const CidSteering others(other.hash, 2);
  int same = 0;
  for (uint8_t i = 0; i < 200; ++i) same += steering.CoreOf({i}) == others.CoreOf({i}) ? 1 : 0;
  EXPECT_NEAR(same, 100, 40);
}

TEST_P(SteeredCids, OfOneCoreAreNeverTriedAgain) {
  CountingCidFormat counting(8);
  SteeredCidFormat format(&counting, Steering(1), 0);
  for (size_t i = 1; i <= 100; ++i) {
    EXPECT_FALSE(IssueOne(&format, {}).empty());
    EXPECT_EQ(counting.calls(), i);
  }
}

// Issues the same CID again and again, and counts how often.
class SameCidFormat final : public CidFormat {
 public:
  CidLength length() const override { return CidLength::Fixed(1); }
  uint8_t max_length() const override { return 1; }
  bool locates() const override { return false; }
  void Issue(absl::Span<CidIssue> jobs) override {
    for (CidIssue& job : jobs) {
      ++issued;
      job.storage[0] = 7;
      job.length = 1;
      job.result = CidIssueResult::kIssued;
    }
  }
  void Read(absl::Span<CidReading> /*jobs*/) const override {}

  int issued = 0;
};

// BUG-27: there is an end to it where a format has no CID of this core.
TEST_P(SteeredCids, EndWhereNoneBelongsToTheCore) {
  for (const uint8_t cores : {2, 5, 255}) {
    const CidSteering steering = Steering(cores);
    const uint8_t owner = steering.CoreOf({7});
    SameCidFormat same;
    for (const int core : {0, 1, cores - 1}) {
      SteeredCidFormat format(&same, steering, static_cast<uint8_t>(core));
      same.issued = 0;
      CidIssueResult result;
      const Bytes cid = IssueOne(&format, {}, &result);
      EXPECT_EQ(result, core == owner ? CidIssueResult::kIssued : CidIssueResult::kCollided);
      EXPECT_EQ(cid.size(), core == owner ? 1u : 0u);
      EXPECT_EQ(same.issued, core == owner ? 1 : 64 * cores);
    }
  }
}

// Also where it fails in the middle of the attempts.
TEST_P(SteeredCids, FailAsTheOtherFormatDoes) {
  const CidSteering steering = Steering(2);
  for (const CidIssueResult result : {CidIssueResult::kNoRandomness, CidIssueResult::kExhausted,
                                      CidIssueResult::kTargetTooLarge}) {
    uint64_t first = 0;  // of two that are the other core's
    const auto core_of = [&](uint64_t i) {
      return steering.CoreOf({0, 0, 0, 0, 0, 0, 0, static_cast<uint8_t>(i)});
    };
    while (core_of(first) == 0 || core_of(first + 1) == 0) ++first;
    ASSERT_LT(first, 250u);
    for (const size_t good : {0, 1, 2}) {
      CountingCidFormat counting(8, first);
      counting.FailAfter(good, result);
      SteeredCidFormat format(&counting, steering, 0);
      CidIssueResult answer;
      EXPECT_TRUE(IssueOne(&format, {}, &answer).empty());
      EXPECT_EQ(answer, result);
      EXPECT_EQ(counting.calls(), good + 1);
    }
  }
  std::array<uint8_t, 7> storage;
  CidIssue job;
  job.storage = absl::MakeSpan(storage);
  CountingCidFormat counting(8);
  SteeredCidFormat format(&counting, steering, 0);
  format.Issue(absl::Span<CidIssue>(&job, 1));
  EXPECT_EQ(job.result, CidIssueResult::kStorageTooShort);
  EXPECT_EQ(job.length, 0);
}

// Where the other format refuses a CID, it is nobody's.
TEST_P(SteeredCids, AreRefusedAsByTheOtherFormat) {
  CountingCidFormat counting(8);
  const CidSteering steering = Steering(200);
  const SteeredCidFormat format(&counting, steering, 0);
  for (uint8_t i = 0; i < 50; ++i) {
    const CidReading refused = ReadOne(format, Bytes(7, i));
    EXPECT_EQ(refused.reason, DropReason::kCidNotDelineated);
    EXPECT_EQ(refused.target, CidTarget());
    const CidReading accepted = ReadOne(format, Bytes(8, i));
    EXPECT_EQ(accepted.reason, DropReason::kNone);
    EXPECT_EQ(accepted.target.core, steering.CoreOf(Bytes(8, i)));
  }
}

}  // namespace
}  // namespace waybill
