// SPDX-License-Identifier: Apache-2.0
//
// Where untrusted input ends: from a parsed record to one that a holder of the key has sealed, once
// and in its time.
#ifndef WAYBILL_PROTECTION_RECORD_OPENER_H_
#define WAYBILL_PROTECTION_RECORD_OPENER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/protection/epoch_keys.h"
#include "waybill/protection/key_limits.h"
#include "waybill/record/record_checks.h"
#include "waybill/record/record_number.h"
#include "waybill/record/record_view.h"
#include "waybill/record/replay_window.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

// A record that was opened. Only RecordOpener makes one, so that a function that takes one cannot
// be called with anything less. The content is in the datagram that was opened in place, and lives
// as long.
class OpenedRecord {
 public:
  // The real content type, from inside the protection where the form has it there.
  uint8_t content_type() const { return content_type_; }
  absl::Span<uint8_t> content() const { return content_; }
  // The full number.
  RecordNumber number() const { return number_; }
  // Whether the number is above that of every record opened before: what may move the peer's
  // address (RFC 9146, section 6; REQ-020).
  bool newest() const { return newest_; }

 private:
  friend class RecordOpener;
  OpenedRecord() = default;

  absl::Span<uint8_t> content_;
  RecordNumber number_;
  uint8_t content_type_ = 0;
  bool newest_ = false;
};

struct OpenerOptions {
  DtlsVersion version = DtlsVersion::kDtls12;
  // As the parser was given them. Chains above kMaxProtectedChainLength are refused here.
  ExtensionRules extensions;
  // DTLS 1.2: the peer was given a CID for its records, in the header (REQ-010).
  bool cid_expected = false;
  // DTLS 1.3 says to ask for replays behind the opening, since before it the answer's time tells an
  // observer which numbers were received (RFC 9147, section 4.5.1; REQ-058). Sheds replays at a
  // fraction of the cost. DTLS 1.2 always asks first: its numbers are in the clear.
  bool check_replay_first = false;
  // Failed opens for a key; with 0, what LimitsOf() says. Must be set for AES-128-CCM_8 under
  // DTLS 1.3.
  uint64_t max_failed_opens = 0;
};

// What an opener keeps of an epoch, besides its window: keys, failed opens. Storage of the
// caller's, who looks no further. Its keys are wiped when it goes.
class alignas(64) ReceiveEpoch {
 public:
  ReceiveEpoch() = default;

 private:
  friend class RecordOpener;
  EpochKeys keys_;
  uint64_t epoch_ = 0;  // stays when the keys go
  uint64_t failed_opens_ = 0;
  uint64_t reserved_end_ = kAllNumbers;  // numbers below it may be accepted
  uint64_t wanted_end_ = 0;              // above every authentic number that was not
};
static_assert(sizeof(ReceiveEpoch) == 2 * 64, "two cache lines in the state of an association");

// All that an opener keeps: an epoch in each element, and its window, of the caller's. Windows are
// apart, for they are looked at before the keys.
struct ReceiveStorage {
  absl::Span<ReceiveEpoch> epochs;
  absl::Span<ReplayWindow> windows;  // as many
};

// Where it needs no place of its own.
template <size_t kEpochs>
class ReceiveEpochs {
 public:
  operator ReceiveStorage() { return {absl::MakeSpan(epochs_), absl::MakeSpan(windows_)}; }

 private:
  std::array<ReceiveEpoch, kEpochs> epochs_;
  std::array<ReplayWindow, kEpochs> windows_;
};

// Opens the records that one peer sends in one association.
//
// Of a record that is refused nothing changes but, where its tag was wrong, the key's count of
// failed opens (BUG-01, BUG-11). Nothing is allocated. One thread at a time.
//
// Keeps nothing but in its storage: one may be made for a datagram, and is gone behind it.
class RecordOpener {
 public:
  // One epoch of storage is enough for an association that is established, two where keys change
  // and records are still under way (REQ-039). Options and storage are not owned and must outlive
  // the opener; one set of options serves many openers.
  RecordOpener(const OpenerOptions* options, const ReceiveStorage& storage)
      : options_(*options), epochs_(storage.epochs), windows_(storage.windows) {}
  RecordOpener(const RecordOpener&) = delete;
  RecordOpener& operator=(const RecordOpener&) = delete;

