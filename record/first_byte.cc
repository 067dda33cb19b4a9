// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/first_byte.h"

namespace waybill {

Protocol ProtocolOf(uint8_t first_byte) {
  if (first_byte <= 3) return Protocol::kStun;
  if (first_byte <= 15) return Protocol::kUnknown;
  if (first_byte <= 19) return Protocol::kZrtp;
  if (first_byte <= 63) return Protocol::kDtls;
  if (first_byte <= 79) return Protocol::kTurnChannel;
  if (first_byte <= 127) return Protocol::kQuic;
  if (first_byte <= 191) return Protocol::kRtp;
  return Protocol::kQuic;
}

std::string_view NameOf(Protocol protocol) {
  switch (protocol) {
    case Protocol::kStun:
      return "stun";
    case Protocol::kZrtp:
      return "zrtp";
    case Protocol::kDtls:
      return "dtls";
    case Protocol::kTurnChannel:
      return "turn";
    case Protocol::kQuic:
      return "quic";
    case Protocol::kRtp:
      return "rtp";
    case Protocol::kUnknown:
      break;
  }
  return "unknown";
}

HeaderLayout HeaderLayoutOf(uint8_t first_byte) {
  // BUG-25: three fixed bits, 001, and five free ones.
  if ((first_byte & 0xe0) == 0x20) return HeaderLayout::kUnified;
  if (first_byte == kTls12CidType) return HeaderLayout::kTls12Cid;
  if (first_byte >= kChangeCipherSpec && first_byte <= kReturnRoutabilityCheck)
    return HeaderLayout::kRfc6347;
  return HeaderLayout::kNone;
}

}  // namespace waybill
