// SPDX-License-Identifier: Apache-2.0
//
// mbedTLS 3.6 reads records: DTLS 1.2 with a CID of 8 bytes, AES-128-GCM, pre-shared key. See
// peer.h.
//
//   bazel run --config=opt //bench/protection:mbedtls_peer -- [--benchmark_out=FILE]
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>

#include <optional>
#include <string>

#include "absl/types/span.h"
#include "waybill/bench/protection/peer.h"

namespace waybill {
namespace {

void Check(int result, const std::string& call) {
  if (result < 0) FailPeer(call + ": " + std::to_string(result));
}

class MbedtlsEnd {
 public:
  MbedtlsEnd(int role, Inbox* in, Inbox* out) : in_(*in), out_(*out) {
    mbedtls_entropy_init(&entropy_);
    mbedtls_ctr_drbg_init(&random_);
    mbedtls_ssl_config_init(&config_);
    mbedtls_ssl_init(&ssl_);
    Check(mbedtls_ctr_drbg_seed(&random_, mbedtls_entropy_func, &entropy_, nullptr, 0),
          "mbedtls_ctr_drbg_seed");
    Check(mbedtls_ssl_config_defaults(&config_, role, MBEDTLS_SSL_TRANSPORT_DATAGRAM,
                                      MBEDTLS_SSL_PRESET_DEFAULT),
          "mbedtls_ssl_config_defaults");
    mbedtls_ssl_conf_rng(&config_, mbedtls_ctr_drbg_random, &random_);
    Check(mbedtls_ssl_conf_psk(&config_, kPeerPsk, sizeof(kPeerPsk),
                               reinterpret_cast<const uint8_t*>(kPeerIdentity),
                               sizeof(kPeerIdentity) - 1),
          "mbedtls_ssl_conf_psk");
    mbedtls_ssl_conf_ciphersuites(&config_, kSuites);
    mbedtls_ssl_conf_dtls_cookies(&config_, nullptr, nullptr, nullptr);
    mbedtls_ssl_conf_dtls_badmac_limit(&config_, 0);  // none
    Check(mbedtls_ssl_conf_cid(&config_, sizeof(kPeerCid), MBEDTLS_SSL_UNEXPECTED_CID_IGNORE),
          "mbedtls_ssl_conf_cid");
    Check(mbedtls_ssl_setup(&ssl_, &config_), "mbedtls_ssl_setup");
    mbedtls_ssl_set_timer_cb(&ssl_, this, SetTimer, TimerState);
    mbedtls_ssl_set_bio(&ssl_, this, SendDatagram, ReceiveDatagram, nullptr);
    Check(mbedtls_ssl_set_cid(&ssl_, MBEDTLS_SSL_CID_ENABLED, kPeerCid, sizeof(kPeerCid)),
          "mbedtls_ssl_set_cid");
  }

  ~MbedtlsEnd() {
    mbedtls_ssl_free(&ssl_);
    mbedtls_ssl_config_free(&config_);
    mbedtls_ctr_drbg_free(&random_);
    mbedtls_entropy_free(&entropy_);
  }

  mbedtls_ssl_context* ssl() { return &ssl_; }

  bool Handshake() {
    const int result = mbedtls_ssl_handshake(&ssl_);
    if (result != MBEDTLS_ERR_SSL_WANT_READ) Check(result, "mbedtls_ssl_handshake");
    return result == 0;
  }

  bool SendsCid() {
    int enabled = MBEDTLS_SSL_CID_DISABLED;
    Check(mbedtls_ssl_get_peer_cid(&ssl_, &enabled, nullptr, nullptr), "mbedtls_ssl_get_peer_cid");
    return enabled == MBEDTLS_SSL_CID_ENABLED;
  }

 private:
  static constexpr int kSuites[] = {MBEDTLS_TLS_PSK_WITH_AES_128_GCM_SHA256, 0};

  // Memory loses nothing: no timer ever goes off, and none costs a look at the clock.
  static void SetTimer(void* end, uint32_t /*intermediate_ms*/, uint32_t final_ms) {
    static_cast<MbedtlsEnd*>(end)->timer_ = final_ms != 0;
  }
  static int TimerState(void* end) { return static_cast<MbedtlsEnd*>(end)->timer_ ? 0 : -1; }

  static int SendDatagram(void* end, const unsigned char* data, size_t size) {
    static_cast<MbedtlsEnd*>(end)->out_.Put(data, size);
    return static_cast<int>(size);
  }
  static int ReceiveDatagram(void* end, unsigned char* data, size_t capacity) {
    const std::optional<size_t> size = static_cast<MbedtlsEnd*>(end)->in_.Take(data, capacity);
    return size ? static_cast<int>(*size) : MBEDTLS_ERR_SSL_WANT_READ;
  }

  Inbox& in_;
  Inbox& out_;
  bool timer_ = false;
  mbedtls_entropy_context entropy_;
  mbedtls_ctr_drbg_context random_;
  mbedtls_ssl_config config_;
  mbedtls_ssl_context ssl_;
};

class MbedtlsPeer : public Peer {
 public:
  MbedtlsPeer() {
    bool client = false, server = false;
    for (int i = 0; i < kHandshakeTurns && !(client && server); ++i) {
      client = client || client_.Handshake();
      server = server || server_.Handshake();
    }
    if (!client || !server) FailPeer("the handshake does not end");
    if (!client_.SendsCid()) FailPeer("no CID was agreed on");
  }

  void Send(absl::Span<const uint8_t> content) override {
    Check(mbedtls_ssl_write(client_.ssl(), content.data(), content.size()), "mbedtls_ssl_write");
  }

  std::optional<size_t> Read(absl::Span<uint8_t> content) override {
    const int result = mbedtls_ssl_read(server_.ssl(), content.data(), content.size());
    if (result == MBEDTLS_ERR_SSL_WANT_READ) return std::nullopt;
    Check(result, "mbedtls_ssl_read");
    return static_cast<size_t>(result);
  }

 private:
  MbedtlsEnd client_{MBEDTLS_SSL_IS_CLIENT, &to_client_, &to_server_};
  MbedtlsEnd server_{MBEDTLS_SSL_IS_SERVER, &to_server_, &to_client_};
};

}  // namespace
}  // namespace waybill

int main(int argc, char** argv) {
  waybill::MbedtlsPeer peer;
  return waybill::MeasurePeer(argc, argv, "dtls12", MBEDTLS_VERSION_STRING_FULL,
                              waybill::InnerType::kYes, &peer);
}
