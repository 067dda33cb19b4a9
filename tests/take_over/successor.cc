// SPDX-License-Identifier: Apache-2.0
//
// The process that goes on with a session in a client's place, with what the client left in a file.
// The test tells it by lines on standard input what happens next:
//
//   next N   N datagrams have been sent to this process: take them, then send the next message
//   close N  … then send a close_notify alert
//   end N    … then print the counts, and end
//
// So the test knows at any time which datagrams are under way, and nobody waits for a clock. Any
// failure ends the process with status 1.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "waybill/protection/boringssl_aead.h"
#include "waybill/protection/cipher_suite.h"
#include "waybill/protection/key_schedule12.h"
#include "waybill/protection/key_schedule13.h"
#include "waybill/protection/mbedtls_ccm.h"
#include "waybill/protection/number_mask.h"
#include "waybill/protection/record_opener.h"
#include "waybill/protection/record_sealer.h"
#include "waybill/record/datagram_reader.h"
#include "waybill/tests/partners/handover.h"
#include "waybill/tests/partners/partner.h"

namespace waybill {
namespace {

using partners::EchoOf;
using partners::Fail;
using partners::Handover;
using partners::UdpSocket;

constexpr int kPatienceMs = 20'000;
constexpr uint8_t kAlert = 21;
constexpr uint8_t kApplicationData = 23;
constexpr uint8_t kCloseNotify[] = {1, 0};  // a warning
constexpr uint64_t kFirstApplicationEpoch = 3;
// None so short that it lacks its name, none so long that its datagram exceeds the usual MTU.
constexpr size_t kMessageSizes[] = {20, 1200, 64, 300, 37, 100};

absl::Span<const uint8_t> BytesOf(const std::string& bytes) {
  return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
}

void Check(const absl::Status& status) {
  if (!status.ok()) Fail(status.ToString());
}

std::unique_ptr<Aead> MakeAead(AeadAlgorithm algorithm) {
  auto aead = MakeBoringsslAead(algorithm, 4);
  return aead != nullptr ? std::move(aead) : MakeMbedtlsCcm(algorithm, 4);
}

const CipherSuite& SuiteOf(const Handover& handover) {
  const CipherSuite* const suite = FindCipherSuite(static_cast<uint16_t>(handover.cipher_suite));
  if (suite == nullptr) Fail("a cipher suite that nobody knows");
  return *suite;
}

class Successor {
 public:
  Successor(const Handover& handover, UdpSocket& socket)
      : handover_(handover),
        suite_(SuiteOf(handover)),
        socket_(socket),
        aead_(MakeAead(suite_.aead)),
        sealer_(SealerOptionsOf(suite_), absl::MakeSpan(send_epochs_)),
        opener_(OpenerOptionsOf(suite_, handover), absl::MakeSpan(receive_epochs_)) {
    TrafficKeys client, server;
    const bool derived =
        suite_.version == DtlsVersion::kDtls12
            ? DeriveTrafficKeys12(suite_.hash, suite_.aead, BytesOf(handover.master_secret),
                                  BytesOf(handover.client_random), BytesOf(handover.server_random),
                                  &client, &server)
            : Derive13(handover.client_traffic_secret, handover.send_epoch, &client) &&
                  Derive13(handover.server_traffic_secret, handover.receive_epoch, &server);
    if (!derived) Fail("secrets of wrong lengths");
    Check(sealer_.InstallEpoch(handover.send_epoch, client, aead_.get(), masker(),
                               handover.send_sequence));
    Check(opener_.InstallEpoch(handover.receive_epoch, server, aead_.get(), masker(),
                               handover.receive_sequence));
  }

  void Receive(int datagrams) {
    for (; datagrams > 0; --datagrams) {
      const auto size = socket_.Receive(absl::MakeSpan(buffer_), kPatienceMs);
      if (!size) Fail("a datagram is missing");
      Open(absl::MakeSpan(buffer_.data(), *size));
    }
  }

  void SendMessage() {
    ++messages_;
    std::string message = handover_.next_message;
    if (messages_ > 1) {
      // Sealed as this process pleases, and not as the client would have: the server must take it.
      const size_t size = kMessageSizes[messages_ % std::size(kMessageSizes)];
      message.clear();
      while (message.size() < size) absl::StrAppend(&message, "waybill ", messages_, "; ");
      message.resize(size);
    }
    awaited_.insert(EchoOf(message));
    Send(kApplicationData, BytesOf(message));
  }

  void Close() { Send(kAlert, kCloseNotify); }

  void Report() const {
    std::cout << "waybill " << getpid() << ": client's bytes " << bytes_alike_ << " of "
              << handover_.next_datagram.size() << ", sealed " << messages_ << ", answers "
              << answers_ << ", late " << late_ << ", replayed " << replayed_ << ", refused "
              << refused_ << (closed_ ? ", then close_notify" : "") << std::endl;
  }

 private:
  static SealerOptions SealerOptionsOf(const CipherSuite& suite) {
    SealerOptions options;
    options.version = suite.version;
    return options;
  }

