// SPDX-License-Identifier: Apache-2.0
//
// What the hellos of a handshake agree on about connection IDs and record header extensions. One
// complete hello is walked without state; reassembly of fragmented hellos is the business of
// whoever has memory for it.
#ifndef WAYBILL_EXT_HELLO_H_
#define WAYBILL_EXT_HELLO_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/drop_reason.h"
#include "waybill/wire/temporary_owner.h"

namespace waybill {

// Types of hello extensions.
inline constexpr uint16_t kConnectionIdHelloExtension = 54;  // RFC 9146, section 3
// An early draft's connection_id, with another MAC input. It never negotiates anything here, and is
// never written.
inline constexpr uint16_t kEarlyConnectionIdHelloExtension = 53;
inline constexpr uint16_t kReturnRoutabilityCheckHelloExtension = 61;  // RFC 9853, section 3
// Record header extensions (EXT-6); private use.
inline constexpr uint16_t kRecordHeaderExtensionsHelloExtension = 0xff57;

// The body of our hello extension: `uint8 profile; uint16 receive_mask` (EXT-6).
struct RecordHeaderExtensionsOffer {
  ExtensionProfile profile = ExtensionProfile::kAuthenticated;
  ExtensionTypeSet
      receives;  // the types that the sender of this hello accepts in records sent to it
};

// What one hello says. Spans point into the body that was read and live as long as it.
struct Hello {
  uint16_t legacy_version = 0;
  absl::Span<const uint8_t> random;     // 32 bytes
  uint16_t cipher_suite = 0;            // the one that a ServerHello chooses
  bool is_hello_retry_request = false;  // RFC 8446, section 4.1.3; only in a ServerHello
  std::optional<absl::Span<const uint8_t>>
      cid;                                // connection_id: present, and possibly empty (REQ-002)
  bool return_routability_check = false;  // rrc
  bool early_connection_id = false;       // type 53 occurs; nothing follows from it
  std::optional<RecordHeaderExtensionsOffer> record_header_extensions;
};

// Reads the body of a complete ClientHello (RFC 6347, section 4.2.1; RFC 9147, section 5.3): the
// handshake message without its 12-byte header. A hello without extensions is well-formed.
// Allocates nothing and reads nothing behind `body`; thread-safe.
//
// Fails with kHelloMalformed where the structure is cut, overlong or followed by other bytes;
// kHelloExtensionMalformed where the body of one of the extensions above is (a CID vector with its
// length off, a body in rrc, a profile that does not exist); kHelloExtensionRepeated where one of
// them occurs twice; kHelloExtensionOrphaned where rrc stands without connection_id (REQ-102) or a
// receive mask has bit 0 without a non-empty connection_id (EXT-6). On failure `hello` is
// unspecified.
DropReason ReadClientHello(absl::Span<const uint8_t> body, Hello* hello);
template <typename Owner, typename = IfTemporaryOwner<Owner>>
DropReason ReadClientHello(Owner&& body, Hello* hello) = delete;

// The same for a ServerHello, or a HelloRetryRequest, which has its form.
DropReason ReadServerHello(absl::Span<const uint8_t> body, Hello* hello);
template <typename Owner, typename = IfTemporaryOwner<Owner>>
DropReason ReadServerHello(Owner&& body, Hello* hello) = delete;

// What both hellos together agree on about record header extensions (EXT-6).
struct RecordHeaderExtensionsAgreement {
  ExtensionProfile profile = ExtensionProfile::kOff;  // kOff: nothing was agreed
  ExtensionTypeSet client_receives;
  ExtensionTypeSet server_receives;
};

// kOff where either side left the extension out, or where the server answered with another profile
// than the client's, which the server must not do.
RecordHeaderExtensionsAgreement AgreeOnRecordHeaderExtensions(const Hello& client,
                                                              const Hello& server);

// Each writes one whole hello extension: type, length, body. False where the room is too small or a
// value cannot be said: a CID longer than 255 bytes, profile kOff.
bool WriteConnectionIdHelloExtension(absl::Span<const uint8_t> cid, ByteWriter* writer);
bool WriteReturnRoutabilityCheckHelloExtension(ByteWriter* writer);
bool WriteRecordHeaderExtensionsHelloExtension(const RecordHeaderExtensionsOffer& offer,
                                               ByteWriter* writer);

}  // namespace waybill

#endif  // WAYBILL_EXT_HELLO_H_
