// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/record_state.h"

#include <openssl/mem.h>
#include <openssl/sha.h>

#include <algorithm>

#include "waybill/protection/wipe.h"
#include "waybill/wire/byte_reader.h"
#include "waybill/wire/byte_writer.h"

namespace waybill {
namespace {

//   | "WBRS" | format 1 | generation 8 | sealer | opener | SHA-256 of all before it |
constexpr uint32_t kMagic = 0x57425253;
constexpr uint8_t kFormat = 1;

// The bytes of a state, wiped when they go.
struct StateBytes {
  ~StateBytes() { Wipe(bytes, sizeof(bytes)); }
  uint8_t bytes[RecordStateKeeper::kMaxStateLength];
};

// A state up to its digest, to be read. DataLoss where it is not one.
absl::StatusOr<ByteReader> WholeState(absl::Span<const uint8_t> state, uint64_t* generation) {
  const absl::Status torn = absl::DataLossError("the saved state is torn");
  if (state.size() < SHA256_DIGEST_LENGTH) return torn;
  const size_t length = state.size() - SHA256_DIGEST_LENGTH;
  uint8_t digest[SHA256_DIGEST_LENGTH];
  SHA256(state.data(), length, digest);
  ByteReader reader(absl::MakeConstSpan(state.data(), length));
  uint32_t magic;
  uint8_t format;
  if (CRYPTO_memcmp(digest, state.data() + length, sizeof(digest)) != 0 ||  //
      !reader.ReadU32(&magic) || magic != kMagic ||                         //
      !reader.ReadU8(&format) || format != kFormat ||                       //
      !reader.ReadU64(generation)) {
    return torn;
  }
  return reader;
}

}  // namespace

absl::StatusOr<uint64_t> RecordStateKeeper::NewestGeneration() {
  const absl::StatusOr<uint64_t> mark = store_.ReadMark();
  if (!mark.ok()) return mark.status();
  StateBytes state;
  const absl::StatusOr<size_t> length = store_.ReadState(absl::MakeSpan(state.bytes));
  if (!length.ok()) return length.status();
  uint64_t generation = 0;
  const bool whole = WholeState(absl::MakeConstSpan(state.bytes, *length), &generation).ok();
  return std::max(*mark, whole ? generation : 0);
}

absl::Status RecordStateKeeper::Save() {
  if (generation_ == 0) {
    // Another association's state may be there: it is older than this one's first.
    const absl::StatusOr<uint64_t> newest = NewestGeneration();
    if (!newest.ok()) return newest.status();
    generation_ = *newest;
  }
  StateBytes state;
  ByteWriter writer{absl::MakeSpan(state.bytes)};
  if (!writer.WriteU32(kMagic) || !writer.WriteU8(kFormat) || !writer.WriteU64(generation_ + 1) ||
      !sealer_.WriteState(reservation_.send, &writer) ||
      !opener_.WriteState(reservation_.receive, &writer) || writer.room() < SHA256_DIGEST_LENGTH) {
    return absl::InvalidArgumentError("the association has more epochs than a state can hold");
  }
  const size_t length = writer.size();
  SHA256(state.bytes, length, writer.Extend(SHA256_DIGEST_LENGTH));
  absl::Status status = store_.WriteState(writer.written());
  if (!status.ok()) return status;
  // From here on the state is there, even where what follows fails: the next one is newer.
  ++generation_;
  status = store_.WriteMark(generation_ - 1);
  if (!status.ok()) return status;
  sealer_.Reserve(reservation_.send);
  opener_.Reserve(reservation_.receive);
  return absl::OkStatus();
}

absl::Status RecordStateKeeper::Restore(absl::Span<const RecordCipher> ciphers) {
  StateBytes state;
  const absl::StatusOr<size_t> length = store_.ReadState(absl::MakeSpan(state.bytes));
  if (!length.ok()) return length.status();
  if (*length == 0) return absl::NotFoundError("no state was saved");
  const absl::StatusOr<uint64_t> mark = store_.ReadMark();
  if (!mark.ok()) return mark.status();
  uint64_t generation;
  absl::StatusOr<ByteReader> reader =
      WholeState(absl::MakeConstSpan(state.bytes, *length), &generation);
  if (!reader.ok()) return reader.status();
  if (generation <= *mark) {
    return absl::FailedPreconditionError("the saved state is stale, or was restored before");
  }
  absl::Status status = sealer_.ReadState(ciphers, &*reader);
  if (status.ok()) status = opener_.ReadState(ciphers, &*reader);
  if (!status.ok()) return status;
  if (!reader->empty()) return absl::InvalidArgumentError("the state has more than a state holds");
  generation_ = generation;
  return Save();
}

}  // namespace waybill
