// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/record_printer.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/tools/json_line.h"

namespace waybill {
namespace {

// What can be said of a header: all of it, or what stands before the fault.
struct Fields {
  std::optional<uint64_t> content_type, version, epoch, sequence, length;
  bool number_protected = false;
};

Fields FieldsOf(const DissectedRecord& record) {
  const RecordView& view = record.view;
  Fields fields;
  if (view.form == RecordForm::kOther) return fields;
  fields.number_protected = view.unified() && !record.opened.has_value();
  if (!view.unified()) fields.content_type = view.first_byte;
  // RFC 9146 puts version and number in front of the CID; 0 is the version of none of them.
  if (!view.unified() && (!record.header_unread || view.version != 0)) {
    fields.version = view.version;
    fields.epoch = view.epoch;
    fields.sequence = view.sequence;
  }
  if (!record.header_unread) fields.length = view.length();
  if (record.opened.has_value()) {
    fields.epoch = record.opened->number().epoch;
    fields.sequence = record.opened->number().sequence;
  }
  return fields;
}

absl::Span<const uint8_t> BytesOf(ByteRange range, const DissectedRecord& record) {
  return range.In(record.datagram->payload);
}

std::string ContentTypeText(std::optional<uint64_t> content_type) {
  if (!content_type.has_value()) return "-";
  switch (*content_type) {
    case kChangeCipherSpec:
      return "change_cipher_spec";
    case kAlert:
      return "alert";
    case kHandshake:
      return "handshake";
    case kApplicationData:
      return "application_data";
    case kHeartbeat:
      return "heartbeat";
    case kTls12CidType:
      return "tls12_cid";
    case kAck:
      return "ack";
    case kReturnRoutabilityCheck:
      return "return_routability_check";
    default:
      return absl::StrCat(*content_type);
  }
}

std::string NumberText(const DissectedRecord& record, const Fields& fields) {
  if (fields.number_protected) {
    return record.header_unread ? "protected"
                                : absl::StrCat("protected (epoch bits ", record.view.epoch, ")");
  }
  return fields.epoch.has_value() ? absl::StrCat(*fields.epoch, "/", *fields.sequence) : "-";
}

std::string CidText(const DissectedRecord& record) {
  if (record.view.cid.empty()) return "-";
  std::string text;
  AppendHex(BytesOf(record.view.cid, record), &text);
  absl::StrAppend(&text, " (", std::string(NameOf(record.cid_length_source)), ")");
  return text;
}

}  // namespace

std::string_view ProtocolName(const DissectedRecord& record) {
  return record.datagram->is_fragment ? "fragment" : NameOf(record.protocol);
}

void RecordPrinter::PrintAddresses(const DissectedRecord& record) {
  const std::optional<FlowDirection>& direction = record.datagram->direction;
  if (!direction.has_value()) {
    has_direction_ = false;
    source_.clear();
    destination_.clear();
  } else if (!has_direction_ || !(*direction == direction_)) {
    has_direction_ = true;
    direction_ = *direction;
    source_ = direction->source.ToString();
    destination_ = direction->destination.ToString();
  }
}

void RecordPrinter::PrintText(const DissectedRecord& record) {
  PrintAddresses(record);
  const Fields fields = FieldsOf(record);
  const bool other = record.view.form == RecordForm::kOther;
  const std::string where =
      has_direction_ ? absl::StrCat(source_, " > ", destination_) : std::string("-");
  absl::StrAppendFormat(
      out_, "%6d.%-3d %-44s %-15s %-24s %-24s cid %s  length %s", record.datagram->frame,
      record.number, where, std::string(other ? ProtocolName(record) : NameOf(record.view.form)),
      ContentTypeText(fields.content_type), NumberText(record, fields), CidText(record),
      fields.length.has_value() ? absl::StrCat(*fields.length) : "-");
  for (const RecordExtension& extension : ExtensionChain(BytesOf(record.view.extensions, record))) {
    absl::StrAppend(out_, "  extension ", int{extension.type}, " (", extension.value.size(),
                    " bytes)");
  }
  if (record.opened.has_value()) {
    absl::StrAppend(out_, "  opened ", ContentTypeText(record.opened->content_type()), " (",
                    record.opened->content().size(), " bytes)");
  }
  if (record.drop != DropReason::kNone) {
    absl::StrAppend(out_, "  DROP ", std::string(NameOf(record.drop)));
  }
  if (record.cut_by_capture) absl::StrAppend(out_, "  (cut by the capture)");
  out_->push_back('\n');
}

void RecordPrinter::PrintJson(const DissectedRecord& record) {
  PrintAddresses(record);
  const Fields fields = FieldsOf(record);
  const RecordView& view = record.view;
  JsonLine line(out_);
  line.Number("frame", record.datagram->frame);
  line.Number("record", static_cast<uint64_t>(record.number));
  line.Text("src", source_);
  line.Text("dst", destination_);
  line.Text("form", NameOf(view.form));
  line.Text("protocol", ProtocolName(record));
  line.Number("content_type", fields.content_type);
  line.Number("version", fields.version);
  line.Number("epoch", fields.epoch);
  line.Number("sequence", fields.sequence);
  line.Bool("number_protected", fields.number_protected);
  if (view.cid.empty()) {
    line.Null("cid");
  } else {
    line.Hex("cid", BytesOf(view.cid, record));
  }
  line.Text("cid_length_source", NameOf(record.cid_length_source));
  line.BeginArray("extensions");
  for (const RecordExtension& extension : ExtensionChain(BytesOf(view.extensions, record))) {
    line.Next();
    line.Number("type", extension.type);
    line.Number("length", extension.value.size());
    line.Hex("value", extension.value);
  }
  line.EndArray();
  line.Number("length", fields.length);
  line.Text("drop", record.drop == DropReason::kNone ? std::string_view() : NameOf(record.drop));
  line.Bool("opened", record.opened.has_value());
  if (record.opened.has_value()) {
    line.Number("inner_type", record.opened->content_type());
    line.Hex("payload", record.opened->content());
  } else {
    line.Null("inner_type");
    line.Null("payload");
  }
  line.End();
}

}  // namespace waybill
