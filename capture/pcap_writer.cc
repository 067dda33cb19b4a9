// SPDX-License-Identifier: Apache-2.0
//
// IP and UDP headers around a payload, and libpcap's dump file around both.

#include "waybill/capture/pcap_writer.h"

#include <pcap/pcap.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "waybill/wire/byte_writer.h"

namespace waybill {
namespace {

constexpr uint8_t kUdpProtocol = 17;
constexpr uint8_t kHopLimit = 64;
constexpr size_t kUdpHeaderSize = 8;
constexpr size_t kUdpChecksumOffset = 6;
constexpr size_t kIpv4HeaderSize = 20;
constexpr size_t kIpv4ChecksumOffset = 10;
constexpr size_t kIpv6HeaderSize = 40;

// Adds `bytes` as 16-bit words to the sum that an Internet checksum (RFC 1071) is made of.
uint32_t AddWords(absl::Span<const uint8_t> bytes, uint32_t sum) {
  for (size_t i = 0; i < bytes.size(); ++i) sum += i % 2 == 0 ? bytes[i] << 8 : bytes[i];
  return sum;
}

uint16_t InternetChecksum(uint32_t sum) {
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

// No options; identification 0 with "don't fragment", as RFC 6864 allows for what is never
// fragmented; checksum 0.
bool WriteIpv4Header(const IpEndpoint& source, const IpEndpoint& destination, size_t udp_size,
                     ByteWriter* out) {
  return out->WriteU16(0x4500) && out->WriteU16(kIpv4HeaderSize + udp_size) && out->WriteU16(0) &&
         out->WriteU16(0x4000) && out->WriteU8(kHopLimit) && out->WriteU8(kUdpProtocol) &&
         out->WriteU16(0) && out->WriteBytes(source.AddressBytes()) &&
         out->WriteBytes(destination.AddressBytes());
}

bool WriteIpv6Header(const IpEndpoint& source, const IpEndpoint& destination, size_t udp_size,
                     ByteWriter* out) {
  return out->WriteU32(0x60000000) && out->WriteU16(udp_size) && out->WriteU8(kUdpProtocol) &&
         out->WriteU8(kHopLimit) && out->WriteBytes(source.AddressBytes()) &&
         out->WriteBytes(destination.AddressBytes());
}

// Checksum 0.
bool WriteUdp(const IpEndpoint& source, const IpEndpoint& destination,
              absl::Span<const uint8_t> payload, ByteWriter* out) {
  return out->WriteU16(source.port) && out->WriteU16(destination.port) &&
         out->WriteU16(kUdpHeaderSize + payload.size()) && out->WriteU16(0) &&
         out->WriteBytes(payload);
}

// RFC 768; RFC 8200, section 8.1: the pseudo headers of both IP versions sum to the same.
uint16_t UdpChecksum(const IpEndpoint& source, const IpEndpoint& destination,
                     absl::Span<const uint8_t> udp) {
  uint32_t sum = kUdpProtocol + static_cast<uint32_t>(udp.size());
  for (absl::Span<const uint8_t> bytes : {source.AddressBytes(), destination.AddressBytes(), udp}) {
    sum = AddWords(bytes, sum);
  }
  const uint16_t checksum = InternetChecksum(sum);
  // 0 would say that there is none; 0xffff is the other zero of one's complement.
  return checksum == 0 ? 0xffff : checksum;
}

// Makes the IP packet; false if it is longer than its length fields can say.
bool MakePacket(const IpEndpoint& source, const IpEndpoint& destination,
                absl::Span<const uint8_t> payload, std::vector<uint8_t>* packet) {
  const size_t ip_header_size = source.is_v6 ? kIpv6HeaderSize : kIpv4HeaderSize;
  const size_t udp_size = kUdpHeaderSize + payload.size();
  packet->resize(ip_header_size + udp_size);
  const absl::Span<uint8_t> bytes = absl::MakeSpan(*packet);
  ByteWriter out(bytes);
  const auto write_ip_header = source.is_v6 ? WriteIpv6Header : WriteIpv4Header;
  if (!write_ip_header(source, destination, udp_size, &out) ||
      !WriteUdp(source, destination, payload, &out)) {
    return false;
  }
  if (!source.is_v6) {
    const uint16_t checksum = InternetChecksum(AddWords(bytes.first(kIpv4HeaderSize), 0));
    ByteWriter(bytes.subspan(kIpv4ChecksumOffset)).WriteU16(checksum);
  }
  const absl::Span<uint8_t> udp = bytes.subspan(ip_header_size);
  return ByteWriter(udp.subspan(kUdpChecksumOffset))
      .WriteU16(UdpChecksum(source, destination, udp));
}

}  // namespace

void PcapWriter::PcapCloser::operator()(pcap* handle) const { pcap_close(handle); }
void PcapWriter::PcapCloser::operator()(pcap_dumper* dumper) const { pcap_dump_close(dumper); }

PcapWriter::PcapWriter(std::string path, pcap* handle, pcap_dumper* dumper)
    : path_(std::move(path)), pcap_(handle), dumper_(dumper) {}

absl::StatusOr<PcapWriter> PcapWriter::Create(const std::string& path) {
  constexpr int kSnapshotLength = 262144;  // libpcap's largest: nothing is cut
  std::unique_ptr<pcap, PcapCloser> handle(
      pcap_open_dead_with_tstamp_precision(DLT_RAW, kSnapshotLength, PCAP_TSTAMP_PRECISION_NANO));
  pcap_dumper* dumper = pcap_dump_open(handle.get(), path.c_str());
  if (dumper == nullptr) return absl::UnavailableError(pcap_geterr(handle.get()));
  return PcapWriter(path, handle.release(), dumper);
}

absl::Status PcapWriter::Write(absl::Time time, const IpEndpoint& source,
                               const IpEndpoint& destination, absl::Span<const uint8_t> payload) {
  if (!failure_.ok()) return failure_;
  if (source.is_v6 != destination.is_v6) {
    return absl::InvalidArgumentError("source and destination are of different IP versions");
  }
  const timespec since_1970 = absl::ToTimespec(time);
  if (since_1970.tv_sec < 0 || since_1970.tv_sec > std::numeric_limits<int32_t>::max()) {
    return absl::InvalidArgumentError("a pcap file cannot say this time");
  }

  std::vector<uint8_t> packet;
  if (!MakePacket(source, destination, payload, &packet)) {
    return absl::InvalidArgumentError(
        absl::StrCat("a payload of ", payload.size(), " bytes does not fit into a UDP datagram"));
  }

  pcap_pkthdr header = {};
  header.ts.tv_sec = since_1970.tv_sec;
  header.ts.tv_usec = since_1970.tv_nsec;  // the file was opened for nanoseconds
  header.caplen = header.len = static_cast<bpf_u_int32>(packet.size());
  pcap_dump(reinterpret_cast<u_char*>(dumper_.get()), &header, packet.data());
  // libpcap does not report a failed write, but stdio remembers it.
  if (ferror(pcap_dump_file(dumper_.get())) != 0) failure_ = CannotWrite();
  return failure_;
}

absl::Status PcapWriter::Close() {
  if (failure_.ok() && pcap_dump_flush(dumper_.get()) != 0) failure_ = CannotWrite();
  dumper_.reset();
  return failure_;
}

absl::Status PcapWriter::CannotWrite() const {
  return absl::ErrnoToStatus(errno, absl::StrCat(path_, ": cannot write"));
}

}  // namespace waybill
