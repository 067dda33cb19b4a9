// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/hello_tracker.h"

#include <vector>

#include "gtest/gtest.h"
#include "waybill/ext/hello.h"
#include "waybill/tools/test_directions.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/handshake_message.h"
#include "waybill/traffic/hello_builder.h"
#include "waybill/traffic/random.h"

namespace waybill {
namespace {

const Bytes kClientCid = {0xc1, 0xc2};              // what the client asks for
const Bytes kServerCid = {0x51, 0x52, 0x53, 0x54};  // what the server asks for

Bytes RandomOf(uint8_t handshake) { return Bytes(32, handshake); }

HelloBuilder Client(uint8_t handshake = 1) {
  return HelloBuilder::Client().Random(RandomOf(handshake));
}

std::string Text(const Bytes& bytes) { return std::string(bytes.begin(), bytes.end()); }

// A tracker with what it heard of agreements.
class Tracker {
 public:
  void Hear(const HelloBuilder& hello, uint16_t sequence, const FlowDirection& direction) {
    HearPayload(FragmentHandshake(hello.Message(sequence))[0], direction);
  }
  void HearPayload(const Bytes& payload, const FlowDirection& direction) {
    tracker_.Read(direction, payload,
                  [this](const HelloAgreement& agreement) { agreements_.push_back(agreement); });
  }
  void FromClient(const HelloBuilder& hello, uint16_t sequence = 0) {
    Hear(hello, sequence, ToServer());
  }
  void FromServer(const HelloBuilder& hello, uint16_t sequence = 0) {
    Hear(hello, sequence, ToClient());
  }

  const std::vector<HelloAgreement>& agreements() const { return agreements_; }
  // The last agreement is on these CIDs.
  void ExpectLast(const Bytes& to_server, const Bytes& to_client) const {
    ASSERT_FALSE(agreements_.empty());
    const HelloAgreement& last = agreements_.back();
    EXPECT_TRUE(last.to_server == ToServer());
    EXPECT_TRUE(last.in_use);
    EXPECT_EQ(last.cid_to_server, Text(to_server));
    EXPECT_EQ(last.cid_to_client, Text(to_client));
  }
  void ExpectLastIsOnNone() const {
    ASSERT_FALSE(agreements_.empty());
    EXPECT_FALSE(agreements_.back().in_use);
    EXPECT_EQ(agreements_.back().cid_to_server, "");
    EXPECT_EQ(agreements_.back().cid_to_client, "");
  }

