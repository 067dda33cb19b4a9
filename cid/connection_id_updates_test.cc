// SPDX-License-Identifier: Apache-2.0
//
// Each rule by itself. What they do together is in connection_id_model_test.cc.
#include "waybill/cid/connection_id_updates.h"

#include <algorithm>
#include <set>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/cid/checked_random.h"
#include "waybill/cid/opaque_cid_format.h"
#include "waybill/cid/test_cid_endpoint.h"
#include "waybill/cid/test_cids.h"
#include "waybill/traffic/random.h"

namespace waybill {
namespace {

using Cids = std::vector<CidBytes>;
using Message = TestCidEndpoint::Message;
using State = OwnCid::State;
constexpr auto kImmediate = ConnectionIdUsage::kImmediate;
constexpr auto kSpare = ConnectionIdUsage::kSpare;
constexpr uint8_t kLength = 4;

Message NewCids(const Cids& cids, ConnectionIdUsage usage) {
  Message message{kNewConnectionIdType, std::vector<uint8_t>(70000)};
  ByteWriter writer(absl::MakeSpan(message.body));
  NewConnectionIdWriter written(&writer);
  written.Begin();
  for (const CidBytes& cid : cids) EXPECT_TRUE(written.Add(cid));
  written.End(usage);
  message.body.resize(writer.size());
  return message;
}

Message RequestOf(uint8_t count) { return {kRequestConnectionIdType, {count}}; }

Cids CidsOf(const Message& message) {
  NewConnectionId read;
  EXPECT_EQ(message.type, kNewConnectionIdType);
  EXPECT_EQ(NewConnectionId::Parse(message.body, &read), CidAlert::kNone);
  Cids cids;
  absl::Span<const uint8_t> cid;
  while (read.Next(&cid)) cids.push_back(BytesOf(cid));
  return cids;
}

ConnectionIdUsage UsageOf(const Message& message) {
  NewConnectionId read;
  EXPECT_EQ(NewConnectionId::Parse(message.body, &read), CidAlert::kNone);
  return read.usage();
}

// All of the peer's CIDs, in the order in which they come into use. Uses them up.
Cids PeerCids(TestCidEndpoint* endpoint) {
  Cids cids;
  if (!endpoint->PeerCid().empty()) cids.push_back(endpoint->PeerCid());
  while (endpoint->updates->UseNextPeerCid()) cids.push_back(endpoint->PeerCid());
  return cids;
}

// An endpoint whose hellos are done: it receives CIDs, and its peer wants {9}.
class ConnectionIdUpdatesTest : public testing::Test {
 protected:
  ConnectionIdUpdatesTest() {
    first_ = endpoint_.First();
    EXPECT_TRUE(updates().SetPeerCid(CidBytes{9}));
  }
  ~ConnectionIdUpdatesTest() override { EXPECT_TRUE(endpoint_.TableAgrees()); }

  ConnectionIdUpdates& updates() { return *endpoint_.updates; }
  Message Next() { return endpoint_.Next(); }
  CidAlert Receive(const Message& message) { return endpoint_.Receive(message); }
  void Acknowledge() {
    updates().OnAcknowledged(kNewConnectionIdType);
    updates().OnAcknowledged(kRequestConnectionIdType);
  }
  // The CIDs of an offer that is sent and acknowledged.
  Cids Give(uint8_t count, ConnectionIdUsage usage) {
    EXPECT_TRUE(updates().Offer(count, usage));
    const Cids cids = CidsOf(Next());
    Acknowledge();
    return cids;
  }

