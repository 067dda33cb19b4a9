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
#include "absl/types/span.h"
#include "waybill/protection/cipher_suite.h"
#include "waybill/protection/key_schedule12.h"
#include "waybill/protection/key_schedule13.h"
#include "waybill/protection/make_aead.h"
#include "waybill/protection/number_mask.h"
#include "waybill/protection/record_opener.h"
#include "waybill/protection/record_sealer.h"
#include "waybill/record/datagram_reader.h"
#include "waybill/tests/partners/handover.h"
#include "waybill/tests/partners/partner.h"
#include "waybill/tests/take_over/post_handshake.h"
#include "waybill/wire/byte_writer.h"

namespace waybill {
namespace {

using partners::EchoOf;
using partners::Fail;
using partners::Handover;
using partners::UdpSocket;

constexpr int kPatienceMs = 20'000;
constexpr uint8_t kAlert = 21;
constexpr uint8_t kHandshake = 22;
constexpr uint8_t kApplicationData = 23;
constexpr uint8_t kAck = 26;
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

// The value of an optional that must have one.
template <typename Value>
Value Want(std::optional<Value> value, const char* what) {
  if (!value) Fail(what);
  return *std::move(value);
}

const CipherSuite& SuiteOf(const Handover& handover) {
  const CipherSuite* const suite = FindCipherSuite(static_cast<uint16_t>(handover.cipher_suite));
  if (suite == nullptr) Fail("a cipher suite that nobody knows");
  return *suite;
}

SealerOptions SealerOptionsOf(const CipherSuite& suite) {
  SealerOptions options;
  options.version = suite.version;
  return options;
}

OpenerOptions OpenerOptionsOf(const CipherSuite& suite, const Handover& handover) {
  OpenerOptions options;
  options.version = suite.version;
  options.cid_expected = suite.version == DtlsVersion::kDtls12 && !handover.cid_to_client.empty();
  return options;
}

class Successor {
 public:
  Successor(const Handover& handover, UdpSocket& socket)
      : handover_(handover),
        suite_(SuiteOf(handover)),
        socket_(socket),
        aead_(MakeAead(suite_.aead, 4)),
        cipher_{aead_.get(), &NumberMaskerFor(suite_.aead)},
        opening_(OpenerOptionsOf(suite_, handover)),
        sealer_(SealerOptionsOf(suite_), absl::MakeSpan(send_epochs_)),
        opener_(&opening_, receive_epochs_),
        send_epoch_(handover.send_epoch),
        receive_epoch_(handover.receive_epoch) {
    if (dtls13()) {
      InstallAtSealer(SecretOf(handover.client_traffic_secret, send_epoch_));
      InstallAtOpener(SecretOf(handover.server_traffic_secret, receive_epoch_));
      return;
    }
    TrafficKeys client, server;
    if (!DeriveTrafficKeys12(suite_.hash, suite_.aead, BytesOf(handover.master_secret),
                             BytesOf(handover.client_random), BytesOf(handover.server_random),
                             &client, &server)) {
      Fail("secrets of wrong lengths");
    }
    Check(sealer_.InstallEpoch(send_epoch_, client, &cipher_, handover.send_sequence));
    Check(opener_.InstallEpoch(receive_epoch_, server, &cipher_, handover.receive_sequence));
  }

  void Receive(int datagrams) {
    for (; datagrams > 0; --datagrams) {
      const size_t size =
          Want(socket_.Receive(absl::MakeSpan(received_), kPatienceMs), "a datagram is missing");
      Open(absl::MakeSpan(received_.data(), size));
    }
  }

