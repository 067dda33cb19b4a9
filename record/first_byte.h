// SPDX-License-Identifier: Apache-2.0
//
// What the first byte of a datagram or a record announces, before anything else is read.
#ifndef WAYBILL_RECORD_FIRST_BYTE_H_
#define WAYBILL_RECORD_FIRST_BYTE_H_

#include <cstdint>
#include <string_view>

namespace waybill {

// The protocols that share a UDP port by the ranges of their first bytes (RFC 7983, updated by RFC
// 9443, section 3).
enum class Protocol : uint8_t { kUnknown, kStun, kZrtp, kDtls, kTurnChannel, kQuic, kRtp };

// The protocol of a datagram that begins with this byte. Total; only kDtls is parsed further by
// this library.
Protocol ProtocolOf(uint8_t first_byte);

// "stun", "zrtp", "dtls", "turn", "quic", "rtp" or "unknown". Lives as long as the program.
std::string_view NameOf(Protocol protocol);

// The layout of fields that a first byte announces. Whether a record header extension follows is
// known only from the E bit of the length field, so each layout serves a form with and a form
// without.
enum class HeaderLayout : uint8_t {
  kNone,      // not a DTLS record
  kRfc6347,   // content types 20 to 24, 26 and 27
  kTls12Cid,  // content type 25 (RFC 9146, section 4)
  kUnified,   // 001CSLEE (RFC 9147, section 4)
};

// The layout of a record that begins with this byte (RFC 9147, section 4.1; REQ-036). Content type
// 27 (RFC 9853) is accepted although the figure there is older.
HeaderLayout HeaderLayoutOf(uint8_t first_byte);

// Outer content types, and inner ones where a form has them.
inline constexpr uint8_t kChangeCipherSpec = 20;
inline constexpr uint8_t kAlert = 21;
inline constexpr uint8_t kHandshake = 22;
inline constexpr uint8_t kApplicationData = 23;
inline constexpr uint8_t kHeartbeat = 24;
inline constexpr uint8_t kTls12CidType = 25;
inline constexpr uint8_t kAck = 26;
inline constexpr uint8_t kReturnRoutabilityCheck = 27;

}  // namespace waybill

#endif  // WAYBILL_RECORD_FIRST_BYTE_H_
