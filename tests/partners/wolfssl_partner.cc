// SPDX-License-Identifier: Apache-2.0
//
// A partner that speaks DTLS 1.3 with pre-shared keys and connection IDs (RFC 9147) through
// wolfSSL 5.7. wolfSSL is under the GPL: this program is for tests and is not distributed.

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "absl/strings/str_cat.h"
#include "waybill/tests/partners/partner.h"

namespace waybill::partners {
namespace {

struct Free {
  void operator()(WOLFSSL_CTX* context) const { wolfSSL_CTX_free(context); }
  void operator()(WOLFSSL* ssl) const { wolfSSL_free(ssl); }
};

absl::string_view SecretLabel(int id) {
  switch (id) {
    case CLIENT_HANDSHAKE_TRAFFIC_SECRET:
      return "CLIENT_HANDSHAKE_TRAFFIC_SECRET";
    case SERVER_HANDSHAKE_TRAFFIC_SECRET:
      return "SERVER_HANDSHAKE_TRAFFIC_SECRET";
    case CLIENT_TRAFFIC_SECRET:
      return "CLIENT_TRAFFIC_SECRET_0";
    case SERVER_TRAFFIC_SECRET:
      return "SERVER_TRAFFIC_SECRET_0";
    default:
      return "";
  }
}

class WolfsslSession : public Session {
 public:
  WolfsslSession(const Options& options, UdpSocket& socket)
      : options_(options), socket_(socket), key_log_(options.key_log) {
    context_.reset(wolfSSL_CTX_new(options.server ? wolfDTLSv1_3_server_method()
                                                  : wolfDTLSv1_3_client_method()));
    if (!context_) Fail("wolfSSL_CTX_new");
    wolfSSL_CTX_set_psk_client_tls13_callback(context_.get(), ClientPsk);
    wolfSSL_CTX_set_psk_server_tls13_callback(context_.get(), ServerPsk);
    wolfSSL_CTX_SetIOSend(context_.get(), SendDatagram);
    wolfSSL_CTX_SetIORecv(context_.get(), ReceiveDatagram);
    if (wolfSSL_CTX_set_cipher_list(context_.get(), options.suite.c_str()) != WOLFSSL_SUCCESS) {
      Fail(absl::StrCat("no such suite: ", options.suite));
    }
    ssl_.reset(wolfSSL_new(context_.get()));
    if (!ssl_) Fail("wolfSSL_new");
    wolfSSL_SetIOReadCtx(ssl_.get(), this);
    wolfSSL_SetIOWriteCtx(ssl_.get(), this);
    wolfSSL_set_psk_callback_ctx(ssl_.get(), this);
    Check(wolfSSL_set_tls13_secret_cb(ssl_.get(), LogSecret, this), "wolfSSL_set_tls13_secret_cb");
    if (options.handshake_mtu != 0)
      Check(wolfSSL_dtls_set_mtu(ssl_.get(), options.handshake_mtu), "wolfSSL_dtls_set_mtu");
    if (options.server)
      Check(wolfSSL_dtls13_allow_ch_frag(ssl_.get(), 1), "wolfSSL_dtls13_allow_ch_frag");
    if (options.cid) OfferCid(*options.cid);
  }

  void Handshake() override {
    Check(options_.server ? wolfSSL_accept(ssl_.get()) : wolfSSL_connect(ssl_.get()), "handshake");
    if (options_.handshake_mtu != 0)
      Check(wolfSSL_dtls_set_mtu(ssl_.get(), kUsualMtu), "wolfSSL_dtls_set_mtu");
  }

  void Send(const std::string& message) override {
    const int sent = wolfSSL_write(ssl_.get(), message.data(), static_cast<int>(message.size()));
    if (sent != static_cast<int>(message.size())) FailWith(sent, "wolfSSL_write");
  }

