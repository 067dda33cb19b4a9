// SPDX-License-Identifier: Apache-2.0
#include "waybill/traffic/trash.h"

#include <algorithm>
#include <set>

#include "gtest/gtest.h"
#include "waybill/record/first_byte.h"
#include "waybill/traffic/datagram_builder.h"

namespace waybill {
namespace {

const Bytes kCid = {1, 2, 3, 4};
constexpr ByteRange kCidRange = {11, 4};

Bytes Valid() { return DatagramBuilder().Tls12Cid(kCid).PayloadOfLength(40).Build(); }

Bytes Trash(TrashClass trash_class, Random* random) {
  absl::StatusOr<Bytes> trash = MakeTrash(trash_class, Valid(), kCidRange, random);
  EXPECT_TRUE(trash.ok()) << trash.status();
  return trash.value_or(Bytes());
}

TEST(Trash, IsNeverTheDatagramThatItWasMadeOf) {
  Random random(1);
  for (const TrashClass trash_class : kTrashClasses) {
    for (int i = 0; i < 1000; ++i) EXPECT_NE(Trash(trash_class, &random), Valid());
  }
}

TEST(Trash, KeepsTheLengthUnlessItIsCut) {
  Random random(2);
  std::set<size_t> cut_lengths;
  for (int i = 0; i < 2000; ++i) {
    for (const TrashClass trash_class : kTrashClasses) {
      const Bytes trash = Trash(trash_class, &random);
      if (trash_class == TrashClass::kCut) {
        cut_lengths.insert(trash.size());
        EXPECT_TRUE(std::equal(trash.begin(), trash.end(), Valid().begin()));
      } else {
        EXPECT_EQ(trash.size(), Valid().size()) << NameOf(trash_class);
      }
    }
  }
  EXPECT_EQ(cut_lengths.size(), Valid().size() - 1);  // all from 1 byte on
  EXPECT_EQ(*cut_lengths.begin(), 1u);
}

TEST(Trash, OtherProtocolsAreTheOnesOfTheirRanges) {
  Random random(3);
  std::set<Protocol> protocols;
  for (int i = 0; i < 200; ++i) {
    protocols.insert(ProtocolOf(Trash(TrashClass::kOtherProtocol, &random)[0]));
  }
  EXPECT_EQ(protocols, (std::set<Protocol>{Protocol::kStun, Protocol::kZrtp, Protocol::kTurnChannel,
                                           Protocol::kQuic, Protocol::kRtp}));
}

TEST(Trash, UnknownCidChangesTheCidAlone) {
  Random random(4);
  const Bytes trash = Trash(TrashClass::kUnknownCid, &random);
  const Bytes cid(trash.begin() + 11, trash.begin() + 15);
  EXPECT_NE(cid, kCid);
  EXPECT_EQ(DatagramBuilder().Tls12Cid(cid).PayloadOfLength(40).Build(), trash);
}

// A CID of one byte: the known value is drawn at times, and must not come out.
TEST(Trash, UnknownCidDiffersHoweverShortItIs) {
  Random random(5);
  const Bytes valid = Valid();
  for (int i = 0; i < 2000; ++i) {
    EXPECT_NE(MakeTrash(TrashClass::kUnknownCid, valid, ByteRange{11, 1}, &random).value(), valid);
  }
}

TEST(Trash, FlipsOneToEightBits) {
  Random random(6);
  const Bytes valid = Valid();
  std::set<int> counts;
  for (int i = 0; i < 1000; ++i) {
    const Bytes trash = Trash(TrashClass::kBitFlips, &random);
    int count = 0;
    for (size_t j = 0; j < valid.size(); ++j) {
      for (uint8_t rest = valid[j] ^ trash[j]; rest != 0; rest &= rest - 1) ++count;
    }
    counts.insert(count);
  }
  EXPECT_EQ(counts, (std::set<int>{1, 2, 3, 4, 5, 6, 7, 8}));
}

TEST(Trash, RefusesWhatItCannotBeMadeOf) {
  Random random(7);
  const Bytes valid = Valid();
  for (const ByteRange cid : {ByteRange{}, ByteRange{50, 4}, ByteRange{65535, 1}}) {
    EXPECT_EQ(MakeTrash(TrashClass::kUnknownCid, Bytes(52), cid, &random).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
  for (const TrashClass trash_class : kTrashClasses) {
    EXPECT_EQ(MakeTrash(trash_class, Bytes(1), ByteRange{0, 1}, &random).status().code(),
              absl::StatusCode::kInvalidArgument);
    EXPECT_TRUE(MakeTrash(trash_class, Bytes(2), ByteRange{0, 1}, &random).ok());
  }
}

TEST(Trash, HasNames) {
  std::set<std::string_view> names;
  for (const TrashClass trash_class : kTrashClasses) names.insert(NameOf(trash_class));
  EXPECT_EQ(names, (std::set<std::string_view>{"random", "other_protocol", "unknown_cid", "cut",
                                               "bit_flips"}));
}

}  // namespace
}  // namespace waybill