 private:
  HelloTracker tracker_;
  std::vector<HelloAgreement> agreements_;
};

// Each hello says what its sender wants to receive.
TEST(HelloTracker, CidsGoTheOtherWay) {
  Tracker tracker;
  tracker.FromClient(Client().ConnectionId(kClientCid));
  EXPECT_TRUE(tracker.agreements().empty());
  tracker.FromServer(HelloBuilder::Server().ConnectionId(kServerCid));
  EXPECT_EQ(tracker.agreements().size(), 1u);
  tracker.ExpectLast(kServerCid, kClientCid);
}

// REQ-006
TEST(HelloTracker, BothSidesMustHaveTheExtension) {
  for (const bool client_has : {false, true}) {
    for (const bool server_has : {false, true}) {
      if (client_has && server_has) continue;
      HelloBuilder client = Client(), server = HelloBuilder::Server();
      if (client_has) client.ConnectionId(kClientCid);
      if (server_has) server.ConnectionId(kServerCid);
      Tracker tracker;
      tracker.FromClient(client);
      tracker.FromServer(server);
      tracker.ExpectLastIsOnNone();
    }
  }
}

// REQ-002, REQ-006: an empty CID is not the same as none: it lets the other side have one.
TEST(HelloTracker, CidsMayBeEmpty) {
  for (const Bytes& client_cid : {Bytes(), kClientCid}) {
    for (const Bytes& server_cid : {Bytes(), kServerCid}) {
      Tracker tracker;
      tracker.FromClient(Client().ConnectionId(client_cid));
      tracker.FromServer(HelloBuilder::Server().ConnectionId(server_cid));
      tracker.ExpectLast(server_cid, client_cid);
    }
  }
}

TEST(HelloTracker, CidsMayHaveAnyLength) {
  for (size_t length = 0; length <= 255; ++length) {
    const Bytes server_cid(length, 0x51), client_cid(255 - length, 0xc1);
    Tracker tracker;
    tracker.FromClient(Client().ConnectionId(client_cid));
    tracker.FromServer(HelloBuilder::Server().ConnectionId(server_cid));
    tracker.ExpectLast(server_cid, client_cid);
  }
}

// RFC 6347, section 4.2.1: the client repeats its hello with the cookie.
TEST(HelloTracker, FollowsAHelloVerifyRequest) {
  Tracker tracker;
  tracker.FromClient(Client().ConnectionId(kClientCid));
  const HandshakeMessage verify_request = {3, 0, {0xfe, 0xff, 2, 0xaa, 0xbb}};
  tracker.HearPayload(FragmentHandshake(verify_request)[0], ToClient());
  tracker.FromClient(Client().Cookie({0xaa, 0xbb}).ConnectionId(kClientCid), 1);
  EXPECT_TRUE(tracker.agreements().empty());
  tracker.FromServer(HelloBuilder::Server().ConnectionId(kServerCid), 1);
  EXPECT_EQ(tracker.agreements().size(), 1u);
  tracker.ExpectLast(kServerCid, kClientCid);
}

// RFC 8446, section 4.1.4: a HelloRetryRequest is a ServerHello in form, and agrees on nothing.
TEST(HelloTracker, FollowsAHelloRetryRequest) {
  Tracker tracker;
  tracker.FromClient(Client().ConnectionId({0xff}));
  tracker.FromServer(HelloBuilder::HelloRetryRequest().ConnectionId(kServerCid));
  EXPECT_TRUE(tracker.agreements().empty());
  tracker.FromClient(Client().ConnectionId(kClientCid), 1);
  tracker.FromServer(HelloBuilder::Server().ConnectionId(kServerCid), 1);
  EXPECT_EQ(tracker.agreements().size(), 1u);
  tracker.ExpectLast(kServerCid, kClientCid);
}

// The first hello, repeated and late, does not undo the second one.
TEST(HelloTracker, LateRepetitionOfTheFirstHelloIsPassedOver) {
  Tracker tracker;
  tracker.FromClient(Client());
  tracker.FromClient(Client().Cookie({1}).ConnectionId(kClientCid), 1);
  tracker.FromClient(Client());
  tracker.FromServer(HelloBuilder::Server().ConnectionId(kServerCid), 1);
  tracker.ExpectLast(kServerCid, kClientCid);
}

// REQ-005
TEST(HelloTracker, NewHandshakeOnTheSameAddressesAgreesAnew) {
  Tracker tracker;
  tracker.FromClient(Client(1).ConnectionId({0xff}));
  tracker.FromClient(Client(1).Cookie({1}).ConnectionId({0xff}), 1);
  tracker.FromServer(HelloBuilder::Server().ConnectionId({0xee, 0xee}), 1);
  tracker.ExpectLast({0xee, 0xee}, {0xff});

  tracker.FromClient(Client(2).ConnectionId(kClientCid));
  tracker.FromServer(HelloBuilder::Server().ConnectionId(kServerCid));
  tracker.ExpectLast(kServerCid, kClientCid);

  tracker.FromClient(Client(3));
  tracker.FromServer(HelloBuilder::Server());
  tracker.ExpectLastIsOnNone();
  EXPECT_EQ(tracker.agreements().size(), 3u);
}

// A new handshake need not have a new random for the tracker to hear it, once the old one was
// answered; nor need the old one have been answered, where the random is new.
TEST(HelloTracker, HandshakeThatWasNotAnsweredIsSuperseded) {
  Tracker tracker;
  tracker.FromClient(Client(1).Cookie({1}).ConnectionId({0xff}), 1);
  tracker.FromClient(Client(2).ConnectionId(kClientCid), 0);
  tracker.FromServer(HelloBuilder::Server().ConnectionId(kServerCid));
  tracker.ExpectLast(kServerCid, kClientCid);

  tracker.FromClient(Client(3).Cookie({1}).ConnectionId({0xff}), 1);
  tracker.FromServer(HelloBuilder::Server().ConnectionId(kServerCid), 1);
  tracker.ExpectLast(kServerCid, {0xff});
  tracker.FromClient(Client(3).ConnectionId(kClientCid), 0);
  tracker.FromServer(HelloBuilder::Server().ConnectionId(kServerCid));
  tracker.ExpectLast(kServerCid, kClientCid);
}

TEST(HelloTracker, RepeatedServerHelloAgreesOnTheSame) {
  Tracker tracker;
  tracker.FromClient(Client().ConnectionId(kClientCid));
  for (int i = 0; i < 3; ++i) tracker.FromServer(HelloBuilder::Server().ConnectionId(kServerCid));
  EXPECT_EQ(tracker.agreements().size(), 3u);
  tracker.ExpectLast(kServerCid, kClientCid);
}

// The early draft's connection_id negotiates nothing.
TEST(HelloTracker, Type53IsIgnored) {
  Tracker tracker;
  tracker.FromClient(Client().Extension(kEarlyConnectionIdHelloExtension, {2, 1, 2}));
  tracker.FromServer(HelloBuilder::Server().ConnectionId(kServerCid));
  tracker.ExpectLastIsOnNone();
  tracker.FromClient(Client(2).ConnectionId(kClientCid));
  tracker.FromServer(HelloBuilder::Server().Extension(kEarlyConnectionIdHelloExtension, {2, 1, 2}));
  tracker.ExpectLastIsOnNone();
  tracker.FromServer(HelloBuilder::Server()
                         .Extension(kEarlyConnectionIdHelloExtension, {2, 1, 2})
                         .ConnectionId(kServerCid));
  tracker.ExpectLast(kServerCid, kClientCid);
}

TEST(HelloTracker, ServerHelloWithoutItsClientHelloSaysNothing) {
  Tracker tracker;
  tracker.FromServer(HelloBuilder::Server().ConnectionId(kServerCid));
  tracker.Hear(Client().ConnectionId(kClientCid), 0, ToServer(1));
  tracker.Hear(HelloBuilder::Server().ConnectionId(kServerCid), 0, ToClient(2));
  tracker.Hear(HelloBuilder::Server().ConnectionId(kServerCid), 0, ToServer(1));
  EXPECT_TRUE(tracker.agreements().empty());
}

TEST(HelloTracker, MalformedHellosAgreeOnNothing) {
  const HelloBuilder good_client = Client().ConnectionId(kClientCid);
  const HelloBuilder good_server = HelloBuilder::Server().ConnectionId(kServerCid);
  const auto spoil = [](const HelloBuilder& hello) {
    return std::vector<HelloBuilder>{
        HelloBuilder(hello).CutAt(hello.Build().size() - 1), HelloBuilder(hello).CutAt(0),
        HelloBuilder(hello).Trailing({0}), HelloBuilder(hello).ClaimExtensionsLength(0xffff),
        HelloBuilder(hello).ConnectionId({1})};
  };
  for (const HelloBuilder& bad : spoil(good_server)) {
    Tracker tracker;
    tracker.FromClient(good_client);
    tracker.FromServer(bad);
    EXPECT_TRUE(tracker.agreements().empty());
    tracker.FromServer(good_server);
    tracker.ExpectLast(kServerCid, kClientCid);
  }
  // What the server answers to a hello that this reader does not understand is not known to be an
  // answer to the one before it.
  for (const HelloBuilder& bad : spoil(good_client)) {
    Tracker tracker;
    tracker.FromClient(good_client);
    tracker.FromClient(bad);
    tracker.FromServer(good_server);
    EXPECT_TRUE(tracker.agreements().empty());
  }
}

TEST(HelloTracker, ReadsFragmentedHellos) {
  const std::vector<Bytes> client =
      FragmentHandshake(Client().ConnectionId(kClientCid).Message(), {10, 10});
  const std::vector<Bytes> server =
      FragmentHandshake(HelloBuilder::Server().ConnectionId(kServerCid).Message(), {45});
  Tracker tracker;
  for (const size_t i : {2, 0, 1}) tracker.HearPayload(client[i], ToServer());
  for (const size_t i : {1, 0}) tracker.HearPayload(server[i], ToClient());
  EXPECT_EQ(tracker.agreements().size(), 1u);
  tracker.ExpectLast(kServerCid, kClientCid);
}

TEST(HelloTracker, SurvivesRandomBodies) {
  Random random(3);
  Tracker tracker;
  for (int i = 0; i < 20000; ++i) {
    const bool from_client = random.Percent(50);
    HandshakeMessage message = from_client
                                   ? Client().ConnectionId(kClientCid).Message()
                                   : HelloBuilder::Server().ConnectionId(kServerCid).Message();
    for (uint64_t changes = random.Below(3); changes > 0; --changes) {
      message.body[random.Below(message.body.size())] = static_cast<uint8_t>(random.Next());
    }
    tracker.HearPayload(FragmentHandshake(message)[0], from_client ? ToServer() : ToClient());
  }
  EXPECT_GT(tracker.agreements().size(), 1000u);
  for (const HelloAgreement& agreement : tracker.agreements()) {
    ASSERT_LE(agreement.cid_to_server.size(), 4u) << "no longer than what was sent";
    ASSERT_LE(agreement.cid_to_client.size(), 2u);
  }
}

}  // namespace
}  // namespace waybill
