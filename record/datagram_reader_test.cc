// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/datagram_reader.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/record/first_byte.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

// The reason and the place of every record of a datagram.
using Walk = std::vector<std::pair<DropReason, ByteRange>>;

Walk WalkOf(const Bytes& datagram, const RecordRules& rules, SameAssociation same = nullptr) {
  DatagramReader reader(datagram, rules, same, nullptr);
  Walk walk;
  RecordView view;
  DropReason reason;
  while (reader.Next(&view, &reason)) walk.emplace_back(reason, view.record);
  return walk;
}

const RecordRules kCidOfFour{CidLength::Fixed(4)};
const std::string kHello = "16 fefd 0000 000000000000 0002 aabb";
const std::string kApplicationData = "17 fefd 0001 000000000001 0001 cc";

std::string UnifiedWithCid(const std::string& cid) {
  return "34" + cid +
         "01"
         "0010" +
         ToHex(Bytes(16));
}
std::string Tls12CidWith(const std::string& cid) {
  return "19 fefd 0001 000000000002" + cid + "0001 dd";
}

TEST(DatagramReader, YieldsEveryRecordInOrder) {
  const Bytes datagram =
      FromHex(kHello + kApplicationData + Tls12CidWith("01020304") + UnifiedWithCid("01020304"));
  EXPECT_EQ(WalkOf(datagram, kCidOfFour), (Walk{{DropReason::kNone, {0, 15}},
                                                {DropReason::kNone, {15, 14}},
                                                {DropReason::kNone, {29, 18}},
                                                {DropReason::kNone, {47, 24}}}));
}

// BUG-33: a datagram without bytes is one refusal, and not none.
TEST(DatagramReader, AnEmptyDatagramCountsOnce) {
  EXPECT_EQ(WalkOf({}, kCidOfFour), (Walk{{DropReason::kEmptyDatagram, {0, 0}}}));
}

TEST(DatagramReader, ADatagramThatNoRangeCanDescribeIsRefused) {
  const Bytes datagram(65536, 0x16);
  const Walk walk = WalkOf(datagram, kCidOfFour);
  ASSERT_EQ(walk.size(), 1u);
  EXPECT_EQ(walk[0].first, DropReason::kDatagramTooLong);
}

// REQ-052: no record is looked for behind what is none.
TEST(DatagramReader, ADatagramBeginsWithARecord) {
  for (int byte = 0; byte < 256; ++byte) {
    if (HeaderLayoutOf(static_cast<uint8_t>(byte)) != HeaderLayout::kNone) continue;
    Bytes datagram = {static_cast<uint8_t>(byte)};
    const Bytes hello = FromHex(kHello);
    datagram.insert(datagram.end(), hello.begin(), hello.end());
    const Walk walk = WalkOf(datagram, kCidOfFour);
    ASSERT_EQ(walk.size(), 1u) << byte;
    EXPECT_NE(walk[0].first, DropReason::kNone) << byte;
    EXPECT_EQ(walk[0].second, (ByteRange{0, 16})) << byte;
  }
}

// BUG-12: a fault of one record leaves the next one readable.
TEST(DatagramReader, GoesOnBehindARecordThatIsDroppedAlone) {
  const std::string application_data_in_clear = "17 fefd 0000 000000000001 0001 cc";
  EXPECT_EQ(WalkOf(FromHex(application_data_in_clear + kHello), kCidOfFour),
            (Walk{{DropReason::kContentTypeInClear, {0, 14}}, {DropReason::kNone, {14, 15}}}));
}

TEST(DatagramReader, StopsWhereTheRestGoes) {
  const std::string past_end = "16 fefd 0000 000000000001 00ff";
  EXPECT_EQ(WalkOf(FromHex(kHello + past_end + kHello), kCidOfFour),
            (Walk{{DropReason::kNone, {0, 15}}, {DropReason::kLengthPastEnd, {15, 28}}}));
  EXPECT_EQ(WalkOf(FromHex(kHello + "ff" + kHello), kCidOfFour),
            (Walk{{DropReason::kNone, {0, 15}}, {DropReason::kNotDtls, {15, 16}}}));
}

// REQ-031: a unified header without length takes all that is left.
TEST(DatagramReader, ARecordWithoutLengthIsTheLast) {
  const std::string without_length = "30 01020304 01" + ToHex(Bytes(20));
  EXPECT_EQ(WalkOf(FromHex(kHello + without_length + kHello), kCidOfFour),
            (Walk{{DropReason::kNone, {0, 15}}, {DropReason::kNone, {15, 41}}}));
}

