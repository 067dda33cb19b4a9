// SPDX-License-Identifier: Apache-2.0
#include "waybill/tests/self_describing/relabelled_capture.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/capture/capture_reader.h"
#include "waybill/capture/ip_endpoint.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/unified.h"
#include "waybill/tools/dissector.h"
#include "waybill/traffic/datagram_builder.h"
#include "waybill/traffic/random.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

constexpr size_t kMostRecords = 4;  // in a datagram that is put together
constexpr size_t kMostOtherExtensions = 3;
constexpr uint16_t kServerPort = 4433;  // of all captures (tests/partners/record.sh)

// A protected record as it was captured.
struct CapturedRecord {
  uint8_t content_type = 0;
  Bytes payload;
};

// All of them, in order in each direction.
struct CapturedRecords {
  std::vector<CapturedRecord> to_server, to_client;
};

// Extensions have no place in the handshake of DTLS 1.2 (EXT-13).
uint8_t ContentTypeOf(const RecordView& view) {
  return view.form == RecordForm::kDtlsCiphertext && view.first_byte == kAlert ? kAlert
                                                                               : kApplicationData;
}

absl::StatusOr<CapturedRecords> ReadProtectedRecords(const std::string& path) {
  absl::StatusOr<CaptureReader> reader = CaptureReader::Open(path);
  if (!reader.ok()) return reader.status();
  CapturedRecords found;
  Dissector dissector({});
  CapturedPacket packet;
  for (;;) {
    const absl::StatusOr<bool> more = reader->Next(&packet);
    if (!more.ok()) return more.status();
    if (!*more) return found;
    const FlowDirection direction = {packet.udp.source, packet.udp.destination};
    dissector.Read(
        {packet.frame, direction, packet.udp.payload, packet.udp.is_fragment, packet.udp.is_cut},
        [&](const DissectedRecord& record) {
          const RecordView& view = record.view;
          if (record.drop != DropReason::kNone || view.form == RecordForm::kDtlsPlaintext ||
              view.payload.length < kNumberSampleLength) {
            return;
          }
          const absl::Span<const uint8_t> payload = view.payload.In(packet.udp.payload);
          auto& records =
              packet.udp.destination.port == kServerPort ? found.to_server : found.to_client;
          records.push_back({ContentTypeOf(view), Bytes(payload.begin(), payload.end())});
        });
  }
}

// One direction of an association.
struct Receiver {
  Bytes cid;  // empty until the next record is sent
  uint64_t epoch = 0;
  uint64_t next_sequence = 0;
};

// An association that sends what was captured under labels of its own.
class Association {
 public:
  Association(RecordForm form, uint8_t number, size_t* cid_length)
      : form_(form), number_(number), cid_length_(cid_length), random_(*cid_length) {
    for (Receiver* receiver : {&server_, &client_}) {
      // EXT-13: application data of DTLS 1.3 begins with epoch 3.
      receiver->epoch =
          form == RecordForm::kExtended13 ? 3 + random_.Below(1000) : 1 + random_.Below(0xffff);
      receiver->next_sequence = random_.Below(kMaxSequence - 0xffff);
    }
  }

  // All of `captured` in one datagram.
  RelabelledDatagram Send(bool to_server, absl::Span<const CapturedRecord> captured) {
    if (random_.Percent(20)) ChangeAddress();
    RelabelledDatagram datagram;
    datagram.direction = {client_address(), IpEndpoint::V4({198, 51, 100, 2}, kServerPort)};
    if (!to_server) datagram.direction = datagram.direction.Reverse();
    DatagramBuilder builder;
    for (const CapturedRecord& record : captured) {
      datagram.records.push_back(Label(record, to_server ? &server_ : &client_));
      Add(datagram.records.back(), &builder);
    }
    datagram.bytes = builder.Build();
    return datagram;
  }

 private:
  Bytes NextCid() {
    const size_t length = *cid_length_;
    *cid_length_ = length % kMaxCidLength + 1;
    return random_.MakeBytes(length);
  }

  IpEndpoint client_address() const { return IpEndpoint::V4({192, 0, 2, number_}, port_); }

  // A header that says its CID's length leaves a peer free to change that as well.
  void ChangeAddress() {
    ++port_;
    if (random_.Percent(50)) server_.cid.clear();
    if (random_.Percent(50)) client_.cid.clear();
  }

  RelabelledRecord Label(const CapturedRecord& captured, Receiver* receiver) {
    RelabelledRecord record;
    record.content_type = captured.content_type;
    record.epoch = receiver->epoch;
    record.sequence = receiver->next_sequence++;
    if (form_ == RecordForm::kExtended13) {
      record.sequence16 = random_.Percent(50);
      record.epoch &= kUnifiedEpochMask;
      record.sequence &= record.sequence16 ? 0xffff : 0xff;
    }
    if (receiver->cid.empty()) receiver->cid = NextCid();
    record.cid = receiver->cid;
    record.payload = captured.payload;
    record.extensions.push_back({kCidExtensionType, receiver->cid});
    uint8_t type = kCidExtensionType;
    for (size_t others = random_.Below(kMostOtherExtensions + 1); others > 0; --others) {
      type = static_cast<uint8_t>(type + 1 + random_.Below(4));
      const size_t length = random_.Percent(10) ? random_.Below(200) : random_.Below(12);
      record.extensions.push_back({type, random_.MakeBytes(length)});
    }
    return record;
  }

  void Add(const RelabelledRecord& record, DatagramBuilder* builder) const {
    if (form_ == RecordForm::kExtended12) {
      builder->Extended12(record.content_type).Sequence(record.sequence);
    } else {
      builder->Extended13();
      record.sequence16 ? builder->Sequence16(record.sequence)
                        : builder->Sequence8(record.sequence);
    }
    builder->Epoch(record.epoch).Payload(record.payload);
    for (const RelabelledExtension& extension : record.extensions) {
      builder->Extension(extension.type, extension.value);
    }
  }

  RecordForm form_;
  uint8_t number_;
  size_t* cid_length_;
  Random random_;
  Receiver server_, client_;
  uint16_t port_ = 40000;
};

}  // namespace

std::vector<std::string> CapturePaths() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator("traffic/captures")) {
    const std::string extension = entry.path().extension().string();
    if (extension == ".pcap" || extension == ".pcapng") paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  EXPECT_FALSE(paths.empty());
  return paths;
}

absl::StatusOr<std::vector<RelabelledDatagram>> Relabel(const std::string& path, RecordForm form,
                                                        size_t* cid_length) {
  const absl::StatusOr<CapturedRecords> captured = ReadProtectedRecords(path);
  if (!captured.ok()) return captured.status();
  std::vector<Association> associations;
  for (uint8_t i = 0; i < kAssociations; ++i) associations.emplace_back(form, i, cid_length);
  std::vector<RelabelledDatagram> datagrams;
  Random random(*cid_length);
  const auto send_next = [&](bool to_server, absl::Span<const CapturedRecord>* left) {
    const size_t count = std::min<size_t>(left->size(), random.Between(1, kMostRecords));
    if (count == 0) return;
    for (Association& association : associations) {
      datagrams.push_back(association.Send(to_server, left->first(count)));
    }
    left->remove_prefix(count);
  };
  absl::Span<const CapturedRecord> to_server = captured->to_server;
  absl::Span<const CapturedRecord> to_client = captured->to_client;
  while (!to_server.empty() || !to_client.empty()) {
    send_next(true, &to_server);
    send_next(false, &to_client);
  }
  return datagrams;
}

}  // namespace waybill
