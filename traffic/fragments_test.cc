// SPDX-License-Identifier: Apache-2.0
#include "waybill/traffic/fragments.h"

#include <utility>

#include "gtest/gtest.h"
#include "waybill/record/datagram_reader.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/record_view.h"
#include "waybill/traffic/datagram_builder.h"
#include "waybill/traffic/well_formed.h"

namespace waybill {
namespace {

using Visits = std::vector<std::pair<Bytes, DropReason>>;

Visits Visited(const std::vector<AnnotatedRecord>& datagram) {
  Visits visits;
  ForEachPrefix(datagram, [&visits](const Bytes& prefix, DropReason expected) {
    visits.emplace_back(prefix, expected);
  });
  return visits;
}

TEST(Fragments, EveryPrefixIsVisitedWithTheReasonOfWhatIsMissing) {
  const AnnotatedRecord first = {{DropReason::kHeaderTruncated, {1, 2}},
                                 {DropReason::kHeaderTruncated, {}},
                                 {DropReason::kLengthPastEnd, {3}}};
  const AnnotatedRecord second = {{DropReason::kCidNotDelineated, {4, 5}}};
  EXPECT_EQ(Visited({first, second}), (Visits{{{}, DropReason::kEmptyDatagram},
                                              {{1}, DropReason::kHeaderTruncated},
                                              {{1, 2}, DropReason::kLengthPastEnd},
                                              {{1, 2, 3}, DropReason::kNone},
                                              {{1, 2, 3, 4}, DropReason::kCidNotDelineated},
                                              {{1, 2, 3, 4, 5}, DropReason::kNone}}));
  EXPECT_EQ(Visited({}), (Visits{{{}, DropReason::kEmptyDatagram}}));
}

TEST(Fragments, DividesEachLayoutWhereTheReasonChanges) {
  const auto lengths = [](const Bytes& record, HeaderCid cid = {}) {
    std::vector<std::pair<DropReason, size_t>> out;
    for (const Fragment& fragment : FragmentsOf(record, cid)) {
      if (!fragment.bytes.empty()) out.emplace_back(fragment.if_cut, fragment.bytes.size());
    }
    return out;
  };
  using Lengths = std::vector<std::pair<DropReason, size_t>>;
  const Bytes cid(8);
  EXPECT_EQ(lengths(DatagramBuilder().Plaintext(kAlert).PayloadOfLength(2).Build()),
            (Lengths{{DropReason::kHeaderTruncated, 13}, {DropReason::kLengthPastEnd, 2}}));
  EXPECT_EQ(lengths(DatagramBuilder().Extended12().CidExtension(cid).Build()),
            (Lengths{{DropReason::kHeaderTruncated, 13}, {DropReason::kLengthPastEnd, 10}}));
  EXPECT_EQ(lengths(DatagramBuilder().Tls12Cid(cid).Build(), HeaderCid{8, 1}),
            (Lengths{{DropReason::kHeaderTruncated, 11},
                     {DropReason::kCidNotDelineated, 1},
                     {DropReason::kHeaderTruncated, 7},
                     {DropReason::kHeaderTruncated, 2}}));
  EXPECT_EQ(lengths(DatagramBuilder().Unified().WithoutLength().PayloadOfLength(20).Build()),
            (Lengths{{DropReason::kHeaderTruncated, 1},
                     {DropReason::kHeaderTruncated, 2},
                     {DropReason::kCiphertextTooShort, 16},
                     {DropReason::kNone, 4}}));
}

// Reads all of `prefix` and answers the reason of the last record. Those before it must be good.
DropReason LastReason(const Bytes& prefix, const RecordRules& rules) {
  DatagramReader reader(prefix, rules);
  RecordView view;
  DropReason reason;
  DropReason last = DropReason::kNone;
  while (reader.Next(&view, &reason)) {
    EXPECT_EQ(last, DropReason::kNone) << "behind a refused record, another was found";
    last = reason;
  }
  return last;
}

// BUG-14: cut at every byte, in every form.
TEST(Fragments, ReaderNamesWhatIsMissingInEveryForm) {
  for (const WellFormedRecord& record : WellFormedRecords()) {
    const Bytes bytes = record.builder.Build();
    const AnnotatedRecord fragments = FragmentsOf(bytes, record.header_cid);
    EXPECT_EQ(Join({fragments}), bytes);
    size_t prefixes = 0;
    ForEachPrefix({fragments}, [&](const Bytes& prefix, DropReason expected) {
      EXPECT_EQ(LastReason(prefix, record.rules), expected)
          << record.name << " cut to " << prefix.size();
      ++prefixes;
    });
    EXPECT_EQ(prefixes, bytes.size() + 1);
  }
}

// The same behind a record of another kind.
TEST(Fragments, ReaderNamesWhatIsMissingInASecondRecord) {
  const AnnotatedRecord first =
      FragmentsOf(DatagramBuilder().Plaintext(kHandshake).PayloadOfLength(3).Build());
  for (const WellFormedRecord& record : WellFormedRecords()) {
    const AnnotatedRecord second = FragmentsOf(record.builder.Build(), record.header_cid);
    ForEachPrefix({first, second}, [&](const Bytes& prefix, DropReason expected) {
      EXPECT_EQ(LastReason(prefix, record.rules), expected)
          << record.name << " cut to " << prefix.size();
    });
  }
}

}  // namespace
}  // namespace waybill