// REQ-034: the published rule: CID 04030201 behind 01020304 ends the datagram.
TEST(DatagramReader, AnotherAssociationEndsTheDatagram) {
  const std::string first = UnifiedWithCid("01020304"), other = UnifiedWithCid("04030201");
  EXPECT_EQ(WalkOf(FromHex(first + other + first), kCidOfFour),
            (Walk{{DropReason::kNone, {0, 24}}, {DropReason::kOtherAssociation, {24, 48}}}));
  EXPECT_EQ(WalkOf(FromHex(first + Tls12CidWith("04030201") + first), kCidOfFour),
            (Walk{{DropReason::kNone, {0, 24}}, {DropReason::kOtherAssociation, {24, 42}}}));
}

// BUG-39: the whole CID is compared.
TEST(DatagramReader, CidsThatDifferInOneBitAreOthers) {
  for (int bit = 0; bit < 32; ++bit) {
    Bytes other = FromHex("01020304");
    other[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    const Walk walk =
        WalkOf(FromHex(UnifiedWithCid("01020304") + UnifiedWithCid(ToHex(other))), kCidOfFour);
    ASSERT_EQ(walk.size(), 2u);
    EXPECT_EQ(walk[1].first, DropReason::kOtherAssociation);
  }
}

// Records without CID belong to the datagram's association, before and behind those with one.
TEST(DatagramReader, RecordsWithoutCidBelongToTheDatagram) {
  for (const auto& [reason, place] : WalkOf(
           FromHex(kHello + Tls12CidWith("01020304") + kApplicationData + Tls12CidWith("01020304")),
           kCidOfFour)) {
    EXPECT_EQ(reason, DropReason::kNone) << place.offset;
  }
}

TEST(DatagramReader, AsksTheOwnerWhetherTwoCidsNameOneAssociation) {
  const Bytes datagram = FromHex(UnifiedWithCid("01020304") + UnifiedWithCid("04030201"));
  const Walk same =
      WalkOf(datagram, kCidOfFour,
             [](const void*, absl::Span<const uint8_t> a, absl::Span<const uint8_t> b) {
               return ToHex(a) == "01020304" && ToHex(b) == "04030201";
             });
  EXPECT_EQ(same, (Walk{{DropReason::kNone, {0, 24}}, {DropReason::kNone, {24, 24}}}));
  const Walk other = WalkOf(
      datagram, kCidOfFour,
      [](const void*, absl::Span<const uint8_t>, absl::Span<const uint8_t>) { return false; });
  EXPECT_EQ(other.back().first, DropReason::kOtherAssociation);
  DatagramReader nobody_asked(datagram, kCidOfFour);
  RecordView view;
  DropReason reason;
  ASSERT_TRUE(nobody_asked.Next(&view, &reason) && nobody_asked.Next(&view, &reason));
  EXPECT_EQ(reason, DropReason::kOtherAssociation);
}

// A refused record does not say whose the datagram is.
TEST(DatagramReader, OnlyAcceptedRecordsNameTheAssociation) {
  const std::string too_short = "34 04030201 01 000f" + ToHex(Bytes(15));
  EXPECT_EQ(WalkOf(FromHex(too_short + UnifiedWithCid("01020304")), kCidOfFour),
            (Walk{{DropReason::kCiphertextTooShort, {0, 23}}, {DropReason::kNone, {23, 24}}}));
}

// REQ-004: CIDs of several lengths, delimited by their own first octet.
TEST(DatagramReader, SelfDelineatingCids) {
  const RecordRules rules(CidLength::SelfDelineating(
      [](const void*, absl::Span<const uint8_t> bytes) -> uint8_t {
        return bytes.empty() || bytes[0] > 20 ? 0 : 1 + bytes[0];
      },
      nullptr));
  const std::string cid = "03aabbcc";
  EXPECT_EQ(
      WalkOf(FromHex(UnifiedWithCid(cid) + Tls12CidWith(cid) + UnifiedWithCid("15aabb")), rules),
      (Walk{{DropReason::kNone, {0, 24}},
            {DropReason::kNone, {24, 18}},
            {DropReason::kCidNotDelineated, {42, 23}}}));
  EXPECT_EQ(WalkOf(FromHex("34 08aabb"), rules), (Walk{{DropReason::kHeaderTruncated, {0, 4}}}))
      << "more than there is";
}

}  // namespace
}  // namespace waybill
