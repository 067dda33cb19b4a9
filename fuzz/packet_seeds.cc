// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "waybill/capture/capture_file_builder.h"
#include "waybill/fuzz/seeds.h"

namespace waybill {
namespace {

absl::Span<const uint8_t> BytesOf(const std::string& bytes) {
  return absl::MakeConstSpan(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

// Headers in hex. UDP: ports 53 and 49374, two bytes of payload.
const std::string& Udp() {
  static const auto* udp = new std::string("0035c0de000a000016fe");
  return *udp;
}
std::string Ipv4(absl::string_view flags_and_offset) {
  return absl::StrCat("4500001e0001", flags_and_offset, "401100007f0000017f000002", Udp());
}
std::string Ipv6(absl::string_view length_and_next_header, absl::string_view extensions) {
  return absl::StrCat("60000000", length_and_next_header, "40", "20010db8000000000000000000000001",
                      "20010db8000000000000000000000002", extensions, Udp());
}
std::string Ethernet(absl::string_view type_and_packet) {
  return absl::StrCat("020000000001", "020000000002", type_and_packet);
}
std::string Cooked(absl::string_view packet) {
  return absl::StrCat("0000030400060000000000000000", "0800", packet);
}
std::string Cooked2(absl::string_view packet) {
  return absl::StrCat("08000000000000010304000600000000", "00000000", packet);
}

// As packet_fuzz.cc reads them: the link layer, then the packet.
void WritePackets(SeedWriter* writer) {
  const auto write = [&](absl::string_view name, char link, const std::string& hex) {
    writer->Write("packets", name, BytesOf(std::string(1, link) + absl::HexStringToBytes(hex)));
  };
  const std::string ipv4 = Ipv4("0000"), ipv6 = Ipv6("000a11", "");
  write("ethernet ipv4", 0, Ethernet("0800" + ipv4));
  write("ethernet ipv6", 0, Ethernet("86dd" + ipv6));
  write("ethernet vlan", 0, Ethernet("810000010800" + ipv4));
  write("ethernet two vlans", 0,
        Ethernet("88a8000181000002"
                 "86dd" +
                 ipv6));
  write("cooked", 1, Cooked(ipv4));
  write("cooked2", 2, Cooked2(ipv4));
  write("raw ipv4", 3, ipv4);
  write("raw ipv4 fragment", 3, Ipv4("2000"));
  write("raw ipv6 with options", 3, Ipv6("001200", "1100010400000000"));
  write("raw ipv6 fragment", 3, Ipv6("00122c", "1100000100000007"));
  write("loopback", 4, "02000000" + ipv4);
}

void WriteCaptures(SeedWriter* writer) {
  const auto write = [&](absl::string_view name, const std::string& file) {
    writer->Write("captures", name, BytesOf(file));
  };
  const std::string raw = absl::HexStringToBytes(Ipv4("0000"));
  const std::string ethernet = absl::HexStringToBytes(Ethernet("0800" + Ipv4("0000")));
  const std::string cooked = absl::HexStringToBytes(Cooked(Ipv4("0000")));
  const std::string cooked2 = absl::HexStringToBytes(Cooked2(Ipv4("0000")));
  const std::string loopback = absl::HexStringToBytes("02000000" + Ipv4("0000"));
  const CaptureFileBuilder little(CaptureFileBuilder::kLittleEndian);
  const CaptureFileBuilder big(CaptureFileBuilder::kBigEndian);
  const auto pcap = [](const CaptureFileBuilder& builder, uint32_t magic, int link,
                       const std::string& packet) {
    return builder.PcapHeader(magic, link) + builder.PcapRecord(1, 2, packet);
  };
  constexpr uint32_t kMicroseconds = CaptureFileBuilder::kMicroseconds;
  constexpr uint32_t kNanoseconds = CaptureFileBuilder::kNanoseconds;
  write("pcap of loopback", pcap(little, kMicroseconds, 0, loopback));
  write("pcap of ethernet", pcap(little, kMicroseconds, 1, ethernet));
  write("pcap of raw ip", pcap(little, kMicroseconds, 101, raw));
  write("pcap of cooked", pcap(little, kMicroseconds, 113, cooked));
  write("pcap of cooked2", pcap(little, kMicroseconds, 276, cooked2));
  write("pcap of 802 11", little.PcapHeader(kMicroseconds, 105));
  write("pcap with nanoseconds", pcap(little, kNanoseconds, 101, raw));
  write("pcap in big endian", pcap(big, kNanoseconds, 101, raw));
  write("pcap with a cut packet", little.PcapHeader(kMicroseconds, 101) +
                                      little.PcapRecord(1, 2, raw.substr(0, 29), raw.size()));
  std::string tcp = raw, fragment = raw, malformed = raw;
  tcp[9] = 6;
  fragment[6] = 0x20;
  malformed[0] = 0x44;
  write("pcap with other packets", little.PcapHeader(kMicroseconds, 101) +
                                       little.PcapRecord(1, 2, tcp) + little.PcapRecord(1, 3, raw) +
                                       little.PcapRecord(1, 4, malformed) +
                                       little.PcapRecord(1, 5, fragment));
  write("pcap that ends in a packet", pcap(little, kMicroseconds, 101, raw) + raw.substr(0, 20));
  write("pcapng", little.SectionHeader() + little.Interface(1, little.NanosecondOption()) +
                      little.EnhancedPacket(0, 1, ethernet) + little.Block(0x0bad, "unknown") +
                      little.EnhancedPacket(0, 2, ethernet));
  write("pcapng in big endian",
        big.SectionHeader() + big.Interface(101) + big.EnhancedPacket(0, 1, raw));
  write("pcapng of two link layers", little.SectionHeader() + little.Interface(1) +
                                         little.EnhancedPacket(0, 1, ethernet) +
                                         little.Interface(101));
}

}  // namespace

void WritePacketSeeds(SeedWriter* writer) {
  WritePackets(writer);
  WriteCaptures(writer);
}

}  // namespace waybill
