// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/capture_opener.h"

#include <algorithm>
#include <array>
#include <utility>

#include "waybill/protection/key_schedule12.h"
#include "waybill/protection/key_schedule13.h"
#include "waybill/protection/make_aead.h"
#include "waybill/protection/number_mask.h"

namespace waybill {
namespace {

constexpr size_t kContexts = 1024;
constexpr uint64_t kFirstApplicationEpoch = 3;

// The suites of DTLS 1.3, for captures whose hellos are missing.
constexpr uint16_t kSuites13[] = {0x1301, 0x1302, 0x1303, 0x1304, 0x1305};

}  // namespace

// What one peer sends: its secrets, and an opener once the cipher suite is known.
class CaptureOpener::Sender {
 public:
  Sender(const SessionSecrets& secrets, bool is_client)
      : secrets_(secrets), is_client_(is_client) {}

  const CipherSuite* suite() const { return suite_; }

  // Begins anew with the first epochs of DTLS 1.3. False where the secrets are not of the suite.
  bool Begin13(const CipherSuite& suite, ExtensionProfile profile, const RecordCipher& cipher) {
    Begin(suite, profile, cipher);
    const auto& handshake =
        is_client_ ? secrets_.client_handshake_traffic : secrets_.server_handshake_traffic;
    if (is_client_ && secrets_.client_early_traffic) Install(1, *secrets_.client_early_traffic);
    if (handshake) Install(2, *handshake);
    const bool has_keys = InstallNext() || newest_epoch_ != 0;
    if (!has_keys) End();
    return has_keys;
  }

  // Forgets suite and keys.
  void End() {
    opener_.reset();
    suite_ = nullptr;
  }

  void Begin12(const CipherSuite& suite, ExtensionProfile profile, const RecordCipher& cipher,
               const TrafficKeys& keys) {
    Begin(suite, profile, cipher);
    opener_->InstallEpoch(1, keys, cipher_).IgnoreError();
  }

  // `copy` is a copy of the datagram, and is one again where Open() is to be called again.
  DropReason Open(absl::Span<uint8_t> copy, const RecordView& view,
                  std::optional<OpenedRecord>* opened) {
    return opener_->Open(copy, view, opened);
  }

  // Whether keys that were updated since might open the record; takes them.
  bool UpdateKeysFor(const RecordView& view) {
    return suite_->version == DtlsVersion::kDtls13 &&
           view.epoch == ((newest_epoch_ + 1) & kUnifiedEpochMask) && InstallNext();
  }

 private:
  static constexpr size_t kEpochs = 4;  // as many as two bits tell apart

  void Begin(const CipherSuite& suite, ExtensionProfile profile, const RecordCipher& cipher) {
    opener_.reset();
    options_.version = suite.version;
    // Whether the hellos negotiated the connection ID extension is not asked: all but it.
    options_.extensions.profile = profile;
    options_.extensions.accepted = ExtensionTypeSet(0xfffe);
    options_.max_failed_opens = UINT64_MAX;
    opener_.emplace(&options_, epochs_);
    opener_->Reset();
    suite_ = &suite;
    cipher_ = &cipher;
    newest_epoch_ = 0;
  }

  bool Install(uint64_t epoch, absl::Span<const uint8_t> secret) {
    TrafficKeys keys;
    if (!DeriveTrafficKeys13(suite_->hash, suite_->aead, secret, &keys) ||
        !opener_->InstallEpoch(epoch, keys, cipher_).ok()) {
      return false;
    }
    newest_epoch_ = epoch;
    return true;
  }

  // The keys of the application epoch behind the newest: logged, or derived from those before.
  bool InstallNext() {
    const uint64_t epoch = std::max(newest_epoch_ + 1, kFirstApplicationEpoch);
    const auto& logged = is_client_ ? secrets_.client_traffic : secrets_.server_traffic;
    const auto secret = logged.find(epoch - kFirstApplicationEpoch);
    TrafficSecret next;
    if (secret != logged.end()) {
      next.Assign(secret->second);
    } else if (epoch == kFirstApplicationEpoch ||
               !NextTrafficSecret(suite_->hash, application_secret_, &next)) {
      return false;
    }
    if (!Install(epoch, next.bytes())) return false;
    application_secret_ = next;
    return true;
  }

  const SessionSecrets& secrets_;
  const bool is_client_;
  const CipherSuite* suite_ = nullptr;
  const RecordCipher* cipher_ = nullptr;
  OpenerOptions options_;
  uint64_t newest_epoch_ = 0;
  TrafficSecret application_secret_;  // of the newest application epoch
  ReceiveEpochs<kEpochs> epochs_;
  std::optional<RecordOpener> opener_;
};

struct CaptureOpener::Session {
  explicit Session(const SessionSecrets& session_secrets)
      : secrets(session_secrets), client(secrets, true), server(secrets, false) {}

