// SPDX-License-Identifier: Apache-2.0
#include "waybill/tests/codec/agreement.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/hello.h"
#include "waybill/record/additional_data.h"
#include "waybill/record/datagram_reader.h"
#include "waybill/record/inner_plaintext.h"
#include "waybill/record/parse_record.h"
#include "waybill/record/parse_record_variants.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/reference_codec.h"
#include "waybill/traffic/reference_hello.h"
#include "waybill/traffic/reference_octets.h"
#include "waybill/traffic/reference_protection.h"
#include "waybill/wire/byte_range.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

using reference::Octets;

reference::Profile ReferenceProfile(ExtensionProfile profile) {
  switch (profile) {
    case ExtensionProfile::kOff:
      return reference::Profile::kOff;
    case ExtensionProfile::kStrict:
      return reference::Profile::kStrict;
    case ExtensionProfile::kAuthenticated:
      return reference::Profile::kAuthenticated;
  }
  return reference::Profile::kOff;
}

RecordForm LibraryForm(reference::Form form) {
  switch (form) {
    case reference::Form::kDtlsPlaintext:
      return RecordForm::kDtlsPlaintext;
    case reference::Form::kDtlsCiphertext:
      return RecordForm::kDtlsCiphertext;
    case reference::Form::kTls12Cid:
      return RecordForm::kTls12Cid;
    case reference::Form::kUnified:
      return RecordForm::kUnified;
    case reference::Form::kExtended12:
      return RecordForm::kExtended12;
    case reference::Form::kExtended13:
      return RecordForm::kExtended13;
  }
  return RecordForm::kOther;
}

// The receiver's own functions, which delineate CIDs and know associations, answer to both codecs.
reference::Rules ReferenceRules(const RecordRules& rules, SameAssociation same_association,
                                const void* context) {
  reference::Rules result;
  const CidLength cids = rules.cid_length;
  if (cids.self_delineating()) {
    result.cid_length.kind = reference::CidLength::Kind::kSelfDelineating;
    result.cid_length.delineate = [cids](const Octets& rest) -> size_t { return cids.Of(rest); };
  } else if (!cids.absent()) {
    result.cid_length.kind = reference::CidLength::Kind::kFixed;
    result.cid_length.fixed = cids.fixed();
  }
  result.profile = ReferenceProfile(rules.extensions.profile);
  result.receive_mask = rules.extensions.accepted.mask();
  result.max_chain_length = rules.extensions.max_chain_length;
  result.max_extension_count = rules.extensions.max_count;
  if (same_association != nullptr) {
    result.same_association = [=](const Octets& first, const Octets& later) {
      return same_association(context, first, later);
    };
  }
  return result;
}

// Notes the first difference.
class Differences {
 public:
  template <typename T>
  void Number(absl::string_view what, const T& library, const T& reference) {
    if (library == reference || !first_.empty()) return;
    first_ = absl::StrCat(what, ": the library says ", static_cast<uint64_t>(library),
                          ", the reference ", static_cast<uint64_t>(reference));
  }
  void Place(absl::string_view what, ByteRange library, size_t offset, size_t length) {
    if ((library.offset == offset && library.length == length) || !first_.empty()) return;
    first_ = absl::StrCat(what, ": the library says ", library.length, " bytes from ",
                          library.offset, " on, the reference ", length, " from ", offset);
  }
  void Bytes(absl::string_view what, absl::Span<const uint8_t> library, const Octets& reference) {
    if (library == absl::MakeConstSpan(reference) || !first_.empty()) return;
    first_ = absl::StrCat(what, ": other bytes");
  }
  void Reason(DropReason library, DropReason reference) {
    if (library == reference || !first_.empty()) return;
    first_ = absl::StrCat("the library says ", std::string(NameOf(library)), ", the reference ",
                          std::string(NameOf(reference)));
  }

  const std::string& first() const { return first_; }

 private:
  std::string first_;
};

