// SPDX-License-Identifier: Apache-2.0
//
// Two endpoints and a channel that loses, repeats and reorders, against a model that is as plain as
// it can be: containers that grow, and the rules of RFC 9147, section 9, one by one.
#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/cid/connection_id_updates.h"
#include "waybill/cid/test_cid_endpoint.h"
#include "waybill/cid/test_cids.h"
#include "waybill/traffic/random.h"

namespace waybill {
namespace {

using Message = TestCidEndpoint::Message;
constexpr int kAlerts[] = {10, 47, 50, 52};
enum : int { kUnexpected, kIllegal, kDecode, kTooMany };
constexpr int kNoAlert = 255;

// A NewConnectionId, read by hand; nothing where it is malformed.
struct NewCids {
  std::vector<CidBytes> cids;
  uint8_t usage = 0;

  static std::optional<NewCids> Of(const std::vector<uint8_t>& body) {
    NewCids message;
    if (body.size() < 3) return std::nullopt;
    const size_t end = 2 + body[0] * 256u + body[1];
    if (body.size() != end + 1) return std::nullopt;
    for (size_t at = 2; at < end; at += 1u + body[at]) {
      if (at + 1 + body[at] > end) return std::nullopt;
      message.cids.emplace_back(body.begin() + static_cast<long>(at + 1),
                                body.begin() + static_cast<long>(at + 1 + body[at]));
    }
    message.usage = body[end];
    return message;
  }
};

struct Model {
  struct Own {
    size_t ordinal, replaces_before;
    bool replaced;
  };
  struct Wanted {
    size_t count;
    uint8_t usage;
  };

  Model(size_t places, size_t most) : own_places(places), peer_places(most) {}

  // Another association.
  void Begin(const CidBytes& first, const CidBytes& peers) {
    *this = Model(own_places, peer_places);
    if (!first.empty()) own[first] = {issued++, 0, false};
    receives = !first.empty();
    if (!peers.empty()) peer.push_back(peers);
  }

  int OnNew(const std::vector<uint8_t>& body, bool pretend) {
    if (peer.empty()) return kAlerts[kUnexpected];
    const std::optional<NewCids> message = NewCids::Of(body);
    if (!message.has_value()) return kAlerts[kDecode];
    if (message->usage > 1) return kAlerts[kIllegal];
    std::deque<CidBytes> next;
    if (message->usage == 1) next = peer;
    for (const CidBytes& cid : message->cids) {
      const bool known = std::count(next.begin(), next.end(), cid) != 0;
      if (!cid.empty() && !known && next.size() < peer_places) next.push_back(cid);
    }
    if (next.empty()) return kAlerts[kIllegal];
    if (pretend) return kNoAlert;
    peer = next;
    request_unanswered = false;
    return kNoAlert;
  }

  int OnRequest(const std::vector<uint8_t>& body, bool pretend) {
    if (!receives) return kAlerts[kUnexpected];
    if (body.size() != 1) return kAlerts[kDecode];
    if (in_vain >= 16) return kAlerts[kTooMany];
    if (pretend) return kNoAlert;
    ++in_vain;
    answer = Wanted{body[0], 1};
    return kNoAlert;
  }

  bool Offer(size_t count, uint8_t usage) {
    if (!receives || count == 0) return false;
    offer = Wanted{count, usage};
    return true;
  }

  bool Request(size_t count) {
    if (peer.empty() || request.has_value() || request_sent || request_unanswered) return false;
    const size_t asked = std::min(count, peer_places - peer.size());
    if (asked != 0) request = asked;
    return asked != 0;
  }

  // What the next message must be, given what can be issued. CIDs are left open.
  struct Expected {
    uint8_t type = 0;
    uint8_t usage = 0;
    size_t count = 0;
  };
  Expected Next(size_t room, size_t length, size_t issuable) {
    const auto limit = [&](const Wanted& wanted) {
      const size_t free = own_places - own.size();
      const size_t places = wanted.usage == 0 ? free : free - (free > 0);
      return std::min({wanted.count, places, issuable, (room - 3) / (1 + length)});
    };
    if (!new_sent && room >= 3) {
      if (offer.has_value() && limit(*offer) > 0) {
        const Expected expected = {10, offer->usage, limit(*offer)};
        offer.reset();
        new_sent = true;
        return expected;
      }
      if (answer.has_value()) {
        const Expected expected = {10, 1, limit(*answer)};
        answer.reset();
        new_sent = true;
        if (expected.count > 0) in_vain = 0;
        return expected;
      }
    }
    if (request.has_value() && room >= 1) {
      const Expected expected = {9, 0, *request};
      request.reset();
      request_sent = request_unanswered = true;
      return expected;
    }
    return {};
  }
  void Issued(const NewCids& message) {
    if (message.usage == 0) immediate = issued;
    for (const CidBytes& cid : message.cids) own[cid] = {issued++, immediate, false};
  }

