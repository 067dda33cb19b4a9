// SPDX-License-Identifier: Apache-2.0
//
// Hellos that negotiate connection IDs and record header extensions, well-formed or not:
//
//   const Bytes body = HelloBuilder::Client().ConnectionId(cid).ReturnRoutabilityCheck().Build();
//
// Shares constants with ext/, but no code.
#ifndef WAYBILL_TRAFFIC_HELLO_BUILDER_H_
#define WAYBILL_TRAFFIC_HELLO_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/record/record_view.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/handshake_message.h"

namespace waybill {

// A description of a ClientHello (RFC 6347, section 4.2.1), a ServerHello or a HelloRetryRequest
// (RFC 8446, section 4.1.4). A value; what it is given is copied. Numbers and lengths too large for
// their fields are cut to the fields' low bits; nothing else is mended or refused. One thread at a
// time.
class HelloBuilder {
 public:
  // Hellos without extensions: version 0xfefd, a fixed random, two cipher suites of which a server
  // takes the first, empty session ID and cookie.
  static HelloBuilder Client();
  static HelloBuilder Server();
  static HelloBuilder HelloRetryRequest();

  HelloBuilder& Version(uint16_t version);
  // 32 bytes, or any other number.
  HelloBuilder& Random(absl::Span<const uint8_t> random);
  // At most 32 bytes in a good hello.
  HelloBuilder& SessionId(absl::Span<const uint8_t> session_id);
  // Ignored in the hellos of a server.
  HelloBuilder& Cookie(absl::Span<const uint8_t> cookie);
  // One for a server; none is wrong in either.
  HelloBuilder& CipherSuites(absl::Span<const uint16_t> cipher_suites);

  // Extensions, in the order of the calls, as often as called.

  // connection_id (RFC 9146, section 3), possibly empty.
  HelloBuilder& ConnectionId(absl::Span<const uint8_t> cid);
  // rrc (RFC 9853, section 3).
  HelloBuilder& ReturnRoutabilityCheck();
  // Ours (EXT-6). Profile kOff is written as 255, which does not exist.
  HelloBuilder& RecordHeaderExtensions(ExtensionProfile profile, ExtensionTypeSet receives);
  // Any other, or one of those with a body that is wrong.
  HelloBuilder& Extension(uint16_t type, absl::Span<const uint8_t> body);
  // Bytes among the extensions that need not be one.
  HelloBuilder& RawExtensionBytes(absl::Span<const uint8_t> bytes);

  // The length field of the extensions, right or wrong. It is written also where there are none.
  HelloBuilder& ClaimExtensionsLength(uint16_t length);
  // Bytes behind the hello.
  HelloBuilder& Trailing(absl::Span<const uint8_t> bytes);
  // Drops all but the first `length` bytes.
  HelloBuilder& CutAt(size_t length);

  // The body, without a handshake header.
  Bytes Build() const;
  // The message, to be fragmented.
  HandshakeMessage Message(uint16_t sequence = 0) const;

 private:
  explicit HelloBuilder(uint8_t message_type);

  uint8_t message_type_;
  uint16_t version_ = kDtls12Version;
  Bytes random_;
  Bytes session_id_;
  Bytes cookie_;
  std::vector<uint16_t> cipher_suites_;
  Bytes extensions_;
  std::optional<uint16_t> claimed_extensions_length_;
  Bytes trailing_;
  std::optional<size_t> cut_;
};

}  // namespace waybill

#endif  // WAYBILL_TRAFFIC_HELLO_BUILDER_H_
