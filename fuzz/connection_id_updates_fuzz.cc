// SPDX-License-Identifier: Apache-2.0
//
// Input: the sizes of an endpoint's storage, its peer's CID, then calls of the state machine, each
// a byte and what it takes. After every call the table has the own CIDs and no other, bounds are
// kept, and no message is sent while one of its type is outstanding; a message that is refused has
// changed nothing. What a parser accepts is written back byte for byte.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "waybill/cid/connection_id_messages.h"
#include "waybill/cid/connection_id_updates.h"
#include "waybill/cid/test_cid_endpoint.h"
#include "waybill/cid/test_cids.h"
#include "waybill/fuzz/fuzz_check.h"
#include "waybill/wire/byte_reader.h"
#include "waybill/wire/byte_writer.h"

namespace waybill {
namespace {

constexpr size_t kMaxPlaces = 8;

void CheckRoundTrip(absl::Span<const uint8_t> body) {
  std::vector<uint8_t> storage(body.size());
  ByteWriter writer(absl::MakeSpan(storage));
  NewConnectionId message;
  if (NewConnectionId::Parse(body, &message) == CidAlert::kNone) {
    NewConnectionIdWriter written(&writer);
    WAYBILL_FUZZ_CHECK(written.Begin());
    absl::Span<const uint8_t> cid;
    while (message.Next(&cid)) WAYBILL_FUZZ_CHECK(written.Add(cid));
    written.End(message.usage());
    WAYBILL_FUZZ_CHECK(writer.written() == body);
  }
  uint8_t count;
  if (ParseRequestConnectionId(body, &count)) {
    ByteWriter request(absl::MakeSpan(storage));
    WAYBILL_FUZZ_CHECK(WriteRequestConnectionId(count, &request) && request.written() == body);
  }
}

// What can be seen of a state.
struct Sight {
  explicit Sight(const TestCidEndpoint& endpoint)
      : peer(endpoint.PeerCid()),
        spares(endpoint.updates->spare_peer_cids()),
        live(endpoint.Own(OwnCid::State::kLive)),
        replaced(endpoint.Own(OwnCid::State::kReplaced)) {}
  friend bool operator==(const Sight& a, const Sight& b) {
    return a.peer == b.peer && a.spares == b.spares && a.live == b.live && a.replaced == b.replaced;
  }

  CidBytes peer;
  size_t spares;
  std::vector<CidBytes> live, replaced;
};

class Run {
 public:
  Run(uint8_t own_length, size_t own_places, size_t peer_places, size_t long_places)
      : endpoint_(own_length, own_places, peer_places, long_places) {}

  void Hello(absl::Span<const uint8_t> peer_cid) {
    endpoint_.First();
    const bool known = endpoint_.updates->SetPeerCid(peer_cid);
    WAYBILL_FUZZ_CHECK(known == !endpoint_.peer.empty());
    sends_ = known && !peer_cid.empty();
    Check();
  }

  // False at the end of the input.
  bool Step(ByteReader* input) {
    uint8_t call;
    uint8_t argument;
    if (!input->ReadU8(&call) || !input->ReadU8(&argument)) return false;
    ConnectionIdUpdates& updates = *endpoint_.updates;
    switch (call % 10) {
      case 0:
      case 1: {
        ByteReader body = *input;
        if (!input->ReadReader(std::min<size_t>(argument, input->remaining()), &body)) break;
        Receive(call % 10 == 0 ? kNewConnectionIdType : kRequestConnectionIdType, body.rest());
        break;
      }
      case 2:
        updates.OnAcknowledged(argument);
        if (argument == kNewConnectionIdType) new_outstanding_ = false;
        if (argument == kRequestConnectionIdType) request_outstanding_ = false;
        break;
      case 3:
        updates.Offer(argument / 2, static_cast<ConnectionIdUsage>(argument % 2));
        break;
      case 4:
        WAYBILL_FUZZ_CHECK(!updates.Request(argument) || (sends_ && !request_outstanding_));
        break;
      case 5:
        Send(argument == 255 ? TestCidEndpoint::kRoom * 70 : argument);
        break;
      case 6: {
        const size_t place = argument % (endpoint_.own.size() + 1);
        const CidBytes cid = place == endpoint_.own.size()
                                 ? CidBytes(argument, 0)
                                 : BytesOf(endpoint_.own[place].cid.bytes());
        WAYBILL_FUZZ_CHECK(updates.OnOwnCidUsed(cid) == endpoint_.registry.Has(cid));
        break;
      }
      case 7:
        updates.RetireReplaced();
        WAYBILL_FUZZ_CHECK(endpoint_.Own(OwnCid::State::kReplaced).empty());
        break;
      case 8: {
        const size_t spares = updates.spare_peer_cids();
        WAYBILL_FUZZ_CHECK(updates.UseNextPeerCid() == (spares > 0));
        WAYBILL_FUZZ_CHECK(updates.spare_peer_cids() == spares - (spares > 0));
        break;
      }
      default:
        argument % 2 == 0 ? endpoint_.format.Heal()
                          : endpoint_.format.FailAfter(argument / 2, CidIssueResult::kNoRandomness);
        if (argument == 255) updates.NotNegotiated();
        if (argument == 255) sends_ = false;
    }
    Check();
    return true;
  }

