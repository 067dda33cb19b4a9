// SPDX-License-Identifier: Apache-2.0
//
// A partner that speaks DTLS 1.2 with pre-shared keys and connection IDs (RFC 9146) through
// mbedTLS 3.6.

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/error.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_ciphersuites.h>
#include <mbedtls/ssl_cookie.h>
#include <mbedtls/timing.h>

#include "absl/strings/str_cat.h"
#include "waybill/tests/partners/partner.h"

namespace waybill::partners {
namespace {

void Check(int result, absl::string_view call) {
  if (result >= 0) return;
  char text[128];
  mbedtls_strerror(result, text, sizeof(text));
  Fail(absl::StrCat(call, ": ", text));
}

const uint8_t* Bytes(const char* text) { return reinterpret_cast<const uint8_t*>(text); }

class MbedtlsSession : public Session {
 public:
  MbedtlsSession(const Options& options, UdpSocket& socket)
      : options_(options), socket_(socket), key_log_(options.key_log) {
    mbedtls_entropy_init(&entropy_);
    mbedtls_ctr_drbg_init(&random_);
    mbedtls_ssl_config_init(&config_);
    mbedtls_ssl_cookie_init(&cookies_);
    mbedtls_ssl_init(&ssl_);
    Configure();
  }

  ~MbedtlsSession() override {
    mbedtls_ssl_free(&ssl_);
    mbedtls_ssl_cookie_free(&cookies_);
    mbedtls_ssl_config_free(&config_);
    mbedtls_ctr_drbg_free(&random_);
    mbedtls_entropy_free(&entropy_);
  }

  void Handshake() override {
    int result = mbedtls_ssl_handshake(&ssl_);
    if (result == MBEDTLS_ERR_SSL_HELLO_VERIFY_REQUIRED) {
      // The cookie has been sent; the client's second hello begins anew.
      Check(mbedtls_ssl_session_reset(&ssl_), "mbedtls_ssl_session_reset");
      result = mbedtls_ssl_handshake(&ssl_);
    }
    Check(result, "mbedtls_ssl_handshake");
    mbedtls_ssl_set_mtu(&ssl_, 0);
  }

  void Send(const std::string& message) override {
    Check(mbedtls_ssl_write(&ssl_, Bytes(message.data()), message.size()), "mbedtls_ssl_write");
  }

  std::string Receive() override {
    uint8_t buffer[kLongestMessage];
    const int result = mbedtls_ssl_read(&ssl_, buffer, sizeof(buffer));
    if (result == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) return "";
    Check(result, "mbedtls_ssl_read");
    return {buffer, buffer + result};
  }

  void Close() override { Check(mbedtls_ssl_close_notify(&ssl_), "mbedtls_ssl_close_notify"); }

  Handover HandOver() override {
    Handover handover = handover_;
    handover.cipher_suite = static_cast<uint64_t>(mbedtls_ssl_get_ciphersuite_id_from_ssl(&ssl_));
    uint8_t cid[MBEDTLS_SSL_CID_OUT_LEN_MAX];
    size_t length = 0;
    int enabled = MBEDTLS_SSL_CID_DISABLED;
    Check(mbedtls_ssl_get_peer_cid(&ssl_, &enabled, cid, &length), "mbedtls_ssl_get_peer_cid");
    if (enabled == MBEDTLS_SSL_CID_ENABLED) {
      handover.cid_to_server.assign(cid, cid + length);
      handover.cid_to_client = *options_.cid;
    }
    // Epoch and sequence number of the next record, as they go out.
    const uint8_t* const next = ssl_.MBEDTLS_PRIVATE(cur_out_ctr);
    for (int i = 0; i < 2; ++i) handover.send_epoch = handover.send_epoch << 8 | next[i];
    for (int i = 2; i < 8; ++i) handover.send_sequence = handover.send_sequence << 8 | next[i];
    // DTLS 1.2 without renegotiation has one epoch with keys, the same in both directions.
    handover.receive_epoch = handover.send_epoch;
    handover.receive_sequence = ssl_.MBEDTLS_PRIVATE(in_window_top) + 1;
    return handover;
  }

