// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/cid_reading.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "waybill/cid/cid_format.h"
#include "waybill/cid/opaque_cid_format.h"
#include "waybill/cid/quic_lb_cid_format.h"
#include "waybill/cid/sealed_cid_format.h"
#include "waybill/cid/siphash.h"
#include "waybill/cid/tagged_cid_format.h"
#include "waybill/protection/aes128.h"

namespace waybill {
namespace {

using Bytes = std::vector<uint8_t>;
using ByteSpan = absl::Span<const uint8_t>;

CidContent Refused(DropReason reason) {
  CidContent content;
  content.reason = reason;
  return content;
}

// What a format that says nothing but whether a CID is its own answers. Nothing stands for a format
// that such a CID cannot be of.
template <typename Format>
CidContent ReadBy(const std::optional<Format>& format, ByteSpan cid) {
  if (!format.has_value()) return Refused(DropReason::kCidNotDelineated);
  CidReading reading;
  reading.cid = cid;
  format->Read(absl::Span<CidReading>(&reading, 1));
  return Refused(reading.reason);
}

absl::StatusOr<std::shared_ptr<const Aes128>> CipherOf(const CidOptions& options) {
  const auto key = KeyOf(options);
  if (!key.ok()) return key.status();
  return std::shared_ptr<const Aes128>(MakeAes128(*key));
}

CidReader OpaqueReader(const CidOptions& options) {
  return [kind = options.kind, length = options.length](ByteSpan cid) {
    const uint8_t size = static_cast<uint8_t>(cid.size());
    switch (kind) {
      case CidKind::kLengthOctet:
        return ReadBy(OpaqueCidFormat::LengthOctet(nullptr, size), cid);
      case CidKind::kNibble:
        return ReadBy(OpaqueCidFormat::Nibble(nullptr, size), cid);
      default:
        return ReadBy(OpaqueCidFormat::Fixed(nullptr, length.value_or(size)), cid);
    }
  };
}

class QuicLbReader {
 public:
  QuicLbReader(const CidOptions& options, std::shared_ptr<const Aes128> cipher)
      : cipher_(std::move(cipher)),
        config_(options.config),
        server_id_length_(options.server_id_length),
        nonce_length_(options.nonce_length) {
    if (options.server_id.has_value()) {
      server_id_length_ = static_cast<uint8_t>(options.server_id->size());
    }
  }

  // A CID that says nothing about lengths can be read only where it is not routable.
  bool KnowsLengths() const {
    return server_id_length_.has_value() || nonce_length_.has_value() ||
           config_ == QuicLbParameters::kUnroutable;
  }
  bool LengthsAreValid() const {
    QuicLbParameters parameters;
    parameters.server_id_length = server_id_length_.value_or(1);
    parameters.nonce_length = nonce_length_.value_or(QuicLbNonces::kMinLength);
    return parameters.Valid();
  }

  CidContent Read(ByteSpan cid) const {
    const uint8_t config = cid[0] >> 5;
    CidContent content;
    if (config_.has_value() && *config_ != config) {
      content = Refused(DropReason::kForgedCid);
    } else if (config == QuicLbParameters::kUnroutable) {
      content = ReadUnroutable(cid);
    } else {
      content = ReadRoutable(config, cid);
    }
    content.config = config;
    return content;
  }

 private:
  // Whatever length it has, such a CID says it itself.
  static CidContent ReadUnroutable(ByteSpan cid) {
    const QuicLbCidFormat format(nullptr, static_cast<uint8_t>(cid.size()));
    return ReadBy(std::optional<QuicLbCidFormat>(format), cid);
  }

  CidContent ReadRoutable(uint8_t config, ByteSpan cid) const {
    QuicLbParameters parameters;
    parameters.configuration = config;
    parameters.cipher = cipher_.get();
    // Of two lengths that were not both given, the other is what the CID has left.
    const int both = static_cast<int>(cid.size()) - 1;
    const int server_id = server_id_length_.value_or(std::max(0, both - nonce_length_.value_or(0)));
    const int nonce = nonce_length_.value_or(std::max(0, both - server_id));
    parameters.server_id_length = static_cast<uint8_t>(server_id);
    parameters.nonce_length = static_cast<uint8_t>(nonce);
    if (!parameters.Valid()) return Refused(DropReason::kCidNotDelineated);
    QuicLbContent read;
    CidContent content = Refused(DecodeQuicLbCid(parameters, cid, &read));
    if (content.reason == DropReason::kNone) {
      content.server_id = Bytes(read.server_id.begin(), read.server_id.begin() + server_id);
      content.nonce = Bytes(read.nonce.begin(), read.nonce.begin() + nonce);
    }
    return content;
  }

