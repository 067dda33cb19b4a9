// SPDX-License-Identifier: Apache-2.0
//
// A partner that speaks DTLS 1.2 with pre-shared keys through the system's OpenSSL 3.0, which knows
// no connection IDs.

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

#include <cstring>
#include <memory>

#include "absl/strings/str_cat.h"
#include "waybill/tests/partners/partner.h"

#ifdef OPENSSL_IS_BORINGSSL
#error "BoringSSL's headers, which have the same names"
#endif

namespace waybill::partners {
namespace {

constexpr long kUsualMtu = 1400;

void Check(bool ok, absl::string_view call) {
  if (ok) return;
  char text[256];
  ERR_error_string_n(ERR_get_error(), text, sizeof(text));
  Fail(absl::StrCat(call, ": ", text));
}

struct Free {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};

class OpensslSession : public Session {
 public:
  OpensslSession(const Options& options, UdpSocket& socket)
      : options_(options), socket_(socket), key_log_(options.key_log) {
    if (options.cid || options.change_port_after != 0)
      Fail("OpenSSL has no connection IDs: an association keeps its address");
    Check(RAND_bytes(cookie_, sizeof(cookie_)) == 1, "RAND_bytes");
    context_.reset(SSL_CTX_new(options.server ? DTLS_server_method() : DTLS_client_method()));
    Check(context_ != nullptr, "SSL_CTX_new");
    Check(SSL_CTX_set_cipher_list(context_.get(), options.suite.c_str()) == 1, options.suite);
    SSL_CTX_set_app_data(context_.get(), this);
    SSL_CTX_set_options(context_.get(), SSL_OP_COOKIE_EXCHANGE | SSL_OP_NO_QUERY_MTU);
    SSL_CTX_set_cookie_generate_cb(context_.get(), WriteCookie);
    SSL_CTX_set_cookie_verify_cb(context_.get(), VerifyCookie);
    SSL_CTX_set_psk_client_callback(context_.get(), ClientPsk);
    SSL_CTX_set_psk_server_callback(context_.get(), ServerPsk);
    SSL_CTX_set_keylog_callback(context_.get(), LogLine);
    SSL_CTX_set_msg_callback(context_.get(), SeeHeader);
    ssl_.reset(SSL_new(context_.get()));
    Check(ssl_ != nullptr, "SSL_new");
    SSL_set_mtu(ssl_.get(), options.handshake_mtu != 0 ? options.handshake_mtu : kUsualMtu);
    BIO* const bio = NewBio();
    SSL_set_bio(ssl_.get(), bio, bio);
  }

  void Handshake() override {
    Check((options_.server ? SSL_accept(ssl_.get()) : SSL_connect(ssl_.get())) == 1, "handshake");
    SSL_set_mtu(ssl_.get(), kUsualMtu);
  }

  void Send(const std::string& message) override {
    Check(SSL_write(ssl_.get(), message.data(), static_cast<int>(message.size())) > 0, "SSL_write");
  }

  std::string Receive() override {
    char buffer[kLongestMessage];
    const int received = SSL_read(ssl_.get(), buffer, sizeof(buffer));
    if (received > 0) return {buffer, buffer + received};
    Check(SSL_get_error(ssl_.get(), received) == SSL_ERROR_ZERO_RETURN, "SSL_read");
    return "";
  }

  // Not complete until the peer has closed as well, which nobody waits for.
  void Close() override { SSL_shutdown(ssl_.get()); }

  Handover HandOver() override {
    const SSL* const ssl = ssl_.get();
    const auto get = [](auto getter, const auto* from) {
      uint8_t bytes[SSL_MAX_MASTER_KEY_LENGTH];
      return std::string(bytes, bytes + getter(from, bytes, sizeof(bytes)));
    };
    Handover handover = handover_;
    handover.cipher_suite = SSL_CIPHER_get_protocol_id(SSL_get_current_cipher(ssl));
    handover.client_random = get(SSL_get_client_random, ssl);
    handover.server_random = get(SSL_get_server_random, ssl);
    handover.master_secret = get(SSL_SESSION_get_master_key, SSL_get_session(ssl));
    return handover;
  }

 private:
  static OpensslSession* Of(const SSL* ssl) {
    return static_cast<OpensslSession*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  }

