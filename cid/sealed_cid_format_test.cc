// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/sealed_cid_format.h"

#include <set>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/cid/test_formats.h"

namespace waybill {
namespace {

using Bytes = std::vector<uint8_t>;

class SealedCids : public testing::TestWithParam<int> {
 protected:
  SealedCids()
      : source_(1),
        cipher_(DrawCipher(&source_)),
        length_(static_cast<uint8_t>(GetParam())),
        format_(*SealedCidFormat::Make(cipher_.get(), length_)) {}

  SeededSource source_;
  std::unique_ptr<Aes128> cipher_;
  uint8_t length_;
  SealedCidFormat format_;
};

INSTANTIATE_TEST_SUITE_P(EveryLength, SealedCids, testing::Values(8, 12, 16));

CidIssueResult ResultOf(SealedCidFormat* format, const CidTarget& target) {
  CidIssueResult result;
  const Bytes cid = IssueOne(format, target, &result);
  EXPECT_EQ(cid.empty(), result != CidIssueResult::kIssued);
  return result;
}

// Each field at its limit comes back, beside others that are 0 and at theirs; one more is refused.
TEST_P(SealedCids, FieldsReachTheirLimitsAndNoFurther) {
  const SealedCidFormat::Limits most = format_.limits();
  const CidTarget full = {most.slot, most.generation, most.ordinal, most.core};
  for (const CidTarget& target :
       {CidTarget(), full, CidTarget{most.slot, 0, 0, 0}, CidTarget{0, most.generation, 0, 0},
        CidTarget{0, 0, most.ordinal, 0}, CidTarget{0, 0, 0, most.core}}) {
    const Bytes cid = IssueOne(&format_, target);
    ASSERT_EQ(cid.size(), length_);
    const CidReading reading = ReadOne(format_, cid);
    EXPECT_EQ(reading.reason, DropReason::kNone);
    EXPECT_EQ(reading.target, target);
  }
  CidTarget target = full;
  ++target.generation;
  EXPECT_EQ(ResultOf(&format_, target), CidIssueResult::kExhausted);
  if (most.ordinal != 0xffff) {
    target = full;
    ++target.ordinal;
    EXPECT_EQ(ResultOf(&format_, target), CidIssueResult::kExhausted);
  }
  if (most.slot != 0xffffffff) {
    target = full;
    ++target.slot;
    EXPECT_EQ(ResultOf(&format_, target), CidIssueResult::kTargetTooLarge);
  }
  if (most.core != 0xff) {
    target = full;
    ++target.core;
    EXPECT_EQ(ResultOf(&format_, target), CidIssueResult::kTargetTooLarge);
  }
}

// Each bit of each field counts, and all CIDs differ.
TEST_P(SealedCids, EveryBitOfATargetComesBack) {
  const SealedCidFormat::Limits most = format_.limits();
  std::vector<CidTarget> targets = {CidTarget()};
  const auto add = [&](uint32_t limit, auto set) {
    for (uint32_t bit = 0; bit < 32 && limit >> bit != 0; ++bit) {
      targets.emplace_back();
      set(&targets.back(), uint32_t{1} << bit);
    }
  };
  add(most.slot, [](CidTarget* target, uint32_t bit) { target->slot = bit; });
  add(most.generation, [](CidTarget* target, uint32_t bit) { target->generation = bit; });
  add(most.ordinal, [](CidTarget* t, uint32_t bit) { t->ordinal = static_cast<uint16_t>(bit); });
  add(most.core, [](CidTarget* target, uint32_t bit) { target->core = static_cast<uint8_t>(bit); });
  std::set<Bytes> cids;
  for (const CidTarget& target : targets) {
    const Bytes cid = IssueOne(&format_, target);
    EXPECT_EQ(ReadOne(format_, cid).target, target);
    cids.insert(cid);
  }
  EXPECT_EQ(cids.size(), targets.size());
}

// A server behind the same key reads whose CID it is, and leaves it alone (REQ-153).
TEST_P(SealedCids, CidsOfAnotherServerAreRefused) {
  const SealedCidFormat::Limits most = format_.limits();
  if (most.server == 0) {
    EXPECT_FALSE(SealedCidFormat::Make(cipher_.get(), length_, 1).has_value());
    return;
  }
  EXPECT_EQ(SealedCidFormat::Make(cipher_.get(), length_, 0xffff).has_value(),
            most.server == 0xffff);
  auto other = SealedCidFormat::Make(cipher_.get(), length_, most.server);
  const CidReading reading = ReadOne(format_, IssueOne(&*other, {1, 2, 3, 4}));
  EXPECT_EQ(reading.reason, DropReason::kCidOfOtherServer);
  EXPECT_EQ(reading.target, CidTarget());
}

// Whoever routes reads the CIDs of every server, and refuses the same ones.
TEST_P(SealedCids, AreReadForAnyServerByWhoRoutes) {
  const uint16_t most = format_.limits().server;
  for (const uint16_t server : {uint16_t{0}, static_cast<uint16_t>(most / 3), most}) {
    auto of_server = SealedCidFormat::Make(cipher_.get(), length_, server);
    Bytes cid = IssueOne(&*of_server, {1, 2, 3, 0});
    CidTarget target;
    uint16_t said = 0x5555;
    EXPECT_EQ(format_.ReadOfAnyServer(cid, &target, &said), DropReason::kNone);
    EXPECT_EQ(said, server);
    EXPECT_EQ(target, (CidTarget{1, 2, 3, 0}));
    cid[0] ^= 1;
    EXPECT_EQ(format_.ReadOfAnyServer(cid, &target, &said), DropReason::kForgedCid);
    EXPECT_EQ(said, 0);
    EXPECT_EQ(target, CidTarget());
    cid.pop_back();
    EXPECT_EQ(format_.ReadOfAnyServer(cid, &target, &said), DropReason::kCidNotDelineated);
  }
}

// Of a million random CIDs as good as none passes: less than one in 16 at 8 bytes, and far less
// at the others.
TEST_P(SealedCids, RandomCidsAreRefused) {
  constexpr size_t kAtOnce = 1000;
  Bytes bytes(kAtOnce * length_);
  std::vector<CidReading> readings(kAtOnce);
  size_t passed = 0;
  for (int round = 0; round < 1000; ++round) {
    source_.Fill(absl::MakeSpan(bytes));
    for (size_t i = 0; i < kAtOnce; ++i) {
      readings[i].cid = absl::Span<const uint8_t>(&bytes[i * length_], length_);
    }
    format_.Read(absl::MakeSpan(readings));
    for (const CidReading& reading : readings) passed += reading.reason != DropReason::kForgedCid;
  }
  EXPECT_EQ(passed, 0u);
}

}  // namespace
}  // namespace waybill
