// SPDX-License-Identifier: Apache-2.0
//
// Handshake messages cut into DTLS handshake fragments (RFC 6347, section 4.2.2; RFC 9147, section
// 5.5), each the payload of a record.
//
//   | type 1 | message length 3 | message sequence 2 | fragment offset 3 | fragment length 3 | … |
#ifndef WAYBILL_TRAFFIC_HANDSHAKE_MESSAGE_H_
#define WAYBILL_TRAFFIC_HANDSHAKE_MESSAGE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "waybill/traffic/bytes.h"

namespace waybill {

// All functions here are thread-safe.

// Types of handshake messages.
inline constexpr uint8_t kClientHelloMessage = 1;
inline constexpr uint8_t kServerHelloMessage = 2;

struct HandshakeMessage {
  uint8_t type = 0;
  uint16_t sequence = 0;  // message_seq
  Bytes body;             // without the 12-byte header
};

// The header of one fragment. Nothing needs to be true.
struct HandshakeFragmentHeader {
  uint8_t type = 0;
  uint32_t message_length = 0;  // 24 bits, of the whole body
  uint16_t message_sequence = 0;
  uint32_t offset = 0;  // 24 bits, of the fragment in the body
  uint32_t length = 0;  // 24 bits, of the fragment
};

// The header and `bytes` behind it, however many there are.
Bytes EncodeHandshakeFragment(const HandshakeFragmentHeader& header,
                              absl::Span<const uint8_t> bytes);

// The fragment of `length` bytes from `offset` on, cut at the end of the body. Fragments may
// overlap (RFC 6347, section 4.2.3).
Bytes HandshakeFragment(const HandshakeMessage& message, size_t offset, size_t length);

// The message in fragments of the given lengths, in order, and one more for what is left of the
// body. Without lengths, the message is one fragment. Lengths behind the end of the body make
// empty fragments.
std::vector<Bytes> FragmentHandshake(const HandshakeMessage& message,
                                     absl::Span<const size_t> lengths = {});

}  // namespace waybill

#endif  // WAYBILL_TRAFFIC_HANDSHAKE_MESSAGE_H_
