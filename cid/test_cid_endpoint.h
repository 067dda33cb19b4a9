// SPDX-License-Identifier: Apache-2.0
//
// An association's connection IDs with all that they need, for tests.
#ifndef WAYBILL_CID_TEST_CID_ENDPOINT_H_
#define WAYBILL_CID_TEST_CID_ENDPOINT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "waybill/cid/connection_id.h"
#include "waybill/cid/connection_id_updates.h"
#include "waybill/cid/test_cids.h"
#include "waybill/wire/byte_writer.h"

namespace waybill {

struct TestCidEndpoint {
  static constexpr size_t kRoom = 1000;

  struct Message {
    uint8_t type = 0;  // 0: there was none
    std::vector<uint8_t> body;
  };

  // Places for longer CIDs as there are own ones, unless said otherwise.
  TestCidEndpoint(uint8_t own_length, size_t own_places, size_t peer_places)
      : TestCidEndpoint(own_length, own_places, peer_places, own_places) {}
  TestCidEndpoint(uint8_t own_length, size_t own_places, size_t peer_places, size_t long_places)
      : format(own_length),
        long_bytes(long_places * own_length),
        longer(absl::MakeSpan(long_bytes), own_length),
        own(own_places),
        peer(peer_places) {
    Begin();
  }

  // Ends the association, and begins another in the same place.
  void Begin() {
    updates.emplace(
        format.max_length() == 0 ? nullptr : &issuer, target,
        ConnectionIdUpdates::Storage{absl::MakeSpan(own), absl::MakeSpan(peer), &longer});
    ++target.generation;
  }

  // What goes into the hello: empty where none could be issued.
  CidBytes First() {
    absl::Span<const uint8_t> cid;
    return updates->IssueFirst(&cid) == CidIssueResult::kIssued ? BytesOf(cid) : CidBytes();
  }

  Message Next(size_t room = kRoom) {
    Message message;
    message.body.resize(room);
    ByteWriter writer(absl::MakeSpan(message.body));
    message.type = updates->NextMessage(&writer);
    message.body.resize(writer.size());
    return message;
  }

  CidAlert Receive(const Message& message) {
    return message.type == kNewConnectionIdType ? updates->OnNewConnectionId(message.body)
                                                : updates->OnRequestConnectionId(message.body);
  }

  CidBytes PeerCid() const { return BytesOf(updates->peer_cid()); }

  // The own CIDs in this state, in the order of their places.
  std::vector<CidBytes> Own(OwnCid::State state) const {
    std::vector<CidBytes> cids;
    for (const OwnCid& place : own) {
      if (place.state == state) cids.push_back(BytesOf(place.cid.bytes()));
    }
    return cids;
  }

  // Whether the table has the own CIDs and no other, and each was removed once at most.
  bool TableAgrees() const {
    size_t count = 0;
    for (const OwnCid& place : own) {
      if (place.state == OwnCid::State::kFree) continue;
      const auto found = registry.live().find(BytesOf(place.cid.bytes()));
      if (found == registry.live().end() || found->second.ordinal != place.ordinal) return false;
      ++count;
    }
    return registry.live().size() == count && registry.wrong_removals() == 0;
  }

  CountingCidFormat format;
  MapCidRegistry registry;
  CidIssuer issuer{&format, &registry};
  std::vector<uint8_t> long_bytes;
  LongCidStorage longer;
  std::vector<OwnCid> own;
  std::vector<PeerConnectionId> peer;
  CidTarget target;
  std::optional<ConnectionIdUpdates> updates;
};

// Two endpoints that have exchanged their hellos.
inline void Connect(TestCidEndpoint* a, TestCidEndpoint* b) {
  a->updates->SetPeerCid(b->First());
  b->updates->SetPeerCid(a->First());
}

}  // namespace waybill

#endif  // WAYBILL_CID_TEST_CID_ENDPOINT_H_
