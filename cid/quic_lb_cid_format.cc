// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/quic_lb_cid_format.h"

#include <algorithm>
#include <cstring>

#include "waybill/cid/cids_at_once.h"
#include "waybill/cid/quic_lb_cipher.h"

namespace waybill {
namespace {

constexpr uint8_t kMinServerIdLength = 1;
constexpr uint8_t kMinUnroutableLength = 8;
constexpr uint8_t kMaxUnroutableLength = 32;  // five bits, and the octet that they stand in
constexpr uint8_t kLengthBits = 0x1f;

constexpr uint8_t FirstOctet(uint8_t configuration, size_t cid_length) {
  return static_cast<uint8_t>(configuration << 5 | (cid_length - 1));
}

}  // namespace

bool QuicLbParameters::Valid() const {
  return configuration < kUnroutable && server_id_length >= kMinServerIdLength &&
         nonce_length >= QuicLbNonces::kMinLength && plaintext_length() <= kMaxQuicLbLength;
}

bool EncodeQuicLbCid(const QuicLbParameters& parameters, const QuicLbContent& content,
                     absl::Span<uint8_t> cid) {
  if (!parameters.Valid() || cid.size() != parameters.cid_length()) return false;
  QuicLbBytes bytes = {};
  std::memcpy(&bytes[0], content.server_id.data(), parameters.server_id_length);
  std::memcpy(&bytes[parameters.server_id_length], content.nonce.data(), parameters.nonce_length);
  if (parameters.cipher != nullptr) {
    EncryptQuicLb(*parameters.cipher, parameters.plaintext_length(),
                  absl::Span<QuicLbBytes>(&bytes, 1));
  }
  cid[0] = FirstOctet(parameters.configuration, cid.size());
  std::memcpy(&cid[1], bytes.data(), parameters.plaintext_length());
  return true;
}

DropReason DecodeQuicLbCid(const QuicLbParameters& parameters, absl::Span<const uint8_t> cid,
                           QuicLbContent* content) {
  if (!parameters.Valid()) return DropReason::kForgedCid;
  if (cid.size() != parameters.cid_length()) return DropReason::kCidNotDelineated;
  if (cid[0] >> 5 != parameters.configuration) return DropReason::kForgedCid;
  if ((cid[0] & kLengthBits) != parameters.plaintext_length()) return DropReason::kCidNotDelineated;
  QuicLbBytes bytes = {};
  std::memcpy(bytes.data(), &cid[1], parameters.plaintext_length());
  if (parameters.cipher != nullptr) {
    DecryptQuicLb(*parameters.cipher, parameters.plaintext_length(),
                  absl::Span<QuicLbBytes>(&bytes, 1));
  }
  std::memcpy(content->server_id.data(), &bytes[0], parameters.server_id_length);
  std::memcpy(content->nonce.data(), &bytes[parameters.server_id_length], parameters.nonce_length);
  return DropReason::kNone;
}

QuicLbCidFormat::QuicLbCidFormat(CheckedRandom* random, uint8_t unroutable_length)
    : random_(random),
      unroutable_length_(unroutable_length < kMinUnroutableLength ||
                                 unroutable_length > kMaxUnroutableLength
                             ? 0
                             : unroutable_length) {}

QuicLbConfigured QuicLbCidFormat::Configure(const QuicLbConfiguration& configuration) {
  const QuicLbParameters& parameters = configuration.parameters;
  std::array<uint8_t, QuicLbNonces::kMaxLength> random_nonce;
  absl::Span<const uint8_t> first = configuration.first_nonce;
  if (!parameters.Valid() || (!first.empty() && first.size() != parameters.nonce_length)) {
    return QuicLbConfigured::kBadParameters;
  }
  if (parameters.cipher == nullptr && configuration.nonce_cipher == nullptr) {
    return QuicLbConfigured::kNoNonceCipher;
  }
  if (SharesServerId(configuration)) return QuicLbConfigured::kServerIdShared;
  if (first.empty()) {
    const absl::Span<uint8_t> drawn(random_nonce.data(), parameters.nonce_length);
    if (!random_->Fill(drawn)) return QuicLbConfigured::kNoRandomness;
    first = drawn;
  }
  const BlockCipher* const hide =
      parameters.cipher == nullptr ? configuration.nonce_cipher : nullptr;
  entries_[parameters.configuration] = {true, parameters, configuration.server_id,
                                        QuicLbNonces(first, configuration.nonce_count, hide)};
  issuing_ = parameters.configuration;
  return QuicLbConfigured::kDone;
}

// What an observer reads in clear must not help to tell encrypted CIDs apart.
bool QuicLbCidFormat::SharesServerId(const QuicLbConfiguration& configuration) const {
  const QuicLbParameters& parameters = configuration.parameters;
  const auto shares = [&](const Entry& entry) {
    return entry.present && entry.parameters.configuration != parameters.configuration &&
           (entry.parameters.cipher == nullptr) != (parameters.cipher == nullptr) &&
           entry.parameters.server_id_length == parameters.server_id_length &&
           std::memcmp(entry.server_id.data(), configuration.server_id.data(),
                       parameters.server_id_length) == 0;
  };
  return std::any_of(entries_.begin(), entries_.end(), shares);
}

void QuicLbCidFormat::Forget(uint8_t configuration) {
  if (configuration >= kConfigurations) return;
  entries_[configuration] = Entry();
  if (issuing_ == configuration) issuing_ = QuicLbParameters::kUnroutable;
}

const QuicLbNonces* QuicLbCidFormat::nonces(uint8_t configuration) const {
  if (configuration >= kConfigurations || !entries_[configuration].present) return nullptr;
  return &entries_[configuration].nonces;
}

uint8_t QuicLbCidFormat::max_length() const {
  size_t length = unroutable_length_;
  for (const Entry& entry : entries_) {
    if (entry.present) length = std::max(length, entry.parameters.cid_length());
  }
  return static_cast<uint8_t>(length);
}

uint8_t QuicLbCidFormat::LengthOf(uint8_t octet) const {
  const uint8_t configuration = octet >> 5;
  size_t length = unroutable_length_;
  if (configuration != QuicLbParameters::kUnroutable) {
    const Entry& entry = entries_[configuration];
    length = entry.present ? entry.parameters.cid_length() : 0;
  }
  return (octet & kLengthBits) + size_t{1} == length ? static_cast<uint8_t>(length) : 0;
}

uint8_t QuicLbCidFormat::Delineate(const void* context, absl::Span<const uint8_t> bytes) {
  return bytes.empty() ? 0 : static_cast<const QuicLbCidFormat*>(context)->LengthOf(bytes[0]);
}

void QuicLbCidFormat::Issue(absl::Span<CidIssue> jobs) {
  if (issuing_ == QuicLbParameters::kUnroutable) {
    for (CidIssue& job : jobs) IssueUnroutable(&job);
    return;
  }
  Entry* const entry = &entries_[issuing_];
  InParts(jobs, [entry](absl::Span<CidIssue> part) { IssueBy(entry, part); });
}

void QuicLbCidFormat::IssueUnroutable(CidIssue* job) {
  const uint8_t length = unroutable_length_;
  job->length = 0;
  if (length == 0) {
    job->result = CidIssueResult::kExhausted;
  } else if (job->storage.size() < length) {
    job->result = CidIssueResult::kStorageTooShort;
  } else if (!random_->Fill(absl::Span<uint8_t>(job->storage.data(), length))) {
    job->result = CidIssueResult::kNoRandomness;
  } else {
    job->storage[0] = FirstOctet(QuicLbParameters::kUnroutable, length);
    job->result = CidIssueResult::kIssued;
    job->length = length;
  }
}

// A part of InParts().
void QuicLbCidFormat::IssueBy(Entry* entry, absl::Span<CidIssue> part) {
  const QuicLbParameters& parameters = entry->parameters;
  const size_t length = parameters.plaintext_length();
  QuicLbBytes bytes[kCidsAtOnce];
  size_t nonces = 0;
  const CidSelection selection(part, [&](CidIssue& job) {
    uint8_t* const nonce = &bytes[nonces][parameters.server_id_length];
    job.result = job.storage.size() < parameters.cid_length() ? CidIssueResult::kStorageTooShort
                 : !entry->nonces.Next(nonce)                 ? CidIssueResult::kExhausted
                                                              : CidIssueResult::kIssued;
    const bool issued = job.result == CidIssueResult::kIssued;
    job.length = issued ? static_cast<uint8_t>(parameters.cid_length()) : 0;
    nonces += issued ? 1 : 0;
    return issued;
  });
  for (size_t i = 0; i < selection.size(); ++i) {
    std::memcpy(bytes[i].data(), entry->server_id.data(), parameters.server_id_length);
  }
  if (parameters.cipher != nullptr) {
    EncryptQuicLb(*parameters.cipher, length, absl::Span<QuicLbBytes>(bytes, selection.size()));
  }
  for (size_t i = 0; i < selection.size(); ++i) {
    uint8_t* const cid = part[selection[i]].storage.data();
    cid[0] = FirstOctet(parameters.configuration, parameters.cid_length());
    CopyShort(bytes[i].data(), length, cid + 1);
  }
}

void QuicLbCidFormat::Read(absl::Span<CidReading> jobs) const {
  for (CidReading& job : jobs) {
    const bool delineated = !job.cid.empty() && LengthOf(job.cid[0]) == job.cid.size();
    job.reason = delineated ? DropReason::kNone : DropReason::kCidNotDelineated;
  }
  for (const Entry& entry : entries_) {
    if (entry.present) ReadBy(entry, jobs);
  }
}

// Refuses, of the CIDs of one configuration, those of other servers.
void QuicLbCidFormat::ReadBy(const Entry& entry, absl::Span<CidReading> jobs) const {
  const QuicLbParameters& parameters = entry.parameters;
  QuicLbBytes bytes[kCidsAtOnce];
  InParts(jobs, [&](absl::Span<CidReading> part) {
    const CidSelection selection(part, [&parameters](const CidReading& job) {
      return job.reason == DropReason::kNone && job.cid[0] >> 5 == parameters.configuration;
    });
    for (size_t i = 0; i < selection.size(); ++i) {
      CopyShort(&part[selection[i]].cid[1], parameters.plaintext_length(), bytes[i].data());
    }
    if (parameters.cipher != nullptr) {
      DecryptQuicLbServerId(*parameters.cipher, parameters.plaintext_length(),
                            parameters.server_id_length,
                            absl::Span<QuicLbBytes>(bytes, selection.size()));
    }
    for (size_t i = 0; i < selection.size(); ++i) {
      uint8_t difference = 0;
      for (size_t byte = 0; byte < parameters.server_id_length; ++byte) {
        difference |= bytes[i][byte] ^ entry.server_id[byte];
      }
      if (difference != 0) part[selection[i]].reason = DropReason::kCidOfOtherServer;
    }
  });
}

}  // namespace waybill