  TestCidEndpoint endpoint_{kLength, 5, 4};
  CidBytes first_;
};

// The hellos.

TEST_F(ConnectionIdUpdatesTest, IssueTheCidOfTheHello) {
  EXPECT_EQ(first_, CidBytes(kLength, 0));
  EXPECT_EQ(endpoint_.registry.live().at(first_), CidTarget());
  EXPECT_EQ(updates().last_issue(), CidIssueResult::kIssued);
  EXPECT_EQ(endpoint_.PeerCid(), CidBytes{9});
  EXPECT_EQ(updates().spare_peer_cids(), 0u);
  EXPECT_EQ(Next().type, 0) << "nothing is sent unasked";
}

TEST(ConnectionIdUpdates, MayHaveNoFirstCid) {
  TestCidEndpoint without_issuer(0, 2, 2), without_places(kLength, 0, 2), failing(kLength, 2, 2);
  absl::Span<const uint8_t> cid;
  EXPECT_EQ(without_issuer.updates->IssueFirst(&cid), CidIssueResult::kStorageTooShort);
  EXPECT_EQ(without_places.updates->IssueFirst(&cid), CidIssueResult::kStorageTooShort);
  failing.format.FailAfter(0, CidIssueResult::kNoRandomness);
  EXPECT_EQ(failing.updates->IssueFirst(&cid), CidIssueResult::kNoRandomness);
  EXPECT_FALSE(failing.updates->Offer(1, kSpare));
  EXPECT_EQ(failing.Receive(RequestOf(1)), CidAlert::kUnexpectedMessage);
  failing.format.Heal();
  EXPECT_EQ(failing.updates->IssueFirst(&cid), CidIssueResult::kIssued);
  EXPECT_EQ(failing.own[0].ordinal, 0);
}

TEST(ConnectionIdUpdates, NeedAPlaceForThePeersCid) {
  TestCidEndpoint without(kLength, 2, 0), with(kLength, 2, 1);
  EXPECT_FALSE(without.updates->SetPeerCid(CidBytes{1}));
  EXPECT_FALSE(with.updates->SetPeerCid(CidBytes(256)));
  EXPECT_TRUE(with.PeerCid().empty());
  EXPECT_TRUE(with.updates->SetPeerCid(CidBytes(255)));
  EXPECT_EQ(with.PeerCid(), CidBytes(255));
}

// REQ-094: whatever was negotiated, each message is for one direction. Nothing is sent, either.
TEST(ConnectionIdUpdates, RefuseMessagesForADirectionWithoutCids) {
  for (const bool receives : {false, true}) {
    for (const bool sends : {false, true}) {
      TestCidEndpoint endpoint(receives ? kLength : 0, 4, 4);
      endpoint.First();
      ASSERT_TRUE(endpoint.updates->SetPeerCid(CidBytes(sends ? 3 : 0)));
      EXPECT_EQ(endpoint.Receive(RequestOf(1)),
                receives ? CidAlert::kNone : CidAlert::kUnexpectedMessage);
      EXPECT_EQ(endpoint.Receive(NewCids({{1}}, kSpare)),
                sends ? CidAlert::kNone : CidAlert::kUnexpectedMessage);
      EXPECT_EQ(endpoint.Receive({kNewConnectionIdType, {}}),
                sends ? CidAlert::kDecodeError : CidAlert::kUnexpectedMessage);
      EXPECT_EQ(endpoint.updates->Offer(1, kSpare), receives);
      EXPECT_EQ(endpoint.updates->Request(1), sends);
      EXPECT_EQ(endpoint.Next().type != 0, receives || sends);
    }
  }
}

// REQ-094: a client must have issued its CID before it learns that the server has no such
// extension.
TEST_F(ConnectionIdUpdatesTest, EndWhereTheyWereNotNegotiated) {
  ASSERT_TRUE(updates().Offer(1, kImmediate));
  ASSERT_TRUE(updates().Request(1));
  ASSERT_EQ(Receive(RequestOf(1)), CidAlert::kNone);
  updates().NotNegotiated();
  EXPECT_TRUE(endpoint_.registry.live().empty());
  EXPECT_TRUE(updates().peer_cid().empty());
  EXPECT_EQ(Next().type, 0);
  EXPECT_EQ(Receive(RequestOf(1)), CidAlert::kUnexpectedMessage);
  EXPECT_EQ(Receive(NewCids({{1}}, kSpare)), CidAlert::kUnexpectedMessage);
  EXPECT_FALSE(updates().Offer(1, kSpare));
  EXPECT_FALSE(updates().Request(1));
  EXPECT_FALSE(updates().OnOwnCidUsed(first_));
  absl::Span<const uint8_t> cid;
  EXPECT_EQ(updates().IssueFirst(&cid), CidIssueResult::kStorageTooShort);
}

// The peer's CIDs.

// REQ-090: what was there before is used no more, neither the one in use nor spares.
TEST_F(ConnectionIdUpdatesTest, ChangeAtOnceWhereThePeerSaysSo) {
  ASSERT_EQ(Receive(NewCids({{1}, {2}}, kSpare)), CidAlert::kNone);
  ASSERT_EQ(endpoint_.PeerCid(), CidBytes{9});
  ASSERT_EQ(Receive(NewCids({{3}, {4}}, kImmediate)), CidAlert::kNone);
  EXPECT_EQ(PeerCids(&endpoint_), (Cids{{3}, {4}}));
}

TEST_F(ConnectionIdUpdatesTest, ChangeToACidThatIsThereAlready) {
  ASSERT_EQ(Receive(NewCids({{1}, {2}}, kSpare)), CidAlert::kNone);
  ASSERT_EQ(Receive(NewCids({{2}}, kImmediate)), CidAlert::kNone);
  EXPECT_EQ(PeerCids(&endpoint_), Cids{{2}});
}

// REQ-091, REQ-092: in the peer's order over several messages; the fourth and fifth have no place.
TEST_F(ConnectionIdUpdatesTest, KeepSparesInTheirOrderAsFarAsThereArePlaces) {
  ASSERT_EQ(Receive(NewCids({{5}, {1}}, kSpare)), CidAlert::kNone);
  ASSERT_EQ(Receive(NewCids({{3}, {7}, {2}}, kSpare)), CidAlert::kNone);
  EXPECT_EQ(updates().spare_peer_cids(), 3u);
  EXPECT_EQ(PeerCids(&endpoint_), (Cids{{9}, {5}, {1}, {3}}));
}

TEST_F(ConnectionIdUpdatesTest, PassOverEmptyCidsAndThoseThatAreThere) {
  ASSERT_EQ(Receive(NewCids({{}, {9}, {1}, {}, {1}, {1, 0}}, kSpare)), CidAlert::kNone);
  ASSERT_EQ(Receive(NewCids({}, kSpare)), CidAlert::kNone);
  EXPECT_EQ(PeerCids(&endpoint_), (Cids{{9}, {1}, {1, 0}}));
}

// BUG-37: places that are empty, or were left, are equal to no CID of zeros.
TEST_F(ConnectionIdUpdatesTest, TakeCidsOfZeros) {
  ASSERT_EQ(Receive(NewCids({{0}, {0, 0}}, kImmediate)), CidAlert::kNone);
  EXPECT_EQ(PeerCids(&endpoint_), (Cids{{0}, {0, 0}}));
  ASSERT_EQ(Receive(NewCids({CidBytes(255, 0), {0, 0}}, kSpare)), CidAlert::kNone);
  EXPECT_EQ(PeerCids(&endpoint_), (Cids{{0, 0}, CidBytes(255, 0)}));
  for (size_t length = 0; length <= 255; ++length) {
    EXPECT_EQ(updates().OnOwnCidUsed(CidBytes(length, 0)), length == kLength) << length;
  }
}

// REQ-138: the one in use makes room for the one that replaces it.
TEST(ConnectionIdUpdates, ChangeInOnePlace) {
  TestCidEndpoint endpoint(kLength, 2, 1);
  ASSERT_TRUE(endpoint.updates->SetPeerCid(CidBytes{9}));
  for (uint8_t i = 10; i < 20; ++i) {
    ASSERT_EQ(endpoint.Receive(NewCids({{i}, {1}}, kImmediate)), CidAlert::kNone);
    EXPECT_EQ(endpoint.PeerCid(), CidBytes{i});
    ASSERT_EQ(endpoint.Receive(NewCids({{1}}, kSpare)), CidAlert::kNone);
    EXPECT_FALSE(endpoint.updates->UseNextPeerCid());
    EXPECT_FALSE(endpoint.updates->Request(1)) << "there would be no place for the answer";
  }
}

TEST_F(ConnectionIdUpdatesTest, ChangeNothingByWhatTheyRefuse) {
  ASSERT_EQ(Receive(NewCids({{1}, {2}}, kSpare)), CidAlert::kNone);
  ASSERT_TRUE(updates().Request(1));
  ASSERT_EQ(Next().type, kRequestConnectionIdType);
  Acknowledge();
  Message unknown = NewCids({{3}}, kSpare), cut = NewCids({{3}}, kImmediate);
  unknown.body.back() = 2;
  cut.body.pop_back();
  EXPECT_EQ(Receive(NewCids({}, kImmediate)), CidAlert::kIllegalParameter);
  EXPECT_EQ(Receive(NewCids({{}, {}}, kImmediate)), CidAlert::kIllegalParameter);
  EXPECT_EQ(Receive(unknown), CidAlert::kIllegalParameter);
  EXPECT_EQ(Receive(cut), CidAlert::kDecodeError);
  EXPECT_EQ(Receive({kRequestConnectionIdType, {}}), CidAlert::kDecodeError);
  EXPECT_EQ(Receive({kRequestConnectionIdType, {1, 1}}), CidAlert::kDecodeError);
  EXPECT_FALSE(updates().Request(1)) << "the request is not answered yet";
  EXPECT_EQ(Next().type, 0);
  EXPECT_EQ(PeerCids(&endpoint_), (Cids{{9}, {1}, {2}}));
}

// REQ-096, REQ-129, REQ-149: each path has a CID that was on no other, and none comes back.
TEST_F(ConnectionIdUpdatesTest, GiveEachPathACidOfItsOwn) {
  ASSERT_EQ(Receive(NewCids({{1}, {2}, {3}}, kSpare)), CidAlert::kNone);
  std::set<CidBytes> seen = {endpoint_.PeerCid()};
  while (updates().UseNextPeerCid()) EXPECT_TRUE(seen.insert(endpoint_.PeerCid()).second);
  EXPECT_EQ(seen.size(), 4u);
  EXPECT_EQ(endpoint_.PeerCid(), CidBytes{3}) << "the last one stays where there is no other";
  EXPECT_EQ(updates().spare_peer_cids(), 0u);
}

TEST(ConnectionIdUpdates, HaveNoNextCidWithoutOne) {
  TestCidEndpoint endpoint(kLength, 2, 2);
  EXPECT_FALSE(endpoint.updates->UseNextPeerCid());
  EXPECT_TRUE(endpoint.PeerCid().empty());
}

// REQ-095: a request is over when it is acknowledged and answered, in whichever order.
TEST_F(ConnectionIdUpdatesTest, HaveOneRequestAtATime) {
  for (const bool answer_first : {false, true}) {
    ASSERT_TRUE(updates().Request(1));
    EXPECT_FALSE(updates().Request(1)) << "it waits to be sent";
    updates().OnAcknowledged(kRequestConnectionIdType);
    EXPECT_FALSE(updates().Request(1)) << "what was not sent cannot be acknowledged";
    EXPECT_EQ(Next().type, kRequestConnectionIdType);
    EXPECT_EQ(Next().type, 0);
    EXPECT_FALSE(updates().Request(1));
    const auto acknowledge = [this] { updates().OnAcknowledged(kRequestConnectionIdType); };
    const auto answer = [this] { EXPECT_EQ(Receive(NewCids({}, kSpare)), CidAlert::kNone); };
    answer_first ? answer() : acknowledge();
    EXPECT_FALSE(updates().Request(1));
    answer_first ? acknowledge() : answer();
  }
  EXPECT_TRUE(updates().Request(1));
}

// What came before a request was sent is no answer to it.
TEST_F(ConnectionIdUpdatesTest, WaitForAnAnswerThatComesAfterTheRequest) {
  ASSERT_TRUE(updates().Request(1));
  ASSERT_EQ(Receive(NewCids({{1}}, kSpare)), CidAlert::kNone);
  ASSERT_EQ(Next().type, kRequestConnectionIdType);
  Acknowledge();
  EXPECT_FALSE(updates().Request(1));
  ASSERT_EQ(Receive(NewCids({{2}}, kImmediate)), CidAlert::kNone);
  EXPECT_TRUE(updates().Request(1));
}

TEST_F(ConnectionIdUpdatesTest, AskForNoMoreThanTheyKeep) {
  EXPECT_FALSE(updates().Request(0));
  ASSERT_TRUE(updates().Request(255));
  EXPECT_EQ(Next().body, std::vector<uint8_t>{3});
  Acknowledge();
  ASSERT_EQ(Receive(NewCids({{1}, {2}}, kSpare)), CidAlert::kNone);
  ASSERT_TRUE(updates().Request(255));
  EXPECT_EQ(Next().body, std::vector<uint8_t>{1});
  Acknowledge();
  ASSERT_EQ(Receive(NewCids({{3}}, kSpare)), CidAlert::kNone);
  EXPECT_FALSE(updates().Request(1));
}

TEST_F(ConnectionIdUpdatesTest, KeepARequestThatFindsNoRoom) {
  ASSERT_TRUE(updates().Request(1));
  EXPECT_EQ(endpoint_.Next(0).type, 0);
  EXPECT_EQ(endpoint_.Next(1).type, kRequestConnectionIdType);
}

// Own CIDs.

// REQ-134, REQ-137: as many as were asked for, each new.
TEST_F(ConnectionIdUpdatesTest, AnswerWithAsManySparesAsWereAsked) {
  for (const uint8_t count : {2, 1, 0}) {
    const size_t before = endpoint_.registry.added().size();
    ASSERT_EQ(Receive(RequestOf(count)), CidAlert::kNone);
    const Message answer = Next();
    EXPECT_EQ(UsageOf(answer), kSpare);
    const Cids cids = CidsOf(answer);
    EXPECT_EQ(cids.size(), count);
    EXPECT_EQ(cids, Cids(endpoint_.registry.added().begin() + static_cast<long>(before),
                         endpoint_.registry.added().end()))
        << "what is sent can be found";
    EXPECT_EQ(Next().type, 0) << "it is answered once";
    Acknowledge();
  }
  const std::set<CidBytes> distinct(endpoint_.registry.added().begin(),
                                    endpoint_.registry.added().end());
  EXPECT_EQ(distinct.size(), endpoint_.registry.added().size());
}

// REQ-095: with fewer, and with none; one place is kept for an immediate change.
TEST_F(ConnectionIdUpdatesTest, AnswerWithFewerWherePlacesAreMissing) {
  ASSERT_EQ(Receive(RequestOf(255)), CidAlert::kNone);
  EXPECT_EQ(CidsOf(Next()).size(), 3u);
  EXPECT_EQ(updates().last_issue(), CidIssueResult::kStorageTooShort);
  Acknowledge();
  ASSERT_EQ(Receive(RequestOf(1)), CidAlert::kNone);
  EXPECT_TRUE(CidsOf(Next()).empty());
  Acknowledge();
  ASSERT_TRUE(updates().Offer(1, kSpare));
  EXPECT_EQ(Next().type, 0);
  EXPECT_EQ(updates().last_issue(), CidIssueResult::kStorageTooShort);
  EXPECT_EQ(Give(1, kImmediate).size(), 1u) << "in place of the offer that waits";
}

TEST_F(ConnectionIdUpdatesTest, ChangeAtOnceHoweverManySparesWereAskedFor) {
  ASSERT_EQ(Receive(RequestOf(255)), CidAlert::kNone);
  const Cids spares = CidsOf(Next());
  Acknowledge();
  const Cids immediate = Give(255, kImmediate);
  ASSERT_EQ(immediate.size(), 1u);
  EXPECT_TRUE(updates().OnOwnCidUsed(immediate[0]));
  updates().RetireReplaced();
  EXPECT_EQ(endpoint_.Own(State::kLive), immediate);
  EXPECT_EQ(endpoint_.registry.live().size(), 1u);
}

// REQ-093: also of the other kind.
TEST_F(ConnectionIdUpdatesTest, HaveOneOfferAtATime) {
  for (const ConnectionIdUsage usage : {kSpare, kImmediate}) {
    ASSERT_TRUE(updates().Offer(1, usage));
    ASSERT_EQ(Next().type, kNewConnectionIdType);
    EXPECT_TRUE(updates().Offer(1, usage)) << "the next one may wait";
    ASSERT_EQ(Receive(RequestOf(1)), CidAlert::kNone) << "and an answer";
    EXPECT_EQ(Next().type, 0);
    updates().OnAcknowledged(kRequestConnectionIdType);
    EXPECT_EQ(Next().type, 0) << "that was another message";
    updates().OnAcknowledged(kNewConnectionIdType);
    EXPECT_EQ(UsageOf(Next()), usage) << "the offer first";
    EXPECT_EQ(Next().type, 0);
    Acknowledge();
    EXPECT_EQ(UsageOf(Next()), kSpare);
    endpoint_.Begin();
    endpoint_.First();
  }
}

TEST_F(ConnectionIdUpdatesTest, SendARequestWhileAnOfferIsOutstanding) {
  ASSERT_TRUE(updates().Offer(1, kSpare));
  ASSERT_TRUE(updates().Request(1));
  EXPECT_EQ(Next().type, kNewConnectionIdType);
  EXPECT_EQ(Next().type, kRequestConnectionIdType);
  EXPECT_EQ(Next().type, 0);
}

TEST_F(ConnectionIdUpdatesTest, OfferWhatWasWantedLast) {
  EXPECT_FALSE(updates().Offer(0, kSpare));
  ASSERT_TRUE(updates().Offer(3, kSpare));
  const Cids cids = Give(2, kImmediate);
  EXPECT_EQ(cids.size(), 2u);
  EXPECT_EQ(Next().type, 0);
}

// REQ-095: an answer that is not sent yet, or has no CIDs, is none; the 17th request in vain is one
// too many. BUG-35, BUG-15: and that changes nothing, however often.
TEST_F(ConnectionIdUpdatesTest, EndAfterTooManyRequests) {
  for (int i = 0; i < 2; ++i) {
    for (int request = 0; request < ConnectionIdUpdates::kMaxVainRequests; ++request) {
      ASSERT_EQ(Receive(RequestOf(1)), CidAlert::kNone);
    }
    for (int request = 0; request < 1000; ++request) {
      ASSERT_EQ(Receive(RequestOf(1)), CidAlert::kTooManyCidsRequested);
    }
    EXPECT_EQ(CidsOf(Next()).size(), 1u) << "what waited is still answered, once";
    Acknowledge();
    EXPECT_EQ(Next().type, 0);
  }
  for (int request = 0; request < ConnectionIdUpdates::kMaxVainRequests; ++request) {
    ASSERT_EQ(Receive(RequestOf(0)), CidAlert::kNone);
    EXPECT_TRUE(CidsOf(Next()).empty());
    Acknowledge();
  }
  EXPECT_EQ(Receive(RequestOf(0)), CidAlert::kTooManyCidsRequested);
}

TEST_F(ConnectionIdUpdatesTest, AnswerTheLastOfSeveralRequests) {
  ASSERT_EQ(Receive(RequestOf(3)), CidAlert::kNone);
  ASSERT_EQ(Receive(RequestOf(1)), CidAlert::kNone);
  EXPECT_EQ(CidsOf(Next()).size(), 1u);
}

// REQ-136: until the caller says that nothing with it can be under way.
TEST_F(ConnectionIdUpdatesTest, AcceptACidUntilItIsRetired) {
  const Cids spares = Give(2, kSpare);
  const Cids immediate = Give(1, kImmediate);
  for (const CidBytes& cid : {first_, spares[0], spares[1]}) {
    EXPECT_TRUE(updates().OnOwnCidUsed(cid));
  }
  updates().RetireReplaced();
  EXPECT_EQ(endpoint_.Own(State::kLive).size(), 4u) << "the peer has not changed yet";
  EXPECT_TRUE(updates().OnOwnCidUsed(immediate[0]));
  EXPECT_EQ(endpoint_.Own(State::kReplaced), (Cids{first_, spares[0], spares[1]}));
  for (const CidBytes& cid : {first_, spares[0], spares[1], immediate[0]}) {
    EXPECT_TRUE(endpoint_.registry.Has(cid));
    EXPECT_TRUE(updates().OnOwnCidUsed(cid)) << "late, but good";
  }
  EXPECT_EQ(endpoint_.Own(State::kReplaced).size(), 3u) << "a late one brings nothing back";
  updates().RetireReplaced();
  for (const CidBytes& cid : {first_, spares[0], spares[1]}) {
    EXPECT_FALSE(endpoint_.registry.Has(cid));
    EXPECT_FALSE(updates().OnOwnCidUsed(cid));
  }
  EXPECT_EQ(endpoint_.Own(State::kLive), immediate);
}

// A spare that was issued behind an immediate offer says as well that the peer has read that one.
TEST_F(ConnectionIdUpdatesTest, ReplaceByWhatCameAfterAnImmediateOffer) {
  const Cids immediate = Give(1, kImmediate);
  const Cids spare = Give(1, kSpare);
  EXPECT_TRUE(updates().OnOwnCidUsed(spare[0]));
  EXPECT_EQ(endpoint_.Own(State::kReplaced), Cids{first_});
  EXPECT_EQ(endpoint_.Own(State::kLive), (Cids{immediate[0], spare[0]}));
}

// The second offer may be lost still: what the first one brought is in use.
TEST_F(ConnectionIdUpdatesTest, ReplaceWhatWasBeforeTheOfferThatWasUsed) {
  const Cids one = Give(2, kImmediate), two = Give(1, kImmediate);
  EXPECT_TRUE(updates().OnOwnCidUsed(one[1]));
  EXPECT_EQ(endpoint_.Own(State::kReplaced), Cids{first_});
  EXPECT_TRUE(updates().OnOwnCidUsed(two[0]));
  EXPECT_EQ(endpoint_.Own(State::kReplaced), (Cids{first_, one[0], one[1]}));
}

// An immediate offer that could not be issued is not one that a spare can follow.
TEST_F(ConnectionIdUpdatesTest, ReplaceNothingByAnOfferThatWasNotSent) {
  ASSERT_TRUE(updates().Offer(1, kImmediate));
  endpoint_.format.FailAfter(0, CidIssueResult::kNoRandomness);
  EXPECT_EQ(Next().type, 0);
  ASSERT_EQ(Receive(RequestOf(1)), CidAlert::kNone);
  EXPECT_TRUE(CidsOf(Next()).empty()) << "an offer that must wait holds up no answer";
  Acknowledge();
  ASSERT_EQ(Receive(RequestOf(1)), CidAlert::kNone);
  endpoint_.format.Heal();
  ASSERT_EQ(UsageOf(Next()), kImmediate) << "the offer is tried again";
  Acknowledge();
  const Cids spare = CidsOf(Next());
  EXPECT_TRUE(updates().OnOwnCidUsed(first_));
  EXPECT_TRUE(endpoint_.Own(State::kReplaced).empty());
  EXPECT_TRUE(updates().OnOwnCidUsed(spare[0]));
  EXPECT_EQ(endpoint_.Own(State::kReplaced), Cids{first_});
}

TEST_F(ConnectionIdUpdatesTest, KnowNoCidsOfOthers) {
  EXPECT_FALSE(updates().OnOwnCidUsed({}));
  EXPECT_FALSE(updates().OnOwnCidUsed(CidBytes{9}));
  EXPECT_FALSE(updates().OnOwnCidUsed(CidBytes(kLength, 1)));
  EXPECT_TRUE(updates().OnOwnCidUsed(first_));
}

// REQ-139: however the association ends, nothing stays in the table.
TEST(ConnectionIdUpdates, ForgetNoCid) {
  for (int steps = 0; steps < 6; ++steps) {
    TestCidEndpoint endpoint(kLength, 6, 2);
    endpoint.First();
    EXPECT_EQ(steps > 0, steps > 0 && endpoint.updates->Offer(2, kSpare));
    EXPECT_EQ(steps > 1, steps > 1 && endpoint.Next().type == kNewConnectionIdType);
    endpoint.updates->OnAcknowledged(kNewConnectionIdType);
    EXPECT_EQ(steps > 2, steps > 2 && endpoint.updates->Offer(2, kImmediate));
    EXPECT_EQ(steps > 3, steps > 3 && endpoint.Next().type == kNewConnectionIdType);
    EXPECT_EQ(steps > 4, steps > 4 && endpoint.updates->OnOwnCidUsed(endpoint.own[4].cid.bytes()));
    EXPECT_TRUE(endpoint.TableAgrees());
    endpoint.updates.reset();
    EXPECT_TRUE(endpoint.registry.live().empty());
    EXPECT_EQ(endpoint.registry.wrong_removals(), 0u);
    EXPECT_EQ(endpoint.Own(State::kFree).size(), 6u);
  }
}

// What cannot be issued.

// BUG-42: whatever fails in the middle of an offer, those before it are sent, and no other is in
// the table.
TEST(ConnectionIdUpdates, OfferWhatWasIssuedBeforeAFailure) {
  const auto fails = [](TestCidEndpoint* endpoint, size_t good, CidIssueResult result) {
    const std::vector<CidBytes>& added = endpoint->registry.added();
    if (result == CidIssueResult::kRegistryFull) endpoint->registry.set_capacity(1 + good);
    if (result == CidIssueResult::kNoRandomness) endpoint->format.FailAfter(good, result);
    const bool immediate = good % 2 == 1;
    ASSERT_TRUE(endpoint->updates->Offer(5, immediate ? kImmediate : kSpare));
    const Message message = endpoint->Next();
    EXPECT_EQ(endpoint->updates->last_issue(), result);
    EXPECT_EQ(message.type, good == 0 ? 0 : kNewConnectionIdType);
    EXPECT_EQ(message.body.empty(), good == 0);
    if (good > 0) {
      EXPECT_EQ(CidsOf(message), Cids(added.begin() + 1, added.end()));
    }
    EXPECT_EQ(added.size(), 1 + good);
    EXPECT_TRUE(endpoint->TableAgrees());
  };
  for (size_t good = 0; good < 5; ++good) {
    TestCidEndpoint no_randomness(kLength, 10, 2), full(kLength, 10, 2);
    no_randomness.First();
    full.First();
    fails(&no_randomness, good, CidIssueResult::kNoRandomness);
    fails(&full, good, CidIssueResult::kRegistryFull);
    // Of CIDs of one byte, all but as many as are to succeed are taken.
    TestCidEndpoint collided(1, 10, 2);
    collided.First();
    for (size_t cid = 1 + good; cid < 256; ++cid) {
      collided.registry.Add(CidBytes{static_cast<uint8_t>(cid)}, CidTarget());
    }
    ASSERT_TRUE(collided.updates->Offer(5, kSpare));
    EXPECT_EQ(collided.Next().type, good == 0 ? 0 : kNewConnectionIdType);
    EXPECT_EQ(collided.updates->last_issue(), CidIssueResult::kCollided);
    EXPECT_EQ(collided.Own(State::kLive).size(), 1 + good);
  }
}

// A source of random bytes that goes wrong after some words of 8 bytes.
class UnsoundRandom final : public RandomSource {
 public:
  enum Fault { kFails, kIsStuck, kRepeatsItself };