  const SessionSecrets& secrets;
  HelloRandom server_random = {};
  Sender client;
  Sender server;
};

CaptureOpener::CaptureOpener(const KeyLog& key_log, ExtensionProfile profile) : profile_(profile) {
  for (const AeadAlgorithm algorithm : kAeadAlgorithms) {
    aeads_[algorithm] = MakeAead(algorithm, kContexts);
    maskers_[algorithm] = MakeNumberMasker(algorithm, kContexts);
    ciphers_[algorithm] = {aeads_[algorithm].get(), maskers_[algorithm].get()};
  }
  for (const auto& [client_random, secrets] : key_log.sessions()) {
    sessions_[client_random] = std::make_unique<Session>(secrets);
  }
}

CaptureOpener::~CaptureOpener() = default;

void CaptureOpener::Learn(const HelloAgreement& agreement) {
  const CipherSuite* const suite = FindCipherSuite(agreement.cipher_suite);
  const auto found = sessions_.find(agreement.client_random);
  if (suite == nullptr || found == sessions_.end()) return;
  Session& session = *found->second;
  if (session.client.suite() == suite && session.server_random == agreement.server_random) return;
  const RecordCipher& cipher = ciphers_.at(suite->aead);
  if (suite->version == DtlsVersion::kDtls13) {
    session.client.Begin13(*suite, profile_, cipher);
    session.server.Begin13(*suite, profile_, cipher);
  } else {
    TrafficKeys client, server;
    if (!session.secrets.master ||
        !DeriveTrafficKeys12(suite->hash, suite->aead, *session.secrets.master,
                             agreement.client_random, agreement.server_random, &client, &server)) {
      return;
    }
    session.client.Begin12(*suite, profile_, cipher, client);
    session.server.Begin12(*suite, profile_, cipher, server);
  }
  session.server_random = agreement.server_random;
  directions_.FindOrAdd(agreement.to_server).senders = {&session.client};
  directions_.FindOrAdd(agreement.to_server.Reverse()).senders = {&session.server};
  if (!agreement.cid_to_server.empty()) {
    cids_.FindOrAdd(agreement.cid_to_server) = &session.client;
  }
  if (!agreement.cid_to_client.empty()) {
    cids_.FindOrAdd(agreement.cid_to_client) = &session.server;
  }
}

DropReason CaptureOpener::Open(const FlowDirection& direction, absl::Span<const uint8_t> datagram,
                               const RecordView& view, std::optional<OpenedRecord>* opened) {
  const absl::Span<const uint8_t> cid_bytes = view.cid.In(datagram);
  const std::string cid(cid_bytes.begin(), cid_bytes.end());
  if (!cid.empty()) {
    if (Sender** const owner = cids_.Find(cid)) return OpenAs(*owner, datagram, view, opened);
  }
  DropReason reason = DropReason::kNone;
  Direction& known = directions_.FindOrAdd(direction);
  for (Sender* const sender : known.senders) {
    reason = OpenAs(sender, datagram, view, opened);
    if (reason == DropReason::kNone) return reason;
  }
  if (known.trials >= kMaxTrials) return reason;
  ++known.trials;
  Sender* const sender = Try(datagram, view, opened);
  if (sender == nullptr) return reason;
  known.trials = 0;
  if (cid.empty()) {
    known.senders.push_back(sender);
  } else {
    cids_.FindOrAdd(cid) = sender;
  }
  return DropReason::kNone;
}

DropReason CaptureOpener::OpenAs(Sender* sender, absl::Span<const uint8_t> datagram,
                                 const RecordView& view, std::optional<OpenedRecord>* opened) {
  scratch_.assign(datagram.begin(), datagram.end());
  const DropReason reason = sender->Open(absl::MakeSpan(scratch_), view, opened);
  const bool no_keys =
      reason == DropReason::kEpochWithoutKeys || reason == DropReason::kAuthenticationFailed;
  if (!no_keys || !sender->UpdateKeysFor(view)) return reason;
  scratch_.assign(datagram.begin(), datagram.end());
  return sender->Open(absl::MakeSpan(scratch_), view, opened);
}

CaptureOpener::Sender* CaptureOpener::Try(absl::Span<const uint8_t> datagram,
                                          const RecordView& view,
                                          std::optional<OpenedRecord>* opened) {
  for (auto& [client_random, session] : sessions_) {
    for (Sender* const sender : {&session->client, &session->server}) {
      const Sender& partner = sender == &session->client ? session->server : session->client;
      if (sender->suite() != nullptr ? OpenAs(sender, datagram, view, opened) == DropReason::kNone
                                     : TryUnknownSuite(sender, partner, datagram, view, opened)) {
        return sender;
      }
    }
  }
  return nullptr;
}

bool CaptureOpener::TryUnknownSuite(Sender* sender, const Sender& partner,
                                    absl::Span<const uint8_t> datagram, const RecordView& view,
                                    std::optional<OpenedRecord>* opened) {
  if (!view.unified()) return false;
  for (const uint16_t id : kSuites13) {
    const CipherSuite& suite = *FindCipherSuite(id);
    if (partner.suite() != nullptr && partner.suite() != &suite) continue;
    if (sender->Begin13(suite, profile_, ciphers_.at(suite.aead)) &&
        OpenAs(sender, datagram, view, opened) == DropReason::kNone) {
      return true;
    }
    sender->End();
  }
  return false;
}

}  // namespace waybill
