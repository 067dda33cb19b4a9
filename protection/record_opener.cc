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

absl::Status RecordOpener::InstallEpoch(uint64_t epoch, const TrafficKeys& keys,
                                        const RecordCipher* cipher, uint64_t next_sequence) {
  const bool dtls13 = options_.version == DtlsVersion::kDtls13;
  if (epoch <= NewestEpoch() || epoch > MaxEpochOf(options_.version)) {
    return absl::InvalidArgumentError("epochs ascend, and end");
  }
  if (dtls13 && keys.algorithm == AeadAlgorithm::kAes128Ccm8 && options_.max_failed_opens == 0) {
    return absl::InvalidArgumentError(
        "AES-128-CCM_8 under DTLS 1.3 needs a limit of failed opens (RFC 9147, section 4.5.3)");
  }
  const absl::Status status = EpochKeys::Check(options_.version, keys, cipher);
  if (!status.ok()) return status;
  ReceiveEpoch* place = nullptr;
  for (ReceiveEpoch& other : epochs_) {
    if (other.keys_.empty()) {
      place = &other;
      break;
    }
    if (place == nullptr || other.epoch_ < place->epoch_) place = &other;
  }
  if (place == nullptr || (!place->keys_.empty() && Next().epoch <= place->epoch_)) {
    return absl::FailedPreconditionError(
        "no storage is free, and no record was opened under newer keys than the oldest");
  }
  place->reserved_end_ = Reserves() ? next_sequence : kAllNumbers;
  place->epoch_ = epoch;
  place->failed_opens_ = 0;
  place->wanted_end_ = 0;
  place->keys_.Set(keys, cipher);
  WindowOf(*place) = ReplayWindow::SeenBelow(next_sequence);
  return absl::OkStatus();
}

void RecordOpener::Reset() {
  for (ReceiveEpoch& epoch : epochs_) {
    epoch.keys_.Clear();
    epoch.epoch_ = 0;
    epoch.failed_opens_ = 0;
    epoch.reserved_end_ = kAllNumbers;
    epoch.wanted_end_ = 0;
    WindowOf(epoch) = ReplayWindow();
  }
}

void RecordOpener::DropEpoch(uint64_t epoch) {
  ReceiveEpoch* const place = Find(epoch);
  if (place != nullptr) place->keys_.Clear();
}

uint64_t RecordOpener::FailedOpens(uint64_t epoch) const {
  const ReceiveEpoch* const place = Find(epoch);
  return place != nullptr ? place->failed_opens_ : 0;
}

uint64_t RecordOpener::NewestEpoch() const {
  uint64_t newest = 0;
  for (const ReceiveEpoch& epoch : epochs_) newest = std::max(newest, epoch.epoch_);
  return newest;
}

RecordNumber RecordOpener::Next() const {
  RecordNumber next;
  for (const ReceiveEpoch& epoch : epochs_) {
    const RecordNumber expected{epoch.epoch_, WindowOf(epoch).expected()};
    if (expected.sequence != 0 && next < expected) next = expected;
  }
  return next;
}

bool RecordOpener::Reserves() const {
  return std::any_of(epochs_.begin(), epochs_.end(),
                     [](const ReceiveEpoch& epoch) { return epoch.reserved_end_ != kAllNumbers; });
}

uint64_t RecordOpener::ReservedEnd(const ReceiveEpoch& epoch, uint64_t count) const {
  if (count == 0) return kAllNumbers;
  return EndOfNumbers(std::max(WindowOf(epoch).expected(), epoch.wanted_end_), count);
}

void RecordOpener::Reserve(uint64_t count) {
  for (ReceiveEpoch& epoch : epochs_) epoch.reserved_end_ = ReservedEnd(epoch, count);
}

