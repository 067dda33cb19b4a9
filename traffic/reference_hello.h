// SPDX-License-Identifier: Apache-2.0
//
// The part of the reference codec that reads hellos: RFC 6347 (section 4.2.1), RFC 5246 (section
// 7.4.1), RFC 8446 (section 4.1.3), RFC 9146 (section 3), RFC 9853 (section 3) and EXT-6.
#ifndef WAYBILL_TRAFFIC_REFERENCE_HELLO_H_
#define WAYBILL_TRAFFIC_REFERENCE_HELLO_H_

#include <cstdint>
#include <optional>

#include "waybill/traffic/reference_codec.h"
#include "waybill/traffic/reference_octets.h"
#include "waybill/wire/drop_reason.h"

namespace waybill::reference {

// EXT-6.
struct RecordHeaderExtensions {
  Profile profile = Profile::kAuthenticated;
  uint64_t receive_mask = 0;
};

// What a hello says, as far as it concerns record headers.
struct Hello {
  uint64_t legacy_version = 0;
  Octets random;
  bool hello_retry_request = false;
  bool rrc = false;                                                // extension 61
  bool early_connection_id = false;                                // extension 53
  std::optional<Octets> connection_id;                             // extension 54
  std::optional<RecordHeaderExtensions> record_header_extensions;  // extension 0xff57
};

// The body of a ClientHello, or of a ServerHello or HelloRetryRequest. `hello` is complete where
// the answer is kNone.
DropReason ReadClientHello(const Octets& body, Hello* hello);
DropReason ReadServerHello(const Octets& body, Hello* hello);

}  // namespace waybill::reference

#endif  // WAYBILL_TRAFFIC_REFERENCE_HELLO_H_
