// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/connection_id_messages.h"

#include "waybill/wire/cid_length.h"

namespace waybill {
namespace {

constexpr size_t kVectorLengthSize = 2;
constexpr size_t kMaxVectorLength = 0xffff;
constexpr size_t kUsageSize = 1;

// ConnectionId is a vector of up to 255 bytes.
bool ReadCid(ByteReader* cids, absl::Span<const uint8_t>* cid) {
  ByteReader bytes = *cids;
  if (!cids->ReadVector8(&bytes)) return false;
  *cid = bytes.rest();
  return true;
}

}  // namespace

CidAlert NewConnectionId::Parse(absl::Span<const uint8_t> body, NewConnectionId* message) {
  ByteReader reader(body);
  ByteReader cids = reader;
  uint8_t usage;
  if (!reader.ReadVector16(&cids) || !reader.ReadU8(&usage) || !reader.empty()) {
    return CidAlert::kDecodeError;
  }
  absl::Span<const uint8_t> cid;
  for (ByteReader unread = cids; !unread.empty();) {
    if (!ReadCid(&unread, &cid)) return CidAlert::kDecodeError;
  }
  if (usage > static_cast<uint8_t>(ConnectionIdUsage::kSpare)) return CidAlert::kIllegalParameter;
  message->cids_ = cids;
  message->usage_ = static_cast<ConnectionIdUsage>(usage);
  return CidAlert::kNone;
}

bool NewConnectionId::Next(absl::Span<const uint8_t>* cid) { return ReadCid(&cids_, cid); }

bool NewConnectionIdWriter::Begin() {
  if (writer_->room() < kVectorLengthSize + kUsageSize) return false;
  length_ = ByteWriter(absl::MakeSpan(writer_->Extend(kVectorLengthSize), kVectorLengthSize));
  vector_length_ = 0;
  return true;
}

bool NewConnectionIdWriter::Fits(size_t length) const {
  return length <= kMaxCidLength && 1 + length + kUsageSize <= writer_->room() &&
         vector_length_ + 1 + length <= kMaxVectorLength;
}

bool NewConnectionIdWriter::Add(absl::Span<const uint8_t> cid) {
  if (!Fits(cid.size())) return false;
  writer_->WriteU8(cid.size());
  writer_->WriteBytes(cid);
  vector_length_ += 1 + cid.size();
  return true;
}

void NewConnectionIdWriter::End(ConnectionIdUsage usage) {
  length_.WriteU16(vector_length_);
  writer_->WriteU8(static_cast<uint8_t>(usage));
}

bool ParseRequestConnectionId(absl::Span<const uint8_t> body, uint8_t* count) {
  ByteReader reader(body);
  return body.size() == 1 && reader.ReadU8(count);
}

bool WriteRequestConnectionId(uint8_t count, ByteWriter* writer) { return writer->WriteU8(count); }

}  // namespace waybill