  // A BIO over the socket that all partners share.
  BIO* NewBio() {
    method_.reset(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "udp"));
    Check(method_ != nullptr, "BIO_meth_new");
    BIO_meth_set_write(method_.get(), SendDatagram);
    BIO_meth_set_read(method_.get(), ReceiveDatagram);
    BIO_meth_set_ctrl(method_.get(), Control);
    BIO* const bio = BIO_new(method_.get());
    Check(bio != nullptr, "BIO_new");
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    return bio;
  }

  static int SendDatagram(BIO* bio, const char* data, int size) {
    const auto* const bytes = reinterpret_cast<const uint8_t*>(data);
    static_cast<OpensslSession*>(BIO_get_data(bio))
        ->socket_.Send({bytes, static_cast<size_t>(size)});
    return size;
  }

  static int ReceiveDatagram(BIO* bio, char* data, int size) {
    auto* const session = static_cast<OpensslSession*>(BIO_get_data(bio));
    timeval left;
    const bool timed = DTLSv1_get_timeout(session->ssl_.get(), &left) == 1;
    const int timeout_ms = timed ? static_cast<int>(left.tv_sec * 1000 + left.tv_usec / 1000) : -1;
    const auto received = session->socket_.Receive(
        {reinterpret_cast<uint8_t*>(data), static_cast<size_t>(size)}, timeout_ms);
    BIO_clear_retry_flags(bio);
    if (received) return static_cast<int>(*received);
    BIO_set_retry_read(bio);
    return -1;
  }

  static long Control(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
  }

  // One cookie for the one client that this process serves; a real server binds it to the address.
  static int WriteCookie(SSL* ssl, unsigned char* cookie, unsigned* length) {
    std::memcpy(cookie, Of(ssl)->cookie_, sizeof(cookie_));
    *length = sizeof(cookie_);
    return 1;
  }

  static int VerifyCookie(SSL* ssl, const unsigned char* cookie, unsigned length) {
    return length == sizeof(cookie_) && std::memcmp(cookie, Of(ssl)->cookie_, length) == 0;
  }

  static unsigned ClientPsk(SSL* ssl, const char* /*hint*/, char* identity,
                            unsigned identity_capacity, unsigned char* key, unsigned key_capacity) {
    if (identity_capacity < sizeof(kPskIdentity)) return 0;
    std::memcpy(identity, kPskIdentity, sizeof(kPskIdentity));
    return ServerPsk(ssl, identity, key, key_capacity);
  }

  static unsigned ServerPsk(SSL* /*ssl*/, const char* identity, unsigned char* key,
                            unsigned key_capacity) {
    if (absl::string_view(identity) != kPskIdentity || key_capacity < kPskLength) return 0;
    std::memcpy(key, kPsk, kPskLength);
    return kPskLength;
  }

  // Keeps the numbers of the handover, which OpenSSL tells nowhere else.
  static void SeeHeader(int sent, int /*version*/, int content_type, const void* data, size_t size,
                        SSL* ssl, void* /*argument*/) {
    if (content_type != SSL3_RT_HEADER || size != DTLS1_RT_HEADER_LENGTH) return;
    const auto* const header = static_cast<const uint8_t*>(data);
    uint64_t epoch = 0, sequence = 0;
    for (int i = 3; i < 5; ++i) epoch = epoch << 8 | header[i];
    for (int i = 5; i < 11; ++i) sequence = sequence << 8 | header[i];
    Handover& handover = Of(ssl)->handover_;
    (sent != 0 ? handover.send_epoch : handover.receive_epoch) = epoch;
    (sent != 0 ? handover.send_sequence : handover.receive_sequence) = sequence + 1;
  }

  static void LogLine(const SSL* ssl, const char* line) { Of(ssl)->key_log_.WriteLine(line); }

  const Options& options_;
  UdpSocket& socket_;
  KeyLog key_log_;
  Handover handover_;  // the numbers alone
  uint8_t cookie_[16];
  std::unique_ptr<BIO_METHOD, Free> method_;
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> ssl_;
};

}  // namespace
}  // namespace waybill::partners

int main(int argc, char** argv) {
  using namespace waybill::partners;
  const Options options = ParseOptions(argc, argv, "DTLS 1.2 with OpenSSL, without connection IDs",
                                       "PSK-AES128-GCM-SHA256");
  UdpSocket socket(options);
  OpensslSession session(options, socket);
  Run(session, socket, options);
}