void CompareHeader(const RecordView& view, absl::Span<const uint8_t> datagram,
                   const reference::Record& record, Differences* differences) {
  differences->Number("form", view.form, LibraryForm(*record.form));
  differences->Number<uint64_t>(
      "first byte", view.first_byte,
      record.content_type.has_value() ? *record.content_type : *record.flags);
  differences->Number<uint64_t>("version", view.version, record.version.value_or(0));
  differences->Number<uint64_t>("epoch", view.epoch, *record.epoch);
  differences->Number("sequence number", view.sequence, *record.sequence_number);
  // Of a chain that is refused, nothing is known, not even the CID in it.
  const bool cid_in_header =
      record.flags.has_value() ? (*record.flags & 0x10) != 0 : record.content_type == 25;
  if (record.reason == DropReason::kNone || cid_in_header) {
    const reference::Field cid = record.cid.value_or(reference::Field());
    differences->Place("cid", view.cid, cid.offset, cid.octets.size());
    differences->Bytes("cid", view.cid.In(datagram), cid.octets);
  }
}

void CompareBody(const RecordView& view, absl::Span<const uint8_t> datagram,
                 const reference::Record& record, Differences* differences) {
  const size_t payload_offset = record.payload.offset;
  differences->Place("payload", view.payload, payload_offset, record.payload.octets.size());
  differences->Bytes("payload", view.payload.In(datagram), record.payload.octets);
  if (record.extension_indicator) {
    differences->Place("extensions", view.extensions, payload_offset - record.chain_length,
                       record.chain_length);
  } else {
    differences->Place("extensions", view.extensions, 0, 0);
  }
  size_t count = 0;
  for (const RecordExtension& extension : ExtensionChain(view.extensions.In(datagram))) {
    if (count == record.extensions.size()) break;
    differences->Number<uint64_t>("extension type", extension.type, record.extensions[count].type);
    differences->Bytes("extension", extension.value, record.extensions[count].value);
    ++count;
  }
  differences->Number("extensions", count, record.extensions.size());

  differences->Number<uint64_t>("length", view.length(), *record.length);
  const bool unified = record.flags.has_value();
  const bool has_length = !unified || (*record.flags & 0x04) != 0;
  differences->Number("unified", view.unified(), unified);
  differences->Number("has_length", view.has_length(), has_length);
  differences->Place("header", view.header(), record.offset, payload_offset - record.offset);
  const size_t number_length = !unified ? 6 : (*record.flags & 0x08) != 0 ? 2 : 1;
  differences->Place("number", view.number(), record.sequence_number_offset, number_length);
}

void CompareAdditionalData(const RecordView& view, absl::Span<const uint8_t> datagram,
                           const reference::Record& record, ExtensionProfile profile,
                           Differences* differences) {
  // Any length will do: what a suite asks for is not known here.
  const uint16_t length = static_cast<uint16_t>(view.payload.length * 257 + view.record.offset);
  std::vector<uint8_t> room(MaxAdditionalDataLength12(view.extensions.length));
  ByteWriter writer(absl::MakeSpan(room));
  const bool written = WriteAdditionalData12(view, datagram, profile, length, &writer);
  const std::optional<Octets> expected =
      reference::AdditionalData12(record, ReferenceProfile(profile), length);
  differences->Number("additional data of DTLS 1.2", written, expected.has_value());
  if (written) differences->Bytes("additional data", writer.written(), *expected);
  differences->Bytes("additional data of DTLS 1.3", AdditionalData13(view, datagram),
                     reference::AdditionalData13(record).value_or(Octets()));
}

void CompareRecord(const RecordView& view, DropReason reason, absl::Span<const uint8_t> datagram,
                   const reference::Record& record, ExtensionProfile profile,
                   Differences* differences) {
  differences->Reason(reason, record.reason);
  differences->Number("scope", ScopeOf(reason), record.scope);
  // Of a datagram that is too long, no range can say the end.
  if (datagram.size() <= kMaxDatagramLength) {
    differences->Place("record", view.record, record.offset, record.size);
  }
  if (!differences->first().empty()) return;
  if (record.scope != DropScope::kRestOfDatagram)
    CompareHeader(view, datagram, record, differences);
  if (reason == DropReason::kNone || reason == DropReason::kCiphertextTooShort) {
    CompareBody(view, datagram, record, differences);
  }
  if (reason == DropReason::kNone && differences->first().empty()) {
    CompareAdditionalData(view, datagram, record, profile, differences);
  }
}