  void End() {
    endpoint_.updates.reset();
    WAYBILL_FUZZ_CHECK(endpoint_.registry.live().empty());
    WAYBILL_FUZZ_CHECK(endpoint_.registry.wrong_removals() == 0);
  }

 private:
  void Receive(uint8_t type, absl::Span<const uint8_t> body) {
    CheckRoundTrip(body);
    const Sight before(endpoint_);
    const CidAlert alert =
        endpoint_.Receive({type, std::vector<uint8_t>(body.begin(), body.end())});
    const Sight after(endpoint_);
    WAYBILL_FUZZ_CHECK(alert == CidAlert::kNone || before == after);
    // Nothing that a peer sends touches own CIDs by itself.
    WAYBILL_FUZZ_CHECK(before.live == after.live && before.replaced == after.replaced);
    if (type == kNewConnectionIdType) {
      WAYBILL_FUZZ_CHECK((alert == CidAlert::kUnexpectedMessage) == !sends_);
    }
  }

  void Send(size_t room) {
    const size_t issued_before = endpoint_.registry.added().size();
    const TestCidEndpoint::Message message = endpoint_.Next(room);
    const size_t issued = endpoint_.registry.added().size() - issued_before;
    if (message.type != kNewConnectionIdType) WAYBILL_FUZZ_CHECK(issued == 0);
    if (message.type == 0) {
      WAYBILL_FUZZ_CHECK(message.body.empty());
      return;
    }
    CheckRoundTrip(message.body);
    bool* const outstanding =
        message.type == kNewConnectionIdType ? &new_outstanding_ : &request_outstanding_;
    WAYBILL_FUZZ_CHECK(!*outstanding);
    *outstanding = true;
    if (message.type == kRequestConnectionIdType) {
      WAYBILL_FUZZ_CHECK(message.body.size() == 1 && message.body[0] < endpoint_.peer.size());
      return;
    }
    NewConnectionId read;
    WAYBILL_FUZZ_CHECK(NewConnectionId::Parse(message.body, &read) == CidAlert::kNone);
    absl::Span<const uint8_t> cid;
    for (size_t i = issued_before; read.Next(&cid); ++i) {
      WAYBILL_FUZZ_CHECK(BytesOf(cid) == endpoint_.registry.added().at(i));
    }
  }

  void Check() {
    WAYBILL_FUZZ_CHECK(endpoint_.TableAgrees());
    WAYBILL_FUZZ_CHECK(endpoint_.updates->peer_cid().empty() == !sends_);
    WAYBILL_FUZZ_CHECK(endpoint_.updates->spare_peer_cids() <=
                       endpoint_.peer.size() - !endpoint_.peer.empty());
  }

  TestCidEndpoint endpoint_;
  bool sends_ = false;
  bool new_outstanding_ = false;
  bool request_outstanding_ = false;
};

}  // namespace
}  // namespace waybill

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace waybill;
  const absl::Span<const uint8_t> bytes(data, size);
  CheckRoundTrip(bytes);
  ByteReader input(bytes);
  ByteReader peer_cid = input;
  uint8_t own_length, own_places, peer_places, long_places;
  if (!input.ReadU8(&own_length) || !input.ReadU8(&own_places) || !input.ReadU8(&peer_places) ||
      !input.ReadU8(&long_places) || !input.ReadVector8(&peer_cid)) {
    return 0;
  }
  Run run(own_length, own_places % kMaxPlaces, peer_places % kMaxPlaces, long_places % kMaxPlaces);
  run.Hello(peer_cid.rest());
  while (run.Step(&input)) {
  }
  run.End();
  return 0;
}
