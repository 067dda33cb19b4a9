// SPDX-License-Identifier: Apache-2.0
//
// What is written is read back, and is what other tools expect: lengths, checksums, file format.

#include "waybill/capture/pcap_writer.h"

#include <cerrno>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "waybill/capture/capture_reader.h"

namespace waybill {
namespace {

using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

using Bytes = std::vector<uint8_t>;

const IpEndpoint kSource4 = IpEndpoint::V4({192, 0, 2, 1}, 5684);
const IpEndpoint kDestination4 = IpEndpoint::V4({198, 51, 100, 2}, 40000);
const IpEndpoint kSource6 =
    IpEndpoint::V6({0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 5684);
const IpEndpoint kDestination6 =
    IpEndpoint::V6({0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}, 40000);
const absl::Time kTime = absl::FromUnixNanos(1700000000123456789);

constexpr size_t kFileAndRecordHeader = 24 + 16;

// A std::string, which GoogleMock's matchers want.
std::string Message(const absl::Status& status) { return std::string(status.message()); }

std::string TempPath(const std::string& name) { return ::testing::TempDir() + "/" + name; }

PcapWriter CreateOrDie(const std::string& path) {
  absl::StatusOr<PcapWriter> writer = PcapWriter::Create(path);
  EXPECT_EQ(writer.status(), absl::OkStatus());
  return *std::move(writer);
}

Bytes ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

// The IP packet of a file with this one datagram.
Bytes WriteOne(const IpEndpoint& source, const IpEndpoint& destination, const Bytes& payload) {
  const std::string path = TempPath("one");
  PcapWriter writer = CreateOrDie(path);
  EXPECT_EQ(writer.Write(kTime, source, destination, payload), absl::OkStatus());
  EXPECT_EQ(writer.Close(), absl::OkStatus());
  Bytes file = ReadFile(path);
  file.erase(file.begin(), file.begin() + kFileAndRecordHeader);
  return file;
}

// The checksums come from another implementation; tshark finds them right.
TEST(PcapWriterTest, Ipv4PacketByteForByte) {
  EXPECT_THAT(
      WriteOne(kSource4, kDestination4, {0x17, 0xfe, 0xfd}),
      ElementsAreArray(Bytes{0x45, 0,    0,    31,   0,   0,  0x40, 0,    64, 17, 0x4e, 0x97,  //
                             192,  0,    2,    1,    198, 51, 100,  2,                         //
                             0x16, 0x34, 0x9c, 0x40, 0,   11, 0x4c, 0x2d,                      //
                             0x17, 0xfe, 0xfd}));
}

TEST(PcapWriterTest, Ipv6PacketByteForByte) {
  EXPECT_THAT(
      WriteOne(kSource6, kDestination6, {0x17, 0xfe, 0xfd}),
      ElementsAreArray(Bytes{0x60, 0,    0,    0,    0, 11, 17,   64,                            //
                             0x20, 1,    0x0d, 0xb8, 0, 0,  0,    0,    0, 0, 0, 0, 0, 0, 0, 1,  //
                             0x20, 1,    0x0d, 0xb8, 0, 0,  0,    0,    0, 0, 0, 0, 0, 0, 0, 2,  //
                             0x16, 0x34, 0x9c, 0x40, 0, 11, 0xdc, 0xef,                          //
                             0x17, 0xfe, 0xfd}));
}

// The checksum of a datagram whose payload is the checksum of the same with zeros in its place.
TEST(PcapWriterTest, UdpChecksumIsNeverZero) {
  const Bytes zeros = WriteOne(kSource4, kDestination4, {0, 0});
  const Bytes packet = WriteOne(kSource4, kDestination4, {zeros[26], zeros[27]});
  EXPECT_EQ(packet[26], 0xff);
  EXPECT_EQ(packet[27], 0xff);
}

TEST(PcapWriterTest, ReaderYieldsWhatWasWritten) {
  const std::string path = TempPath("round_trip");
  PcapWriter writer = CreateOrDie(path);
  std::vector<Bytes> payloads;
  for (size_t size : {0, 1, 2, 3, 1200, 65507}) payloads.push_back(Bytes(size, size & 0xff));
  for (size_t i = 0; i < payloads.size(); ++i) {
    const absl::Time time = kTime + absl::Nanoseconds(i);
    ASSERT_EQ(writer.Write(time, kSource4, kDestination4, payloads[i]), absl::OkStatus());
    ASSERT_EQ(writer.Write(time, kDestination6, kSource6, payloads[i]), absl::OkStatus());
  }
  ASSERT_EQ(writer.Close(), absl::OkStatus());

  absl::StatusOr<CaptureReader> reader = CaptureReader::Open(path);
  ASSERT_EQ(reader.status(), absl::OkStatus());
  CapturedPacket packet;
  for (size_t i = 0; i < 2 * payloads.size(); ++i) {
    ASSERT_TRUE(*reader->Next(&packet));
    EXPECT_EQ(packet.frame, i + 1);
    EXPECT_EQ(packet.time, kTime + absl::Nanoseconds(i / 2));
    EXPECT_EQ(packet.udp.source, i % 2 == 0 ? kSource4 : kDestination6);
    EXPECT_EQ(packet.udp.destination, i % 2 == 0 ? kDestination4 : kSource6);
    EXPECT_FALSE(packet.udp.is_fragment);
    EXPECT_FALSE(packet.udp.is_cut);
    EXPECT_THAT(packet.udp.payload, ElementsAreArray(payloads[i / 2]));
  }
  EXPECT_FALSE(*reader->Next(&packet));
}

TEST(PcapWriterTest, LongestPayloadOfEitherVersion) {
  PcapWriter writer = CreateOrDie(TempPath("longest"));
  EXPECT_EQ(writer.Write(kTime, kSource4, kDestination4, Bytes(65507)), absl::OkStatus());
  EXPECT_EQ(writer.Write(kTime, kSource6, kDestination6, Bytes(65527)), absl::OkStatus());
  EXPECT_EQ(writer.Write(kTime, kSource4, kDestination4, Bytes(65508)).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(writer.Write(kTime, kSource6, kDestination6, Bytes(65528)).code(),
            absl::StatusCode::kInvalidArgument);
  ASSERT_EQ(writer.Close(), absl::OkStatus());

  absl::StatusOr<CaptureReader> reader = CaptureReader::Open(TempPath("longest"));
  ASSERT_EQ(reader.status(), absl::OkStatus());
  CapturedPacket packet;
  for (size_t size : {65507, 65527}) {
    ASSERT_TRUE(*reader->Next(&packet));
    EXPECT_FALSE(packet.udp.is_cut);
    EXPECT_EQ(packet.udp.payload.size(), size);
  }
  EXPECT_FALSE(*reader->Next(&packet)) << "what was refused was not written";
}

TEST(PcapWriterTest, SameCallsGiveTheSameBytes) {
  for (const char* name : {"first", "second"}) {
    PcapWriter writer = CreateOrDie(TempPath(name));
    for (uint8_t i = 0; i < 100; ++i) {
      ASSERT_EQ(writer.Write(kTime, kSource4, kDestination4, Bytes(i, i)), absl::OkStatus());
    }
    ASSERT_EQ(writer.Close(), absl::OkStatus());
  }
  EXPECT_EQ(ReadFile(TempPath("first")), ReadFile(TempPath("second")));
}

TEST(PcapWriterTest, WrongCallsAreRefused) {
  PcapWriter writer = CreateOrDie(TempPath("refused"));
  EXPECT_EQ(writer.Write(kTime, kSource4, kDestination6, {}).code(),
            absl::StatusCode::kInvalidArgument);
  for (absl::Time time : {absl::FromUnixSeconds(-1), absl::FromUnixNanos(-1), absl::InfinitePast(),
                          absl::FromUnixSeconds(int64_t{1} << 31), absl::InfiniteFuture()}) {
    EXPECT_EQ(writer.Write(time, kSource4, kDestination4, {}).code(),
              absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(writer.Close(), absl::OkStatus());
  EXPECT_EQ(ReadFile(TempPath("refused")).size(), 24u);
}

TEST(PcapWriterTest, UnwritableFilesAreNamed) {
  EXPECT_THAT(Message(PcapWriter::Create("/no/such/folder/file.pcap").status()),
              HasSubstr("/no/such/folder/file.pcap"));
}

// The failure shows when stdio's buffer is written: by Close() after little, by Write() after much.
TEST(PcapWriterTest, FullDiskIsReported) {
  for (size_t size : {100, 60000}) {
    PcapWriter writer = CreateOrDie("/dev/full");
    const absl::Status written = writer.Write(kTime, kSource4, kDestination4, Bytes(size));
    EXPECT_EQ(written.code(),
              size == 100 ? absl::StatusCode::kOk : absl::StatusCode::kResourceExhausted);
    errno = 0;
    const absl::Status closed = writer.Close();
    EXPECT_EQ(closed.code(), absl::StatusCode::kResourceExhausted) << closed;
    EXPECT_THAT(Message(closed), HasSubstr("/dev/full: cannot write"));
  }
}

}  // namespace
}  // namespace waybill