// Whether the instructions that ParseRecord() chose on this machine answer as the portable ones do,
// to the last byte of the view.
void CompareVariants(absl::Span<const uint8_t> datagram, size_t offset, const RecordRules& rules,
                     Differences* differences) {
  RecordView chosen, portable;
  // The view has padding, which no variant has to write.
  std::memset(static_cast<void*>(&chosen), 0, sizeof(chosen));
  std::memset(static_cast<void*>(&portable), 0, sizeof(portable));
  const DropReason reason = ParseRecord(datagram, offset, rules, &chosen);
  differences->Number("portable reason", reason,
                      ParseRecordPortable(datagram, offset, rules, &portable));
  differences->Number("portable view", std::memcmp(&chosen, &portable, sizeof(chosen)), 0);
}

}  // namespace

std::string Disagreement(const Bytes& datagram, const RecordRules& rules,
                         SameAssociation same_association, const void* context) {
  const std::vector<reference::Record> records =
      reference::ReadDatagram(datagram, ReferenceRules(rules, same_association, context));
  DatagramReader reader(datagram, rules, same_association, context);
  for (size_t i = 0; i < records.size(); ++i) {
    RecordView view;
    DropReason reason = DropReason::kNone;
    if (!reader.Next(&view, &reason)) {
      return absl::StrCat("the library finds ", i, " records, the reference ", records.size());
    }
    Differences differences;
    CompareRecord(view, reason, datagram, records[i], rules.extensions.profile, &differences);
    CompareVariants(datagram, records[i].offset, rules, &differences);
    if (!differences.first().empty()) {
      return absl::StrCat("record ", i + 1, ": ", differences.first());
    }
  }
  RecordView view;
  DropReason reason = DropReason::kNone;
  return reader.Next(&view, &reason) ? "the library finds more records" : "";
}

std::string HelloDisagreement(const Bytes& body, HelloKind kind) {
  const bool client = kind == HelloKind::kClient;
  Hello hello;
  const DropReason reason = client ? ReadClientHello(body, &hello) : ReadServerHello(body, &hello);
  reference::Hello expected;
  Differences differences;
  differences.Reason(reason, client ? reference::ReadClientHello(body, &expected)
                                    : reference::ReadServerHello(body, &expected));
  if (!differences.first().empty() || reason != DropReason::kNone) return differences.first();

  differences.Number<uint64_t>("legacy_version", hello.legacy_version, expected.legacy_version);
  differences.Bytes("random", hello.random, expected.random);
  differences.Number("HelloRetryRequest", hello.is_hello_retry_request,
                     expected.hello_retry_request);
  differences.Number("connection_id", hello.cid.has_value(), expected.connection_id.has_value());
  if (expected.connection_id.has_value()) {
    differences.Bytes("CID", hello.cid.value_or(absl::Span<const uint8_t>()),
                      *expected.connection_id);
  }
  differences.Number("rrc", hello.return_routability_check, expected.rrc);
  differences.Number("early connection_id", hello.early_connection_id,
                     expected.early_connection_id);
  differences.Number("record header extensions", hello.record_header_extensions.has_value(),
                     expected.record_header_extensions.has_value());
  if (differences.first().empty() && expected.record_header_extensions.has_value()) {
    differences.Number("profile", ReferenceProfile(hello.record_header_extensions->profile),
                       expected.record_header_extensions->profile);
    differences.Number<uint64_t>("receive mask", hello.record_header_extensions->receives.mask(),
                                 expected.record_header_extensions->receive_mask);
  }
  return differences.first();
}

std::string InnerPlaintextDisagreement(const Bytes& plaintext, size_t limit) {
  InnerPlaintext inner;
  const DropReason reason = ReadInnerPlaintext(plaintext, limit, &inner);
  reference::InnerPlaintext expected;
  Differences differences;
  differences.Reason(reason, reference::ReadInnerPlaintext(plaintext, limit, &expected));
  if (!differences.first().empty() || reason != DropReason::kNone) return differences.first();
  differences.Number("inner type", inner.content_type, expected.type);
  differences.Bytes("content", inner.content, expected.content);
  differences.Number("padding", inner.padding, expected.zeros);
  return differences.first();
}

}  // namespace waybill
