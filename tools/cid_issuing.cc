// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/cid_issuing.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/cid_issuer.h"
#include "waybill/cid/opaque_cid_format.h"
#include "waybill/cid/quic_lb_cid_format.h"
#include "waybill/cid/quic_lb_nonces.h"
#include "waybill/cid/sealed_cid_format.h"
#include "waybill/cid/siphash.h"
#include "waybill/cid/tagged_cid_format.h"
#include "waybill/protection/aes128.h"
#include "waybill/wire/cid_length.h"

namespace waybill {
namespace {

using Bytes = std::vector<uint8_t>;
using Cids = std::vector<Bytes>;

constexpr uint8_t kUsualLength = 8;
constexpr uint8_t kUsualSealedLength = 16;
constexpr uint8_t kUsualTaggedLength = 16;
// What one pass of the cipher takes; a server ID that leaves a nonce too little room takes all.
constexpr uint8_t kUsualRoutableLength = 17;
constexpr uint8_t kLongestRoutableLength = 20;

absl::Status NoRandomness() {
  return absl::InternalError("the random generator of this system has failed");
}

// The CIDs of this run.
class IssuedCids final : public CidRegistry {
 public:
  Answer Add(absl::Span<const uint8_t> cid, const CidTarget& /*target*/) override {
    return cids_.insert(std::string(cid.begin(), cid.end())).second ? Answer::kAdded
                                                                    : Answer::kTaken;
  }
  void Remove(absl::Span<const uint8_t> cid) override {
    cids_.erase(std::string(cid.begin(), cid.end()));
  }