  bool OnUsed(const CidBytes& cid) {
    const auto used = own.find(cid);
    if (used == own.end()) return false;
    for (auto& [other, state] : own) {
      if (state.ordinal < used->second.replaces_before) state.replaced = true;
    }
    return true;
  }
  void RetireReplaced() {
    for (auto at = own.begin(); at != own.end();) {
      at = at->second.replaced ? own.erase(at) : std::next(at);
    }
  }
  bool UseNext() {
    if (peer.size() < 2) return false;
    peer.pop_front();
    return true;
  }

  size_t own_places, peer_places;
  bool receives = false;
  std::map<CidBytes, Own> own;
  std::deque<CidBytes> peer;
  std::optional<Wanted> offer, answer;
  std::optional<size_t> request;
  bool new_sent = false, request_sent = false, request_unanswered = false;
  size_t in_vain = 0;
  size_t issued = 0;
  size_t immediate = 0;
};

// An endpoint, its model, and as much of a handshake layer as the state machine is promised.
struct Side {
  Side(uint8_t length, size_t own_places, size_t peer_places)
      : endpoint(length, own_places, peer_places), model(own_places, peer_places) {}

  TestCidEndpoint endpoint;
  Model model;
  std::map<uint8_t, std::pair<size_t, Message>> outstanding;  // by type: its number, and it
  size_t next_sent = 0, next_received = 0;
};

struct Packet {
  Side* to;
  CidBytes cid;
  bool is_message, is_ack;
  size_t number;
  Message message;
};

class Association {
 public:
  explicit Association(uint64_t seed)
      : random_(seed), patient_(seed % 2 == 0), a_(MakeSide()), b_(MakeSide()) {
    Begin();
  }

  void Step() {
    Side* const side = random_.Percent(50) ? &a_ : &b_;
    ConnectionIdUpdates& updates = *side->endpoint.updates;
    Model& model = side->model;
    const uint8_t count = static_cast<uint8_t>(random_.Percent(5) ? 255 : random_.Below(6));
    switch (random_.Below(16)) {
      case 0: {
        const uint8_t usage = static_cast<uint8_t>(random_.Below(2));
        ASSERT_EQ(updates.Offer(count, static_cast<ConnectionIdUsage>(usage)),
                  model.Offer(count, usage));
        break;
      }
      case 1:
        ASSERT_EQ(updates.Request(count), model.Request(count));
        break;
      case 2:
      case 3:
        NextMessage(side);
        break;
      case 4:
        for (const auto& [type, sent] : side->outstanding) {
          Send(side, {nullptr, {}, true, false, sent.first, sent.second});
        }
        break;
      case 5:
        Send(side, {nullptr, {}, false, false, 0, {}});
        break;
      case 6:
        RetireReplaced(side);
        break;
      case 7:
        if (random_.Percent(20)) {
          ASSERT_EQ(updates.UseNextPeerCid(), model.UseNext());
        }
        break;
      case 8:
        Malformed(side);
        break;
      default:
        Deliver();
    }
    if (testing::Test::HasFatalFailure()) return;
    Check(*side);
    Check(*Other(side));
  }

  // No packet is lost any more, and nothing new is wanted.
  void Settle() {
    for (int round = 0; round < 50; ++round) {
      for (Side* const side : {&a_, &b_}) {
        side->endpoint.format.Heal();
        side->endpoint.registry.set_capacity(1000);
        NextMessage(side);
        for (const auto& [type, sent] : side->outstanding) {
          Send(side, {nullptr, {}, true, false, sent.first, sent.second});
        }
        Send(side, {nullptr, {}, false, false, 0, {}});
        while (!channel_.empty()) DeliverAt(0);
        RetireReplaced(side);
        Check(*side);
      }
    }
    for (Side* const side : {&a_, &b_}) {
      EXPECT_TRUE(side->outstanding.empty());
      EXPECT_FALSE(side->model.request_unanswered);
      EXPECT_TRUE(side->endpoint.Own(OwnCid::State::kReplaced).empty());
    }
  }

