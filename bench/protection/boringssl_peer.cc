// SPDX-License-Identifier: Apache-2.0
//
// BoringSSL's own DTLS reads records: DTLS 1.2, AES-128-GCM, no CID. It knows none, nor DTLS 1.3 in
// the version that Android's package has; and with GCM it takes certificates, not pre-shared keys.
// See peer.h.
//
//   bazel run --config=opt //bench/protection:boringssl_peer -- [--benchmark_out=FILE]
#include <openssl/bio.h>
#include <openssl/digest.h>
#include <openssl/ec.h>
#include <openssl/ec_key.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/nid.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <optional>
#include <string>

#include "absl/types/span.h"
#include "waybill/bench/protection/peer.h"

#ifndef OPENSSL_IS_BORINGSSL
#error "OpenSSL's headers, which have the same names"
#endif

namespace waybill {
namespace {

constexpr char kSuite[] = "ECDHE-ECDSA-AES128-GCM-SHA256";

void Check(bool right, const std::string& call) {
  if (right) return;
  char text[256];
  ERR_error_string_n(ERR_get_error(), text, sizeof(text));
  FailPeer(call + ": " + text);
}

bssl::UniquePtr<EVP_PKEY> NewKey() {
  bssl::UniquePtr<EC_KEY> ec(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1));
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_new());
  Check(ec && key && EC_KEY_generate_key(ec.get()) == 1 &&
            EVP_PKEY_set1_EC_KEY(key.get(), ec.get()) == 1,
        "key");
  return key;
}

bssl::UniquePtr<X509> SelfSigned(EVP_PKEY* key) {
  bssl::UniquePtr<X509> certificate(X509_new());
  Check(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
            X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0) != nullptr &&
            X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600) != nullptr &&
            X509_set_pubkey(certificate.get(), key) == 1 &&
            X509_sign(certificate.get(), key, EVP_sha256()) > 0,
        "certificate");
  return certificate;
}

class BoringsslEnd {
 public:
  BoringsslEnd(bool server, Inbox* in, Inbox* out)
      : in_(*in), out_(*out), method_(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "memory")) {
    context_.reset(SSL_CTX_new(DTLS_method()));
    Check(context_ != nullptr && method_ != nullptr, "SSL_CTX_new");
    Check(SSL_CTX_set_min_proto_version(context_.get(), DTLS1_2_VERSION) == 1, "DTLS 1.2");
    Check(SSL_CTX_set_strict_cipher_list(context_.get(), kSuite) == 1, kSuite);
    SSL_CTX_set_options(context_.get(), SSL_OP_NO_QUERY_MTU);
    if (server) {
      const bssl::UniquePtr<EVP_PKEY> key = NewKey();
      Check(SSL_CTX_use_certificate(context_.get(), SelfSigned(key.get()).get()) == 1 &&
                SSL_CTX_use_PrivateKey(context_.get(), key.get()) == 1,
            "certificate");
    }
    ssl_.reset(SSL_new(context_.get()));
    Check(ssl_ != nullptr && SSL_set_mtu(ssl_.get(), 1400) == 1, "SSL_new");
    BIO_meth_set_write(method_.get(), SendDatagram);
    BIO_meth_set_read(method_.get(), ReceiveDatagram);
    BIO_meth_set_ctrl(method_.get(), Control);
    BIO* const bio = BIO_new(method_.get());
    Check(bio != nullptr, "BIO_new");
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    server ? SSL_set_accept_state(ssl_.get()) : SSL_set_connect_state(ssl_.get());
  }

  SSL* ssl() { return ssl_.get(); }

  bool Handshake() {
    const int result = SSL_do_handshake(ssl_.get());
    Check(result == 1 || SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_READ, "handshake");
    return result == 1;
  }

 private:
  static BoringsslEnd* Of(BIO* bio) { return static_cast<BoringsslEnd*>(BIO_get_data(bio)); }

  static int SendDatagram(BIO* bio, const char* data, int size) {
    Of(bio)->out_.Put(data, static_cast<size_t>(size));
    return size;
  }
  static int ReceiveDatagram(BIO* bio, char* data, int capacity) {
    BIO_clear_retry_flags(bio);
    const std::optional<size_t> size = Of(bio)->in_.Take(data, static_cast<size_t>(capacity));
    if (size) return static_cast<int>(*size);
    BIO_set_retry_read(bio);
    return -1;
  }
  static long Control(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
  }

  Inbox& in_;
  Inbox& out_;
  bssl::UniquePtr<BIO_METHOD> method_;
  bssl::UniquePtr<SSL_CTX> context_;
  bssl::UniquePtr<SSL> ssl_;
};

class BoringsslPeer : public Peer {
 public:
  BoringsslPeer() {
    bool client = false, server = false;
    for (int i = 0; i < kHandshakeTurns && !(client && server); ++i) {
      client = client || client_.Handshake();
      server = server || server_.Handshake();
    }
    if (!client || !server) FailPeer("the handshake does not end");
    if (SSL_version(server_.ssl()) != DTLS1_2_VERSION) FailPeer("not DTLS 1.2");
  }

  void Send(absl::Span<const uint8_t> content) override {
    const int size = static_cast<int>(content.size());
    Check(SSL_write(client_.ssl(), content.data(), size) == size, "SSL_write");
  }

  std::optional<size_t> Read(absl::Span<uint8_t> content) override {
    const int result = SSL_read(server_.ssl(), content.data(), static_cast<int>(content.size()));
    if (result > 0) return static_cast<size_t>(result);
    Check(SSL_get_error(server_.ssl(), result) == SSL_ERROR_WANT_READ, "SSL_read");
    return std::nullopt;
  }

 private:
  BoringsslEnd client_{false, &to_client_, &to_server_};
  BoringsslEnd server_{true, &to_server_, &to_client_};
};

}  // namespace
}  // namespace waybill

int main(int argc, char** argv) {
  waybill::BoringsslPeer peer;
  return waybill::MeasurePeer(argc, argv, "dtls12",
                              "BoringSSL, API " + std::to_string(BORINGSSL_API_VERSION),
                              waybill::InnerType::kNo, &peer);
}