 private:
  std::unordered_set<std::string> cids_;
};

absl::Status StatusOf(CidIssueResult result) {
  switch (result) {
    case CidIssueResult::kIssued:
      return absl::OkStatus();
    case CidIssueResult::kCollided:
      return WrongUsage("--count", "so many random CIDs need a larger --length to be different");
    case CidIssueResult::kNoRandomness:
      return NoRandomness();
    default:
      return absl::InternalError("the format does not issue what was asked for");
  }
}

// Issues by `format`, one for each of the targets that follow `first` by their ordinal.
absl::StatusOr<Cids> IssueBy(CidFormat* format, uint32_t count, CidTarget first = {}) {
  IssuedCids registry;
  CidIssuer issuer(format, &registry);
  Cids cids;
  for (uint32_t i = 0; i < count; ++i) {
    uint8_t storage[kMaxCidLength];
    CidIssue job;
    job.storage = absl::MakeSpan(storage);
    job.target = first;
    job.target.ordinal = static_cast<uint16_t>(first.ordinal + i);
    issuer.Issue(absl::Span<CidIssue>(&job, 1));
    const absl::Status status = StatusOf(job.result);
    if (!status.ok()) return status;
    cids.emplace_back(job.cid().begin(), job.cid().end());
  }
  return cids;
}

absl::StatusOr<Cids> IssueOpaque(const CidOptions& options, CheckedRandom* random) {
  const uint8_t length = options.length.value_or(kUsualLength);
  std::optional<OpaqueCidFormat> format;
  const char* lengths = "";
  if (options.kind == CidKind::kLengthOctet) {
    format = OpaqueCidFormat::LengthOctet(random, length);
    lengths = "with their length octet CIDs have 2 to 255 bytes";
  } else if (options.kind == CidKind::kNibble) {
    format = OpaqueCidFormat::Nibble(random, length);
    lengths = "CIDs whose length is in a nibble have 2 to 16 bytes";
  } else {
    format = OpaqueCidFormat::Fixed(random, length);
    lengths = "CIDs have 1 to 255 bytes";
  }
  if (!format.has_value()) return WrongUsage("--length", lengths);
  return IssueBy(&*format, options.count);
}

absl::StatusOr<Cids> IssueUnroutable(const CidOptions& options, CheckedRandom* random) {
  if (options.server_id.has_value() || options.nonce.has_value() || options.key.has_value()) {
    return WrongUsage("--config",
                      "7 makes CIDs that cannot be routed, of random bytes: without --server-id, "
                      "--nonce and --key");
  }
  QuicLbCidFormat format(random, options.length.value_or(kUsualLength));
  if (format.max_length() == 0) {
    return WrongUsage("--length", "CIDs that cannot be routed have 8 to 32 bytes");
  }
  return IssueBy(&format, options.count);
}

// The lengths of what a routable CID holds, as far as the options say them. None where they
// contradict each other.
absl::StatusOr<QuicLbParameters> RoutableParameters(const CidOptions& options) {
  if (!options.server_id.has_value()) {
    return WrongUsage("--server-id", "a routable CID needs one, of 1 to 15 bytes");
  }
  const size_t server_id = options.server_id->size();
  size_t length = server_id + 1 + QuicLbNonces::kMinLength <= kUsualRoutableLength
                      ? kUsualRoutableLength
                      : kLongestRoutableLength;
  if (options.nonce.has_value()) length = 1 + server_id + options.nonce->size();
  if (options.length.has_value()) {
    if (options.nonce.has_value() && length != *options.length) {
      return WrongUsage(
          "--length",
          absl::StrCat("with this server ID and this nonce the length is ", length, " bytes"));
    }
    length = *options.length;
  }
  QuicLbParameters parameters;
  parameters.configuration = options.config.value_or(0);
  parameters.server_id_length = static_cast<uint8_t>(std::min<size_t>(server_id, 255));
  parameters.nonce_length = static_cast<uint8_t>(
      length > 1 + server_id ? std::min<size_t>(length - 1 - server_id, 255) : 0);
  if (!parameters.Valid()) {
    return WrongUsage(options.nonce.has_value() ? "--nonce" : "--server-id",
                      "a server ID has 1 byte or more and a nonce 4 or more, together up to 19, "
                      "which is the --length without its first byte");
  }
  return parameters;
}

absl::StatusOr<std::unique_ptr<Aes128>> RandomCipher(CheckedRandom* random) {
  uint8_t key[BlockCipher::kKeyLength];
  if (!random->Fill(absl::MakeSpan(key))) return NoRandomness();
  return MakeAes128(key);
}

absl::StatusOr<Cids> IssueRoutable(const CidOptions& options, CheckedRandom* random) {
  absl::StatusOr<QuicLbParameters> parameters = RoutableParameters(options);
  if (!parameters.ok()) return parameters.status();
  std::unique_ptr<Aes128> cipher;
  if (options.key.has_value()) {
    const auto key = KeyOf(options);
    if (!key.ok()) return key.status();
    cipher = MakeAes128(*key);
  }
  parameters->cipher = cipher.get();

  Bytes first = options.nonce.value_or(Bytes());
  std::unique_ptr<Aes128> hide;
  if (!options.nonce.has_value()) {
    first.resize(parameters->nonce_length);
    if (!random->Fill(absl::MakeSpan(first))) return NoRandomness();
    if (cipher == nullptr) {
      absl::StatusOr<std::unique_ptr<Aes128>> made = RandomCipher(random);
      if (!made.ok()) return made.status();
      hide = *std::move(made);
    }
  }
  QuicLbNonces nonces(first, QuicLbNonces::kAll, hide.get());
  QuicLbContent content;
  std::copy(options.server_id->begin(), options.server_id->end(), content.server_id.begin());
  Cids cids(options.count, Bytes(parameters->cid_length()));
  for (Bytes& cid : cids) {
    nonces.Next(content.nonce.data());
    EncodeQuicLbCid(*parameters, content, absl::MakeSpan(cid));
  }
  return cids;
}

// The server ID of a sealed CID: a number.
absl::StatusOr<uint16_t> ServerOf(const CidOptions& options) {
  if (!options.server_id.has_value()) return uint16_t{0};
  const Bytes& bytes = *options.server_id;
  if (bytes.size() != sizeof(uint16_t)) {
    return WrongUsage("--server-id", "in a sealed CID it is a number of 2 bytes, as 0005");
  }
  return static_cast<uint16_t>(bytes[0] << 8 | bytes[1]);
}

absl::Status AtMost(const char* option, uint32_t value, uint32_t most, uint8_t length) {
  if (value <= most) return absl::OkStatus();
  return WrongUsage(option,
                    absl::StrCat("a sealed CID of ", length, " bytes has room for up to ", most));
}

absl::Status CheckTarget(const SealedCidFormat& format, const CidTarget& target, uint32_t count) {
  const SealedCidFormat::Limits limits = format.limits();
  const uint8_t length = format.max_length();
  absl::Status status = AtMost("--slot", target.slot, limits.slot, length);
  if (status.ok()) status = AtMost("--generation", target.generation, limits.generation, length);
  if (status.ok()) status = AtMost("--core", target.core, limits.core, length);
  if (status.ok()) status = AtMost("--ordinal", target.ordinal, limits.ordinal, length);
  if (status.ok() && count - 1 > uint32_t{limits.ordinal} - target.ordinal) {
    status =
        WrongUsage("--count", absl::StrCat("each CID takes an ordinal, and from this one up to ",
                                           limits.ordinal, " there are ",
                                           limits.ordinal - target.ordinal + 1));
  }
  return status;
}

absl::StatusOr<Cids> IssueSealed(const CidOptions& options) {
  const auto key = KeyOf(options);
  if (!key.ok()) return key.status();
  const absl::StatusOr<uint16_t> server = ServerOf(options);
  if (!server.ok()) return server.status();
  const std::unique_ptr<Aes128> cipher = MakeAes128(*key);
  const uint8_t length = options.length.value_or(kUsualSealedLength);
  std::optional<SealedCidFormat> format = SealedCidFormat::Make(cipher.get(), length);
  if (!format.has_value()) return WrongUsage("--length", "sealed CIDs have 8, 12 or 16 bytes");
  absl::Status status = AtMost("--server-id", *server, format->limits().server, length);
  CidTarget target;
  target.slot = options.slot.value_or(0);
  target.generation = options.generation.value_or(0);
  target.ordinal = options.ordinal.value_or(0);
  target.core = options.core.value_or(0);
  if (status.ok()) status = CheckTarget(*format, target, options.count);
  if (!status.ok()) return status;
  format = SealedCidFormat::Make(cipher.get(), length, *server);
  return IssueBy(&*format, options.count, target);
}

absl::StatusOr<Cids> IssueTagged(const CidOptions& options, CheckedRandom* random) {
  const auto key = KeyOf(options);
  if (!key.ok()) return key.status();
  const SipHashCidTagger tagger(SipHashKey::FromBytes(*key));
  const uint8_t tag_length = options.tag_length.value_or(kUsualTagLength);
  const uint8_t length = options.length.value_or(kUsualTaggedLength);
  if (length <= tag_length) return WrongUsage("--length", "a tagged CID is longer than its tag");
  std::optional<TaggedCidFormat> format =
      TaggedCidFormat::Make(&tagger, random, static_cast<uint8_t>(length - tag_length), tag_length);
  if (!format.has_value()) return WrongUsage("--tag-length", "tags have 3 to 8 bytes");
  return IssueBy(&*format, options.count);
}

}  // namespace

absl::StatusOr<Cids> IssueCids(const CidOptions& options, CheckedRandom* random) {
  switch (options.kind) {
    case CidKind::kQuicLb:
      return options.config == QuicLbParameters::kUnroutable ? IssueUnroutable(options, random)
                                                             : IssueRoutable(options, random);
    case CidKind::kSealed:
      return IssueSealed(options);
    case CidKind::kTagged:
      return IssueTagged(options, random);
    default:
      return IssueOpaque(options, random);
  }
}

}  // namespace waybill
