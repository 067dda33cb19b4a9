// SPDX-License-Identifier: Apache-2.0
#include "waybill/traffic/reference_hello.h"

#include <cstdint>
#include <optional>
#include <set>
#include <utility>

#include "waybill/traffic/reference_codec.h"
#include "waybill/traffic/reference_octets.h"
#include "waybill/wire/drop_reason.h"

namespace waybill::reference {
namespace {

enum ExtensionType {
  early_connection_id = 53,
  connection_id = 54,
  rrc = 61,
  record_header_extensions = 0xff57,
};

// SHA-256 of the ASCII string HelloRetryRequest (RFC 8446, section 4.1.3).
const Octets kHelloRetryRequest = {0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
                                   0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
                                   0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

// cid<0..2^8-1> (RFC 9146, section 3).
DropReason ReadConnectionId(const Octets& data, Hello* hello) {
  Reader in(data);
  hello->connection_id = in.Vector(1);
  const bool whole = hello->connection_id.has_value() && in.left() == 0;
  return whole ? DropReason::kNone : DropReason::kHelloExtensionMalformed;
}

// Nothing (RFC 9853, section 3).
DropReason ReadRrc(const Octets& data, Hello* hello) {
  hello->rrc = true;
  return data.empty() ? DropReason::kNone : DropReason::kHelloExtensionMalformed;
}

// | profile 1, 0 for strict and 1 for authenticated | receive_mask 2 | (EXT-6)
DropReason ReadRecordHeaderExtensions(const Octets& data, Hello* hello) {
  Reader in(data);
  const std::optional<uint64_t> profile = in.Number(1);
  const std::optional<uint64_t> mask = in.Number(2);
  if (!mask.has_value() || in.left() != 0 || *profile > 1) {
    return DropReason::kHelloExtensionMalformed;
  }
  hello->record_header_extensions =
      RecordHeaderExtensions{*profile == 0 ? Profile::kStrict : Profile::kAuthenticated, *mask};
  return DropReason::kNone;
}

DropReason ReadExtension(uint64_t type, const Octets& data, Hello* hello) {
  switch (type) {
    case early_connection_id:
      hello->early_connection_id = true;
      return DropReason::kNone;
    case connection_id:
      return ReadConnectionId(data, hello);
    case rrc:
      return ReadRrc(data, hello);
    case record_header_extensions:
      return ReadRecordHeaderExtensions(data, hello);
    default:
      return DropReason::kNone;
  }
}

// A type occurs once (RFC 5246, section 7.4.1.4). Of types that are not known here, among them the
// early connection_id, that is for others to find.
bool IsKnown(uint64_t type) {
  return type == connection_id || type == rrc || type == record_header_extensions;
}

// extensions<0..2^16-1>, where anything is left; then the hello has to end. An extension:
//
//   | extension_type 2 | extension_data<0..2^16-1> |
DropReason ReadExtensions(Reader* in, Hello* hello) {
  if (in->left() == 0) return DropReason::kNone;
  const std::optional<Octets> extensions = in->Vector(2);
  if (!extensions.has_value() || in->left() != 0) return DropReason::kHelloMalformed;
  Reader list(*extensions);
  std::set<uint64_t> seen;
  while (list.left() != 0) {
    const std::optional<uint64_t> type = list.Number(2);
    const std::optional<Octets> data = list.Vector(2);
    if (!data.has_value()) return DropReason::kHelloMalformed;
    if (!seen.insert(*type).second && IsKnown(*type)) return DropReason::kHelloExtensionRepeated;
    const DropReason reason = ReadExtension(*type, *data, hello);
    if (reason != DropReason::kNone) return reason;
  }
  return DropReason::kNone;
}

// What needs another extension in the same hello.
DropReason CheckCompanions(const Hello& hello) {
  // RFC 9853, section 3: rrc does not come without connection_id.
  if (hello.rrc && !hello.connection_id.has_value()) return DropReason::kHelloExtensionOrphaned;
  // EXT-6: nor does bit 0 without one that is not empty.
  const bool receives_cid = hello.record_header_extensions.has_value() &&
                            hello.record_header_extensions->receive_mask % 2 == 1;
  const bool has_cid = hello.connection_id.has_value() && !hello.connection_id->empty();
  return receives_cid && !has_cid ? DropReason::kHelloExtensionOrphaned : DropReason::kNone;
}

// | legacy_version 2 | random 32 | legacy_session_id<0..32> |
bool ReadBeginning(Reader* in, Hello* hello) {
  const std::optional<uint64_t> version = in->Number(2);
  std::optional<Octets> random = in->String(32);
  const std::optional<Octets> session_id = in->Vector(1);
  if (!session_id.has_value() || session_id->size() > 32) return false;
  hello->legacy_version = *version;
  hello->random = std::move(*random);
  return true;
}

DropReason ReadEnd(Reader* in, Hello* hello) {
  const DropReason reason = ReadExtensions(in, hello);
  return reason == DropReason::kNone ? CheckCompanions(*hello) : reason;
}

}  // namespace

// … | legacy_cookie<0..2^8-1> | cipher_suites<2..2^16-2>, 2 each | compression_methods<1..2^8-1> |
// …
DropReason ReadClientHello(const Octets& body, Hello* hello) {
  Reader in(body);
  if (!ReadBeginning(&in, hello)) return DropReason::kHelloMalformed;
  const std::optional<Octets> cookie = in.Vector(1);
  const std::optional<Octets> cipher_suites = in.Vector(2);
  const std::optional<Octets> compression_methods = in.Vector(1);
  if (!compression_methods.has_value() || cipher_suites->empty() ||
      cipher_suites->size() % 2 != 0 || compression_methods->empty()) {
    return DropReason::kHelloMalformed;
  }
  return ReadEnd(&in, hello);
}

// … | cipher_suite 2 | compression_method 1 | …
DropReason ReadServerHello(const Octets& body, Hello* hello) {
  Reader in(body);
  if (!ReadBeginning(&in, hello)) return DropReason::kHelloMalformed;
  hello->hello_retry_request = hello->random == kHelloRetryRequest;
  const std::optional<uint64_t> cipher_suite = in.Number(2);
  const std::optional<uint64_t> compression_method = in.Number(1);
  if (!cipher_suite.has_value() || !compression_method.has_value()) {
    return DropReason::kHelloMalformed;
  }
  return ReadEnd(&in, hello);
}

}  // namespace waybill::reference