  void End() {
    for (Side* const side : {&a_, &b_}) {
      side->endpoint.updates.reset();
      EXPECT_TRUE(side->endpoint.registry.live().empty());
      EXPECT_EQ(side->endpoint.registry.wrong_removals(), 0u);
      const std::vector<CidBytes>& added = side->endpoint.registry.added();
      EXPECT_EQ(std::set<CidBytes>(added.begin(), added.end()).size(), added.size());
    }
  }

  size_t begun() const { return begun_; }
  size_t delivered() const { return delivered_; }
  size_t retired() const { return retired_; }

 private:
  Side MakeSide() {
    constexpr uint8_t kLengths[] = {3, 20, 21, 255};
    const uint8_t length = random_.Percent(10) ? 0 : kLengths[random_.Below(4)];
    const size_t own_places = random_.Between(1, 6);
    const size_t peer_places = random_.Between(1, 6);
    return Side(length, own_places, peer_places);
  }
  Side* Other(Side* side) { return side == &a_ ? &b_ : &a_; }

  void Begin() {
    ++begun_;
    channel_.clear();
    for (Side* const side : {&a_, &b_}) {
      side->endpoint.Begin();
      EXPECT_TRUE(side->endpoint.registry.live().empty());
      side->endpoint.format.Heal();
      side->endpoint.registry.set_capacity(1000);
      side->outstanding.clear();
      side->next_sent = side->next_received = 0;
    }
    const CidBytes of_a = a_.endpoint.First(), of_b = b_.endpoint.First();
    ASSERT_TRUE(a_.endpoint.updates->SetPeerCid(of_b));
    ASSERT_TRUE(b_.endpoint.updates->SetPeerCid(of_a));
    a_.model.Begin(of_a, of_b);
    b_.model.Begin(of_b, of_a);
  }

  void NextMessage(Side* side) {
    const size_t room = random_.Percent(80) ? 10000 : random_.Below(300);
    const size_t good = random_.Percent(80) ? 1000 : random_.Below(3);
    const size_t live = side->endpoint.registry.live().size();
    random_.Percent(50) ? side->endpoint.format.FailAfter(good, CidIssueResult::kNoRandomness)
                        : side->endpoint.registry.set_capacity(live + good);
    const size_t length = side->endpoint.format.max_length();
    const Message message = side->endpoint.Next(room);
    side->endpoint.format.Heal();
    side->endpoint.registry.set_capacity(1000);
    const Model::Expected expected = side->model.Next(room, length, good);
    ASSERT_EQ(message.type, expected.type);
    if (message.type == 0) {
      ASSERT_TRUE(message.body.empty());
      return;
    }
    if (message.type == 10) {
      const std::optional<NewCids> written = NewCids::Of(message.body);
      ASSERT_TRUE(written.has_value());
      ASSERT_EQ(written->usage, expected.usage);
      ASSERT_EQ(written->cids.size(), expected.count);
      side->model.Issued(*written);
    } else {
      ASSERT_EQ(message.body, std::vector<uint8_t>{static_cast<uint8_t>(expected.count)});
    }
    // REQ-093, REQ-095: never two of a type.
    ASSERT_TRUE(
        side->outstanding.emplace(message.type, std::pair(side->next_sent++, message)).second);
  }

  // Every packet has the CID that is in use when it is sent.
  void Send(Side* from, Packet packet) {
    packet.to = Other(from);
    packet.cid = from->endpoint.PeerCid();
    channel_.push_back(packet);
  }

  void Deliver() {
    if (channel_.empty()) return;
    const size_t at = random_.Below(std::min<size_t>(channel_.size(), 20));
    if (random_.Percent(20)) {
      channel_.erase(channel_.begin() + static_cast<long>(at));
      return;
    }
    if (random_.Percent(10)) channel_.push_back(channel_[at]);
    DeliverAt(at);
  }

  void DeliverAt(size_t at) {
    const Packet packet = channel_[at];
    channel_.erase(channel_.begin() + static_cast<long>(at));
    Side* const side = packet.to;
    if (!packet.cid.empty()) {
      const bool known = side->endpoint.registry.Has(packet.cid);
      // REQ-136: where the receiver waits for what is under way, nothing is lost to a change.
      ASSERT_TRUE(known || !patient_);
      ASSERT_EQ(side->endpoint.updates->OnOwnCidUsed(packet.cid), known);
      ASSERT_EQ(side->model.OnUsed(packet.cid), known);
      if (!known) return;
    }
    ++delivered_;
    if (packet.is_ack) {
      const auto sent = side->outstanding.find(packet.message.type);
      if (sent == side->outstanding.end() || sent->second.first != packet.number) return;
      side->outstanding.erase(sent);
      side->endpoint.updates->OnAcknowledged(packet.message.type);
      (packet.message.type == 10 ? side->model.new_sent : side->model.request_sent) = false;
    } else if (packet.is_message && packet.number <= side->next_received) {
      if (packet.number == side->next_received && !Receive(side, packet.message)) return;
      Send(side, {nullptr, {}, false, true, packet.number, {packet.message.type, {}}});
    }
  }