 private:
  void Configure() {
    Check(mbedtls_ctr_drbg_seed(&random_, mbedtls_entropy_func, &entropy_, nullptr, 0),
          "mbedtls_ctr_drbg_seed");
    Check(mbedtls_ssl_config_defaults(
              &config_, options_.server ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT,
              MBEDTLS_SSL_TRANSPORT_DATAGRAM, MBEDTLS_SSL_PRESET_DEFAULT),
          "mbedtls_ssl_config_defaults");
    mbedtls_ssl_conf_rng(&config_, mbedtls_ctr_drbg_random, &random_);
    Check(mbedtls_ssl_conf_psk(&config_, Bytes(kPsk), kPskLength, Bytes(kPskIdentity),
                               sizeof(kPskIdentity) - 1),
          "mbedtls_ssl_conf_psk");
    suites_[0] = mbedtls_ssl_get_ciphersuite_id(options_.suite.c_str());
    if (suites_[0] == 0) Fail(absl::StrCat("no such suite: ", options_.suite));
    mbedtls_ssl_conf_ciphersuites(&config_, suites_);
    if (options_.server) {
      Check(mbedtls_ssl_cookie_setup(&cookies_, mbedtls_ctr_drbg_random, &random_),
            "mbedtls_ssl_cookie_setup");
      mbedtls_ssl_conf_dtls_cookies(&config_, mbedtls_ssl_cookie_write, mbedtls_ssl_cookie_check,
                                    &cookies_);
    }
    if (options_.cid) {
      Check(mbedtls_ssl_conf_cid(&config_, options_.cid->size(), MBEDTLS_SSL_UNEXPECTED_CID_IGNORE),
            "mbedtls_ssl_conf_cid");
    }
    Check(mbedtls_ssl_setup(&ssl_, &config_), "mbedtls_ssl_setup");
    mbedtls_ssl_set_mtu(&ssl_, options_.handshake_mtu);
    mbedtls_ssl_set_timer_cb(&ssl_, &timer_, mbedtls_timing_set_delay, mbedtls_timing_get_delay);
    mbedtls_ssl_set_bio(&ssl_, this, SendDatagram, nullptr, ReceiveDatagram);
    mbedtls_ssl_set_export_keys_cb(&ssl_, ExportKeys, this);
    if (options_.cid) {
      Check(mbedtls_ssl_set_cid(&ssl_, MBEDTLS_SSL_CID_ENABLED, Bytes(options_.cid->data()),
                                options_.cid->size()),
            "mbedtls_ssl_set_cid");
    }
  }

  // The cookie is bound to the client's address.
  void IdentifyClient() {
    Check(mbedtls_ssl_set_client_transport_id(
              &ssl_, reinterpret_cast<const uint8_t*>(socket_.peer()), socket_.peer_length()),
          "mbedtls_ssl_set_client_transport_id");
  }

  static int SendDatagram(void* context, const unsigned char* data, size_t size) {
    static_cast<MbedtlsSession*>(context)->socket_.Send({data, size});
    return static_cast<int>(size);
  }

  static int ReceiveDatagram(void* context, unsigned char* data, size_t size, uint32_t timeout_ms) {
    auto* const session = static_cast<MbedtlsSession*>(context);
    const auto received =
        session->socket_.Receive({data, size}, timeout_ms == 0 ? -1 : static_cast<int>(timeout_ms));
    if (!received) return MBEDTLS_ERR_SSL_TIMEOUT;
    const bool in_handshake = !mbedtls_ssl_is_handshake_over(&session->ssl_);
    if (session->options_.server && in_handshake) session->IdentifyClient();
    return static_cast<int>(*received);
  }

  static void ExportKeys(void* context, mbedtls_ssl_key_export_type type,
                         const unsigned char* secret, size_t secret_length,
                         const unsigned char client_random[32],
                         const unsigned char server_random[32], mbedtls_tls_prf_types /*prf*/) {
    if (type != MBEDTLS_SSL_KEY_EXPORT_TLS12_MASTER_SECRET) return;
    auto* const session = static_cast<MbedtlsSession*>(context);
    session->key_log_.Write("CLIENT_RANDOM", {client_random, 32}, {secret, secret_length});
    session->handover_.client_random.assign(client_random, client_random + 32);
    session->handover_.server_random.assign(server_random, server_random + 32);
    session->handover_.master_secret.assign(secret, secret + secret_length);
  }

  const Options& options_;
  UdpSocket& socket_;
  KeyLog key_log_;
  Handover handover_;       // what the handshake alone tells
  int suites_[2] = {0, 0};  // ends with 0
  mbedtls_timing_delay_context timer_ = {};
  mbedtls_entropy_context entropy_;
  mbedtls_ctr_drbg_context random_;
  mbedtls_ssl_config config_;
  mbedtls_ssl_cookie_ctx cookies_;
  mbedtls_ssl_context ssl_;
};

}  // namespace
}  // namespace waybill::partners

int main(int argc, char** argv) {
  using namespace waybill::partners;
  const Options options =
      ParseOptions(argc, argv, "DTLS 1.2 with mbedTLS 3.6", "TLS-PSK-WITH-AES-128-CCM-8");
  UdpSocket socket(options);
  MbedtlsSession session(options, socket);
  Run(session, socket, options);
}
