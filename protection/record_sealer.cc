// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/record_sealer.h"

#include <algorithm>
#include <optional>

#include "waybill/protection/nonce.h"
#include "waybill/record/additional_data.h"
#include "waybill/record/extended12.h"
#include "waybill/record/extended13.h"
#include "waybill/record/inner_plaintext.h"
#include "waybill/record/rfc6347.h"
#include "waybill/record/tls12_cid.h"
#include "waybill/record/unified.h"
#include "waybill/wire/byte_range.h"

namespace waybill {
namespace {

// Whether the content type stands inside the protection, and padding may.
bool HasInnerType(DtlsVersion version, const RecordToSeal& record) {
  return version == DtlsVersion::kDtls13 || (!record.cid.empty() && record.extensions.empty());
}

}  // namespace

absl::Status RecordSealer::InstallEpoch(uint64_t epoch, const TrafficKeys& keys,
                                        const RecordCipher* cipher, uint64_t next_sequence) {
  if (epoch <= NewestEpoch() || epoch > MaxEpochOf(options_.version)) {
    return absl::InvalidArgumentError("epochs ascend, and end");
  }
  if (storage_.empty()) return absl::FailedPreconditionError("there is no storage for an epoch");
  const absl::Status status = EpochKeys::Check(options_.version, keys, cipher);
  if (!status.ok()) return status;
  // A place that is free, or the oldest epoch's.
  SendEpoch* const place = &*std::min_element(storage_.begin(), storage_.end(),
                                              [](const SendEpoch& a, const SendEpoch& b) {
                                                if (a.keys_.empty() != b.keys_.empty())
                                                  return a.keys_.empty();
                                                return a.epoch_ < b.epoch_;
                                              });
  place->reserved_end_ = Reserves() ? next_sequence : kAllNumbers;
  place->keys_.Set(keys, cipher);
  place->epoch_ = epoch;
  place->next_sequence_ = next_sequence;
  return absl::OkStatus();
}

void RecordSealer::Reset() {
  for (SendEpoch& epoch : storage_) {
    epoch.keys_.Clear();
    epoch.epoch_ = 0;
    epoch.next_sequence_ = 0;
    epoch.reserved_end_ = kAllNumbers;
  }
}

void RecordSealer::DropEpoch(uint64_t epoch) {
  SendEpoch* const place = Find(epoch);
  if (place != nullptr) place->keys_.Clear();
}

size_t RecordSealer::SealedLength(const RecordToSeal& record) const {
  const SendEpoch* const epoch = Find(record.epoch);
  Lengths lengths;
  if (epoch == nullptr || !MeasureRecord(record, epoch->keys_, &lengths)) return 0;
  return lengths.header + lengths.payload;
}

absl::Status RecordSealer::Seal(const RecordToSeal& record, ByteWriter* datagram,
                                RecordNumber* number, KeyEvent* event) {
  SendEpoch* const epoch = Find(record.epoch);
  if (epoch == nullptr) return absl::FailedPreconditionError("there are no keys for the epoch");
  const EpochKeys& keys = epoch->keys_;
  Lengths lengths;
  if (!MeasureRecord(record, keys, &lengths)) {
    return absl::OutOfRangeError("content or padding is longer than a record may be");
  }
  const size_t room = std::min(datagram->room(), kMaxDatagramLength - datagram->size());
  if (lengths.header + lengths.payload > room) {
    return absl::OutOfRangeError("the datagram has no room for the record");
  }
  if (epoch->next_sequence_ > kMaxSequence) {
    return absl::ResourceExhaustedError("the record numbers of the epoch are used up");
  }
  if (epoch->next_sequence_ >= epoch->reserved_end_) {
    return absl::UnavailableError("the numbers that were reserved are used up");
  }
  const RecordNumber reserved{epoch->epoch_, epoch->next_sequence_++};

  ByteWriter writer = *datagram;
  RecordView view;
  if (!WriteRecordHeader(record, lengths, reserved, &writer, &view)) {
    return absl::InvalidArgumentError("the record has no form that its fields fit");
  }
  uint8_t* const payload = writer.Extend(lengths.payload);
  ByteWriter text_writer(absl::MakeSpan(payload, lengths.payload));
  const bool dtls13 = options_.version == DtlsVersion::kDtls13;
  const uint64_t nonce_number =
      dtls13 ? reserved.sequence
             : NumberOf12(static_cast<uint16_t>(reserved.epoch), reserved.sequence);
  uint8_t* const explicit_nonce = text_writer.Extend(keys.explicit_nonce_length());
  for (size_t i = 0; i < keys.explicit_nonce_length(); ++i) {
    explicit_nonce[i] = static_cast<uint8_t>(nonce_number >> (56 - 8 * i));
  }
  const bool written =
      HasInnerType(options_.version, record)
          ? WriteInnerPlaintext(record.content_type, record.content, lengths.padding,
                                dtls13 ? kMaxInnerPlaintext13 : kMaxInnerPlaintext12, &text_writer)
          : text_writer.WriteBytes(record.content);
  if (!written) return absl::InvalidArgumentError("the content type cannot stand in a record");

  uint8_t storage[MaxAdditionalDataLength12(kMaxProtectedChainLength)];
  ByteWriter additional_data12{absl::MakeSpan(storage)};
  if (!dtls13) {
    WriteAdditionalData12(view, writer.written(), options_.profile,
                          static_cast<uint16_t>(lengths.text), &additional_data12);
  }
  uint8_t* const text = payload + keys.explicit_nonce_length();
  if (!keys.Seal(keys.NonceOf(nonce_number, absl::MakeConstSpan(payload, kExplicitNonceLength)),
                 dtls13 ? AdditionalData13(view, writer.written()) : additional_data12.written(),
                 absl::MakeSpan(text, lengths.text),
                 absl::MakeSpan(text + lengths.text, keys.tag_length()))) {
    return absl::InternalError("the AEAD does not seal");
  }
  if (dtls13) {
    const size_t behind_number = view.payload.offset - view.number().offset;
    keys.MaskNumber(payload, absl::MakeSpan(payload - behind_number, view.number().length));
  }
  *datagram = writer;
  if (number != nullptr) *number = reserved;
  if (event != nullptr) {
    *event = KeyLimits::EventOf(reserved.sequence + 1, LimitsOf(keys.algorithm()).max_seals);
  }
  return absl::OkStatus();
}

void RecordSealer::Reserve(uint64_t count) {
  for (SendEpoch& epoch : storage_) epoch.reserved_end_ = EndOfNumbers(epoch.next_sequence_, count);
}

bool RecordSealer::WriteState(uint64_t count, ByteWriter* writer) const {
  const auto used = std::count_if(storage_.begin(), storage_.end(),
                                  [](const SendEpoch& epoch) { return !epoch.keys_.empty(); });
  bool written = writer->WriteU64(NewestEpoch()) && writer->WriteU8(static_cast<uint64_t>(used));
  for (const SendEpoch& epoch : storage_) {
    if (epoch.keys_.empty()) continue;
    written = written && writer->WriteU64(epoch.epoch_) &&
              writer->WriteU64(EndOfNumbers(epoch.next_sequence_, count)) &&
              epoch.keys_.WriteState(writer);
  }
  return written;
}

absl::Status RecordSealer::ReadState(absl::Span<const RecordCipher> ciphers, ByteReader* reader) {
  const auto too_small = [] {
    return absl::InvalidArgumentError("the state has more epochs than there is storage");
  };
  uint64_t newest_epoch;
  uint8_t used;
  if (!reader->ReadU64(&newest_epoch) || !reader->ReadU8(&used) || used > storage_.size()) {
    return too_small();
  }
  for (SendEpoch& epoch : storage_) epoch.reserved_end_ = 0;
  for (size_t i = 0; i < used; ++i) {
    SendEpoch& epoch = storage_[i];
    if (!reader->ReadU64(&epoch.epoch_) || !reader->ReadU64(&epoch.next_sequence_) ||
        epoch.epoch_ > newest_epoch || epoch.next_sequence_ > kMaxSequence + 1) {
      return absl::InvalidArgumentError("the state has no whole epoch");
    }
    epoch.reserved_end_ = epoch.next_sequence_;
    const absl::Status status = epoch.keys_.ReadState(options_.version, ciphers, reader);
    if (!status.ok()) return status;
  }
  if (NewestEpoch() >= newest_epoch) return absl::OkStatus();
  // Its keys are gone, and none of its epoch or before may come any more.
  for (SendEpoch& place : storage_) {
    if (!place.keys_.empty()) continue;
    place.epoch_ = newest_epoch;
    return absl::OkStatus();
  }
  return too_small();
}

uint64_t RecordSealer::NewestEpoch() const {
  uint64_t newest = 0;
  for (const SendEpoch& epoch : storage_) newest = std::max(newest, epoch.epoch_);
  return newest;
}

bool RecordSealer::Reserves() const {
  return std::any_of(storage_.begin(), storage_.end(),
                     [](const SendEpoch& epoch) { return epoch.reserved_end_ != kAllNumbers; });
}

bool RecordSealer::MeasureRecord(const RecordToSeal& record, const EpochKeys& keys,
                                 Lengths* lengths) const {
  const bool dtls13 = options_.version == DtlsVersion::kDtls13;
  const bool has_inner_type = HasInnerType(options_.version, record);
  if (record.content.size() > kMaxPlaintextLength || record.padding > kMaxPlaintextLength ||
      (record.padding != 0 && !has_inner_type)) {
    return false;
  }
  lengths->padding = record.padding;
  lengths->text = record.content.size();
  if (has_inner_type) {
    lengths->text = InnerPlaintextLength(record.content.size(), record.padding);
    const size_t least = dtls13 ? kNumberSampleLength - keys.tag_length() : 0;
    if (lengths->text < least) {
      lengths->padding += least - lengths->text;
      lengths->text = least;
    }
    if (lengths->text > (dtls13 ? kMaxInnerPlaintext13 : kMaxInnerPlaintext12)) return false;
  }
  lengths->payload = keys.explicit_nonce_length() + lengths->text + keys.tag_length();
  const size_t chain = ExtensionChainLength(record.extensions);
  if (chain > kMaxProtectedChainLength) return false;
  const size_t fields =
      dtls13 ? 1 + (record.sequence16 ? 2 : 1) + (record.with_length ? 2 : 0) : 13;
  lengths->header = fields + record.cid.size() + chain;
  return true;
}

bool RecordSealer::WriteRecordHeader(const RecordToSeal& record, const Lengths& lengths,
                                     RecordNumber number, ByteWriter* datagram,
                                     RecordView* view) const {
  const bool dtls13 = options_.version == DtlsVersion::kDtls13;
  const size_t begin = datagram->size();
  const uint16_t payload_length = static_cast<uint16_t>(lengths.payload);
  const uint16_t epoch12 = static_cast<uint16_t>(number.epoch);
  bool written = false;
  if (dtls13 && record.extensions.empty()) {
    UnifiedHeader header;
    header.epoch = number.epoch;
    header.sequence = number.sequence;
    header.sequence16 = record.sequence16;
    header.cid = record.cid;
    if (record.with_length) header.length = payload_length;
    view->form = RecordForm::kUnified;
    written = WriteHeader(header, datagram);
  } else if (dtls13) {
    Extended13Header header;
    header.epoch = number.epoch;
    header.sequence = number.sequence;
    header.sequence16 = record.sequence16;
    header.cid = record.cid;
    header.extensions = record.extensions;
    header.payload_length = payload_length;
    view->form = RecordForm::kExtended13;
    written = record.with_length && options_.profile == ExtensionProfile::kAuthenticated &&
              WriteHeader(header, datagram);
  } else if (!record.extensions.empty()) {
    Extended12Header header;
    header.content_type = record.content_type;
    header.epoch = epoch12;
    header.sequence = number.sequence;
    header.extensions = record.extensions;
    header.payload_length = payload_length;
    view->form = RecordForm::kExtended12;
    written = record.cid.empty() && options_.profile != ExtensionProfile::kOff &&
              WriteHeader(header, datagram);
  } else if (!record.cid.empty()) {
    Tls12CidHeader header;
    header.epoch = epoch12;
    header.sequence = number.sequence;
    header.cid = record.cid;
    header.length = payload_length;
    view->form = RecordForm::kTls12Cid;
    written = WriteHeader(header, datagram);
  } else {
    Rfc6347Header header;
    header.content_type = record.content_type;
    header.epoch = epoch12;
    header.sequence = number.sequence;
    header.length = payload_length;
    view->form = RecordForm::kDtlsCiphertext;
    written = WriteHeader(header, datagram);
  }
  if (!written || datagram->size() - begin != lengths.header) return false;

  const auto range = [](size_t offset, size_t length) {
    return ByteRange{static_cast<uint16_t>(offset), static_cast<uint16_t>(length)};
  };
  const size_t chain = ExtensionChainLength(record.extensions);
  view->first_byte = datagram->written()[begin];
  view->record = range(begin, lengths.header + lengths.payload);
  view->cid = range(begin + (dtls13 ? 1 : 11), record.cid.size());
  view->extensions = range(begin + lengths.header - chain, chain);
  view->payload = range(begin + lengths.header, lengths.payload);
  return true;
}

SendEpoch* RecordSealer::Find(uint64_t epoch) const {
  const uint64_t wanted = epoch == 0 ? NewestEpoch() : epoch;
  for (SendEpoch& place : storage_) {
    if (!place.keys_.empty() && place.epoch_ == wanted) return &place;
  }
  return nullptr;
}

}  // namespace waybill
