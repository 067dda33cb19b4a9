// SPDX-License-Identifier: Apache-2.0
#include "waybill/traffic/hello_builder.h"

#include <algorithm>

#include "waybill/ext/hello.h"

namespace waybill {
namespace {

// SHA-256 of "HelloRetryRequest" (RFC 8446, section 4.1.3).
constexpr uint8_t kHelloRetryRequestRandom[] = {
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

constexpr uint16_t kEcdheEcdsaWithAes128GcmSha256 = 0xc02b;
constexpr uint16_t kAes128GcmSha256 = 0x1301;

void AppendVector8(absl::Span<const uint8_t> bytes, Bytes* out) {
  AppendUint(bytes.size(), 1, out);
  AppendBytes(bytes, out);
}

uint8_t WireValueOf(ExtensionProfile profile) {
  switch (profile) {
    case ExtensionProfile::kStrict:
      return 0;
    case ExtensionProfile::kAuthenticated:
      return 1;
    case ExtensionProfile::kOff:
      break;
  }
  return 255;
}

}  // namespace

HelloBuilder::HelloBuilder(uint8_t message_type) : message_type_(message_type) {
  for (uint8_t i = 0; i < 32; ++i) random_.push_back(0xa0 ^ i);
}

HelloBuilder HelloBuilder::Client() {
  HelloBuilder hello(kClientHelloMessage);
  hello.CipherSuites({kEcdheEcdsaWithAes128GcmSha256, kAes128GcmSha256});
  return hello;
}

HelloBuilder HelloBuilder::Server() {
  HelloBuilder hello(kServerHelloMessage);
  hello.CipherSuites({kEcdheEcdsaWithAes128GcmSha256});
  return hello;
}

HelloBuilder HelloBuilder::HelloRetryRequest() {
  return Server().Random(kHelloRetryRequestRandom).CipherSuites({kAes128GcmSha256});
}

HelloBuilder& HelloBuilder::Version(uint16_t version) {
  version_ = version;
  return *this;
}

HelloBuilder& HelloBuilder::Random(absl::Span<const uint8_t> random) {
  random_.assign(random.begin(), random.end());
  return *this;
}

HelloBuilder& HelloBuilder::SessionId(absl::Span<const uint8_t> session_id) {
  session_id_.assign(session_id.begin(), session_id.end());
  return *this;
}

HelloBuilder& HelloBuilder::Cookie(absl::Span<const uint8_t> cookie) {
  cookie_.assign(cookie.begin(), cookie.end());
  return *this;
}

HelloBuilder& HelloBuilder::CipherSuites(absl::Span<const uint16_t> cipher_suites) {
  cipher_suites_.assign(cipher_suites.begin(), cipher_suites.end());
  return *this;
}

HelloBuilder& HelloBuilder::ConnectionId(absl::Span<const uint8_t> cid) {
  Bytes body;
  AppendVector8(cid, &body);
  return Extension(kConnectionIdHelloExtension, body);
}

HelloBuilder& HelloBuilder::ReturnRoutabilityCheck() {
  return Extension(kReturnRoutabilityCheckHelloExtension, {});
}

HelloBuilder& HelloBuilder::RecordHeaderExtensions(ExtensionProfile profile,
                                                   ExtensionTypeSet receives) {
  Bytes body;
  AppendUint(WireValueOf(profile), 1, &body);
  AppendUint(receives.mask(), 2, &body);
  return Extension(kRecordHeaderExtensionsHelloExtension, body);
}

HelloBuilder& HelloBuilder::Extension(uint16_t type, absl::Span<const uint8_t> body) {
  AppendUint(type, 2, &extensions_);
  AppendUint(body.size(), 2, &extensions_);
  return RawExtensionBytes(body);
}

HelloBuilder& HelloBuilder::RawExtensionBytes(absl::Span<const uint8_t> bytes) {
  AppendBytes(bytes, &extensions_);
  return *this;
}

HelloBuilder& HelloBuilder::ClaimExtensionsLength(uint16_t length) {
  claimed_extensions_length_ = length;
  return *this;
}

HelloBuilder& HelloBuilder::Trailing(absl::Span<const uint8_t> bytes) {
  trailing_.assign(bytes.begin(), bytes.end());
  return *this;
}

HelloBuilder& HelloBuilder::CutAt(size_t length) {
  cut_ = length;
  return *this;
}

Bytes HelloBuilder::Build() const {
  Bytes out;
  AppendUint(version_, 2, &out);
  AppendBytes(random_, &out);
  AppendVector8(session_id_, &out);
  if (message_type_ == kClientHelloMessage) {
    AppendVector8(cookie_, &out);
    AppendUint(2 * cipher_suites_.size(), 2, &out);
  }
  for (const uint16_t cipher_suite : cipher_suites_) AppendUint(cipher_suite, 2, &out);
  // No compression: the client names the methods, the server takes one.
  if (message_type_ == kClientHelloMessage) AppendUint(1, 1, &out);
  AppendUint(0, 1, &out);
  if (!extensions_.empty() || claimed_extensions_length_.has_value()) {
    AppendUint(claimed_extensions_length_.value_or(extensions_.size()), 2, &out);
    AppendBytes(extensions_, &out);
  }
  AppendBytes(trailing_, &out);
  if (cut_.has_value()) out.resize(std::min(*cut_, out.size()));
  return out;
}

HandshakeMessage HelloBuilder::Message(uint16_t sequence) const {
  return {message_type_, sequence, Build()};
}

}  // namespace waybill
