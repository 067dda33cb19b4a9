// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/first_byte.h"

namespace waybill {

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

}  // namespace waybill