  std::shared_ptr<const Aes128> cipher_;  // null where server IDs are in clear
  std::optional<uint8_t> config_;
  std::optional<uint8_t> server_id_length_;
  std::optional<uint8_t> nonce_length_;
};

absl::StatusOr<CidReader> MakeQuicLbReader(const CidOptions& options) {
  std::shared_ptr<const Aes128> cipher;
  if (options.key.has_value()) {
    absl::StatusOr<std::shared_ptr<const Aes128>> made = CipherOf(options);
    if (!made.ok()) return made.status();
    cipher = *std::move(made);
  }
  const QuicLbReader reader(options, std::move(cipher));
  if (!reader.KnowsLengths()) {
    return WrongUsage("--server-id-length",
                      "a routable CID is read where this is given, or --nonce-length");
  }
  if (!reader.LengthsAreValid()) {
    return WrongUsage("--server-id-length",
                      "a server ID has 1 byte or more and a nonce 4 or more, together up to 19");
  }
  return CidReader([reader](ByteSpan cid) { return reader.Read(cid); });
}

absl::StatusOr<CidReader> MakeSealedReader(const CidOptions& options) {
  const absl::StatusOr<std::shared_ptr<const Aes128>> cipher = CipherOf(options);
  if (!cipher.ok()) return cipher.status();
  if (options.length.has_value() && !SealedCidFormat::Make(cipher->get(), *options.length)) {
    return WrongUsage("--length", "sealed CIDs have 8, 12 or 16 bytes");
  }
  return CidReader([cipher = *cipher, length = options.length](ByteSpan cid) {
    const auto format =
        SealedCidFormat::Make(cipher.get(), length.value_or(static_cast<uint8_t>(cid.size())));
    if (!format.has_value()) return Refused(DropReason::kCidNotDelineated);
    CidTarget target;
    uint16_t server;
    CidContent content = Refused(format->ReadOfAnyServer(cid, &target, &server));
    if (content.reason != DropReason::kNone) return content;
    content.slot = target.slot;
    content.generation = target.generation;
    content.ordinal = target.ordinal;
    if (format->limits().core != 0) content.core = target.core;
    if (format->limits().server != 0) {
      content.server_id = Bytes{static_cast<uint8_t>(server >> 8), static_cast<uint8_t>(server)};
    }
    return content;
  });
}

absl::StatusOr<CidReader> MakeTaggedReader(const CidOptions& options) {
  const auto key = KeyOf(options);
  if (!key.ok()) return key.status();
  const auto tagger = std::make_shared<SipHashCidTagger>(SipHashKey::FromBytes(*key));
  const uint8_t tag_length = options.tag_length.value_or(kUsualTagLength);
  if (options.length.has_value() && *options.length <= tag_length) {
    return WrongUsage("--length", "a tagged CID is longer than its tag");
  }
  return CidReader([tagger, tag_length, length = options.length](ByteSpan cid) {
    const size_t opaque = length.value_or(static_cast<uint8_t>(cid.size())) - size_t{tag_length};
    if (opaque > tagger->max_opaque_length()) return Refused(DropReason::kCidNotDelineated);
    return ReadBy(
        TaggedCidFormat::Make(tagger.get(), nullptr, static_cast<uint8_t>(opaque), tag_length),
        cid);
  });
}

}  // namespace

absl::StatusOr<CidReader> MakeCidReader(const CidOptions& options) {
  switch (options.kind) {
    case CidKind::kQuicLb:
      return MakeQuicLbReader(options);
    case CidKind::kSealed:
      return MakeSealedReader(options);
    case CidKind::kTagged:
      return MakeTaggedReader(options);
    default:
      return OpaqueReader(options);
  }
}

}  // namespace waybill