  // The next message, behind whatever of a key update waits to be sent or sent again.
  void SendMessage() {
    ++messages_;
    ByteWriter datagram(absl::MakeSpan(sending_));
    if (!to_acknowledge_.empty()) Seal(kAck, EncodeAck(to_acknowledge_), &datagram);
    if (!key_update_.empty()) {
      key_update_records_.push_back(Seal(kHandshake, key_update_, &datagram));
    }
    const std::string message = messages_ == 1 ? handover_.next_message : Message(messages_);
    awaited_.insert(EchoOf(message));
    RecordToSeal record;
    record.content_type = kApplicationData;
    record.content = BytesOf(message);
    record.cid = BytesOf(handover_.cid_to_server);
    if (messages_ == 1) {
      // How much a stack pads is its own choice.
      record.padding = handover_.next_datagram.size() - sealer_.SealedLength(record);
    } else {
      // Not as the client would have sealed it, but as a server must take it.
      const bool has_padding = dtls13() || !record.cid.empty();
      record.padding = has_padding ? messages_ % 4 : 0;
      record.sequence16 = messages_ % 3 != 0;
      record.with_length = messages_ % 5 != 0;
    }
    Check(sealer_.Seal(record, &datagram));
    if (messages_ == 1) CompareWithClient(datagram.written());
    socket_.Send(datagram.written());
  }

  void Close() {
    ByteWriter datagram(absl::MakeSpan(sending_));
    Seal(kAlert, kCloseNotify, &datagram);
    socket_.Send(datagram.written());
  }

  void Report() const {
    std::cout << "waybill " << getpid() << ": as_the_client " << bytes_alike_ << ", sealed "
              << messages_ << ", answers " << answers_ << ", others " << others_ << ", late "
              << late_ << ", replayed " << replayed_ << ", refused " << refused_ << ", key_updates "
              << key_update_records_.size() << ", send_epoch " << send_epoch_ << ", receive_epoch "
              << receive_epoch_ << ", closed " << closed_ << std::endl;
  }

 private:
  bool dtls13() const { return suite_.version == DtlsVersion::kDtls13; }

  static std::string Message(int number) {
    std::string message;
    const size_t size = kMessageSizes[static_cast<size_t>(number) % std::size(kMessageSizes)];
    while (message.size() < size) absl::StrAppend(&message, "waybill ", number, "; ");
    message.resize(size);
    return message;
  }

  // DTLS 1.3: the secret of an epoch, from that of the first.
  TrafficSecret SecretOf(const std::string& first, uint64_t epoch) const {
    TrafficSecret secret;
    secret.Assign(BytesOf(first));
    for (uint64_t at = kFirstApplicationEpoch; at < epoch; ++at) secret = Next(secret);
    return secret;
  }
  TrafficSecret Next(const TrafficSecret& secret) const {
    TrafficSecret next;
    if (!NextTrafficSecret(suite_.hash, secret, &next)) Fail("a secret of wrong length");
    return next;
  }
  TrafficKeys KeysOf(const TrafficSecret& secret) const {
    TrafficKeys keys;
    if (!DeriveTrafficKeys13(suite_.hash, suite_.aead, secret.bytes(), &keys)) {
      Fail("a secret of wrong length");
    }
    return keys;
  }
  // Keys of send_epoch_ and of receive_epoch_, which were taken over or begin.
  void InstallAtSealer(const TrafficSecret& secret) {
    send_secret_ = secret;
    Check(sealer_.InstallEpoch(send_epoch_, KeysOf(secret), &cipher_,
                               send_epoch_ == handover_.send_epoch ? handover_.send_sequence : 0));
  }
  void InstallAtOpener(const TrafficSecret& secret) {
    receive_secret_ = secret;
    Check(opener_.InstallEpoch(
        receive_epoch_, KeysOf(secret), &cipher_,
        receive_epoch_ == handover_.receive_epoch ? handover_.receive_sequence : 0));
  }

  RecordNumber Seal(uint8_t content_type, absl::Span<const uint8_t> content, ByteWriter* datagram) {
    RecordToSeal record;
    record.content_type = content_type;
    record.content = content;
    record.cid = BytesOf(handover_.cid_to_server);
    RecordNumber number;
    Check(sealer_.Seal(record, datagram, &number));
    return number;
  }

