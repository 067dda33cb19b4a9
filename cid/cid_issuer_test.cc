// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/cid_issuer.h"

#include <array>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/cid/test_cids.h"

namespace waybill {
namespace {

constexpr uint8_t kLength = 4;

// `Count` jobs with storage, each for a target of its own.
template <size_t kCount>
struct Jobs {
  Jobs() {
    for (size_t i = 0; i < kCount; ++i) {
      jobs[i].storage = absl::MakeSpan(bytes[i]);
      jobs[i].target.slot = static_cast<uint32_t>(i);
    }
  }
  std::array<std::array<uint8_t, kLength>, kCount> bytes = {};
  std::array<CidIssue, kCount> jobs;
};

CidBytes Cid(uint8_t last) { return {0, 0, 0, last}; }

TEST(CidIssuer, RegistersEachCidForItsTarget) {
  CountingCidFormat format(kLength);
  MapCidRegistry registry;
  CidIssuer issuer(&format, &registry);
  Jobs<100> batch;
  issuer.Issue(absl::MakeSpan(batch.jobs));
  EXPECT_EQ(format.calls(), 1u) << "the format gets the batch as a whole";
  ASSERT_EQ(registry.live().size(), 100u);
  for (uint8_t i = 0; i < 100; ++i) {
    const CidIssue& job = batch.jobs[i];
    EXPECT_EQ(job.result, CidIssueResult::kIssued);
    EXPECT_EQ(BytesOf(job.cid()), Cid(i));
    EXPECT_EQ(registry.added()[i], Cid(i)) << "in their order";
    EXPECT_EQ(registry.live().at(Cid(i)), job.target);
  }
}

TEST(CidIssuer, IssuesNothingForNoJobs) {
  CountingCidFormat format(kLength);
  MapCidRegistry registry;
  CidIssuer issuer(&format, &registry);
  issuer.Issue({});
  EXPECT_TRUE(registry.live().empty());
}

// REQ-134: what is in use is passed over, and stays whose it is.
TEST(CidIssuer, ReplacesACidThatIsTaken) {
  CountingCidFormat format(kLength);
  MapCidRegistry registry;
  CidIssuer issuer(&format, &registry);
  CidTarget somebody;
  somebody.slot = 77;
  for (uint8_t taken : {1, 3, 4}) registry.Add(Cid(taken), somebody);
  Jobs<3> batch;
  issuer.Issue(absl::MakeSpan(batch.jobs));
  EXPECT_EQ(BytesOf(batch.jobs[0].cid()), Cid(0));
  EXPECT_EQ(BytesOf(batch.jobs[1].cid()), Cid(5)) << "after 1, 3 and 4";
  EXPECT_EQ(BytesOf(batch.jobs[2].cid()), Cid(2));
  EXPECT_EQ(registry.live().at(Cid(1)).slot, 77u);
}

// REQ-134: the same CID twice in one batch.
TEST(CidIssuer, TellsCidsOfABatchApart) {
  CountingCidFormat format(1);  // of which there are 256
  MapCidRegistry registry;
  CidIssuer issuer(&format, &registry);
  Jobs<257> batch;
  issuer.Issue(absl::MakeSpan(batch.jobs));
  for (size_t i = 0; i < 256; ++i) ASSERT_EQ(batch.jobs[i].result, CidIssueResult::kIssued);
  EXPECT_EQ(batch.jobs[256].result, CidIssueResult::kCollided);
  EXPECT_EQ(registry.live().size(), 256u);
}

// BUG-27: the last attempt may still succeed; after it there is an error, and no endless loop.
TEST(CidIssuer, TriesABoundedNumberOfTimes) {
  for (int taken = 0; taken < CidIssuer::kMaxAttempts + 3; ++taken) {
    CountingCidFormat format(kLength);
    MapCidRegistry registry;
    CidIssuer issuer(&format, &registry);
    for (int i = 0; i < taken; ++i) registry.Add(Cid(static_cast<uint8_t>(i)), CidTarget());
    Jobs<1> batch;
    issuer.Issue(absl::MakeSpan(batch.jobs));
    const bool issued = taken < CidIssuer::kMaxAttempts;
    EXPECT_EQ(batch.jobs[0].result, issued ? CidIssueResult::kIssued : CidIssueResult::kCollided);
    EXPECT_EQ(batch.jobs[0].length, issued ? kLength : 0);
    EXPECT_EQ(registry.live().size(), static_cast<size_t>(taken + issued));
    EXPECT_EQ(format.calls(), static_cast<size_t>(issued ? taken + 1 : CidIssuer::kMaxAttempts));
  }
}

// The job that fails in the middle of its attempts says why.
TEST(CidIssuer, EndsItsAttemptsWhereTheFormatFails) {
  for (const CidIssueResult result : {CidIssueResult::kNoRandomness, CidIssueResult::kExhausted,
                                      CidIssueResult::kTargetTooLarge}) {
    CountingCidFormat format(kLength);
    MapCidRegistry registry;
    CidIssuer issuer(&format, &registry);
    registry.Add(Cid(0), CidTarget());
    format.FailAfter(1, result);
    Jobs<1> batch;
    issuer.Issue(absl::MakeSpan(batch.jobs));
    EXPECT_EQ(batch.jobs[0].result, result);
    EXPECT_TRUE(batch.jobs[0].cid().empty());
    EXPECT_EQ(registry.live().size(), 1u);
  }
}

TEST(CidIssuer, JobsFailEachForItself) {
  CountingCidFormat format(kLength);
  MapCidRegistry registry;
  CidIssuer issuer(&format, &registry);
  Jobs<5> batch;
  batch.jobs[1].storage = absl::MakeSpan(batch.bytes[1].data(), kLength - 1);
  format.FailAfter(3, CidIssueResult::kNoRandomness);
  issuer.Issue(absl::MakeSpan(batch.jobs));
  const CidIssueResult expected[] = {CidIssueResult::kIssued, CidIssueResult::kStorageTooShort,
                                     CidIssueResult::kIssued, CidIssueResult::kIssued,
                                     CidIssueResult::kNoRandomness};
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(batch.jobs[i].result, expected[i]) << i;
    EXPECT_EQ(batch.jobs[i].cid().empty(), expected[i] != CidIssueResult::kIssued) << i;
  }
  EXPECT_EQ(registry.live().size(), 3u);
}

TEST(CidIssuer, OfAFullRegistryNothingStaysBehind) {
  CountingCidFormat format(kLength);
  MapCidRegistry registry;
  registry.set_capacity(2);
  CidIssuer issuer(&format, &registry);
  Jobs<4> batch;
  issuer.Issue(absl::MakeSpan(batch.jobs));
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(batch.jobs[i].result,
              i < 2 ? CidIssueResult::kIssued : CidIssueResult::kRegistryFull);
    EXPECT_EQ(batch.jobs[i].length, i < 2 ? kLength : 0);
  }
  EXPECT_EQ(format.calls(), 1u) << "another CID would find it as full";
  EXPECT_EQ(registry.live().size(), 2u);
  issuer.Retire(batch.jobs[0].cid());
  EXPECT_EQ(registry.live().size(), 1u);
  EXPECT_FALSE(registry.Has(batch.jobs[0].cid()));
  EXPECT_EQ(registry.wrong_removals(), 0u);
}

}  // namespace
}  // namespace waybill
