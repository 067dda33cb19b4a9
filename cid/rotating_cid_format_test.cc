// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/rotating_cid_format.h"

#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/cid/test_formats.h"

namespace waybill {
namespace {

using Bytes = std::vector<uint8_t>;

class RotatingCids : public testing::Test {
 protected:
  SealedCidFormat Sealed(uint8_t length = 16) {
    ciphers_.push_back(DrawCipher(&source_));
    return *SealedCidFormat::Make(ciphers_.back().get(), length);
  }

  SeededSource source_{1};
  CheckedRandom random_{&source_};
  std::vector<std::unique_ptr<Aes128>> ciphers_;
  SealedCidFormat first_ = Sealed();
  SealedCidFormat second_ = Sealed();
  SealedCidFormat third_ = Sealed();
};

TEST_F(RotatingCids, TheKeyBeforeIsStillReadAndTheOneBeforeItIsNot) {
  RotatingCidFormat rotating(&first_);
  const Bytes by_first = IssueOne(&rotating, {1, 0, 0, 0});
  EXPECT_EQ(by_first, IssueOne(&first_, {1, 0, 0, 0}));
  ASSERT_TRUE(rotating.Rotate(&second_));
  const Bytes by_second = IssueOne(&rotating, {2, 0, 0, 0});
  EXPECT_EQ(by_second, IssueOne(&second_, {2, 0, 0, 0}));
  EXPECT_EQ(ReadOne(rotating, by_first).target.slot, 1u);
  EXPECT_EQ(ReadOne(rotating, by_second).target.slot, 2u);

  // A third key waits until the first is forgotten.
  EXPECT_FALSE(rotating.Rotate(&third_));
  EXPECT_EQ(ReadOne(rotating, by_first).reason, DropReason::kNone);
  rotating.ForgetPrevious();
  EXPECT_EQ(ReadOne(rotating, by_first).reason, DropReason::kForgedCid);
  ASSERT_TRUE(rotating.Rotate(&third_));
  EXPECT_EQ(ReadOne(rotating, by_first).reason, DropReason::kForgedCid);
  EXPECT_EQ(ReadOne(rotating, by_second).target.slot, 2u);
  EXPECT_EQ(ReadOne(rotating, IssueOne(&rotating, {3, 0, 0, 0})).target.slot, 3u);
}

TEST_F(RotatingCids, ABatchMixesCidsOfBothKeysAndOfNone) {
  RotatingCidFormat rotating(&first_);
  ASSERT_TRUE(rotating.Rotate(&second_));
  std::vector<Bytes> cids;
  for (uint32_t i = 0; i < 100; ++i) {
    SealedCidFormat* const formats[] = {&first_, &second_, &third_};
    cids.push_back(IssueOne(formats[i % 3], {i, 0, 0, 0}));
    if (i % 10 == 9) cids.back().pop_back();
  }
  std::vector<CidReading> readings(cids.size());
  for (size_t i = 0; i < cids.size(); ++i) readings[i].cid = cids[i];
  rotating.Read(absl::MakeSpan(readings));
  for (uint32_t i = 0; i < 100; ++i) {
    const DropReason expected = i % 10 == 9  ? DropReason::kCidNotDelineated
                                : i % 3 == 2 ? DropReason::kForgedCid
                                             : DropReason::kNone;
    EXPECT_EQ(readings[i].reason, expected) << i;
    EXPECT_EQ(readings[i].target.slot, expected == DropReason::kNone ? i : 0) << i;
  }
}

// What would not stay prefix-free, or not mean the same, is no rotation.
TEST_F(RotatingCids, OnlyFormatsOfOneLengthAndKindFollowEachOther) {
  RotatingCidFormat rotating(&first_);
  SealedCidFormat shorter = Sealed(12);
  auto opaque = OpaqueCidFormat::Fixed(&random_, 16);
  auto octet = OpaqueCidFormat::LengthOctet(&random_, 16);
  EXPECT_FALSE(rotating.Rotate(&shorter));
  EXPECT_FALSE(rotating.Rotate(&*opaque));
  EXPECT_FALSE(rotating.Rotate(&*octet));
  RotatingCidFormat self_delineating(&*octet);
  EXPECT_FALSE(self_delineating.Rotate(&*opaque));
  EXPECT_TRUE(rotating.Rotate(&second_));
  EXPECT_EQ(rotating.length().fixed(), 16);
  EXPECT_EQ(rotating.max_length(), 16);
  EXPECT_TRUE(rotating.locates());
}

TEST_F(RotatingCids, TagsRotateAsSealsDo) {
  SipHashCidTagger old_tagger({1, 2});
  SipHashCidTagger new_tagger({3, 4});
  auto before = TaggedCidFormat::Make(&old_tagger, &random_, 6, 4);
  auto after = TaggedCidFormat::Make(&new_tagger, &random_, 6, 4);
  RotatingCidFormat rotating(&*before);
  const Bytes by_old = IssueOne(&rotating, {});
  ASSERT_TRUE(rotating.Rotate(&*after));
  const Bytes by_new = IssueOne(&rotating, {});
  EXPECT_EQ(ReadOne(rotating, by_old).reason, DropReason::kNone);
  EXPECT_EQ(ReadOne(rotating, by_new).reason, DropReason::kNone);
  rotating.ForgetPrevious();
  EXPECT_EQ(ReadOne(rotating, by_old).reason, DropReason::kForgedCid);
  EXPECT_EQ(ReadOne(rotating, by_new).reason, DropReason::kNone);
}

}  // namespace
}  // namespace waybill
