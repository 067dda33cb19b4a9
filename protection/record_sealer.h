// SPDX-License-Identifier: Apache-2.0
//
// From content to a protected record.
#ifndef WAYBILL_PROTECTION_RECORD_SEALER_H_
#define WAYBILL_PROTECTION_RECORD_SEALER_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/protection/epoch_keys.h"
#include "waybill/protection/key_limits.h"
#include "waybill/record/record_checks.h"
#include "waybill/record/record_number.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/byte_reader.h"
#include "waybill/wire/byte_writer.h"

namespace waybill {

// What is to be sealed. Nothing is owned. The form follows from what is there: extensions make an
// extended12 or extended13 record, else a CID makes tls12_cid in DTLS 1.2.
struct RecordToSeal {
  uint8_t content_type = 0;
  absl::Span<const uint8_t> content;
  // Zeros behind the inner content type; none where the type stands outside. DTLS 1.3 gets as many
  // more as the shortest record that can be opened needs (RFC 9147, section 4.2.3; REQ-048).
  size_t padding = 0;
  uint64_t epoch = 0;             // 0: the newest; retransmissions keep their own (REQ-041)
  absl::Span<const uint8_t> cid;  // the peer's, for the header; empty where it wants none
  absl::Span<const RecordExtension> extensions;  // see extended12.h and extended13.h
  // DTLS 1.3:
  bool sequence16 = true;   // S
  bool with_length = true;  // L; without, the record must be the datagram's last
};

struct SealerOptions {
  DtlsVersion version = DtlsVersion::kDtls12;
  ExtensionProfile profile = ExtensionProfile::kOff;  // of the extensions that records may carry
};

// What a sealer keeps of an epoch. Storage of the caller's, who looks no further. Its keys are
// wiped when it goes.
class alignas(64) SendEpoch {
 public:
  SendEpoch() = default;

 private:
  friend class RecordSealer;
  EpochKeys keys_;
  uint64_t epoch_ = 0;  // stays when the keys go
  uint64_t next_sequence_ = 0;
  uint64_t reserved_end_ = kAllNumbers;  // numbers below it may be used
};
static_assert(sizeof(SendEpoch) == 2 * 64, "two cache lines in the state of an association");

// Seals the records that one association sends. A number is reserved before a byte is written, and
// spent whatever follows (BUG-45): no nonce is used twice. Nothing is allocated but the text of an
// error. One thread at a time.
//
// Keeps nothing but in its storage: one may be made for a datagram, and is gone behind it.
class RecordSealer {
 public:
  // `storage` holds an epoch in each element. Not owned; must outlive the sealer.
  RecordSealer(const SealerOptions& options, absl::Span<SendEpoch> storage)
      : options_(options), storage_(storage) {}
  RecordSealer(const RecordSealer&) = delete;
  RecordSealer& operator=(const RecordSealer&) = delete;

  // Takes the keys of an epoch, whose numbers begin with `next_sequence`: 0 (REQ-038), but for a
  // session taken over. Where no storage is free the oldest epoch goes. InvalidArgument as for
  // RecordOpener::InstallEpoch().
  absl::Status InstallEpoch(uint64_t epoch, const TrafficKeys& keys, const RecordCipher* cipher,
                            uint64_t next_sequence = 0);

  // Forgets all epochs and their keys: the storage is as new.
  void Reset();

  // Forgets an epoch and its keys; nothing where there are none.
  void DropEpoch(uint64_t epoch);

  // Bytes that Seal() will write; 0 where there are no keys for the epoch, or the content or the
  // padding is too long.
  size_t SealedLength(const RecordToSeal& record) const;

  // Writes the record behind what the datagram has, whose storage the content must not overlap.
  // `number` and `event` may be null: the number that it was given, and whether it has brought the
  // key to a limit.
  //
  // FailedPrecondition: no keys for the epoch. ResourceExhausted: the epoch's numbers are used up
  // (BUG-08). Unavailable: those that were reserved are. OutOfRange: content or padding is too
  // long, or the datagram has no room; no number is spent. InvalidArgument: the header cannot be
  // written; Internal: the AEAD has failed; the number is spent. After an error the datagram is as
  // it was.
  absl::Status Seal(const RecordToSeal& record, ByteWriter* datagram,
                    RecordNumber* number = nullptr, KeyEvent* event = nullptr);

  // For restart (record_state.h). Until Reserve() was called all numbers may be used; from then on,
  // in each epoch, `count` more. WriteState() writes what ReadState() takes up behind those
  // numbers: keys in the clear. False where the writer has no room.
  void Reserve(uint64_t count);
  bool WriteState(uint64_t count, ByteWriter* writer) const;
  // Nothing may be sealed then until Reserve() was called. To be called before any InstallEpoch().
  // InvalidArgument where the state is none of this version's, is for more epochs than there is
  // storage, or for an algorithm that `ciphers` does not have.
  absl::Status ReadState(absl::Span<const RecordCipher> ciphers, ByteReader* reader);

 private:
  // Lengths in bytes, known before a byte is written.
  struct Lengths {
    size_t header = 0;  // the chain included
    size_t text = 0;    // that is encrypted
    size_t padding = 0;
    size_t payload = 0;  // behind the header
  };

  bool MeasureRecord(const RecordToSeal& record, const EpochKeys& keys, Lengths* lengths) const;
  bool WriteRecordHeader(const RecordToSeal& record, const Lengths& lengths, RecordNumber number,
                         ByteWriter* datagram, RecordView* view) const;
  SendEpoch* Find(uint64_t epoch) const;

  // The newest epoch that keys were installed for.
  uint64_t NewestEpoch() const;
  // Whether numbers have to be reserved.
  bool Reserves() const;

  const SealerOptions options_;
  const absl::Span<SendEpoch> storage_;
};

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_RECORD_SEALER_H_
