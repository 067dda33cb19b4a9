// SPDX-License-Identifier: Apache-2.0
//
// The two handshake messages by which connection IDs change (RFC 9147, section 9), without the
// header of the handshake: from bytes and to bytes.
#ifndef WAYBILL_CID_CONNECTION_ID_MESSAGES_H_
#define WAYBILL_CID_CONNECTION_ID_MESSAGES_H_

#include <cstdint>

#include "absl/types/span.h"
#include "waybill/wire/byte_reader.h"
#include "waybill/wire/byte_writer.h"

namespace waybill {

// HandshakeType.
inline constexpr uint8_t kRequestConnectionIdType = 9;
inline constexpr uint8_t kNewConnectionIdType = 10;

enum class ConnectionIdUsage : uint8_t {
  kImmediate = 0,  // one of the new CIDs is used for all future records
  kSpare = 1,      // an old or a new one is used
};

// Reads a NewConnectionId. Does not own the body, which must outlive it.
class NewConnectionId {
 public:
  NewConnectionId() : cids_(absl::Span<const uint8_t>()) {}

  // False where the body is not what section 9 says: a vector of CIDs of 0 to 255 bytes that ends
  // where it must, then a usage that there is, then nothing.
  static bool Parse(absl::Span<const uint8_t> body, NewConnectionId* message);

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
  // `writer` is not owned and must outlive it.
  explicit NewConnectionIdWriter(ByteWriter* writer) : writer_(writer) {}

  // Each is false where there is no room; Begin() also asks for the room that End() needs.
  bool Begin();
  // False, too, where the CID is longer than kMaxCidLength, or the vector would have more than
  // 65535 bytes. Then nothing is written of it, and the message may end before it.
  bool Add(absl::Span<const uint8_t> cid);
  void End(ConnectionIdUsage usage);

 private:
  ByteWriter* writer_;
  uint8_t* length_ = nullptr;  // of the vector, 2 bytes, and the usage's room behind it
  uint16_t vector_length_ = 0;
};

// RequestConnectionId. False where the body is not one byte, or there is no room for it.
bool ParseRequestConnectionId(absl::Span<const uint8_t> body, uint8_t* count);
bool WriteRequestConnectionId(uint8_t count, ByteWriter* writer);

}  // namespace waybill

#endif  // WAYBILL_CID_CONNECTION_ID_MESSAGES_H_