bool RecordOpener::WriteState(uint64_t count, ByteWriter* writer) const {
  const auto used = std::count_if(epochs_.begin(), epochs_.end(),
                                  [](const ReceiveEpoch& epoch) { return !epoch.keys_.empty(); });
  const RecordNumber next = Next();
  bool written = writer->WriteU64(NewestEpoch()) && writer->WriteU64(next.epoch) &&
                 writer->WriteU64(next.sequence) && writer->WriteU8(static_cast<uint64_t>(used));
  for (const ReceiveEpoch& epoch : epochs_) {
    if (epoch.keys_.empty()) continue;
    const ReplayWindow window =
        count == 0 ? WindowOf(epoch) : ReplayWindow::SeenBelow(ReservedEnd(epoch, count));
    written = written && writer->WriteU64(epoch.epoch_) && writer->WriteU64(epoch.failed_opens_) &&
              window.WriteState(writer) && epoch.keys_.WriteState(writer);
  }
  return written;
}

absl::Status RecordOpener::ReadState(absl::Span<const RecordCipher> ciphers, ByteReader* reader) {
  const auto too_small = [] {
    return absl::InvalidArgumentError("the state has more epochs than there is storage");
  };
  uint64_t newest_epoch;
  RecordNumber next;
  uint8_t used;
  if (!reader->ReadU64(&newest_epoch) || !reader->ReadU64(&next.epoch) ||
      !reader->ReadU64(&next.sequence) || !reader->ReadU8(&used) || used > epochs_.size()) {
    return too_small();
  }
  for (ReceiveEpoch& epoch : epochs_) epoch.reserved_end_ = 0;
  for (size_t i = 0; i < used; ++i) {
    ReceiveEpoch& epoch = epochs_[i];
    if (!reader->ReadU64(&epoch.epoch_) || !reader->ReadU64(&epoch.failed_opens_) ||
        !WindowOf(epoch).ReadState(reader) || epoch.epoch_ > newest_epoch) {
      return absl::InvalidArgumentError("the state has no whole epoch");
    }
    epoch.wanted_end_ = 0;
    const absl::Status status = epoch.keys_.ReadState(options_.version, ciphers, reader);
    if (!status.ok()) return status;
  }
  if (Next() < next && !RememberEpoch(next)) return too_small();
  if (NewestEpoch() < newest_epoch && !RememberEpoch({newest_epoch, 0})) return too_small();
  return absl::OkStatus();
}

bool RecordOpener::RememberEpoch(RecordNumber next) {
  for (ReceiveEpoch& place : epochs_) {
    if (!place.keys_.empty() || place.epoch_ != 0) continue;
    place.epoch_ = next.epoch;
    WindowOf(place) = ReplayWindow::SeenBelow(next.sequence);
    return true;
  }
  return false;
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
  if (reason == DropReason::kNone) reason = WindowOf(*epoch).Check(view.sequence);
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
  if (!ReconstructEpoch(static_cast<uint8_t>(view.epoch), NewestEpoch(), &number)) {
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
                          sequence16 ? 16 : 8, WindowOf(*epoch).expected());
  if (options_.check_replay_first) {
    reason = WindowOf(*epoch).Check(sequence);
    if (reason != DropReason::kNone) return reason;
  }
  if (!epoch->keys_.Open(epoch->keys_.NonceOf(sequence, {}), AdditionalData13(view, datagram),
                         ciphertext.text, ciphertext.tag)) {
    CountFailure(epoch, event);
    return DropReason::kAuthenticationFailed;
  }
  reason = WindowOf(*epoch).Check(sequence);
  if (reason != DropReason::kNone) return reason;
  return AcceptInner(epoch, view, sequence, kMaxInnerPlaintext13, ciphertext.text, opened);
}

ReceiveEpoch* RecordOpener::Find(uint64_t epoch) const {
  for (ReceiveEpoch& place : epochs_) {
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
  record.newest_ = !(record.number_ < Next());
  WindowOf(*epoch).Mark(sequence);
  *opened = record;
  return DropReason::kNone;
}

}  // namespace waybill
