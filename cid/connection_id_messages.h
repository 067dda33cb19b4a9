// SPDX-License-Identifier: Apache-2.0
//
// The two handshake messages by which connection IDs change (RFC 9147, section 9), without the
// header of the handshake: from bytes and to bytes.
#ifndef WAYBILL_CID_CONNECTION_ID_MESSAGES_H_
#define WAYBILL_CID_CONNECTION_ID_MESSAGES_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/wire/byte_reader.h"
#include "waybill/wire/byte_writer.h"

namespace waybill {

// HandshakeType.
inline constexpr uint8_t kRequestConnectionIdType = 9;
inline constexpr uint8_t kNewConnectionIdType = 10;

// The alert by which an association must end after a message of its peer's (RFC 8446, section 6),
// or kNone.
enum class CidAlert : uint8_t {
  kUnexpectedMessage = 10,
  kIllegalParameter = 47,
  kDecodeError = 50,
  kTooManyCidsRequested = 52,
  kNone = 255,
};

enum class ConnectionIdUsage : uint8_t {
  kImmediate = 0,  // one of the new CIDs is used for all future records
  kSpare = 1,      // an old or a new one is used
};

// Reads a NewConnectionId. Does not own the body, which must outlive it.
class NewConnectionId {
 public:
  NewConnectionId() : cids_(absl::Span<const uint8_t>()) {}

  // kNone, or what is wrong with the body; then the message is as it was.
  //   kDecodeError       it is not a vector of CIDs that ends where it must, and one byte of usage
  //   kIllegalParameter  a usage that there is not
  static CidAlert Parse(absl::Span<const uint8_t> body, NewConnectionId* message);

  ConnectionIdUsage usage() const { return usage_; }
  // Steps to the next CID, which may be empty. False behind the last one.
  bool Next(absl::Span<const uint8_t>* cid);

 private:
  ByteReader cids_;  // those that Next() has not given yet
  ConnectionIdUsage usage_ = ConnectionIdUsage::kSpare;
};

// Writes a NewConnectionId, CID by CID: Begin, Add as often as wanted, End.
class NewConnectionIdWriter {
 public:
  // `writer` is not owned and must outlive it; nobody else writes until End().
  explicit NewConnectionIdWriter(ByteWriter* writer) : writer_(writer) {}

  // False, and nothing is written, where there is no room for a message without CIDs.
  bool Begin();
  // Whether there is room for one more CID of `length` bytes, at most kMaxCidLength, in the storage
  // and in the vector's 65535 bytes. What End() writes always has room.
  bool Fits(size_t length) const;
  // False, and nothing is written, where it does not fit; the message may still end before it.
  bool Add(absl::Span<const uint8_t> cid);
  void End(ConnectionIdUsage usage);

 private:
  ByteWriter* writer_;
  ByteWriter length_{absl::Span<uint8_t>()};  // of the vector, written when it is known
  size_t vector_length_ = 0;
};

// RequestConnectionId. False where the body is not one byte, or there is no room for it.
bool ParseRequestConnectionId(absl::Span<const uint8_t> body, uint8_t* count);
bool WriteRequestConnectionId(uint8_t count, ByteWriter* writer);

}  // namespace waybill

#endif  // WAYBILL_CID_CONNECTION_ID_MESSAGES_H_
