// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/record_opener.h"

#include <algorithm>
#include <cstddef>

#include "waybill/protection/nonce.h"
#include "waybill/record/additional_data.h"
#include "waybill/record/inner_plaintext.h"
#include "waybill/record/unified.h"
#include "waybill/wire/byte_writer.h"

namespace waybill {
namespace {

// The parts of a protected payload.
struct Ciphertext {
  absl::Span<uint8_t> explicit_nonce;
  absl::Span<uint8_t> text;
  absl::Span<uint8_t> tag;
};

// False where the payload is too short for them, and for `least` bytes of text.
bool Divide(absl::Span<uint8_t> payload, const EpochKeys& keys, size_t least,
            Ciphertext* ciphertext) {
  const size_t nonce_length = keys.explicit_nonce_length();
  const size_t added = nonce_length + keys.tag_length();
  if (payload.size() < added + least) return false;
  const size_t text_length = payload.size() - added;
  uint8_t* const bytes = payload.data();
  ciphertext->explicit_nonce = absl::MakeSpan(bytes, nonce_length);
  ciphertext->text = absl::MakeSpan(bytes + nonce_length, text_length);
  ciphertext->tag = absl::MakeSpan(bytes + nonce_length + text_length, keys.tag_length());
  return true;
}

}  // namespace

RecordOpener::RecordOpener(const OpenerOptions* options, absl::Span<ReceiveEpoch> storage)
    : options_(*options), storage_(storage) {}

RecordOpener::~RecordOpener() {
  for (ReceiveEpoch& epoch : storage_) epoch.keys_.Clear();
}

absl::Status RecordOpener::InstallEpoch(uint64_t epoch, const TrafficKeys& keys,
                                        const RecordCipher* cipher, uint64_t next_sequence) {
  const bool dtls13 = options_.version == DtlsVersion::kDtls13;
  if (epoch <= newest_epoch_ || epoch > MaxEpochOf(options_.version)) {
    return absl::InvalidArgumentError("epochs ascend, and end");
  }
  if (dtls13 && keys.algorithm == AeadAlgorithm::kAes128Ccm8 && options_.max_failed_opens == 0) {
    return absl::InvalidArgumentError(
        "AES-128-CCM_8 under DTLS 1.3 needs a limit of failed opens (RFC 9147, section 4.5.3)");
  }
  const absl::Status status = EpochKeys::Check(options_.version, keys, cipher);
  if (!status.ok()) return status;
  ReceiveEpoch* place = nullptr;
  for (ReceiveEpoch& other : storage_) {
    if (other.keys_.empty()) {
      place = &other;
      break;
    }
    if (place == nullptr || other.epoch_ < place->epoch_) place = &other;
  }
  if (place == nullptr || (!place->keys_.empty() && next_.epoch <= place->epoch_)) {
    return absl::FailedPreconditionError(
        "no storage is free, and no record was opened under newer keys than the oldest");
  }
  place->epoch_ = epoch;
  place->failed_opens_ = 0;
  place->window_ = ReplayWindow::SeenBelow(next_sequence);
  place->reserved_end_ = reserves_ ? next_sequence : kMaxSequence + 1;
  place->wanted_end_ = 0;
  place->keys_.Set(keys, cipher);
  newest_epoch_ = epoch;
  return absl::OkStatus();
}

void RecordOpener::DropEpoch(uint64_t epoch) {
  ReceiveEpoch* const place = Find(epoch);
  if (place != nullptr) place->keys_.Clear();
}

uint64_t RecordOpener::FailedOpens(uint64_t epoch) const {
  const ReceiveEpoch* const place = Find(epoch);
  return place != nullptr ? place->failed_opens_ : 0;
}

uint64_t RecordOpener::ReservedEnd(const ReceiveEpoch& epoch, uint64_t count) {
  if (count == 0) return kMaxSequence + 1;
  return EndOfNumbers(std::max(epoch.window_.expected(), epoch.wanted_end_), count);
}

void RecordOpener::Reserve(uint64_t count) {
  reserves_ = count != 0;
  for (ReceiveEpoch& epoch : storage_) epoch.reserved_end_ = ReservedEnd(epoch, count);
}

bool RecordOpener::WriteState(uint64_t count, ByteWriter* writer) const {
  const auto used = std::count_if(storage_.begin(), storage_.end(),
                                  [](const ReceiveEpoch& epoch) { return !epoch.keys_.empty(); });
  bool written = writer->WriteU64(newest_epoch_) && writer->WriteU64(next_.epoch) &&
                 writer->WriteU64(next_.sequence) && writer->WriteU8(static_cast<uint64_t>(used));
  for (const ReceiveEpoch& epoch : storage_) {
    if (epoch.keys_.empty()) continue;
    const ReplayWindow window =
        count == 0 ? epoch.window_ : ReplayWindow::SeenBelow(ReservedEnd(epoch, count));
    written = written && writer->WriteU64(epoch.epoch_) && writer->WriteU64(epoch.failed_opens_) &&
              window.WriteState(writer) && epoch.keys_.WriteState(writer);
  }
  return written;
}

absl::Status RecordOpener::ReadState(absl::Span<const RecordCipher> ciphers, ByteReader* reader) {
  uint8_t used;
  if (!reader->ReadU64(&newest_epoch_) || !reader->ReadU64(&next_.epoch) ||
      !reader->ReadU64(&next_.sequence) || !reader->ReadU8(&used) || used > storage_.size()) {
    return absl::InvalidArgumentError("the state has more epochs than there is storage");
  }
  reserves_ = true;
  for (size_t i = 0; i < used; ++i) {
    ReceiveEpoch& epoch = storage_[i];
    if (!reader->ReadU64(&epoch.epoch_) || !reader->ReadU64(&epoch.failed_opens_) ||
        !epoch.window_.ReadState(reader) || epoch.epoch_ > newest_epoch_) {
      return absl::InvalidArgumentError("the state has no whole epoch");
    }
    epoch.reserved_end_ = 0;
    epoch.wanted_end_ = 0;
    const absl::Status status = epoch.keys_.ReadState(options_.version, ciphers, reader);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

DropReason RecordOpener::Open(absl::Span<uint8_t> datagram, const RecordView& view,
                              std::optional<OpenedRecord>* opened, KeyEvent* event) {
  if (event != nullptr) *event = KeyEvent::kNone;
  DropReason reason = CheckContentType(view, options_.version);
  if (reason == DropReason::kNone) reason = CheckVersion(view);
  if (reason != DropReason::kNone) return reason;
  if (view.extensions.length > kMaxProtectedChainLength) return DropReason::kExtensionChainTooLong;
  return view.unified() ? Open13(datagram, view, opened, event)
                        : Open12(datagram, view, opened, event);
}

DropReason RecordOpener::Open12(absl::Span<uint8_t> datagram, const RecordView& view,
                                std::optional<OpenedRecord>* opened, KeyEvent* event) {
  if (options_.cid_expected && view.form == RecordForm::kDtlsCiphertext) {
    return DropReason::kCidMissing;
  }
  ReceiveEpoch* const epoch = Find(view.epoch);
  if (epoch == nullptr) return DropReason::kEpochWithoutKeys;
  DropReason reason = CheckExtensions(view, options_.extensions, view.epoch);
  if (reason == DropReason::kNone) reason = epoch->window_.Check(view.sequence);
  if (reason != DropReason::kNone) return reason;

  const bool has_inner_type = view.form == RecordForm::kTls12Cid;
  Ciphertext ciphertext;
  if (!Divide(view.payload.In(datagram), epoch->keys_, has_inner_type ? 1 : 0, &ciphertext)) {
    return DropReason::kPayloadTooShort;
  }
  if (ciphertext.text.size() > kMaxPlaintextLength) return DropReason::kInnerPlaintextTooLong;
  uint8_t storage[MaxAdditionalDataLength12(kMaxProtectedChainLength)];
  ByteWriter additional_data{absl::MakeSpan(storage)};
  WriteAdditionalData12(view, datagram, options_.extensions.profile,
                        static_cast<uint16_t>(ciphertext.text.size()), &additional_data);
  const AeadNonce nonce =
      epoch->keys_.NonceOf(NumberOf12(view.epoch, view.sequence), ciphertext.explicit_nonce);
  if (!epoch->keys_.Open(nonce, additional_data.written(), ciphertext.text, ciphertext.tag)) {
    CountFailure(epoch, event);
    return DropReason::kAuthenticationFailed;
  }

  if (!has_inner_type) {
    return Accept(epoch, view.sequence, view.first_byte, ciphertext.text, opened);
  }
  return AcceptInner(epoch, view, view.sequence, kMaxInnerPlaintext12, ciphertext.text, opened);
}

DropReason RecordOpener::Open13(absl::Span<uint8_t> datagram, const RecordView& view,
                                std::optional<OpenedRecord>* opened, KeyEvent* event) {
  uint64_t number;
  if (!ReconstructEpoch(static_cast<uint8_t>(view.epoch), newest_epoch_, &number)) {
    return DropReason::kEpochWithoutKeys;
  }
  ReceiveEpoch* const epoch = Find(number);
  if (epoch == nullptr) return DropReason::kEpochWithoutKeys;
  DropReason reason = CheckExtensions(view, options_.extensions, number);
  if (reason != DropReason::kNone) return reason;

  const absl::Span<uint8_t> payload = view.payload.In(datagram);
  Ciphertext ciphertext;
  if (payload.size() < kNumberSampleLength || !Divide(payload, epoch->keys_, 1, &ciphertext)) {
    return DropReason::kPayloadTooShort;
  }
  const absl::Span<uint8_t> wire = view.number().In(datagram);
  epoch->keys_.MaskNumber(payload.data(), wire);
  const bool sequence16 = wire.size() == 2;
  const uint64_t sequence =
      ReconstructSequence(static_cast<uint16_t>(sequence16 ? wire[0] << 8 | wire[1] : wire[0]),
                          sequence16 ? 16 : 8, epoch->window_.expected());
  if (options_.check_replay_first) {
    reason = epoch->window_.Check(sequence);
    if (reason != DropReason::kNone) return reason;
  }
  if (!epoch->keys_.Open(epoch->keys_.NonceOf(sequence, {}), AdditionalData13(view, datagram),
                         ciphertext.text, ciphertext.tag)) {
    CountFailure(epoch, event);
    return DropReason::kAuthenticationFailed;
  }
  reason = epoch->window_.Check(sequence);
  if (reason != DropReason::kNone) return reason;
  return AcceptInner(epoch, view, sequence, kMaxInnerPlaintext13, ciphertext.text, opened);
}

ReceiveEpoch* RecordOpener::Find(uint64_t epoch) const {
  for (ReceiveEpoch& place : storage_) {
    if (!place.keys_.empty() && place.epoch_ == epoch) return &place;
  }
  return nullptr;
}

void RecordOpener::CountFailure(ReceiveEpoch* epoch, KeyEvent* event) const {
  ++epoch->failed_opens_;
  if (event == nullptr) return;
  const uint64_t limit = options_.max_failed_opens != 0
                             ? options_.max_failed_opens
                             : LimitsOf(epoch->keys_.algorithm()).max_failed_opens;
  *event = KeyLimits::EventOf(epoch->failed_opens_, limit);
}

DropReason RecordOpener::AcceptInner(ReceiveEpoch* epoch, const RecordView& view, uint64_t sequence,
                                     size_t limit, absl::Span<uint8_t> plaintext,
                                     std::optional<OpenedRecord>* opened) {
  InnerPlaintext inner;
  DropReason reason = ReadInnerPlaintext(plaintext, limit, &inner);
  if (reason != DropReason::kNone) return reason;
  reason = CheckInnerType(view, options_.extensions, epoch->epoch_, inner.content_type);
  if (reason != DropReason::kNone) return reason;
  return Accept(epoch, sequence, inner.content_type,
                absl::MakeSpan(plaintext.data(), inner.content.size()), opened);
}

DropReason RecordOpener::Accept(ReceiveEpoch* epoch, uint64_t sequence, uint8_t content_type,
                                absl::Span<uint8_t> content, std::optional<OpenedRecord>* opened) {
  if (sequence >= epoch->reserved_end_) {
    epoch->wanted_end_ = std::max(epoch->wanted_end_, sequence + 1);
    return DropReason::kBeyondReservation;
  }
  OpenedRecord record;
  record.content_ = content;
  record.content_type_ = content_type;
  record.number_ = RecordNumber{epoch->epoch_, sequence};
  record.newest_ = !(record.number_ < next_);
  if (record.newest_) next_ = RecordNumber{epoch->epoch_, sequence + 1};
  epoch->window_.Mark(sequence);
  *opened = record;
  return DropReason::kNone;
}

}  // namespace waybill
