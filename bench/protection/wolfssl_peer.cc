// SPDX-License-Identifier: Apache-2.0
//
// wolfSSL 5.7 reads records: DTLS 1.3 with a CID of 8 bytes, AES-128-GCM, pre-shared key. See
// peer.h. wolfSSL is under the GPL: this program is for measuring and is not distributed.
//
//   bazel run --config=opt //bench/protection:wolfssl_peer -- [--benchmark_out=FILE]
#include <wolfssl/options.h>
#include <wolfssl/ssl.h>
#include <wolfssl/version.h>

#include <cstring>
#include <memory>
#include <optional>
#include <string>

#include "absl/types/span.h"
#include "waybill/bench/protection/peer.h"

namespace waybill {
namespace {

constexpr char kSuite[] = "TLS13-AES128-GCM-SHA256";

struct Free {
  void operator()(WOLFSSL_CTX* context) const { wolfSSL_CTX_free(context); }
  void operator()(WOLFSSL* ssl) const { wolfSSL_free(ssl); }
};

void Check(bool right, const std::string& call) {
  if (!right) FailPeer(call);
}

class WolfsslEnd {
 public:
  WolfsslEnd(bool server, Inbox* in, Inbox* out) : server_(server), in_(*in), out_(*out) {
    context_.reset(
        wolfSSL_CTX_new(server ? wolfDTLSv1_3_server_method() : wolfDTLSv1_3_client_method()));
    Check(context_ != nullptr, "wolfSSL_CTX_new");
    wolfSSL_CTX_set_psk_client_tls13_callback(context_.get(), ClientPsk);
    wolfSSL_CTX_set_psk_server_tls13_callback(context_.get(), ServerPsk);
    wolfSSL_CTX_SetIOSend(context_.get(), SendDatagram);
    wolfSSL_CTX_SetIORecv(context_.get(), ReceiveDatagram);
    Check(wolfSSL_CTX_set_cipher_list(context_.get(), kSuite) == WOLFSSL_SUCCESS, kSuite);
    ssl_.reset(wolfSSL_new(context_.get()));
    Check(ssl_ != nullptr, "wolfSSL_new");
    wolfSSL_SetIOReadCtx(ssl_.get(), this);
    wolfSSL_SetIOWriteCtx(ssl_.get(), this);
    wolfSSL_dtls_set_using_nonblock(ssl_.get(), 1);
    uint8_t cid[sizeof(kPeerCid)];
    std::memcpy(cid, kPeerCid, sizeof(cid));
    Check(wolfSSL_dtls_cid_use(ssl_.get()) == WOLFSSL_SUCCESS &&
              wolfSSL_dtls_cid_set(ssl_.get(), cid, sizeof(cid)) == WOLFSSL_SUCCESS,
          "wolfSSL_dtls_cid_set");
  }

  WOLFSSL* ssl() { return ssl_.get(); }

  bool Handshake() {
    const int result = server_ ? wolfSSL_accept(ssl_.get()) : wolfSSL_connect(ssl_.get());
    Check(result == WOLFSSL_SUCCESS || WantsRead(result), "handshake");
    return result == WOLFSSL_SUCCESS;
  }

  bool WantsRead(int result) {
    const int error = wolfSSL_get_error(ssl_.get(), result);
    if (error != WOLFSSL_ERROR_WANT_READ) last_error_ = error;
    return error == WOLFSSL_ERROR_WANT_READ;
  }
  std::string LastError() const {
    char text[WOLFSSL_MAX_ERROR_SZ];
    return wolfSSL_ERR_error_string(static_cast<unsigned long>(last_error_), text);
  }

 private:
  static int SendDatagram(WOLFSSL* /*ssl*/, char* data, int size, void* end) {
    static_cast<WolfsslEnd*>(end)->out_.Put(data, static_cast<size_t>(size));
    return size;
  }
  static int ReceiveDatagram(WOLFSSL* /*ssl*/, char* data, int capacity, void* end) {
    const std::optional<size_t> size =
        static_cast<WolfsslEnd*>(end)->in_.Take(data, static_cast<size_t>(capacity));
    return size ? static_cast<int>(*size) : WOLFSSL_CBIO_ERR_WANT_READ;
  }

  static unsigned ClientPsk(WOLFSSL* ssl, const char* /*hint*/, char* identity,
                            unsigned identity_capacity, unsigned char* key, unsigned key_capacity,
                            const char** suite) {
    if (identity_capacity < sizeof(kPeerIdentity)) return 0;
    std::memcpy(identity, kPeerIdentity, sizeof(kPeerIdentity));
    return ServerPsk(ssl, identity, key, key_capacity, suite);
  }
  static unsigned ServerPsk(WOLFSSL* /*ssl*/, const char* /*identity*/, unsigned char* key,
                            unsigned key_capacity, const char** suite) {
    if (key_capacity < sizeof(kPeerPsk)) return 0;
    std::memcpy(key, kPeerPsk, sizeof(kPeerPsk));
    *suite = kSuite;
    return sizeof(kPeerPsk);
  }

  const bool server_;
  Inbox& in_;
  Inbox& out_;
  int last_error_ = 0;
  std::unique_ptr<WOLFSSL_CTX, Free> context_;
  std::unique_ptr<WOLFSSL, Free> ssl_;
};

class WolfsslPeer : public Peer {
 public:
  WolfsslPeer() {
    bool client = false, server = false;
    for (int i = 0; i < kHandshakeTurns && !(client && server); ++i) {
      client = client || client_.Handshake();
      server = server || server_.Handshake();
    }
    if (!client || !server) FailPeer("the handshake does not end");
    unsigned length = 0;
    Check(wolfSSL_dtls_cid_get_tx_size(client_.ssl(), &length) == WOLFSSL_SUCCESS &&
              length == sizeof(kPeerCid),
          "no CID was agreed on");
    // The client has the server's acknowledgement of its Finished yet to read.
    uint8_t nothing[64];
    while (!to_client_.empty()) {
      const int result = wolfSSL_read(client_.ssl(), nothing, sizeof(nothing));
      Check(result < 0 && client_.WantsRead(result), "the client reads something");
    }
  }

  void Send(absl::Span<const uint8_t> content) override {
    const int size = static_cast<int>(content.size());
    Check(wolfSSL_write(client_.ssl(), content.data(), size) == size, "wolfSSL_write");
  }

  std::optional<size_t> Read(absl::Span<uint8_t> content) override {
    const int result =
        wolfSSL_read(server_.ssl(), content.data(), static_cast<int>(content.size()));
    if (result > 0) return static_cast<size_t>(result);
    if (!server_.WantsRead(result)) FailPeer("wolfSSL_read: " + server_.LastError());
    return std::nullopt;
  }

 private:
  WolfsslEnd client_{false, &to_client_, &to_server_};
  WolfsslEnd server_{true, &to_server_, &to_client_};
};

}  // namespace
}  // namespace waybill

int main(int argc, char** argv) {
#ifndef WOLFSSL_AESNI
  waybill::FailPeer("wolfSSL without the AES instructions; run tests/partners/fetch.sh");
#endif
  waybill::WolfsslPeer peer;
  return waybill::MeasurePeer(argc, argv, "dtls13", "wolfSSL " LIBWOLFSSL_VERSION_STRING,
                              waybill::InnerType::kYes, &peer);
}