  std::string Receive() override {
    char buffer[kLongestMessage];
    const int received = wolfSSL_read(ssl_.get(), buffer, sizeof(buffer));
    if (received > 0) return {buffer, buffer + received};
    if (wolfSSL_get_error(ssl_.get(), received) != WOLFSSL_ERROR_ZERO_RETURN)
      FailWith(received, "wolfSSL_read");
    return "";
  }

  void UpdateKeys() override { Check(wolfSSL_update_keys(ssl_.get()), "wolfSSL_update_keys"); }

  // Not complete until the peer has closed as well, which nobody waits for.
  void Close() override { wolfSSL_shutdown(ssl_.get()); }

  Handover HandOver() override {
    Handover handover = handover_;
    handover.cipher_suite = static_cast<uint64_t>(wolfSSL_get_current_cipher_suite(ssl_.get()));
    handover.cid_to_server = Cid(wolfSSL_dtls_cid_get_tx_size, wolfSSL_dtls_cid_get_tx);
    handover.cid_to_client = Cid(wolfSSL_dtls_cid_get_rx_size, wolfSSL_dtls_cid_get_rx);
    const Numbers sent = sent_.BehindHandshake();
    const Numbers received = received_.BehindHandshake();
    handover.send_epoch = sent.epoch;
    handover.send_sequence = sent.records;
    handover.receive_epoch = received.epoch;
    handover.receive_sequence = received.records;
    // Two hellos, since a cookie is asked for, and Finished; then a KeyUpdate before each epoch.
    handover.next_handshake_message = 3 + (sent.epoch - kFirstApplicationEpoch);
    return handover;
  }

 private:
  static constexpr uint64_t kFirstApplicationEpoch = 3;

  // wolfSSL tells no record number of DTLS 1.3. Each epoch numbers its records from 0, each of
  // wolfSSL's datagrams has one record, and the loopback neither loses nor reorders: so the records
  // of the newest epoch are counted, by the two bits of it that a unified header has.
  struct Numbers {
    uint64_t epoch = kFirstApplicationEpoch - 1;  // Finished
    uint64_t records = 0;

    // Also where no record of the application's first epoch has gone by yet.
    Numbers BehindHandshake() const {
      return epoch < kFirstApplicationEpoch ? Numbers{kFirstApplicationEpoch, 0} : *this;
    }

    void Count(absl::Span<const uint8_t> datagram) {
      if (datagram.empty() || (datagram[0] & 0xe0) != 0x20) return;  // no unified header
      const uint64_t later = (datagram[0] - epoch) & 3;
      if (later > 1) return;  // of the epoch before
      if (later == 1) *this = {epoch + 1, 0};
      ++records;
    }
  };

  static constexpr uint16_t kUsualMtu = 1400;

  // Some calls return the error, others leave it in the session.
  [[noreturn]] void FailWith(int result, absl::string_view call) {
    const int left = wolfSSL_get_error(ssl_.get(), result);
    char text[WOLFSSL_MAX_ERROR_SZ];
    Fail(absl::StrCat(call, ": ", wolfSSL_ERR_error_string(left != 0 ? left : result, text)));
  }

  void Check(int result, absl::string_view call) {
    if (result != WOLFSSL_SUCCESS) FailWith(result, call);
  }

  void OfferCid(std::string cid) {
    Check(wolfSSL_dtls_cid_use(ssl_.get()), "wolfSSL_dtls_cid_use");
    Check(wolfSSL_dtls_cid_set(ssl_.get(), reinterpret_cast<uint8_t*>(cid.data()), cid.size()),
          "wolfSSL_dtls_cid_set");
  }

  template <typename GetSize, typename Get>
  std::string Cid(GetSize get_size, Get get) {
    unsigned size = 0;
    if (options_.cid) Check(get_size(ssl_.get(), &size), "wolfSSL_dtls_cid_get_size");
    std::string cid(size, '\0');
    if (size != 0) {
      Check(get(ssl_.get(), reinterpret_cast<uint8_t*>(cid.data()), size), "wolfSSL_dtls_cid_get");
    }
    return cid;
  }

