// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/dissect_rates/generated_capture.h"

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "waybill/capture/ip_endpoint.h"
#include "waybill/capture/pcap_writer.h"
#include "waybill/record/datagram_reader.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/record_view.h"
#include "waybill/traffic/handshake_message.h"
#include "waybill/traffic/mix.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

// As "mixed" in traffic/mix.cc, but with short payloads, which nobody reads, and with sessions so
// short that a million records have more of them than the tool may remember.
constexpr Mix kMix = {"dissect-rates",
                      "Every form of record, in small records of short sessions.",
                      /*flows=*/200,
                      /*dialects=*/{1, 1, 1, 1, 1, 1},
                      /*server_cid_length=*/8,
                      /*client_cid_length=*/8,
                      /*to_server_percent=*/50,
                      /*max_records=*/3,
                      /*min_payload=*/16,
                      /*max_payload=*/240,
                      /*session_datagrams=*/4,
                      /*trash_percent=*/0,
                      /*trash=*/{}};
constexpr uint64_t kRecordsASample = 1000;

// The address of a client's `session`th session: the next port each time, and another host where
// the ports are used up.
IpEndpoint ClientAddress(uint32_t flow, uint32_t session) {
  constexpr uint32_t kFirstPort = 1024, kPorts = 64512;
  return IpEndpoint::V4({10, static_cast<uint8_t>(session / kPorts),
                         static_cast<uint8_t>(flow >> 8), static_cast<uint8_t>(flow)},
                        static_cast<uint16_t>(kFirstPort + session % kPorts));
}

std::string Hex(absl::Span<const uint8_t> bytes) {
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

bool IsClientHello(const Bytes& datagram) {
  constexpr size_t kHeaderLength = 13;
  return datagram.size() > kHeaderLength && datagram[0] == kHandshake &&
         datagram[kHeaderLength] == kClientHelloMessage;
}

// Counts the records of a datagram, by the rules that its receiver knows.
absl::Status AddRecords(const GeneratedDatagram& datagram, const IpEndpoint& source,
                        const IpEndpoint& destination, ExpectedContent* content) {
  ++content->datagrams;
  content->bytes += datagram.bytes.size();
  DatagramReader reader(datagram.bytes, RulesOf(kMix, datagram.direction));
  RecordView view;
  DropReason reason;
  for (int number = 1; reader.Next(&view, &reason); ++number) {
    if (reason != DropReason::kNone) return absl::InternalError("the generator made a bad record");
    const std::string form(NameOf(view.form));
    ++content->records;
    ++content->forms[form];
    if (content->records % kRecordsASample != 1) continue;
    content->samples.push_back({content->records, content->datagrams, number, source.ToString(),
                                destination.ToString(), form, Hex(view.cid.In(datagram.bytes)),
                                view.length()});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ExpectedContent> WriteGeneratedCapture(const std::string& path, uint64_t records,
                                                      uint64_t seed) {
  absl::StatusOr<PcapWriter> writer = PcapWriter::Create(path);
  if (!writer.ok()) return writer.status();
  const IpEndpoint server = IpEndpoint::V4({192, 0, 2, 1}, 4433);
  std::vector<uint32_t> sessions(kMix.flows);  // hellos so far
  MixGenerator generator(kMix, seed);
  ExpectedContent content;
  absl::Time time = absl::FromUnixSeconds(1700000000);
  while (content.records < records) {
    const GeneratedDatagram datagram = generator.Next();
    uint32_t& session = sessions[datagram.flow];
    if (IsClientHello(datagram.bytes)) ++session;
    if (session == 0) continue;  // was under way before the capture began
    const IpEndpoint client = ClientAddress(datagram.flow, session);
    const bool to_server = datagram.direction == Direction::kToServer;
    const IpEndpoint& source = to_server ? client : server;
    const IpEndpoint& destination = to_server ? server : client;
    absl::Status status = AddRecords(datagram, source, destination, &content);
    if (status.ok()) status = writer->Write(time, source, destination, datagram.bytes);
    if (!status.ok()) return status;
    time += absl::Microseconds(1);
  }
  const absl::Status closed = writer->Close();
  if (!closed.ok()) return closed;
  return content;
}

}  // namespace waybill
