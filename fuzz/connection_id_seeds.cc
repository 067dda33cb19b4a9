// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <initializer_list>

#include "absl/strings/string_view.h"
#include "waybill/fuzz/seeds.h"
#include "waybill/traffic/bytes.h"

namespace waybill {
namespace {

// The calls as connection_id_updates_fuzz.cc numbers them.
enum Call : uint8_t {
  kNewConnectionId,
  kRequestConnectionId,
  kAcknowledged,
  kOffer,
  kRequest,
  kNextMessage,
  kUsed,
  kRetire,
  kNextPeerCid,
  kFailAfter,
};
constexpr uint8_t kRoom = 255;
constexpr uint8_t kImmediate = 0, kSpare = 1;
constexpr uint8_t kRequestType = 9, kNewType = 10;

// A NewConnectionId of one CID, as it is received.
Bytes NewCid(uint8_t cid, uint8_t usage) { return {kNewConnectionId, 5, 0, 2, 1, cid, usage}; }

constexpr uint8_t Offered(uint8_t count, uint8_t usage) {
  return static_cast<uint8_t>(2 * count + usage);
}

}  // namespace

void WriteConnectionIdSeeds(SeedWriter* writer) {
  // Own CIDs of `length` bytes, four places of each kind, and a peer whose CID is {9}.
  const auto write = [writer](absl::string_view name, uint8_t length,
                              std::initializer_list<Bytes> calls) {
    Bytes seed = {length, 4, 4, 4, 1, 9};
    for (const Bytes& call : calls) AppendBytes(call, &seed);
    writer->Write("connection_id_updates", name, seed);
  };
  const Bytes send = {kNextMessage, kRoom};
  const Bytes acknowledged = {kAcknowledged, kNewType};
  const Bytes offer_one = {kOffer, Offered(1, kImmediate)};

  write("no calls", 4, {});
  write("immediate change", 4,
        {offer_one, send, acknowledged, {kUsed, 1}, {kUsed, 0}, {kRetire, 0}, {kUsed, 0}});
  write("two immediate changes of long CIDs", 30,
        {offer_one,
         send,
         acknowledged,
         offer_one,
         send,
         {kUsed, 1},
         {kRetire, 0},
         {kUsed, 2},
         {kRetire, 0}});
  write("offer of spares", 4, {{kOffer, Offered(2, kSpare)}, send, {kUsed, 1}, {kRetire, 0}});
  write("offer without room", 4, {{kOffer, Offered(3, kSpare)}, {kNextMessage, 9}});
  write("offer that fails", 4,
        {{kFailAfter, 3}, {kOffer, Offered(3, kSpare)}, send, {kFailAfter, 0}, acknowledged, send});
  write("requests", 4,
        {{kRequest, 2},
         send,
         {kAcknowledged, kRequestType},
         NewCid(1, kSpare),
         {kRequest, 1},
         NewCid(2, kSpare),
         send});
  write("requests of the peer", 30,
        {{kRequestConnectionId, 1, 2}, send, {kRequestConnectionId, 1, 1}, acknowledged, send});
  write("new paths", 4,
        {NewCid(1, kSpare),
         NewCid(2, kSpare),
         {kNextPeerCid, 0},
         {kNextPeerCid, 0},
         NewCid(3, kImmediate),
         {kNextPeerCid, 0}});
  write("malformed messages", 4,
        {NewCid(1, 2), {kNewConnectionId, 3, 0, 0, kImmediate}, {kRequestConnectionId, 0}});
  write("not negotiated", 4,
        {offer_one,
         {kRequestConnectionId, 1, 2},
         {kRequest, 1},
         {kFailAfter, 255},
         send,
         send,
         NewCid(1, kSpare)});
  write("neither sends nor receives", 0, {NewCid(1, kSpare), offer_one, send});
}

}  // namespace waybill