  static OpenerOptions OpenerOptionsOf(const CipherSuite& suite, const Handover& handover) {
    OpenerOptions options;
    options.version = suite.version;
    options.cid_expected = suite.version == DtlsVersion::kDtls12 && !handover.cid_to_client.empty();
    return options;
  }

  bool Derive13(const std::string& first_secret, uint64_t epoch, TrafficKeys* keys) const {
    TrafficSecret secret;
    secret.Assign(BytesOf(first_secret));
    for (uint64_t at = kFirstApplicationEpoch; at < epoch; ++at) {
      if (!NextTrafficSecret(suite_.hash, secret, &secret)) return false;
    }
    return DeriveTrafficKeys13(suite_.hash, suite_.aead, secret.bytes(), keys);
  }

  const NumberMasker* masker() const {
    return suite_.version == DtlsVersion::kDtls13 ? &NumberMaskerFor(suite_.aead) : nullptr;
  }

  void Send(uint8_t content_type, absl::Span<const uint8_t> content) {
    RecordToSeal record;
    record.content_type = content_type;
    record.content = content;
    record.cid = BytesOf(handover_.cid_to_server);
    const bool first = bytes_alike_ == 0;
    if (first) {
      // How much a stack pads is its own choice.
      record.padding = handover_.next_datagram.size() - sealer_.SealedLength(record);
    } else {
      const bool inner_type = suite_.version == DtlsVersion::kDtls13 || !record.cid.empty();
      record.padding = inner_type ? messages_ % 4 : 0;
      record.sequence16 = messages_ % 3 != 0;
      record.with_length = messages_ % 5 != 0;
    }
    ByteWriter datagram(absl::MakeSpan(sealed_));
    Check(sealer_.Seal(record, &datagram));
    if (first) {
      const auto expected = BytesOf(handover_.next_datagram);
      bytes_alike_ = std::mismatch(expected.begin(), expected.end(), datagram.written().begin(),
                                   datagram.written().end())
                         .first -
                     expected.begin();
    }
    socket_.Send(datagram.written());
  }

  void Open(absl::Span<uint8_t> datagram) {
    const absl::Span<const uint8_t> cid = BytesOf(handover_.cid_to_client);
    DatagramReader reader(datagram,
                          RecordRules(CidLength::Fixed(static_cast<uint8_t>(cid.size()))));
    RecordView view;
    DropReason reason;
    while (reader.Next(&view, &reason)) {
      if (reason == DropReason::kNone && view.cid.In(datagram) != cid)
        reason = DropReason::kUnknownCid;
      std::optional<OpenedRecord> opened;
      if (reason == DropReason::kNone) reason = opener_.Open(datagram, view, &opened);
      if (reason == DropReason::kNone) {
        Take(*opened);
      } else if (reason == DropReason::kReplayed) {
        ++replayed_;
      } else {
        ++refused_;
        std::cerr << "refused: " << SentenceOf(reason) << std::endl;
      }
    }
  }

  void Take(const OpenedRecord& record) {
    const std::string content(record.content().begin(), record.content().end());
    if (!record.newest()) ++late_;
    switch (record.content_type()) {
      case kApplicationData:
        if (awaited_.erase(content) == 0) Fail("an answer to nothing, or a second one");
        ++answers_;
        return;
      case kAlert:
        if (BytesOf(content) != absl::MakeConstSpan(kCloseNotify)) Fail("an alert");
        closed_ = true;
        return;
      default:
        Fail(absl::StrCat("a record of type ", record.content_type()));
    }
  }

  const Handover& handover_;
  const CipherSuite& suite_;
  UdpSocket& socket_;
  const std::unique_ptr<Aead> aead_;
  std::array<SendEpoch, 2> send_epochs_;
  std::array<ReceiveEpoch, 2> receive_epochs_;
  RecordSealer sealer_;
  RecordOpener opener_;
  std::array<uint8_t, 2048> buffer_;
  std::array<uint8_t, 2048> sealed_;

  std::set<std::string> awaited_;  // answers
  int64_t bytes_alike_ = 0;
  int messages_ = 0;
  int answers_ = 0;
  int late_ = 0;
  int replayed_ = 0;
  int refused_ = 0;
  bool closed_ = false;
};

void Obey(Successor& successor) {
  std::string command;
  for (int datagrams; std::cin >> command >> datagrams;) {
    successor.Receive(datagrams);
    if (command == "next") {
      successor.SendMessage();
    } else if (command == "close") {
      successor.Close();
    } else if (command == "end") {
      return successor.Report();
    } else {
      break;
    }
  }
  Fail("told nothing that makes sense");
}

}  // namespace
}  // namespace waybill

int main(int argc, char** argv) {
  using namespace waybill;
  CLI::App app("Goes on with a session in a client's place");
  std::string path;
  partners::Options options;
  app.add_option("handover", path, "the file that the client left")->required();
  app.add_option("--port", options.port, "to send to")->required();
  CLI11_PARSE(app, argc, argv);
  partners::BeginProcess("waybill");
  const auto handover = partners::ReadHandover(path);
  if (!handover) Fail("cannot read " + path);
  UdpSocket socket(options);
  Successor successor(*handover, socket);
  Obey(successor);
}