  // Takes the keys of an epoch, 1 or above and newer than all before (REQ-043); at most 2^16-1 in
  // DTLS 1.2. Where no storage is free, the oldest epoch goes, but not before a record under newer
  // keys was opened (RFC 9147, section 8; REQ-087): until then FailedPrecondition. InvalidArgument
  // where the epoch or the keys cannot be; also for AES-128-CCM_8 under DTLS 1.3 without
  // options.max_failed_opens. Numbers below `next_sequence` count as opened: 0, but for a session
  // taken over.
  absl::Status InstallEpoch(uint64_t epoch, const TrafficKeys& keys, const RecordCipher* cipher,
                            uint64_t next_sequence = 0);

  // Forgets all epochs and their keys: the storage is as new.
  void Reset();

  // Forgets an epoch and its keys; nothing where there are none. When an old epoch goes is a matter
  // of the caller's clock (REQ-039).
  void DropEpoch(uint64_t epoch);

  // Opens, in place, the record that `view` was parsed from. `view` must be of `datagram`, and
  // accepted by ParseRecord(). On kNone sets `opened`; else leaves it alone, and the bytes of the
  // record hold nothing of use any more. `event` says whether a failure has brought the key to a
  // limit; it may be null.
  //
  // kWrongVersion, kContentTypeNotAllowed, kCidMissing, kExtension…, kEpochWithoutKeys,
  // kPayloadTooShort, kReplayed, kLeftOfWindow, kAuthenticationFailed, kBeyondReservation, kInner…:
  // see DropReason. All concern the record alone.
  DropReason Open(absl::Span<uint8_t> datagram, const RecordView& view,
                  std::optional<OpenedRecord>* opened, KeyEvent* event = nullptr);

  // For restart (record_state.h). Until Reserve() was called all numbers may be accepted; from then
  // on, in each epoch, `count` behind the highest that was opened, or was refused as
  // kBeyondReservation. WriteState() writes what ReadState() takes up behind those numbers, so that
  // none is opened again. With a count of 0 all numbers may be accepted, and the windows are
  // written as they are. False where the writer has no room.
  void Reserve(uint64_t count);
  bool WriteState(uint64_t count, ByteWriter* writer) const;
  // As RecordSealer::ReadState().
  absl::Status ReadState(absl::Span<const RecordCipher> ciphers, ByteReader* reader);

  // Records of the epoch whose tag was wrong (REQ-068); 0 where there are no keys.
  uint64_t FailedOpens(uint64_t epoch) const;

 private:
  DropReason Open12(absl::Span<uint8_t> datagram, const RecordView& view,
                    std::optional<OpenedRecord>* opened, KeyEvent* event);
  DropReason Open13(absl::Span<uint8_t> datagram, const RecordView& view,
                    std::optional<OpenedRecord>* opened, KeyEvent* event);
  // The newest epoch that keys were installed for.
  uint64_t NewestEpoch() const;
  // Above every number that was opened.
  RecordNumber Next() const;
  // Whether numbers have to be reserved.
  bool Reserves() const;
  uint64_t ReservedEnd(const ReceiveEpoch& epoch, uint64_t count) const;
  ReplayWindow& WindowOf(const ReceiveEpoch& epoch) const {
    return windows_[static_cast<size_t>(&epoch - epochs_.data())];
  }
  // Remembers, where no keys are, that there were keys of an epoch, or records below a number.
  // False where no place is left.
  bool RememberEpoch(RecordNumber next);
  ReceiveEpoch* Find(uint64_t epoch) const;
  void CountFailure(ReceiveEpoch* epoch, KeyEvent* event) const;
  DropReason AcceptInner(ReceiveEpoch* epoch, const RecordView& view, uint64_t sequence,
                         size_t limit, absl::Span<uint8_t> plaintext,
                         std::optional<OpenedRecord>* opened);
  DropReason Accept(ReceiveEpoch* epoch, uint64_t sequence, uint8_t content_type,
                    absl::Span<uint8_t> content, std::optional<OpenedRecord>* opened);

  const OpenerOptions& options_;
  const absl::Span<ReceiveEpoch> epochs_;
  const absl::Span<ReplayWindow> windows_;
};

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_RECORD_OPENER_H_
