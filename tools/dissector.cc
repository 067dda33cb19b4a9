// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/dissector.h"

#include "waybill/record/datagram_reader.h"

namespace waybill {
namespace {

ExtensionRules AcceptAll(ExtensionProfile profile) {
  ExtensionRules rules;
  rules.profile = profile;
  rules.accepted = ExtensionTypeSet::All();
  return rules;
}

bool IsHeaderUnread(DropReason reason) {
  switch (reason) {
    case DropReason::kEmptyDatagram:
    case DropReason::kDatagramTooLong:
    case DropReason::kNotDtls:
    case DropReason::kUnknownContentType:
    case DropReason::kHeaderTruncated:
    case DropReason::kCidNotExpected:
    case DropReason::kCidNotDelineated:
      return true;
    default:
      return false;
  }
}

// Whether the last record of a cut datagram can be the one that was cut.
bool WouldGoOn(const RecordView& view, DropReason reason) {
  switch (reason) {
    case DropReason::kEmptyDatagram:
    case DropReason::kHeaderTruncated:
    case DropReason::kLengthPastEnd:
      return true;
    case DropReason::kNone:
    case DropReason::kCiphertextTooShort:
      return !view.has_length();
    default:
      return false;
  }
}

CidLengthSource SourceOf(const RecordView& view, CidLengthSource in_header) {
  if (view.cid.empty()) return CidLengthSource::kNone;
  const bool in_chain = !view.extensions.empty() && view.cid.offset > view.extensions.offset;
  return in_chain ? CidLengthSource::kHeader : in_header;
}

}  // namespace

Dissector::Dissector(const DissectorOptions& options)
    : options_(options), extensions_(AcceptAll(options.profile)), cid_lengths_(extensions_) {
  if (options.key_log != nullptr)
    opener_ = std::make_unique<CaptureOpener>(*options.key_log, options.profile);
}

std::optional<size_t> Dissector::ReadUpToCid(const ObservedDatagram& datagram) {
  DatagramReader reader(datagram.payload, RecordRules(CidLength::Absent(), extensions_));
  RecordView view;
  DropReason reason;
  while (reader.Next(&view, &reason)) {
    if (reason == DropReason::kCidNotExpected) return view.record.offset;
    ReadHellos(datagram, view, reason);
  }
  return std::nullopt;
}

void Dissector::ReadHellos(const ObservedDatagram& datagram, const RecordView& view,
                           DropReason reason) {
  if (reason != DropReason::kNone || view.form != RecordForm::kDtlsPlaintext ||
      view.first_byte != kHandshake || !datagram.direction.has_value()) {
    return;
  }
  hellos_.Read(*datagram.direction, view.payload.In(datagram.payload),
               [this](const HelloAgreement& agreement) {
                 cid_lengths_.Learn(agreement);
                 if (opener_ != nullptr) opener_->Learn(agreement);
               });
}

void Dissector::Open(const ObservedDatagram& datagram, DissectedRecord* record) {
  record->opened.reset();
  const RecordForm form = record->view.form;
  if (opener_ == nullptr || record->drop != DropReason::kNone || record->cut_by_capture ||
      form == RecordForm::kOther || form == RecordForm::kDtlsPlaintext) {
    return;
  }
  record->drop = opener_->Open(datagram.direction.value_or(FlowDirection()), datagram.payload,
                               record->view, &record->opened);
}

KnownCidLength Dissector::CidLengthOf(const ObservedDatagram& datagram,
                                      std::optional<size_t> first_cid) {
  if (options_.cid_length.has_value()) {
    return {CidLength::Fixed(*options_.cid_length), CidLengthSource::kOption};
  }
  if (!first_cid.has_value()) return {CidLength::Absent(), CidLengthSource::kNone};
  return cid_lengths_.For(datagram.direction.value_or(FlowDirection()), datagram.payload,
                          *first_cid, !datagram.is_cut);
}

void Dissector::Read(const ObservedDatagram& datagram,
                     const std::function<void(const DissectedRecord&)>& on_record) {
  DissectedRecord record;
  record.datagram = &datagram;
  if (datagram.is_fragment) {
    record.header_unread = true;
    on_record(record);
    return;
  }
  const std::optional<size_t> first_cid = ReadUpToCid(datagram);
  const KnownCidLength cid_length = CidLengthOf(datagram, first_cid);
  DatagramReader reader(datagram.payload, RecordRules(cid_length.length, extensions_));
  DropReason reason;
  for (; reader.Next(&record.view, &reason); ++record.number) {
    // A datagram that is too long leaves its view without a first byte.
    record.protocol = datagram.payload.empty()
                          ? Protocol::kUnknown
                          : ProtocolOf(datagram.payload[record.view.record.offset]);
    record.header_unread = IsHeaderUnread(reason);
    record.cut_by_capture = datagram.is_cut && WouldGoOn(record.view, reason);
    // What the capture left out is no fault of the peer's.
    record.drop = record.cut_by_capture ? DropReason::kNone : reason;
    record.cid_length_source = SourceOf(record.view, cid_length.source);
    Open(datagram, &record);
    on_record(record);
    if (first_cid.has_value() && record.view.record.offset > *first_cid) {
      ReadHellos(datagram, record.view, reason);
    }
  }
}

}  // namespace waybill