  void CompareWithClient(absl::Span<const uint8_t> datagram) {
    const absl::Span<const uint8_t> expected = BytesOf(handover_.next_datagram);
    bytes_alike_ =
        std::mismatch(expected.begin(), expected.end(), datagram.begin(), datagram.end()).first -
        expected.begin();
  }

  void Open(absl::Span<uint8_t> datagram) {
    const absl::Span<const uint8_t> cid = BytesOf(handover_.cid_to_client);
    const RecordRules rules(CidLength::Fixed(static_cast<uint8_t>(cid.size())));
    DatagramReader reader(datagram, rules);
    RecordView view;
    DropReason reason;
    while (reader.Next(&view, &reason)) {
      const bool ours = view.cid.In(datagram) == cid;
      if (reason == DropReason::kNone && !ours) reason = DropReason::kUnknownCid;
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
    if (!record.newest()) ++late_;
    // Who sends under new keys has the ACK of their KeyUpdate.
    if (!to_acknowledge_.empty() && to_acknowledge_[0].epoch < record.number().epoch) {
      to_acknowledge_.clear();
    }
    const absl::Span<const uint8_t> content = record.content();
    switch (record.content_type()) {
      case kApplicationData:
        if (awaited_.erase(std::string(content.begin(), content.end())) == 0) {
          Fail("an answer to nothing, or a second one");
        }
        ++answers_;
        break;
      case kAlert:
        if (content != absl::MakeConstSpan(kCloseNotify)) Fail("an alert");
        closed_ = true;
        break;
      case kHandshake:
        TakeKeyUpdate(record.number(), Want(DecodeKeyUpdate(content), "no KeyUpdate"));
        ++others_;
        break;
      case kAck:
        TakeAck(Want(DecodeAck(content), "no ACK"));
        ++others_;
        break;
      default:
        Fail(absl::StrCat("a record of type ", record.content_type()));
    }
  }

  // The server's keys change behind the ACK, ours behind the server's ACK of our own KeyUpdate.
  void TakeKeyUpdate(RecordNumber number, bool wants_ours) {
    to_acknowledge_.push_back(number);
    if (number.epoch != receive_epoch_) return;  // sent again
    ++receive_epoch_;
    InstallAtOpener(Next(receive_secret_));
    if (wants_ours) {
      key_update_ = EncodeKeyUpdate(static_cast<uint16_t>(handover_.next_handshake_message));
    }
  }

  void TakeAck(const std::vector<RecordNumber>& numbers) {
    const bool of_update =
        std::find_first_of(numbers.begin(), numbers.end(), key_update_records_.begin(),
                           key_update_records_.end()) != numbers.end();
    if (!of_update || key_update_.empty()) return;
    key_update_.clear();
    ++send_epoch_;
    InstallAtSealer(Next(send_secret_));
  }

  const Handover& handover_;
  const CipherSuite& suite_;
  UdpSocket& socket_;
  const std::unique_ptr<Aead> aead_;
  const RecordCipher cipher_;
  const OpenerOptions opening_;
  std::array<SendEpoch, 2> send_epochs_;
  ReceiveEpochs<2> receive_epochs_;
  RecordSealer sealer_;
  RecordOpener opener_;
  uint64_t send_epoch_;
  uint64_t receive_epoch_;
  TrafficSecret send_secret_;  // both of DTLS 1.3 alone
  TrafficSecret receive_secret_;
  std::array<uint8_t, 2048> received_;
  std::array<uint8_t, 2048> sending_;

  std::vector<RecordNumber> to_acknowledge_;      // the server's KeyUpdate
  std::vector<uint8_t> key_update_;               // ours, until it is acknowledged
  std::vector<RecordNumber> key_update_records_;  // in which it was sent

  std::set<std::string> awaited_;  // answers
  int64_t bytes_alike_ = 0;        // at the front of the first datagram
  int messages_ = 0;
  int answers_ = 0;
  int others_ = 0;  // KeyUpdates and ACKs
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
  const Handover handover = Want(partners::ReadHandover(path), "no handover");
  UdpSocket socket(options);
  Successor successor(handover, socket);
  Obey(successor);
}
