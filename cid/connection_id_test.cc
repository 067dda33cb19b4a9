// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/connection_id.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

#include "gtest/gtest.h"

namespace waybill {
namespace {

using Bytes = std::vector<uint8_t>;

// Bytes that differ from length to length, and within.
Bytes Cid(size_t length) {
  Bytes cid(length);
  std::iota(cid.begin(), cid.end(), static_cast<uint8_t>(3 * length + 1));
  return cid;
}

TEST(LongCidStorage, HasAsManyPlacesAsFit) {
  for (const uint8_t max_length : {21, 100, 255}) {
    for (const size_t places : {0, 1, 2, 7}) {
      for (const size_t rest : {0, 1, max_length - 1}) {
        Bytes bytes(places * max_length + rest);
        LongCidStorage storage(absl::MakeSpan(bytes), max_length);
        EXPECT_EQ(storage.places_left(), places);
        EXPECT_EQ(storage.max_length(), max_length);
      }
    }
  }
}

// Such CIDs need no storage.
TEST(LongCidStorage, HasNoPlacesForShortCids) {
  for (uint8_t max_length = 0; max_length <= ConnectionId::kInlineLength; ++max_length) {
    Bytes bytes(1000);
    LongCidStorage storage(absl::MakeSpan(bytes), max_length);
    EXPECT_EQ(storage.places_left(), 0u);
    EXPECT_EQ(storage.Take(), nullptr);
  }
}

// No two places overlap, and none reaches outside; in whatever order they are given back.
TEST(LongCidStorage, GivesEachPlaceOnce) {
  constexpr uint8_t kLength = 33;
  constexpr size_t kPlaces = 5;
  Bytes bytes(kPlaces * kLength + 10);
  LongCidStorage storage(absl::MakeSpan(bytes), kLength);
  std::vector<size_t> order(kPlaces);
  std::iota(order.begin(), order.end(), size_t{0});
  do {
    std::vector<uint8_t*> places;
    std::set<uint8_t*> distinct;
    for (size_t i = 0; i < kPlaces; ++i) {
      uint8_t* const place = storage.Take();
      ASSERT_NE(place, nullptr);
      ASSERT_EQ((place - bytes.data()) % kLength, 0);
      ASSERT_LE(place - bytes.data(), static_cast<ptrdiff_t>((kPlaces - 1) * kLength));
      std::fill(place, place + kLength, uint8_t{0xff});
      places.push_back(place);
      distinct.insert(place);
    }
    ASSERT_EQ(distinct.size(), kPlaces);
    ASSERT_EQ(storage.Take(), nullptr);
    for (const size_t i : order) storage.Return(places[i]);
    ASSERT_EQ(storage.places_left(), kPlaces);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(ConnectionId, HoldsNoneAtFirst) {
  const ConnectionId none;
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.bytes().size(), 0u);
}

// BUG-20: from every length to every other, with a place for one long CID.
TEST(ConnectionId, TakesEveryLengthAfterEveryOther) {
  Bytes bytes(kMaxCidLength);
  LongCidStorage storage(absl::MakeSpan(bytes), kMaxCidLength);
  ConnectionId cid;
  for (size_t from = 0; from <= kMaxCidLength; ++from) {
    for (size_t to = 0; to <= kMaxCidLength; ++to) {
      ASSERT_TRUE(cid.Assign(Cid(from), &storage));
      ASSERT_TRUE(cid.Assign(Cid(to), &storage)) << from << " to " << to;
      ASSERT_EQ(cid.size(), to);
      ASSERT_TRUE(cid.bytes() == absl::MakeConstSpan(Cid(to)));
      ASSERT_EQ(storage.places_left(), to > ConnectionId::kInlineLength ? 0u : 1u);
    }
  }
  cid.Clear(&storage);
  EXPECT_EQ(storage.places_left(), 1u);
  cid.Clear(&storage);
  EXPECT_EQ(storage.places_left(), 1u) << "gives back once";
}

TEST(ConnectionId, ShortOnesNeedNoStorage) {
  ConnectionId cid;
  for (size_t length = 0; length <= ConnectionId::kInlineLength; ++length) {
    ASSERT_TRUE(cid.Assign(Cid(length), nullptr));
    EXPECT_TRUE(cid.bytes() == absl::MakeConstSpan(Cid(length)));
  }
  EXPECT_FALSE(cid.Assign(Cid(ConnectionId::kInlineLength + 1), nullptr));
  EXPECT_TRUE(cid.bytes() == absl::MakeConstSpan(Cid(ConnectionId::kInlineLength))) << "as it was";
  cid.Clear(nullptr);
  EXPECT_TRUE(cid.empty());
}

// BUG-19: whichever place is the one that is missing, everything is given back once.
TEST(ConnectionId, IsUnchangedWhereNoPlaceIsLeft) {
  constexpr uint8_t kLength = 40;
  constexpr size_t kCids = 6;
  for (size_t places = 0; places <= kCids; ++places) {
    Bytes bytes(places * kLength);
    LongCidStorage storage(absl::MakeSpan(bytes), kLength);
    ConnectionId cids[kCids];
    for (size_t i = 0; i < kCids; ++i) {
      ASSERT_TRUE(cids[i].Assign(Cid(i), &storage));
      ASSERT_EQ(cids[i].Assign(Cid(kLength - i), &storage), i < places);
      ASSERT_TRUE(cids[i].bytes() == absl::MakeConstSpan(Cid(i < places ? kLength - i : i)));
      ASSERT_FALSE(cids[i].Assign(Cid(kLength + 1), &storage)) << "longer than its places";
    }
    for (ConnectionId& cid : cids) cid.Clear(&storage);
    EXPECT_EQ(storage.places_left(), places);
  }
}

// BUG-39: every byte and the length count, inline and outside.
TEST(ConnectionId, ComparesAllBytesAndTheLength) {
  Bytes bytes(kMaxCidLength);
  LongCidStorage storage(absl::MakeSpan(bytes), kMaxCidLength);
  for (size_t length = 1; length <= kMaxCidLength; ++length) {
    ConnectionId cid;
    Bytes other = Cid(length);
    ASSERT_TRUE(cid.Assign(other, &storage));
    ASSERT_TRUE(cid.Equals(other));
    for (uint8_t& byte : other) {
      byte ^= 0x80;
      ASSERT_FALSE(cid.Equals(other));
      byte ^= 0x80;
    }
    other.push_back(0);
    ASSERT_FALSE(cid.Equals(other));
    other.resize(length - 1);
    ASSERT_FALSE(cid.Equals(other));
    cid.Clear(&storage);
  }
}

// BUG-37: not even by a CID of zeros, or by one of no bytes.
TEST(ConnectionId, NoneIsEqualToNothing) {
  ConnectionId never, cleared;
  ASSERT_TRUE(cleared.Assign(Bytes(4, 0), nullptr));
  cleared.Clear(nullptr);
  for (size_t length = 0; length <= kMaxCidLength; ++length) {
    EXPECT_FALSE(never.Equals(Bytes(length, 0)));
    EXPECT_FALSE(cleared.Equals(Bytes(length, 0)));
  }
}

TEST(PeerConnectionId, TakesEveryLength) {
  PeerConnectionId cid;
  EXPECT_TRUE(cid.empty());
  for (size_t length = 0; length <= kMaxCidLength; ++length) {
    ASSERT_TRUE(cid.Assign(Cid(length)));
    EXPECT_EQ(cid.size(), length);
    EXPECT_EQ(cid.empty(), length == 0);
    EXPECT_TRUE(cid.bytes() == absl::MakeConstSpan(Cid(length)));
  }
  EXPECT_FALSE(cid.Assign(Cid(kMaxCidLength + 1)));
  EXPECT_TRUE(cid.bytes() == absl::MakeConstSpan(Cid(kMaxCidLength))) << "as it was";
  cid.Clear();
  EXPECT_TRUE(cid.empty());
}

TEST(PeerConnectionId, TakesAPartOfItself) {
  PeerConnectionId cid;
  ASSERT_TRUE(cid.Assign(Cid(100)));
  const Bytes whole = Cid(100);
  ASSERT_TRUE(cid.Assign(absl::MakeConstSpan(cid.bytes().data() + 1, 60)));
  EXPECT_TRUE(cid.bytes() == absl::MakeConstSpan(whole.data() + 1, 60));
}

}  // namespace
}  // namespace waybill