  UnsoundRandom(Fault fault, size_t sound_words) : fault_(fault), left_(sound_words) {}

  bool Fill(absl::Span<uint8_t> bytes) override {
    if (left_ == 0 && fault_ == kFails) return false;
    if (left_ == 0 && fault_ == kRepeatsItself) random_ = Random(1), left_ = 8;
    if (left_ > 0) last_ = random_.MakeBytes(bytes.size());
    if (left_ > 0) --left_;
    std::copy(last_.begin(), last_.end(), bytes.begin());
    return true;
  }

 private:
  const Fault fault_;
  Random random_{1};
  Bytes last_ = Bytes(8);
  size_t left_;
};

// BUG-42: with a format that draws, however and wherever its source goes wrong.
TEST(ConnectionIdUpdates, IssueNothingWithoutRandomness) {
  size_t most = 0;
  for (size_t i = 0; i < 3 * 60; ++i) {
    UnsoundRandom source(static_cast<UnsoundRandom::Fault>(i % 3), i / 3);
    CheckedRandom random(&source);
    std::optional<OpaqueCidFormat> format = OpaqueCidFormat::Fixed(&random, 8);
    MapCidRegistry registry;
    CidIssuer issuer(&*format, &registry);
    std::vector<OwnCid> own(10);
    std::vector<PeerConnectionId> peer(1);
    ConnectionIdUpdates updates(&issuer, CidTarget(),
                                {absl::MakeSpan(own), absl::MakeSpan(peer), nullptr});
    absl::Span<const uint8_t> first;
    if (updates.IssueFirst(&first) != CidIssueResult::kIssued) {
      EXPECT_EQ(updates.last_issue(), CidIssueResult::kNoRandomness);
      EXPECT_TRUE(registry.live().empty());
      continue;
    }
    EXPECT_GE(i / 3, CheckedRandom::kRemembered);
    ASSERT_TRUE(updates.Offer(5, kSpare));
    std::vector<uint8_t> body(100);
    ByteWriter writer(absl::MakeSpan(body));
    const size_t before = registry.live().size();
    const bool sent = updates.NextMessage(&writer) != 0;
    EXPECT_EQ(sent, registry.live().size() > before);
    EXPECT_EQ(writer.size(), sent ? 3 + 9 * (registry.live().size() - before) : 0);
    most = std::max(most, registry.live().size() - before);
    if (updates.last_issue() != CidIssueResult::kIssued) {
      EXPECT_EQ(updates.last_issue(), CidIssueResult::kNoRandomness);
      EXPECT_LT(registry.added().size(), 6u);
    }
  }
  EXPECT_EQ(most, 5u);
}

// A CID that would not fit is not issued, so that none is in the table that nobody knows.
TEST(ConnectionIdUpdates, IssueWhatFitsIntoTheMessage) {
  for (const uint8_t length : {1, 4, 20, 21, 255}) {
    for (size_t room = 0; room < 3u + 3 * (1 + length) + 2; ++room) {
      TestCidEndpoint endpoint(length, 8, 2);
      endpoint.First();
      ASSERT_TRUE(endpoint.updates->Offer(3, kImmediate));
      const size_t fitting = room < 3 ? 0 : std::min<size_t>(3, (room - 3) / (1 + length));
      Message offer = endpoint.Next(room);
      ASSERT_EQ(offer.type, fitting == 0 ? 0 : kNewConnectionIdType);
      ASSERT_EQ(offer.body.size(), fitting == 0 ? 0 : 3 + fitting * (1 + length));
      ASSERT_EQ(endpoint.registry.live().size(), 1 + fitting);
      if (fitting == 0 && room >= 3) {
        EXPECT_EQ(endpoint.updates->last_issue(), CidIssueResult::kStorageTooShort);
      }
      // An answer fits with none.
      TestCidEndpoint answering(length, 8, 2);
      answering.First();
      ASSERT_EQ(answering.Receive(RequestOf(3)), CidAlert::kNone);
      offer = answering.Next(room);
      ASSERT_EQ(offer.body.size(), room < 3 ? 0 : 3 + fitting * (1 + length));
      ASSERT_EQ(answering.registry.live().size(), 1 + fitting);
      EXPECT_EQ(answering.Next().type, room < 3 ? kNewConnectionIdType : 0);
    }
  }
}

TEST_F(ConnectionIdUpdatesTest, WriteBehindWhatIsThere) {
  std::vector<uint8_t> record(30, 0xee);
  ByteWriter writer(absl::MakeSpan(record));
  ASSERT_TRUE(writer.WriteU8(0x77));
  ASSERT_EQ(updates().NextMessage(&writer), 0);
  EXPECT_EQ(writer.size(), 1u);
  ASSERT_TRUE(updates().Offer(1, kSpare));
  ASSERT_EQ(updates().NextMessage(&writer), kNewConnectionIdType);
  ASSERT_EQ(writer.size(), 1u + 3 + 5);
  EXPECT_EQ(record[0], 0x77);
}

// BUG-31: failures use up nothing: neither ordinals, nor places, nor the patience with the peer.
TEST_F(ConnectionIdUpdatesTest, AreAsGoodAfterAMillionFailures) {
  ASSERT_TRUE(updates().Offer(3, kImmediate));
  for (int i = 0; i < 1000000; ++i) {
    switch (i % 3) {
      case 0:
        endpoint_.format.FailAfter(0, CidIssueResult::kNoRandomness);
        ASSERT_EQ(Next().type, 0);
        endpoint_.format.Heal();
        break;
      case 1:
        endpoint_.registry.set_capacity(1);
        ASSERT_EQ(endpoint_.Next(20).type, 0);
        endpoint_.registry.set_capacity(100);
        break;
      default:
        ASSERT_EQ(endpoint_.Next(7).type, 0);
        ASSERT_EQ(Receive({kRequestConnectionIdType, {}}), CidAlert::kDecodeError);
    }
  }
  EXPECT_EQ(CidsOf(Next()).size(), 3u);
  EXPECT_EQ(endpoint_.own[1].ordinal, 1);
  ASSERT_EQ(Receive(RequestOf(1)), CidAlert::kNone);
}

// REQ-134: ordinals are not counted anew, for the CIDs of formats that read them would come again.
TEST(ConnectionIdUpdates, EndWithTheirOrdinals) {
  TestCidEndpoint endpoint(3, 256, 1);
  CidBytes in_use = endpoint.First();
  size_t issued = 1;
  while (issued < 65536) {
    ASSERT_TRUE(endpoint.updates->Offer(255, kImmediate));
    const Cids cids = CidsOf(endpoint.Next());
    ASSERT_FALSE(cids.empty());
    for (const OwnCid& own : endpoint.own) {
      if (own.state == State::kLive && BytesOf(own.cid.bytes()) == cids.back()) {
        ASSERT_EQ(own.ordinal, issued + cids.size() - 1);
      }
    }
    issued += cids.size();
    endpoint.updates->OnAcknowledged(kNewConnectionIdType);
    in_use = cids[0];
    ASSERT_TRUE(endpoint.updates->OnOwnCidUsed(in_use));
    endpoint.updates->RetireReplaced();
  }
  EXPECT_EQ(issued, 65536u);
  EXPECT_EQ(endpoint.updates->last_issue(), CidIssueResult::kExhausted);
  for (int i = 0; i < 3; ++i) {
    endpoint.updates->Offer(1, kImmediate);
    EXPECT_EQ(endpoint.Next().type, 0);
    EXPECT_EQ(endpoint.updates->last_issue(), CidIssueResult::kExhausted);
    ASSERT_EQ(endpoint.Receive(RequestOf(1)), CidAlert::kNone);
    EXPECT_TRUE(CidsOf(endpoint.Next()).empty());
    endpoint.updates->OnAcknowledged(kNewConnectionIdType);
  }
  EXPECT_TRUE(endpoint.registry.Has(in_use));
  EXPECT_TRUE(endpoint.TableAgrees());
}

// Sizes.

// BUG-20, REQ-003: each length with each other, through hello, offer, change and new path.
TEST(ConnectionIdUpdates, HaveOwnAndPeersCidsOfAnyLength) {
  for (uint32_t own = 0; own <= 255; ++own) {
    for (uint32_t peers = 0; peers <= 255; ++peers) {
      TestCidEndpoint endpoint(static_cast<uint8_t>(own), 3, 2);
      const CidBytes first = endpoint.First();
      ASSERT_EQ(first.size(), own);
      ASSERT_TRUE(endpoint.updates->SetPeerCid(CidBytes(peers, 1)));
      ASSERT_EQ(endpoint.PeerCid(), CidBytes(peers, 1));
      if (peers != 0) {
        const Cids cids = {CidBytes(peers, 2), CidBytes(256 - peers, 3)};
        ASSERT_EQ(endpoint.Receive(NewCids(cids, kImmediate)), CidAlert::kNone);
        ASSERT_EQ(endpoint.PeerCid(), cids[0]);
        ASSERT_TRUE(endpoint.updates->UseNextPeerCid());
        ASSERT_EQ(endpoint.PeerCid(), cids[1]);
      }
      if (own != 0) {
        ASSERT_TRUE(endpoint.updates->Offer(2, kImmediate));
        const Cids cids = CidsOf(endpoint.Next());
        ASSERT_EQ(cids.size(), 2u);
        ASSERT_EQ(cids[1].size(), own);
        ASSERT_TRUE(endpoint.updates->OnOwnCidUsed(cids[1]));
        endpoint.updates->RetireReplaced();
        ASSERT_FALSE(endpoint.updates->OnOwnCidUsed(first));
      }
      ASSERT_TRUE(endpoint.TableAgrees());
    }
  }
}

// BUG-19: whichever place for long CIDs is the one that is missing.
TEST(ConnectionIdUpdates, LeaveOutLongCidsWithoutAPlace) {
  constexpr uint8_t kLong = 30;
  for (size_t places = 0; places <= 8; ++places) {
    TestCidEndpoint endpoint(kLong, 8, 1, places);
    ASSERT_EQ(endpoint.First().size(), places == 0 ? 0 : kLong);
    if (places == 0) {
      EXPECT_EQ(endpoint.updates->last_issue(), CidIssueResult::kStorageTooShort);
      EXPECT_TRUE(endpoint.registry.added().empty());
      continue;
    }
    ASSERT_TRUE(endpoint.updates->Offer(7, kImmediate));
    const Message offer = endpoint.Next();
    EXPECT_EQ(offer.type, places == 1 ? 0 : kNewConnectionIdType);
    EXPECT_EQ(endpoint.registry.added().size(), places) << "none was issued to be retired";
    EXPECT_EQ(endpoint.longer.places_left(), 0u);
    if (places > 1) {
      EXPECT_TRUE(endpoint.updates->OnOwnCidUsed(CidsOf(offer)[0]));
      endpoint.updates->RetireReplaced();
      EXPECT_EQ(endpoint.longer.places_left(), 1u);
    }
    EXPECT_TRUE(endpoint.TableAgrees());
    endpoint.updates.reset();
    EXPECT_EQ(endpoint.longer.places_left(), places) << "each was given back once";
    EXPECT_TRUE(endpoint.registry.live().empty());
  }
}

TEST(ConnectionIdUpdates, NeedPlacesAsLongAsTheFormatsCids) {
  TestCidEndpoint endpoint(30, 2, 1);
  Bytes bytes(200);
  LongCidStorage too_short(absl::MakeSpan(bytes), 29);
  for (LongCidStorage* const longer : {static_cast<LongCidStorage*>(nullptr), &too_short}) {
    endpoint.updates.emplace(
        &endpoint.issuer, CidTarget(),
        ConnectionIdUpdates::Storage{absl::MakeSpan(endpoint.own), {}, longer});
    absl::Span<const uint8_t> cid;
    EXPECT_EQ(endpoint.updates->IssueFirst(&cid), CidIssueResult::kStorageTooShort);
    EXPECT_TRUE(endpoint.registry.added().empty());
  }
}

// BUG-16: in places that another association has left in any state, all is as in new ones.
TEST(ConnectionIdUpdates, BeginAnewInTheSamePlaces) {
  const auto run = [](TestCidEndpoint* endpoint, uint64_t seed) {
    endpoint->format.GoTo(1000 * seed);
    Random random(seed);
    std::vector<uint8_t> trace;
    endpoint->updates->SetPeerCid(CidBytes{9});
    AppendBytes(endpoint->First(), &trace);
    for (int i = 0; i < 60; ++i) {
      const uint8_t count = static_cast<uint8_t>(random.Below(4));
      switch (random.Below(8)) {
        case 0:
          trace.push_back(static_cast<uint8_t>(endpoint->Receive(RequestOf(count))));
          break;
        case 1:
          trace.push_back(static_cast<uint8_t>(endpoint->Receive(
              NewCids({{count}, {7, count}}, random.Percent(50) ? kImmediate : kSpare))));
          break;
        case 2:
          trace.push_back(endpoint->updates->Offer(count, kImmediate));
          break;
        case 3:
          trace.push_back(endpoint->updates->Request(count));
          break;
        case 4:
          endpoint->updates->OnAcknowledged(kNewConnectionIdType);
          break;
        case 5:
          endpoint->updates->OnAcknowledged(kRequestConnectionIdType);
          break;
        default:
          AppendBytes(endpoint->Next().body, &trace);
          AppendBytes(endpoint->PeerCid(), &trace);
      }
    }
    return trace;
  };
  TestCidEndpoint used(30, 4, 3);
  for (uint64_t seed = 1; seed < 200; ++seed) {
    TestCidEndpoint fresh(30, 4, 3);
    ASSERT_EQ(run(&used, seed), run(&fresh, seed)) << seed;
    used.Begin();
    ASSERT_TRUE(used.registry.live().empty());
  }
}

}  // namespace
}  // namespace waybill