  static int SendDatagram(WOLFSSL* /*ssl*/, char* data, int size, void* context) {
    const absl::Span<const uint8_t> datagram(reinterpret_cast<const uint8_t*>(data),
                                             static_cast<size_t>(size));
    auto* const session = static_cast<WolfsslSession*>(context);
    session->sent_.Count(datagram);
    session->socket_.Send(datagram);
    return size;
  }

  static int ReceiveDatagram(WOLFSSL* ssl, char* data, int size, void* context) {
    auto* const session = static_cast<WolfsslSession*>(context);
    const bool in_handshake = !wolfSSL_is_init_finished(ssl);
    const int timeout_ms = in_handshake ? wolfSSL_dtls_get_current_timeout(ssl) * 1000 : -1;
    const auto received = session->socket_.Receive(
        {reinterpret_cast<uint8_t*>(data), static_cast<size_t>(size)}, timeout_ms);
    if (!received) return WOLFSSL_CBIO_ERR_TIMEOUT;
    session->received_.Count({reinterpret_cast<const uint8_t*>(data), *received});
    if (session->options_.server && in_handshake) {
      // The cookie is bound to the client's address. wolfSSL copies it, despite the missing const.
      auto* const peer = const_cast<sockaddr*>(session->socket_.peer());
      session->Check(wolfSSL_dtls_set_peer(ssl, peer, session->socket_.peer_length()),
                     "wolfSSL_dtls_set_peer");
    }
    return static_cast<int>(*received);
  }

  static unsigned ClientPsk(WOLFSSL* ssl, const char* /*hint*/, char* identity,
                            unsigned identity_capacity, unsigned char* key, unsigned key_capacity,
                            const char** suite) {
    if (identity_capacity < sizeof(kPskIdentity)) return 0;
    std::memcpy(identity, kPskIdentity, sizeof(kPskIdentity));
    return ServerPsk(ssl, identity, key, key_capacity, suite);
  }

  static unsigned ServerPsk(WOLFSSL* ssl, const char* identity, unsigned char* key,
                            unsigned key_capacity, const char** suite) {
    if (absl::string_view(identity) != kPskIdentity || key_capacity < kPskLength) return 0;
    std::memcpy(key, kPsk, kPskLength);
    *suite =
        static_cast<WolfsslSession*>(wolfSSL_get_psk_callback_ctx(ssl))->options_.suite.c_str();
    return kPskLength;
  }

  static int LogSecret(WOLFSSL* ssl, int id, const unsigned char* secret, int secret_length,
                       void* context) {
    const absl::string_view label = SecretLabel(id);
    if (label.empty()) return 0;
    auto* const session = static_cast<WolfsslSession*>(context);
    if (id == CLIENT_TRAFFIC_SECRET || id == SERVER_TRAFFIC_SECRET) {
      (id == CLIENT_TRAFFIC_SECRET ? session->handover_.client_traffic_secret
                                   : session->handover_.server_traffic_secret)
          .assign(secret, secret + secret_length);
    }
    uint8_t client_random[32];
    if (wolfSSL_get_client_random(ssl, client_random, sizeof(client_random)) !=
        sizeof(client_random))
      return 1;
    session->key_log_.Write(label, client_random, {secret, static_cast<size_t>(secret_length)});
    return 0;
  }

  const Options& options_;
  UdpSocket& socket_;
  KeyLog key_log_;
  Handover handover_;  // the secrets alone
  Numbers sent_;
  Numbers received_;
  std::unique_ptr<WOLFSSL_CTX, Free> context_;
  std::unique_ptr<WOLFSSL, Free> ssl_;
};

}  // namespace
}  // namespace waybill::partners

int main(int argc, char** argv) {
  using namespace waybill::partners;
  const Options options =
      ParseOptions(argc, argv, "DTLS 1.3 with wolfSSL 5.7", "TLS13-AES128-GCM-SHA256");
  UdpSocket socket(options);
  WolfsslSession session(options, socket);
  Run(session, socket, options);
}
