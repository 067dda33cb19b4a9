// SPDX-License-Identifier: Apache-2.0
//
// A trace is the same for the same seed, and its check finds every field that is read wrong.
#include "waybill/bench/comparison/check.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "waybill/bench/comparison/associations.h"
#include "waybill/bench/comparison/compared_cids.h"
#include "waybill/bench/comparison/compared_design.h"
#include "waybill/bench/comparison/receiver.h"
#include "waybill/bench/comparison/receivers.h"
#include "waybill/bench/comparison/refusals.h"
#include "waybill/bench/comparison/stages.h"
#include "waybill/bench/comparison/test_traffic.h"
#include "waybill/bench/comparison/trace.h"
#include "waybill/bench/header_designs/registry.h"
#include "waybill/record/record_view.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/trash.h"
#include "waybill/wire/byte_range.h"
#include "waybill/wire/cid_length.h"

namespace waybill {
namespace {

constexpr size_t kAssociations = 50;
constexpr size_t kDatagrams = 500;

Bytes AllBytes(const DatagramStore& datagrams) {
  Bytes all;
  for (size_t i = 0; i < datagrams.size(); ++i) {
    AppendBytes(datagrams.bytes(i), &all);
    AppendBytes(datagrams.from(i).bytes(), &all);
  }
  return all;
}

Bytes TraceBytes(const ComparedDesign& design, uint64_t seed) {
  const Trace trace = MakeTrace(TestTraffic(), kAssociations, kDatagrams, seed);
  const ComparedReceiver receiver = *Receivers(trace.associations, seed).For(design);
  return AllBytes(*WriteTrace(design, trace, *receiver.cids, seed));
}

TEST(TraceTest, ASeedNamesEveryByte) {
  for (const ComparedDesign& design : AllDesigns()) {
    EXPECT_EQ(TraceBytes(design, 7), TraceBytes(design, 7));
    EXPECT_NE(TraceBytes(design, 7), TraceBytes(design, 8));
  }
}

TEST(TraceTest, NoRecordIsThereTwice) {
  const Trace trace = MakeTrace(TestTraffic(), kAssociations, kDatagrams, 1);
  std::set<std::pair<uint32_t, uint64_t>> numbers;
  for (const RecordLabel& label : trace.labels) {
    EXPECT_TRUE(numbers.insert({label.association, label.sequence}).second);
  }
}

// An association goes on with the flow that it replays, in its order.
TEST(TraceTest, LengthsFollowOneAnotherAsCaptured) {
  const Trace trace = MakeTrace(TestTraffic(), 1, 30, 1);
  for (size_t i = 1; i < trace.labels.size(); ++i) {
    const uint16_t before = trace.labels[i - 1].payload_length;
    const uint16_t after = before == 40     ? 26
                           : before == 26   ? 1200
                           : before == 1200 ? 40
                           : before == 16   ? 333
                                            : 16;
    EXPECT_EQ(trace.labels[i].payload_length, after);
  }
}

class CheckTest : public testing::TestWithParam<ComparedDesign> {
 protected:
  CheckTest()
      : trace_(MakeTrace(TestTraffic(), kAssociations, kDatagrams, 1)),
        receiver_(*Receivers(trace_.associations, 1).For(GetParam())),
        datagrams_(*WriteTrace(GetParam(), trace_, *receiver_.cids, 1)),
        views_(ReadAll(GetParam(), receiver_.rules, datagrams_)) {}

  std::string Check() const {
    return std::string(CheckAnswers(GetParam(), trace_, receiver_, datagrams_, views_).message());
  }
  // Checks with one view spoiled.
  std::string CheckSpoiled(const std::function<void(RecordView*)>& spoil) const {
    std::vector<RecordView> views = views_;
    spoil(&views[123]);
    return std::string(CheckAnswers(GetParam(), trace_, receiver_, datagrams_, views).message());
  }

