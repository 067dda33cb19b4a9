// SPDX-License-Identifier: Apache-2.0
#include "waybill/traffic/session.h"

#include <utility>

#include "waybill/ext/extension_chain.h"
#include "waybill/record/first_byte.h"
#include "waybill/traffic/handshake_message.h"
#include "waybill/traffic/hello_builder.h"

namespace waybill {
namespace {

constexpr uint16_t kDtls10Version = 0xfeff;  // in the header of a first ClientHello
constexpr uint16_t kSupportedVersions = 43;  // RFC 8446, section 4.2.1
constexpr uint16_t kAes128GcmSha256 = 0x1301;
constexpr uint8_t kOtherExtensionType = 1;
constexpr unsigned kOtherExtensionPercent = 25;
constexpr size_t kFinishedLength = 53;  // header, verify_data, inner type and tag, roughly
constexpr size_t kExplicitNonceLength = 8;

// The CID, and at times another extension.
void AddExtensions(const Bytes& cid, Random* random, DatagramBuilder* datagram) {
  datagram->CidExtension(cid);
  if (random->Percent(kOtherExtensionPercent)) {
    datagram->Extension(kOtherExtensionType, random->MakeBytes(4));
  }
}

}  // namespace

bool UsesCids(Dialect dialect) {
  return dialect != Dialect::kDtls12 && dialect != Dialect::kDtls13;
}

ExtensionTypeSet NegotiatedExtensions(size_t cid_length) {
  ExtensionTypeSet types;
  types.Add(kOtherExtensionType);
  if (cid_length != 0) types.Add(kCidExtensionType);
  return types;
}

Session::Session(Dialect dialect, Bytes server_cid, Bytes client_cid) : dialect_(dialect) {
  if (!UsesCids(dialect)) return;
  server_.cid = std::move(server_cid);
  client_.cid = std::move(client_cid);
}

bool Session::SpeaksDtls13() const {
  return dialect_ == Dialect::kDtls13 || dialect_ == Dialect::kDtls13Cid ||
         dialect_ == Dialect::kExtended13;
}

bool Session::UsesExtensions() const {
  return dialect_ == Dialect::kExtended12 || dialect_ == Dialect::kExtended13;
}

Bytes Session::NextOfHandshake(Random* random, Direction* direction) {
  const bool hello = handshake_step_ < 2;
  *direction = handshake_step_ % 2 == 0 ? Direction::kToServer : Direction::kToClient;
  ++handshake_step_;
  DatagramBuilder datagram;
  if (hello) {
    AddHello(*direction, random, &datagram);
  } else if (SpeaksDtls13()) {
    AddRecord13(/*handshake=*/true, /*last=*/true, kFinishedLength, To(*direction), random,
                &datagram);
  } else {
    datagram.Plaintext(kChangeCipherSpec).Sequence(1).Payload({1});
    AddRecord12(/*handshake=*/true, kFinishedLength, &To(*direction), random, &datagram);
  }
  return datagram.Build();
}

Bytes Session::Application(Direction direction, absl::Span<const size_t> payload_lengths,
                           Random* random) {
  DatagramBuilder datagram;
  for (size_t i = 0; i < payload_lengths.size(); ++i) {
    if (SpeaksDtls13()) {
      AddRecord13(/*handshake=*/false, /*last=*/i + 1 == payload_lengths.size(), payload_lengths[i],
                  To(direction), random, &datagram);
    } else {
      AddRecord12(/*handshake=*/false, payload_lengths[i], &To(direction), random, &datagram);
    }
  }
  return datagram.Build();
}

void Session::AddHello(Direction direction, Random* random, DatagramBuilder* datagram) const {
  const bool from_client = direction == Direction::kToServer;
  const Bytes& cid = from_client ? client_.cid : server_.cid;  // the one that its sender asks for
  HelloBuilder hello = from_client ? HelloBuilder::Client() : HelloBuilder::Server();
  hello.Random(random->MakeBytes(32));
  if (SpeaksDtls13()) {
    if (!from_client) hello.CipherSuites({kAes128GcmSha256});
    hello.Extension(kSupportedVersions, from_client ? Bytes{2, 0xfe, 0xfc} : Bytes{0xfe, 0xfc});
  }
  if (UsesCids(dialect_)) hello.ConnectionId(cid).ReturnRoutabilityCheck();
  if (UsesExtensions()) {
    hello.RecordHeaderExtensions(ExtensionProfile::kAuthenticated,
                                 NegotiatedExtensions(cid.size()));
  }
  datagram->Plaintext(kHandshake).Payload(FragmentHandshake(hello.Message())[0]);
  if (from_client) datagram->Version(kDtls10Version);
}

void Session::AddRecord12(bool handshake, size_t payload_length, Receiver* receiver, Random* random,
                          DatagramBuilder* datagram) const {
  const bool has_cid = !receiver->cid.empty();
  const uint64_t sequence = receiver->next_sequence++;
  if (has_cid && UsesExtensions() && !handshake) {
    AddExtensions(receiver->cid, random, &datagram->Extended12());
  } else if (has_cid) {
    datagram->Tls12Cid(receiver->cid);
  } else {
    datagram->Ciphertext(handshake ? kHandshake : kApplicationData);
  }
  // The explicit nonce of GCM and CCM, which stacks fill with epoch and sequence number (RFC 5288,
  // section 3).
  Bytes payload;
  AppendUint(uint64_t{1} << 48 | sequence, kExplicitNonceLength, &payload);
  AppendBytes(random->MakeBytes(payload_length - kExplicitNonceLength), &payload);
  datagram->Epoch(1).Sequence(sequence).Payload(payload);
}

void Session::AddRecord13(bool handshake, bool last, size_t payload_length,
                          const Receiver& receiver, Random* random,
                          DatagramBuilder* datagram) const {
  const bool has_cid = !receiver.cid.empty();
  if (has_cid && UsesExtensions() && !handshake) {
    AddExtensions(receiver.cid, random, &datagram->Extended13());
  } else {
    datagram->Unified();
    if (has_cid) datagram->Cid(receiver.cid);
    if (last && random->Percent(50)) datagram->WithoutLength();
  }
  // The number is masked: it looks random.
  const uint64_t number = random->Next();
  random->Percent(50) ? datagram->Sequence16(number) : datagram->Sequence8(number);
  datagram->Epoch(handshake ? 2 : 3).Payload(random->MakeBytes(payload_length));
}

}  // namespace waybill
