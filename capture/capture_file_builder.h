// SPDX-License-Identifier: Apache-2.0
//
// Capture files byte by byte, in either format and byte order, also wrong ones: for tests.
#ifndef WAYBILL_CAPTURE_CAPTURE_FILE_BUILDER_H_
#define WAYBILL_CAPTURE_CAPTURE_FILE_BUILDER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

namespace waybill {

// Each function returns a part of a file. A pcap file is its header and records; a pcapng file is a
// section header, interfaces, and packets or other blocks.
class CaptureFileBuilder {
 public:
  enum ByteOrder { kLittleEndian, kBigEndian };
  // What a pcap file begins with, by the resolution of its times.
  static constexpr uint32_t kMicroseconds = 0xa1b2c3d4;
  static constexpr uint32_t kNanoseconds = 0xa1b23c4d;

  explicit CaptureFileBuilder(ByteOrder order) : order_(order) {}

  std::string Uint(uint64_t value, size_t size) const {
    std::string bytes;
    for (size_t i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i));
    if (order_ == kBigEndian) std::reverse(bytes.begin(), bytes.end());
    return bytes;
  }

  std::string PcapHeader(uint32_t magic, int link) const {
    return Uint(magic, 4) + Uint(2, 2) + Uint(4, 2) + Uint(0, 8) + Uint(kSnapshotLength, 4) +
           Uint(link, 4);
  }

  std::string PcapRecord(uint32_t seconds, uint32_t fraction, const std::string& packet,
                         size_t original_size = 0) const {
    return Uint(seconds, 4) + Uint(fraction, 4) + Uint(packet.size(), 4) +
           Uint(std::max(packet.size(), original_size), 4) + packet;
  }

  std::string Block(uint32_t type, std::string body) const {
    while (body.size() % 4 != 0) body += '\0';
    const std::string size = Uint(body.size() + 12, 4);
    return Uint(type, 4) + size + body + size;
  }

  std::string SectionHeader() const {
    return Block(0x0a0d0d0a,
                 Uint(0x1a2b3c4d, 4) + Uint(1, 2) + Uint(0, 2) + std::string(8, '\xff'));
  }

  std::string Interface(int link, const std::string& options = "") const {
    return Block(1, Uint(link, 2) + Uint(0, 2) + Uint(kSnapshotLength, 4) + options);
  }

  std::string NanosecondOption() const {
    return Uint(9, 2) + Uint(1, 2) + std::string("\x09\0\0\0", 4) + Uint(0, 4);
  }

  std::string EnhancedPacket(int interface, uint64_t time, const std::string& packet) const {
    return Block(6, Uint(interface, 4) + Uint(time >> 32, 4) + Uint(time & 0xffffffff, 4) +
                        Uint(packet.size(), 4) + Uint(packet.size(), 4) + packet);
  }

 private:
  static constexpr uint32_t kSnapshotLength = 262144;

  ByteOrder order_;
};

}  // namespace waybill

#endif  // WAYBILL_CAPTURE_CAPTURE_FILE_BUILDER_H_
