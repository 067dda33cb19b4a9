// SPDX-License-Identifier: Apache-2.0
#include "waybill/wire/drop_reason.h"

#include <set>

#include "gtest/gtest.h"

namespace waybill {
namespace {

TEST(DropReason, EveryReasonHasANameOfItsOwnAndASentence) {
  std::set<std::string_view> names;
  for (size_t i = 0; i < kDropReasonCount; ++i) {
    const DropReason reason = static_cast<DropReason>(i);
    const std::string_view name = NameOf(reason);
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), name.npos) << name;
    EXPECT_EQ(SentenceOf(reason).back(), '.') << name;
    EXPECT_EQ(ScopeOf(reason) == DropScope::kNothing, reason == DropReason::kNone) << name;
    EXPECT_FALSE(NameOf(ScopeOf(reason)).empty()) << name;
  }
}

TEST(DropReason, NamesAndScopesAreStable) {
  EXPECT_EQ(NameOf(DropReason::kLengthPastEnd), "length_past_end");
  EXPECT_EQ(ScopeOf(DropReason::kLengthPastEnd), DropScope::kRestOfDatagram);
  EXPECT_EQ(NameOf(DropReason::kExtensionOrder), "extension_order");
  EXPECT_EQ(ScopeOf(DropReason::kExtensionOrder), DropScope::kRecord);
  EXPECT_EQ(NameOf(DropScope::kRecord), "record");
  EXPECT_EQ(NameOf(DropScope::kRestOfDatagram), "rest_of_datagram");
}

// BUG-12: what goes with a refusal is fixed for each reason.
TEST(DropReason, TheRestGoesWhereTheEndOfTheRecordIsNotKnown) {
  const std::set<DropReason> rest = {DropReason::kEmptyDatagram,    DropReason::kDatagramTooLong,
                                     DropReason::kNotDtls,          DropReason::kHeaderTruncated,
                                     DropReason::kLengthPastEnd,    DropReason::kUnknownContentType,
                                     DropReason::kLengthOverLimit,  DropReason::kCidNotExpected,
                                     DropReason::kCidNotDelineated, DropReason::kOtherAssociation};
  for (size_t i = 1; i < kDropReasonCount; ++i) {
    const DropReason reason = static_cast<DropReason>(i);
    EXPECT_EQ(ScopeOf(reason),
              rest.count(reason) != 0 ? DropScope::kRestOfDatagram : DropScope::kRecord)
        << NameOf(reason);
  }
}

TEST(DropReason, AValueThatIsNoReasonIsAnsweredAsNone) {
  for (const size_t value : {kDropReasonCount, size_t{255}}) {
    const DropReason beyond = static_cast<DropReason>(value);
    EXPECT_EQ(NameOf(beyond), "none");
    EXPECT_EQ(ScopeOf(beyond), DropScope::kNothing);
  }
  EXPECT_EQ(NameOf(DropScope::kNothing), "nothing");
  EXPECT_EQ(NameOf(static_cast<DropScope>(3)), "");
}

}  // namespace
}  // namespace waybill
