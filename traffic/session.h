// SPDX-License-Identifier: Apache-2.0
//
// What an observer sees of one association: hellos in the clear, then protected records that nobody
// can open, since their content is random.
#ifndef WAYBILL_TRAFFIC_SESSION_H_
#define WAYBILL_TRAFFIC_SESSION_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/datagram_builder.h"
#include "waybill/traffic/random.h"

namespace waybill {

// How an association labels its records once its handshake is over.
enum class Dialect : uint8_t {
  kDtls12,      // RFC 6347
  kDtls12Cid,   // RFC 9146
  kExtended12,  // the CID in a record header extension (EXT-11); RFC 9146 for the handshake
  kDtls13,      // RFC 9147
  kDtls13Cid,   // RFC 9147 with C=1
  kExtended13,  // the CID in a record header extension (EXT-12); C=1 for the handshake
};
inline constexpr size_t kDialectCount = 6;

bool UsesCids(Dialect dialect);

enum class Direction : uint8_t { kToServer, kToClient };

// The record header extensions that a session of an extended dialect negotiates for receivers of
// CIDs of this length: the CID where there is one, and another one, which some records carry.
ExtensionTypeSet NegotiatedExtensions(size_t cid_length);

// One session, both sides of it. A value. One thread at a time.
class Session {
 public:
  // `server_cid` is the CID in records to the server, `client_cid` in those to the client: either
  // may be empty, and both are ignored by a dialect without CIDs. Where it is empty, records are
  // those of the dialect's version without CIDs.
  Session(Dialect dialect, Bytes server_cid, Bytes client_cid);

  // Whether a datagram of the handshake comes next.
  bool InHandshake() const { return handshake_step_ < kHandshakeSteps; }
  // Leaves out what is left of the handshake, for observers who came too late to see it.
  void SkipHandshake() { handshake_step_ = kHandshakeSteps; }

  // The next datagram of the handshake: ClientHello, ServerHello, then a protected record each way,
  // behind a change_cipher_spec in DTLS 1.2. To be called while InHandshake().
  Bytes NextOfHandshake(Random* random, Direction* direction);

  // A datagram of application data: a record for each length, in bytes of its payload, at least 16.
  Bytes Application(Direction direction, absl::Span<const size_t> payload_lengths, Random* random);

 private:
  static constexpr int kHandshakeSteps = 4;

  struct Receiver {
    Bytes cid;
    uint64_t next_sequence = 0;  // of protected records, whatever their epoch
  };

  Receiver& To(Direction direction) {
    return direction == Direction::kToServer ? server_ : client_;
  }
  bool SpeaksDtls13() const;
  bool UsesExtensions() const;
  void AddHello(Direction direction, Random* random, DatagramBuilder* datagram) const;
  void AddRecord12(bool handshake, size_t payload_length, Receiver* receiver, Random* random,
                   DatagramBuilder* datagram) const;
  void AddRecord13(bool handshake, bool last, size_t payload_length, const Receiver& receiver,
                   Random* random, DatagramBuilder* datagram) const;

  Dialect dialect_;
  Receiver server_, client_;
  int handshake_step_ = 0;
};

}  // namespace waybill

#endif  // WAYBILL_TRAFFIC_SESSION_H_
