// SPDX-License-Identifier: Apache-2.0
//
// Capture files built byte by byte: both formats, both byte orders, cut at every byte, damaged, or
// no captures at all.

#include "waybill/capture/capture_reader.h"

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "waybill/capture/capture_file_builder.h"

namespace waybill {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr int kLinkEthernet = 1;
constexpr int kLinkRaw = 101;

// From 192.0.2.1:5684 to 198.51.100.2:40000, with a payload of four bytes.
const std::string kUdpPacket(
    "\x45\0\0\x20\0\0\0\0\x40\x11\0\0\xc0\0\2\1\xc6\x33\x64\2"
    "\x16\x34\x9c\x40\0\x0c\0\0"
    "\x17\xfe\xfd\x05",
    32);

std::string WithByte(std::string bytes, size_t offset, char value) {
  bytes[offset] = value;
  return bytes;
}

const std::string kEthernetPacket = std::string(12, '\2') + std::string("\x08\0", 2) + kUdpPacket;
const std::string kTcpPacket = WithByte(kUdpPacket, 9, 6);
const std::string kFragment = WithByte(kUdpPacket, 6, 0x20);
const std::string kMalformedPacket = WithByte(kUdpPacket, 0, 0x44);

// A std::string, which GoogleMock's matchers want.
std::string Message(const absl::Status& status) { return std::string(status.message()); }

constexpr uint32_t kMicroseconds = CaptureFileBuilder::kMicroseconds;
constexpr uint32_t kNanoseconds = CaptureFileBuilder::kNanoseconds;
const CaptureFileBuilder kLittle(CaptureFileBuilder::kLittleEndian);
const CaptureFileBuilder kBig(CaptureFileBuilder::kBigEndian);

std::string WriteFile(const std::string& name, const std::string& bytes) {
  const std::string path = ::testing::TempDir() + "/" + name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

// What a reader yields until it ends or fails.
struct Result {
  std::vector<uint64_t> frames;
  std::vector<int64_t> nanoseconds;
  std::vector<std::string> payloads;
  CaptureCounts counts;
  uint64_t offset = 0;
  absl::Status status;
};

Result ReadAll(const std::string& path) {
  Result result;
  absl::StatusOr<CaptureReader> reader = CaptureReader::Open(path);
  if (!reader.ok()) {
    result.status = reader.status();
    return result;
  }
  CapturedPacket packet;
  for (;;) {
    const absl::StatusOr<bool> more = reader->Next(&packet);
    if (!more.ok()) {
      result.status = more.status();
      EXPECT_EQ(reader->Next(&packet).status(), more.status()) << "a failure stays";
    }
    if (!more.ok() || !*more) break;
    result.frames.push_back(packet.frame);
    result.nanoseconds.push_back(absl::ToUnixNanos(packet.time));
    result.payloads.emplace_back(packet.udp.payload.begin(), packet.udp.payload.end());
  }
  result.counts = reader->counts();
  result.offset = reader->offset();
  return result;
}

const std::string kPayload("\x17\xfe\xfd\x05", 4);

TEST(CaptureReaderTest, PcapOfEitherByteOrderAndResolution) {
  for (const CaptureFileBuilder& builder : {kLittle, kBig}) {
    const std::string path =
        WriteFile("micro", builder.PcapHeader(kMicroseconds, kLinkRaw) +
                               builder.PcapRecord(1700000000, 123456, kUdpPacket));
    const Result micro = ReadAll(path);
    EXPECT_EQ(micro.status, absl::OkStatus());
    EXPECT_THAT(micro.payloads, ElementsAre(kPayload));
    EXPECT_THAT(micro.nanoseconds, ElementsAre(1700000000123456000));

    const Result nano =
        ReadAll(WriteFile("nano", builder.PcapHeader(kNanoseconds, kLinkRaw) +
                                      builder.PcapRecord(1700000000, 123456789, kUdpPacket)));
    EXPECT_EQ(nano.status, absl::OkStatus());
    EXPECT_THAT(nano.payloads, ElementsAre(kPayload));
    EXPECT_THAT(nano.nanoseconds, ElementsAre(1700000000123456789));
  }
}

TEST(CaptureReaderTest, PcapngOfEitherByteOrderAndResolution) {
  for (const CaptureFileBuilder& builder : {kLittle, kBig}) {
    const Result result = ReadAll(
        WriteFile("pcapng", builder.SectionHeader() + builder.Interface(kLinkEthernet) +
                                builder.Interface(kLinkEthernet, builder.NanosecondOption()) +
                                builder.EnhancedPacket(0, 1700000000123456, kEthernetPacket) +
                                builder.Block(0x0bad, "a block of an unknown type") +
                                builder.EnhancedPacket(1, 1700000000123456789, kEthernetPacket)));
    EXPECT_EQ(result.status, absl::OkStatus());
    EXPECT_THAT(result.payloads, ElementsAre(kPayload, kPayload));
    EXPECT_THAT(result.nanoseconds, ElementsAre(1700000000123456000, 1700000000123456789));
  }
}

TEST(CaptureReaderTest, EndpointsAreThoseOfThePacket) {
  const std::string path = WriteFile("endpoints", kLittle.PcapHeader(kMicroseconds, kLinkRaw) +
                                                      kLittle.PcapRecord(0, 0, kUdpPacket));
  absl::StatusOr<CaptureReader> reader = CaptureReader::Open(path);
  ASSERT_EQ(reader.status(), absl::OkStatus());
  CapturedPacket packet;
  ASSERT_TRUE(*reader->Next(&packet));
  EXPECT_EQ(packet.udp.source.ToString(), "192.0.2.1:5684");
  EXPECT_EQ(packet.udp.destination.ToString(), "198.51.100.2:40000");
}

TEST(CaptureReaderTest, FramesCountPacketsThatArePassedOver) {
  std::string file = kLittle.PcapHeader(kMicroseconds, kLinkRaw);
  for (const std::string& packet :
       {kTcpPacket, kUdpPacket, kMalformedPacket, kTcpPacket, kFragment, kUdpPacket, kTcpPacket}) {
    file += kLittle.PcapRecord(0, 0, packet);
  }
  const Result result = ReadAll(WriteFile("frames", file));
  EXPECT_EQ(result.status, absl::OkStatus());
  EXPECT_THAT(result.frames, ElementsAre(2, 5, 6));
  EXPECT_EQ(result.counts.packets, 7u);
  EXPECT_EQ(result.counts.datagrams, 2u);
  EXPECT_EQ(result.counts.fragments, 1u);
  EXPECT_EQ(result.counts.not_udp, 3u);
  EXPECT_EQ(result.counts.malformed, 1u);
  EXPECT_EQ(result.offset, file.size());
}

TEST(CaptureReaderTest, PacketsCutByTheSnapshotLengthAreMarked) {
  const std::string path =
      WriteFile("snap", kLittle.PcapHeader(kMicroseconds, kLinkRaw) +
                            kLittle.PcapRecord(0, 0, kUdpPacket.substr(0, 30), kUdpPacket.size()));
  absl::StatusOr<CaptureReader> reader = CaptureReader::Open(path);
  ASSERT_EQ(reader.status(), absl::OkStatus());
  CapturedPacket packet;
  ASSERT_TRUE(*reader->Next(&packet));
  EXPECT_TRUE(packet.udp.is_cut);
  EXPECT_THAT(packet.udp.payload, ElementsAre(0x17, 0xfe));
}

TEST(CaptureReaderTest, EveryLinkTypeOfAFile) {
  const std::string cooked = std::string(14, '\0') + std::string("\x08\0", 2) + kUdpPacket;
  const std::string cooked2 = std::string("\x08\0", 2) + std::string(18, '\0') + kUdpPacket;
  const std::string loopback = std::string("\0\0\0\2", 4) + kUdpPacket;
  const struct {
    int link;
    std::string packet;
  } cases[] = {{0, loopback},    {108, loopback},   {1, kEthernetPacket}, {12, kUdpPacket},
               {14, kUdpPacket}, {101, kUdpPacket}, {228, kUdpPacket},    {229, kUdpPacket},
               {113, cooked},    {276, cooked2}};
  for (const auto& test : cases) {
    SCOPED_TRACE(test.link);
    const Result result = ReadAll(WriteFile("link", kLittle.PcapHeader(kMicroseconds, test.link) +
                                                        kLittle.PcapRecord(0, 0, test.packet)));
    EXPECT_EQ(result.status, absl::OkStatus());
    EXPECT_THAT(result.payloads, ElementsAre(kPayload));
  }
}

TEST(CaptureReaderTest, UnsupportedLinkTypeIsNamed) {
  const std::string path = WriteFile("wifi", kLittle.PcapHeader(kMicroseconds, 105));
  const absl::Status status = ReadAll(path).status;
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(Message(status),
              AllOf(StartsWith(path + ":"), HasSubstr("105"), HasSubstr("802.11")));
}

TEST(CaptureReaderTest, CaptureWithoutPacketsIsEmpty) {
  const Result result = ReadAll(WriteFile("none", kLittle.PcapHeader(kMicroseconds, kLinkRaw)));
  EXPECT_EQ(result.status, absl::OkStatus());
  EXPECT_EQ(result.counts.packets, 0u);
}

// Expects of every prefix of `parts`, of which the first `header_parts` must be there: all packets
// of whole parts, then the end where the cut is between two parts, else a failure that says where.
// Each part after those is one packet.
void ExpectEveryCut(const std::vector<std::string>& parts, size_t header_parts) {
  std::string file;
  for (const std::string& part : parts) file += part;
  size_t whole_parts = 0, whole_size = 0;
  for (size_t size = 0; size <= file.size(); ++size) {
    SCOPED_TRACE(size);
    while (whole_parts < parts.size() && whole_size + parts[whole_parts].size() <= size) {
      whole_size += parts[whole_parts++].size();
    }
    const std::string path = WriteFile("cut", file.substr(0, size));
    const Result result = ReadAll(path);
    if (whole_parts < header_parts) {
      EXPECT_EQ(result.status.code(), absl::StatusCode::kInvalidArgument);
      EXPECT_THAT(Message(result.status),
                  AllOf(StartsWith(path + ":"), HasSubstr(absl::StrCat("at byte ", size, ":"))));
      continue;
    }
    EXPECT_EQ(result.counts.packets, whole_parts - header_parts);
    EXPECT_EQ(result.payloads.size(), whole_parts - header_parts);
    EXPECT_EQ(result.offset, size);
    if (whole_size == size) {
      EXPECT_EQ(result.status, absl::OkStatus());
    } else {
      EXPECT_EQ(result.status.code(), absl::StatusCode::kDataLoss);
      EXPECT_THAT(
          Message(result.status),
          AllOf(StartsWith(path + ":"), HasSubstr(absl::StrCat("at byte ", size, " ")),
                HasSubstr(absl::StrCat("up to byte ", whole_size, " ")), HasSubstr("truncated")));
    }
  }
}

TEST(DamagedCaptureTest, PcapCutAtEveryByte) {
  for (const CaptureFileBuilder& builder : {kLittle, kBig}) {
    ExpectEveryCut(
        {builder.PcapHeader(kNanoseconds, kLinkRaw), builder.PcapRecord(1, 2, kUdpPacket),
         builder.PcapRecord(3, 4, kUdpPacket), builder.PcapRecord(5, 6, kUdpPacket)},
        1);
  }
}

TEST(DamagedCaptureTest, PcapngCutAtEveryByte) {
  for (const CaptureFileBuilder& builder : {kLittle, kBig}) {
    ExpectEveryCut(
        {builder.SectionHeader(), builder.Interface(kLinkRaw),
         builder.EnhancedPacket(0, 1, kUdpPacket), builder.EnhancedPacket(0, 2, kUdpPacket)},
        2);
  }
}

// BUG-13: a length beyond what is there, and beyond reason.
TEST(DamagedCaptureTest, RecordWithAnImpossibleLength) {
  const std::string good =
      kLittle.PcapHeader(kMicroseconds, kLinkRaw) + kLittle.PcapRecord(0, 0, kUdpPacket);
  std::string bad = kLittle.PcapRecord(0, 0, kUdpPacket);
  bad.replace(8, 4, "\xff\xff\xff\xff");
  const std::string path = WriteFile("length", good + bad + kLittle.PcapRecord(0, 0, kUdpPacket));
  const Result result = ReadAll(path);
  EXPECT_THAT(result.payloads, ElementsAre(kPayload));
  EXPECT_EQ(result.status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(Message(result.status),
              AllOf(StartsWith(path + ":"),
                    HasSubstr(absl::StrCat("up to byte ", good.size(), " ")), HasSubstr("length")));
}

TEST(DamagedCaptureTest, PcapngBlockWithAnImpossibleLength) {
  const std::string good = kLittle.SectionHeader() + kLittle.Interface(kLinkRaw) +
                           kLittle.EnhancedPacket(0, 1, kUdpPacket);
  std::string bad = kLittle.EnhancedPacket(0, 2, kUdpPacket);
  bad.replace(4, 4, "\xf0\xff\xff\xff");
  const std::string path = WriteFile("block", good + bad);
  const Result result = ReadAll(path);
  EXPECT_THAT(result.payloads, ElementsAre(kPayload));
  EXPECT_EQ(result.status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(
      Message(result.status),
      AllOf(StartsWith(path + ":"), HasSubstr(absl::StrCat("up to byte ", good.size(), " "))));
}

TEST(DamagedCaptureTest, InterfacesOfTwoLinkTypes) {
  const std::string good = kLittle.SectionHeader() + kLittle.Interface(kLinkEthernet) +
                           kLittle.EnhancedPacket(0, 1, kEthernetPacket);
  const std::string path = WriteFile("two", good + kLittle.Interface(kLinkRaw));
  const Result result = ReadAll(path);
  EXPECT_THAT(result.payloads, ElementsAre(kPayload));
  EXPECT_THAT(
      Message(result.status),
      AllOf(StartsWith(path + ":"), HasSubstr("different from the type of the first interface")));
}

TEST(UnreadableFileTest, IsNamed) {
  const std::string not_a_capture =
      WriteFile("text", "This is no capture, but a letter to a friend.");
  const std::string missing = ::testing::TempDir() + "/missing";
  const std::string directory = ::testing::TempDir();
  const struct {
    std::string path, cause;
    absl::StatusCode code;
  } cases[] = {
      {WriteFile("empty", ""), "at byte 0: ", absl::StatusCode::kInvalidArgument},
      {not_a_capture, "unknown file format", absl::StatusCode::kInvalidArgument},
      {directory, "Is a directory", absl::StatusCode::kInvalidArgument},
      {missing, "No such file or directory", absl::StatusCode::kNotFound},
  };
  for (const auto& test : cases) {
    const absl::Status status = CaptureReader::Open(test.path).status();
    EXPECT_EQ(status.code(), test.code) << status;
    EXPECT_THAT(Message(status), AllOf(StartsWith(test.path + ":"), HasSubstr(test.cause)));
  }
}

// Puts `bytes`, which must fit a pipe's buffer, on standard input.
class StandardInput {
 public:
  explicit StandardInput(const std::string& bytes) : saved_(dup(STDIN_FILENO)) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    EXPECT_EQ(write(ends[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
  }
  ~StandardInput() {
    dup2(saved_, STDIN_FILENO);
    close(saved_);
  }

 private:
  int saved_;
};

TEST(StandardInputTest, PipeIsReadAndItsBytesCounted) {
  const std::string good = kLittle.PcapHeader(kMicroseconds, kLinkRaw) +
                           kLittle.PcapRecord(0, 0, kUdpPacket) +
                           kLittle.PcapRecord(0, 0, kUdpPacket);
  {
    StandardInput input(good);
    const Result result = ReadAll("-");
    EXPECT_EQ(result.status, absl::OkStatus());
    EXPECT_THAT(result.payloads, ElementsAre(kPayload, kPayload));
  }
  StandardInput input(good + "cut");
  const Result result = ReadAll("-");
  EXPECT_THAT(result.payloads, ElementsAre(kPayload, kPayload));
  EXPECT_THAT(Message(result.status), AllOf(StartsWith("standard input:"),
                                            HasSubstr(absl::StrCat("at byte ", good.size() + 3)),
                                            HasSubstr(absl::StrCat("up to byte ", good.size()))));
}

}  // namespace
}  // namespace waybill
