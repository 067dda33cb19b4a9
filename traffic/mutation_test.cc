// SPDX-License-Identifier: Apache-2.0
#include "waybill/traffic/mutation.h"

#include <map>
#include <set>
#include <string>

#include "gtest/gtest.h"
#include "waybill/record/datagram_reader.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/parse_record.h"
#include "waybill/record/record_view.h"
#include "waybill/traffic/datagram_builder.h"

namespace waybill {
namespace {

// Reads the records that must be accepted, then the one that must not be.
void ExpectRefused(const Mutation& mutation, DatagramReader* reader, RecordView* view) {
  DropReason reason = DropReason::kNone;
  for (size_t i = 0; i < mutation.accepted_before; ++i) {
    ASSERT_TRUE(reader->Next(view, &reason));
    ASSERT_EQ(reason, DropReason::kNone) << NameOf(reason);
  }
  ASSERT_TRUE(reader->Next(view, &reason));
  EXPECT_EQ(reason, mutation.reason) << NameOf(reason) << " for " << NameOf(mutation.reason);
}

// Among them BUG-05, REQ-008, REQ-034, REQ-047, REQ-167, EXT-4, EXT-5, EXT-7, EXT-8, EXT-10.
TEST(Mutation, CausesItsReasonAndNothingElse) {
  const std::vector<Mutation> mutations = AllMutations();
  EXPECT_GT(mutations.size(), 1000u);
  for (const Mutation& mutation : mutations) {
    SCOPED_TRACE(mutation.name);
    DatagramReader reader(mutation.datagram, mutation.rules);
    RecordView view;
    ExpectRefused(mutation, &reader, &view);
    DropReason reason;
    EXPECT_FALSE(reader.Next(&view, &reason)) << NameOf(reason);
  }
}

TEST(Mutation, IsRefusedByParseRecordForTheSameReason) {
  for (const Mutation& mutation : AllMutations()) {
    if (mutation.accepted_before != 0) continue;
    RecordView view;
    EXPECT_EQ(ParseRecord(mutation.datagram, 0, mutation.rules, &view), mutation.reason)
        << mutation.name;
  }
}

// BUG-12: behind a record that goes alone, the next one is found; behind any other, nothing is.
TEST(Mutation, TakesWithItWhatItsReasonSays) {
  const Bytes good = DatagramBuilder().Plaintext(kHandshake).PayloadOfLength(5).Build();
  size_t read_behind = 0;
  for (const Mutation& mutation : AllMutations()) {
    const bool cut = mutation.reason == DropReason::kEmptyDatagram ||
                     mutation.reason == DropReason::kHeaderTruncated ||
                     mutation.reason == DropReason::kCidNotDelineated ||
                     mutation.reason == DropReason::kLengthPastEnd;
    if (cut || mutation.datagram.size() + good.size() > 60000) continue;
    SCOPED_TRACE(mutation.name);
    Bytes datagram = mutation.datagram;
    AppendBytes(good, &datagram);
    RecordView view;
    DropReason reason;
    ParseRecord(mutation.datagram, 0, mutation.rules, &view);
    // Without a length, what is put behind the record becomes a part of it.
    if (view.unified() && !view.has_length()) continue;
    DatagramReader reader(datagram, mutation.rules);
    ExpectRefused(mutation, &reader, &view);
    const bool found = reader.Next(&view, &reason);
    EXPECT_EQ(found, ScopeOf(mutation.reason) == DropScope::kRecord);
    if (!found) continue;
    EXPECT_EQ(reason, DropReason::kNone) << NameOf(reason);
    EXPECT_EQ(view.form, RecordForm::kDtlsPlaintext);
    EXPECT_EQ(view.record.offset, mutation.datagram.size());
    ++read_behind;
  }
  EXPECT_GT(read_behind, 200u);
}

// Every reason that ParseRecord and DatagramReader can give, in every form that it can befall.
// kExtensionCidMissing is CheckExtensions()'s.
TEST(Mutation, CoversEveryReasonOfEachForm) {
  using R = DropReason;
  const std::set<R> all_forms = {R::kEmptyDatagram,      R::kDatagramTooLong, R::kNotDtls,
                                 R::kUnknownContentType, R::kHeaderTruncated, R::kLengthPastEnd,
                                 R::kLengthOverLimit};
  const auto also = [&all_forms](std::set<R> reasons) {
    reasons.insert(all_forms.begin(), all_forms.end());
    return reasons;
  };
  const std::map<RecordForm, std::set<R>> expected = {
      {RecordForm::kDtlsPlaintext,
       also({R::kContentTypeInClear, R::kExtensionInClear, R::kExtensionInHandshake})},
      {RecordForm::kDtlsCiphertext,
       also({R::kContentTypeInClear, R::kExtensionInClear, R::kExtensionInHandshake})},
      {RecordForm::kTls12Cid, also({R::kCidNotExpected, R::kCidNotDelineated, R::kOtherAssociation,
                                    R::kContentTypeInClear, R::kExtensionInTls12Cid})},
      {RecordForm::kUnified, also({R::kCidNotExpected, R::kCidNotDelineated, R::kOtherAssociation,
                                   R::kCiphertextTooShort})},
      {RecordForm::kExtended12,
       also({R::kOtherAssociation, R::kExtensionInClear, R::kExtensionInHandshake,
             R::kExtensionTruncated, R::kExtensionChainTooLong, R::kExtensionOrder,
             R::kExtensionNotNegotiated, R::kExtensionAbortsSession, R::kExtensionCidLength})},
      {RecordForm::kExtended13,
       also({R::kCidNotExpected, R::kCidNotDelineated, R::kOtherAssociation, R::kCiphertextTooShort,
             R::kExtensionTruncated, R::kExtensionChainTooLong, R::kExtensionOrder,
             R::kExtensionNotNegotiated, R::kExtensionCidLength, R::kExtensionSecondCid})},
  };

  std::map<RecordForm, std::set<R>> covered;
  std::set<R> covered_anywhere;
  for (const WellFormedRecord& record : WellFormedRecords()) {
    for (const Mutation& mutation : MutationsOf(record)) {
      covered[record.form].insert(mutation.reason);
      covered_anywhere.insert(mutation.reason);
    }
  }
  for (const auto& [form, reasons] : expected) EXPECT_EQ(covered[form], reasons) << NameOf(form);

  for (int i = static_cast<int>(R::kEmptyDatagram); i <= static_cast<int>(R::kExtensionSecondCid);
       ++i) {
    EXPECT_EQ(covered_anywhere.count(static_cast<R>(i)), 1u) << NameOf(static_cast<R>(i));
  }
}

TEST(Mutation, HasANameOfItsOwn) {
  std::set<std::string> names;
  for (const Mutation& mutation : AllMutations()) {
    EXPECT_TRUE(names.insert(mutation.name).second) << mutation.name;
  }
}

}  // namespace
}  // namespace waybill
