// SPDX-License-Identifier: Apache-2.0
//
// From the hellos of a capture to what two peers agreed on.
#ifndef WAYBILL_TOOLS_HELLO_TRACKER_H_
#define WAYBILL_TOOLS_HELLO_TRACKER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/types/span.h"
#include "waybill/tools/bounded_map.h"
#include "waybill/tools/direction.h"
#include "waybill/tools/hello_reassembly.h"

namespace waybill {

using HelloRandom = std::array<uint8_t, 32>;

// What a ClientHello and the ServerHello that answered it agree on, about connection IDs and about
// keys.
struct HelloAgreement {
  FlowDirection to_server;
  bool in_use = false;        // both hellos have connection_id (RFC 9146, section 3; REQ-006)
  std::string cid_to_server;  // what the server's hello says: the CID in records sent to it
  std::string cid_to_client;  // likewise; a CID may be empty (REQ-002)
  HelloRandom client_random = {};
  HelloRandom server_random = {};
  uint16_t cipher_suite = 0;
};

// Pairs the hellos of each client and server. A ClientHello supersedes the one before it: it
// follows a HelloVerifyRequest or HelloRetryRequest, or begins another handshake between the same
// addresses (REQ-005). Only a late repetition does not: same random, lower number. A ServerHello
// whose ClientHello was not seen says nothing. Memory is bounded: of more than kMaxHandshakes pairs
// of endpoints the ones seen longest ago are forgotten. One thread at a time.
class HelloTracker {
 public:
  static constexpr size_t kMaxHandshakes = 1 << 15;

  // Reads the payload of a plaintext handshake record, and calls `on_agreement` where a ServerHello
  // is complete with it. A repeated ServerHello agrees on the same again.
  void Read(const FlowDirection& direction, absl::Span<const uint8_t> payload,
            const std::function<void(const HelloAgreement&)>& on_agreement);

 private:
  // The ClientHello of the latest handshake.
  struct Offer {
    HelloRandom random = {};
    uint16_t message_sequence = 0;
    std::optional<std::string> cid;
  };

  void ReadClientHello(const FlowDirection& to_server, const HelloMessage& message);
  std::optional<HelloAgreement> ReadServerHello(const FlowDirection& to_client,
                                                const HelloMessage& message);

  HelloReassembly reassembly_;
  BoundedMap<FlowDirection, Offer> offers_{kMaxHandshakes};  // by the direction to the server
};

}  // namespace waybill

#endif  // WAYBILL_TOOLS_HELLO_TRACKER_H_
