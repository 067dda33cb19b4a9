// SPDX-License-Identifier: Apache-2.0
#include "waybill/tests/receive_path/receive_path.h"

#include <array>
#include <string_view>
#include <utility>

#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/ext/hello.h"
#include "waybill/record/additional_data.h"
#include "waybill/record/datagram_reader.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/inner_plaintext.h"
#include "waybill/record/parse_record_variants.h"
#include "waybill/record/record_checks.h"
#include "waybill/record/record_number.h"
#include "waybill/record/record_view.h"
#include "waybill/record/replay_window.h"
#include "waybill/traffic/datagram_builder.h"
#include "waybill/traffic/hello_builder.h"
#include "waybill/traffic/mutation.h"
#include "waybill/traffic/well_formed.h"
#include "waybill/wire/byte_range.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

// FNV-1a.
class Digest {
 public:
  void Add(uint64_t value) {
    for (int i = 0; i < 8; ++i) sum_ = (sum_ ^ (value >> (8 * i) & 0xff)) * 0x100000001b3;
  }
  void Add(absl::Span<const uint8_t> bytes) {
    for (const uint8_t byte : bytes) sum_ = (sum_ ^ byte) * 0x100000001b3;
  }
  void Add(DropReason reason) {
    Add(static_cast<uint64_t>(reason));
    for (const std::string_view text :
         {NameOf(reason), SentenceOf(reason), NameOf(ScopeOf(reason))}) {
      Add(text.size());
    }
  }
  void Add(const RecordView& view) {
    for (const ByteRange range : {view.record, view.cid, view.extensions, view.payload}) {
      Add(uint64_t{range.offset} << 16 | range.length);
    }
    Add(NameOf(view.form).size());
    Add(uint64_t{view.first_byte} << 32 | uint64_t{view.version} << 16 | view.epoch);
    Add(view.sequence);
  }
  uint64_t sum() const { return sum_; }

 private:
  uint64_t sum_ = 0xcbf29ce484222325;
};

class Receiver {
 public:
  void Receive(const ReceivedDatagram& received) {
    const absl::Span<const uint8_t> datagram = received.bytes;
    RecordView view;
    digest_.Add(ParseRecordPortable(datagram, 0, received.rules, &view));
    DatagramReader reader(datagram, received.rules);
    DropReason reason;
    while (reader.Next(&view, &reason)) {
      digest_.Add(reason);
      digest_.Add(view);
      reception_.accepted += reason == DropReason::kNone;
      reception_.refused += reason != DropReason::kNone;
      if (reason == DropReason::kNone) Accept(view, datagram, received.rules.extensions);
    }
  }

  Reception reception() const {
    Reception reception = reception_;
    reception.digest = digest_.sum();
    return reception;
  }

 private:
  void Accept(const RecordView& view, absl::Span<const uint8_t> datagram,
              const ExtensionRules& rules) {
    for (const RecordExtension& extension : ExtensionChain(view.extensions.In(datagram))) {
      digest_.Add(uint64_t{extension.type});
      digest_.Add(extension.value);
    }
    digest_.Add(CheckVersion(view));
    digest_.Add(CheckContentType(view, DtlsVersion::kDtls12));
    digest_.Add(CheckContentType(view, DtlsVersion::kDtls13));

    RecordNumber number{view.epoch, view.sequence};
    if (view.unified()) {
      const int bits = (view.first_byte & kUnifiedSequence16Bit) != 0 ? 16 : 8;
      ReconstructEpoch(static_cast<uint8_t>(view.epoch), 6, &number.epoch);
      number.sequence =
          ReconstructSequence(static_cast<uint16_t>(view.sequence), bits, window_.expected());
    }
    digest_.Add(number.epoch);
    digest_.Add(CheckExtensions(view, rules, number.epoch));
    digest_.Add(window_.Check(number.sequence));
    window_.Mark(number.sequence);

    ByteWriter writer{absl::MakeSpan(additional_data_)};
    WriteAdditionalData12(view, datagram, rules.profile, view.payload.length, &writer);
    digest_.Add(writer.written());
    digest_.Add(AdditionalData13(view, datagram));
    ReadPlaintext(view, view.payload.In(datagram), rules);
  }

  void ReadPlaintext(const RecordView& view, absl::Span<const uint8_t> plaintext,
                     const ExtensionRules& rules) {
    InnerPlaintext inner;
    const DropReason inner_reason = ReadInnerPlaintext(plaintext, kMaxInnerPlaintext12, &inner);
    digest_.Add(inner_reason);
    if (inner_reason == DropReason::kNone) {
      digest_.Add(CheckInnerType(view, rules, view.epoch, inner.content_type));
      digest_.Add(inner.content);
    }
    Hello client, server;
    const DropReason as_client = ReadClientHello(plaintext, &client);
    const DropReason as_server = ReadServerHello(plaintext, &server);
    digest_.Add(as_client);
    digest_.Add(as_server);
    if (as_client == DropReason::kNone) {
      ++reception_.hellos;
      digest_.Add(client.cid.value_or(absl::Span<const uint8_t>()));
      digest_.Add(uint64_t{AgreeOnRecordHeaderExtensions(client, client).server_receives.mask()});
    }
  }

  Reception reception_;
  Digest digest_;
  ReplayWindow window_;
  std::array<uint8_t, MaxAdditionalDataLength12(2048)> additional_data_;
};

}  // namespace

std::vector<ReceivedDatagram> AllReceivedDatagrams() {
  std::vector<ReceivedDatagram> all;
  for (const WellFormedRecord& record : WellFormedRecords()) {
    all.push_back({record.builder.Build(), record.rules});
  }
  for (Mutation& mutation : AllMutations()) {
    all.push_back({std::move(mutation.datagram), mutation.rules});
  }
  const HelloBuilder hello =
      HelloBuilder::Client().ConnectionId(Bytes(8, 0x5c)).ReturnRoutabilityCheck();
  const RecordRules rules(CidLength::Fixed(0));
  for (const ExtensionProfile profile :
       {ExtensionProfile::kStrict, ExtensionProfile::kAuthenticated}) {
    const Bytes body =
        HelloBuilder(hello).RecordHeaderExtensions(profile, ExtensionTypeSet(0x8001)).Build();
    all.push_back({DatagramBuilder().Plaintext(kHandshake).Payload(body).Build(), rules});
  }
  return all;
}

Reception ReceiveAll(const std::vector<ReceivedDatagram>& datagrams) {
  Receiver receiver;
  for (const ReceivedDatagram& datagram : datagrams) receiver.Receive(datagram);
  return receiver.reception();
}

}  // namespace waybill