  // False where the association ended.
  bool Receive(Side* side, const Message& message) {
    const int expected = message.type == 10 ? side->model.OnNew(message.body, false)
                                            : side->model.OnRequest(message.body, false);
    EXPECT_EQ(static_cast<int>(side->endpoint.Receive(message)), expected);
    ++side->next_received;
    if (expected == kNoAlert) return true;
    EXPECT_EQ(expected, kAlerts[kTooMany]) << "the only one that a sound peer can cause";
    Begin();
    return false;
  }

  void Malformed(Side* side) {
    Message message;
    message.type = random_.Percent(50) ? 10 : 9;
    message.body = random_.MakeBytes(random_.Below(8));
    if (message.body.size() > 3 && random_.Percent(80)) {
      message.body[0] = 0;
      message.body[1] = static_cast<uint8_t>(message.body.size() - 3);
      message.body[2] = static_cast<uint8_t>(random_.Below(6));
      message.body.back() = static_cast<uint8_t>(random_.Below(3));
    }
    const int expected = message.type == 10 ? side->model.OnNew(message.body, true)
                                            : side->model.OnRequest(message.body, true);
    if (expected == kNoAlert) return;
    ASSERT_EQ(static_cast<int>(side->endpoint.Receive(message)), expected);
  }

  void RetireReplaced(Side* side) {
    const auto under_way = [side](const Packet& packet) {
      const auto own = side->model.own.find(packet.cid);
      return packet.to == side && own != side->model.own.end() && own->second.replaced;
    };
    if (patient_ && std::any_of(channel_.begin(), channel_.end(), under_way)) return;
    retired_ += side->model.own.size();
    side->endpoint.updates->RetireReplaced();
    side->model.RetireReplaced();
    retired_ -= side->model.own.size();
  }

  void Check(const Side& side) {
    const Side& other = &side == &a_ ? b_ : a_;
    const Model& model = side.model;
    ASSERT_TRUE(side.endpoint.TableAgrees());
    size_t own = 0;
    for (const OwnCid& place : side.endpoint.own) {
      if (place.state == OwnCid::State::kFree) continue;
      const auto found = model.own.find(BytesOf(place.cid.bytes()));
      ASSERT_NE(found, model.own.end());
      ASSERT_EQ(found->second.replaced, place.state == OwnCid::State::kReplaced);
      ++own;
    }
    ASSERT_EQ(own, model.own.size());
    ASSERT_EQ(side.endpoint.PeerCid(), model.peer.empty() ? CidBytes() : model.peer.front());
    ASSERT_EQ(side.endpoint.updates->spare_peer_cids(),
              model.peer.size() - (model.peer.empty() ? 0 : 1));
    for (const CidBytes& cid : model.peer) ASSERT_TRUE(other.endpoint.registry.Has(cid));
  }

  Random random_;
  const bool patient_;
  Side a_, b_;
  std::deque<Packet> channel_;
  size_t begun_ = 0, delivered_ = 0, retired_ = 0;
};

// REQ-090, REQ-091, REQ-092, REQ-093, REQ-094, REQ-095, REQ-134, REQ-136, REQ-137, REQ-139, BUG-15:
// whatever is wanted, lost and refused, in whatever order: each call answers as the model does; the
// table has the own CIDs and no others, none twice; and the CIDs that an endpoint sends by are
// always ones that the other accepts.
TEST(ConnectionIdModel, AgreesUnderRandomOperations) {
  size_t begun = 0, delivered = 0, retired = 0;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    Association association(seed);
    for (int step = 0; step < 5000; ++step) {
      association.Step();
      if (HasFatalFailure()) return;
    }
    association.Settle();
    association.End();
    if (HasFailure()) return;
    begun += association.begun();
    delivered += association.delivered();
    retired += association.retired();
  }
  // That it was not idle.
  EXPECT_GT(begun, 60u);
  EXPECT_GT(delivered, 30000u);
  EXPECT_GT(retired, 2000u);
  RecordProperty("begun", static_cast<int>(begun));
  RecordProperty("delivered", static_cast<int>(delivered));
  RecordProperty("retired", static_cast<int>(retired));
}

}  // namespace
}  // namespace waybill