  Trace trace_;
  ComparedReceiver receiver_;
  DatagramStore datagrams_;
  std::vector<RecordView> views_;
};

TEST_P(CheckTest, FindsEveryFieldThatIsWrong) {
  EXPECT_EQ(Check(), "");
  EXPECT_EQ(CheckSpoiled([](RecordView* view) { view->epoch ^= 1; }), "datagram 124: wrong epoch");
  EXPECT_EQ(CheckSpoiled([](RecordView* view) { ++view->sequence; }),
            "datagram 124: wrong sequence number");
  EXPECT_EQ(CheckSpoiled([](RecordView* view) { --view->payload.length; }),
            "datagram 124: wrong payload");
  EXPECT_EQ(CheckSpoiled([](RecordView* view) { ++view->payload.offset; }),
            "datagram 124: wrong payload");
  if (GetParam().info->lookup_by != LookupBy::kAddress) {
    EXPECT_EQ(CheckSpoiled([](RecordView* view) { ++view->cid.offset; }),
              "datagram 124: wrong CID");
    EXPECT_EQ(CheckSpoiled([](RecordView* view) { --view->cid.length; }),
              "datagram 124: wrong CID");
    EXPECT_EQ(CheckSpoiled([](RecordView* view) { view->cid = ByteRange(); }),
              "datagram 124: wrong CID");
  }
}

TEST_P(CheckTest, FindsAnAssociationThatIsWrong) {
  ++trace_.labels[123].association;
  EXPECT_EQ(Check(), GetParam().info->lookup_by == LookupBy::kAddress
                         ? "datagram 124: wrong association"
                         : "datagram 124: wrong CID");
}

TEST_P(CheckTest, FindsReceiversThatAnswerWrong) {
  ComparedDesign design = GetParam();
  const auto check = [&] {
    return std::string(CheckAnswers(design, trace_, receiver_, datagrams_, views_).message());
  };
  design.receive = [](const ComparedReceiver&, absl::Span<const uint8_t>, const AddressKey&) {
    return Verdict{Stage::kAead, kNoAssociation};
  };
  EXPECT_EQ(check(), "datagram 1: wrong association");
  design.receive = [](const ComparedReceiver&, absl::Span<const uint8_t>, const AddressKey&) {
    return Verdict{Stage::kCid};
  };
  EXPECT_EQ(check(), "datagram 1: a valid record is refused at stage cid");
  design.receive = GetParam().receive;
  design.find_each = [](const ComparedReceiver&, const DatagramStore&, absl::Span<const ByteRange>,
                        size_t, size_t, AssociationHandle*) {};
  EXPECT_EQ(check(), "datagram 1: wrong association in a batch");
}

TEST_P(CheckTest, FindsCidsOfAnotherEndpoint) {
  receiver_ = *Receivers(trace_.associations, 2).For(GetParam());
  const bool without_cids = GetParam().info->lookup_by == LookupBy::kAddress;
  EXPECT_EQ(Check(), without_cids ? "" : "datagram 1: wrong CID");
}

// CIDs that end a byte earlier than they were issued to.
class ShortCids final : public ComparedCids {
 public:
  explicit ShortCids(const ComparedCids& cids)
      : ComparedCids(ComparedAssociations(kAssociations), cids.Of(0).size(), 1),
        length_(cids.Of(0).size() - 1) {}
  CidLength length() const override { return CidLength::Fixed(static_cast<uint8_t>(length_)); }

 private:
  size_t length_;
};

TEST_P(CheckTest, FindsCidsThatDoNotSayTheirLength) {
  if (GetParam().info->lookup_by == LookupBy::kAddress) return;
  receiver_.cids = std::make_shared<ShortCids>(*receiver_.cids);
  EXPECT_EQ(Check(), "the CID of association 1 does not say its length");
}

// A slot that was given away again.
TEST_P(CheckTest, OnlyASlotOutlivesItsCid) {
  ComparedAssociations younger = *trace_.associations;
  for (ComparedAssociation& association : younger) ++association.generation;
  receiver_.cids = *GetParam().issue_cids(younger, 1);
  const Verdict verdict = GetParam().receive(receiver_, datagrams_.bytes(0), datagrams_.from(0));
  EXPECT_EQ(verdict.stage,
            GetParam().info->lookup_by == LookupBy::kSlot ? Stage::kLookup : Stage::kAead);
}

// The trash of a class is refused where it has to be, whatever the design.
TEST_P(CheckTest, TrashIsRefusedWhereItHasToBe) {
  const auto refusals = [this](TrashClass trash_class) {
    const absl::StatusOr<DatagramStore> trash =
        MakeTrashFor(GetParam(), trash_class, datagrams_, views_, 2 * kDatagrams, 1);
    EXPECT_TRUE(trash.ok());
    return *CountRefusals(GetParam(), receiver_, *trash);
  };
  const auto at = [](const Refusals& counted, Stage stage) {
    return counted.at_stage[static_cast<size_t>(stage)];
  };
  EXPECT_EQ(at(refusals(TrashClass::kOtherProtocol), Stage::kFirstByte), 2 * kDatagrams);
  const std::set<std::string> can_tell = {"tls12_cid_quic_lb", "tls12_cid_tagged",
                                          "tls12_cid_sealed"};
  const bool tells = can_tell.count(std::string(GetParam().info->name)) != 0;
  EXPECT_EQ(at(refusals(TrashClass::kUnknownCid), tells ? Stage::kCid : Stage::kLookup),
            2 * kDatagrams);
  EXPECT_EQ(at(refusals(TrashClass::kCut), Stage::kHeader), 2 * kDatagrams);
  EXPECT_EQ(at(refusals(TrashClass::kRandom), Stage::kAead), 0u);
  const Refusals flipped = refusals(TrashClass::kBitFlips);
  EXPECT_GT(at(flipped, Stage::kAead), 0u);  // in the payload
  EXPECT_EQ(flipped.refused.size() + at(flipped, Stage::kAead), 2 * kDatagrams);
}

INSTANTIATE_TEST_SUITE_P(All, CheckTest,
                         testing::ValuesIn(AllDesigns().begin(), AllDesigns().end()),
                         [](const testing::TestParamInfo<ComparedDesign>& test) {
                           return std::string(test.param.info->name);
                         });

}  // namespace
}  // namespace waybill
