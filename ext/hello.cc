// SPDX-License-Identifier: Apache-2.0
#include "waybill/ext/hello.h"

#include <algorithm>

#include "waybill/wire/byte_reader.h"
#include "waybill/wire/cid_length.h"

namespace waybill {
namespace {

constexpr size_t kRandomLength = 32;

// The random of a ServerHello that is a HelloRetryRequest: SHA-256 of "HelloRetryRequest" (RFC
// 8446, section 4.1.3).
constexpr uint8_t kHelloRetryRequestRandom[kRandomLength] = {
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

// opaque cid<0..2^8-1> and nothing else (REQ-001).
bool ReadConnectionId(ByteReader body, std::optional<absl::Span<const uint8_t>>* cid) {
  ByteReader vector = body;
  if (!body.ReadVector8(&vector) || !body.empty()) return false;
  *cid = vector.rest();
  return true;
}

bool ReadRecordHeaderExtensions(ByteReader body,
                                std::optional<RecordHeaderExtensionsOffer>* offer) {
  uint8_t profile;
  uint16_t mask;
  if (!body.ReadU8(&profile) ||  //
      !body.ReadU16(&mask) ||    //
      !body.empty() || profile > 1) {
    return false;
  }
  *offer = RecordHeaderExtensionsOffer{
      profile == 0 ? ExtensionProfile::kStrict : ExtensionProfile::kAuthenticated,
      ExtensionTypeSet(mask)};
  return true;
}

DropReason ReadExtension(uint16_t type, ByteReader body, Hello* hello) {
  switch (type) {
    case kConnectionIdHelloExtension:
      if (hello->cid.has_value()) return DropReason::kHelloExtensionRepeated;
      if (!ReadConnectionId(body, &hello->cid)) return DropReason::kHelloExtensionMalformed;
      return DropReason::kNone;
    case kReturnRoutabilityCheckHelloExtension:
      if (hello->return_routability_check) return DropReason::kHelloExtensionRepeated;
      if (!body.empty()) return DropReason::kHelloExtensionMalformed;
      hello->return_routability_check = true;
      return DropReason::kNone;
    case kRecordHeaderExtensionsHelloExtension:
      if (hello->record_header_extensions.has_value()) return DropReason::kHelloExtensionRepeated;
      if (!ReadRecordHeaderExtensions(body, &hello->record_header_extensions)) {
        return DropReason::kHelloExtensionMalformed;
      }
      return DropReason::kNone;
    case kEarlyConnectionIdHelloExtension:
      hello->early_connection_id = true;
      return DropReason::kNone;
    default:
      return DropReason::kNone;
  }
}

// The extensions of a hello, which may be missing altogether, up to the end of its body.
DropReason ReadExtensions(ByteReader* body, Hello* hello) {
  if (body->empty()) return DropReason::kNone;
  ByteReader extensions = *body;
  if (!body->ReadVector16(&extensions) || !body->empty()) return DropReason::kHelloMalformed;
  while (!extensions.empty()) {
    uint16_t type;
    ByteReader extension = extensions;
    if (!extensions.ReadU16(&type) || !extensions.ReadVector16(&extension)) {
      return DropReason::kHelloMalformed;
    }
    const DropReason reason = ReadExtension(type, extension, hello);
    if (reason != DropReason::kNone) return reason;
  }
  const bool receives_cid = hello->cid.has_value() && !hello->cid->empty();
  if (hello->return_routability_check && !hello->cid.has_value()) {
    return DropReason::kHelloExtensionOrphaned;
  }
  if (hello->record_header_extensions.has_value() && !receives_cid &&
      hello->record_header_extensions->receives.Has(kCidExtensionType)) {
    return DropReason::kHelloExtensionOrphaned;
  }
  return DropReason::kNone;
}

// Both hellos begin alike: version, random, session_id<0..32>.
bool ReadCommonFields(ByteReader* body, Hello* hello) {
  ByteReader session_id = *body;
  return body->ReadU16(&hello->legacy_version) &&           //
         body->ReadBytes(kRandomLength, &hello->random) &&  //
         body->ReadVector8(&session_id) && session_id.remaining() <= 32;
}

}  // namespace

DropReason ReadClientHello(absl::Span<const uint8_t> bytes, Hello* hello) {
  *hello = Hello();
  ByteReader body(bytes);
  ByteReader cookie = body, cipher_suites = body, compression_methods = body;
  if (!ReadCommonFields(&body, hello) ||          //
      !body.ReadVector8(&cookie) ||               //
      !body.ReadVector16(&cipher_suites) ||       //
      !body.ReadVector8(&compression_methods) ||  //
      cipher_suites.remaining() < 2 || cipher_suites.remaining() % 2 != 0 ||
      compression_methods.empty()) {
    return DropReason::kHelloMalformed;
  }
  return ReadExtensions(&body, hello);
}

DropReason ReadServerHello(absl::Span<const uint8_t> bytes, Hello* hello) {
  *hello = Hello();
  ByteReader body(bytes);
  uint8_t compression_method;
  if (!ReadCommonFields(&body, hello) ||  //
      !body.ReadU16(&hello->cipher_suite) ||  //
      !body.ReadU8(&compression_method)) {
    return DropReason::kHelloMalformed;
  }
  hello->is_hello_retry_request = hello->random == absl::MakeConstSpan(kHelloRetryRequestRandom);
  return ReadExtensions(&body, hello);
}

RecordHeaderExtensionsAgreement AgreeOnRecordHeaderExtensions(const Hello& client,
                                                              const Hello& server) {
  const auto& offer = client.record_header_extensions;
  const auto& answer = server.record_header_extensions;
  if (!offer.has_value() || !answer.has_value() || offer->profile != answer->profile) return {};
  return {offer->profile, offer->receives, answer->receives};
}

bool WriteConnectionIdHelloExtension(absl::Span<const uint8_t> cid, ByteWriter* writer) {
  return cid.size() <= kMaxCidLength &&                    //
         writer->WriteU16(kConnectionIdHelloExtension) &&  //
         writer->WriteU16(1 + cid.size()) &&               //
         writer->WriteU8(cid.size()) &&                    //
         writer->WriteBytes(cid);
}

bool WriteReturnRoutabilityCheckHelloExtension(ByteWriter* writer) {
  return writer->WriteU16(kReturnRoutabilityCheckHelloExtension) && writer->WriteU16(0);
}

bool WriteRecordHeaderExtensionsHelloExtension(const RecordHeaderExtensionsOffer& offer,
                                               ByteWriter* writer) {
  return offer.profile != ExtensionProfile::kOff &&                              //
         writer->WriteU16(kRecordHeaderExtensionsHelloExtension) &&              //
         writer->WriteU16(3) &&                                                  //
         writer->WriteU8(offer.profile == ExtensionProfile::kStrict ? 0 : 1) &&  //
         writer->WriteU16(offer.receives.mask());
}

}  // namespace waybill
