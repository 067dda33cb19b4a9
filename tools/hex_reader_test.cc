// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/hex_reader.h"

#include <fstream>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "waybill/traffic/bytes.h"

namespace waybill {
namespace {

std::string FileWith(const std::string& content) {
  const std::string path = testing::TempDir() + "/datagrams.hex";
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

struct Outcome {
  std::vector<Bytes> datagrams;
  absl::Status status;
  uint64_t offset = 0;
};

Outcome ReadAll(const std::string& content) {
  Outcome outcome;
  absl::StatusOr<HexReader> reader = HexReader::Open(FileWith(content));
  if (!reader.ok()) {
    outcome.status = reader.status();
    return outcome;
  }
  Bytes datagram;
  for (;;) {
    const absl::StatusOr<bool> more = reader->Next(&datagram);
    if (!more.ok()) outcome.status = more.status();
    outcome.offset = reader->offset();
    if (!more.ok() || !*more) return outcome;
    outcome.datagrams.push_back(datagram);
  }
}

void ExpectDatagrams(const std::string& content, const std::vector<Bytes>& datagrams) {
  const Outcome outcome = ReadAll(content);
  EXPECT_TRUE(outcome.status.ok()) << outcome.status;
  EXPECT_EQ(outcome.datagrams, datagrams);
  EXPECT_EQ(outcome.offset, content.size());
}

TEST(HexReader, ReadsADatagramALine) {
  ExpectDatagrams("16fefd\n17\n", {{0x16, 0xfe, 0xfd}, {0x17}});
  ExpectDatagrams("16fefd\n17", {{0x16, 0xfe, 0xfd}, {0x17}});
  ExpectDatagrams("00 0fF0\tABcd eF", {{0x00, 0x0f, 0xf0, 0xab, 0xcd, 0xef}});
  ExpectDatagrams("1 6 f\te", {{0x16, 0xfe}});
}

TEST(HexReader, IgnoresBlanksAndComments) {
  ExpectDatagrams("", {});
  ExpectDatagrams("\n \t\n\n", {});
  ExpectDatagrams("# not hex\n\n  16fe # a record\n#\n17#18\n", {{0x16, 0xfe}, {0x17}});
}

TEST(HexReader, ReadsLinesThatEndWithCrLf) {
  ExpectDatagrams("16fe\r\n\r\n# comment\r\n17\r\n", {{0x16, 0xfe}, {0x17}});
}

TEST(HexReader, ReadsLongLines) {
  ExpectDatagrams(std::string(2 * 65535, 'a') + "\n", {Bytes(65535, 0xaa)});
}

// What stands in front of the fault is read; the message says where it is.
TEST(HexReader, SaysWhereAFaultIs) {
  const struct {
    const char* what;
    std::string content;
    std::string where;
  } cases[] = {
      {"bad digit", "16fe\n# one\n17 xy\n18\n", "line 3, byte 14: not a hex digit"},
      {"bad digit behind CRLF", "16fe\r\n1g\r\n", "line 2, byte 7: not a hex digit"},
      {"odd", "16fe\n171\n", "line 2, byte 8: an odd number of hex digits"},
      {"odd in front of a comment", "16fe\n1 # 7\n", "line 2, byte 7: an odd number of hex digits"},
      {"prefix", "16fe\n0x16\n", "line 2, byte 6: not a hex digit"},
      {"NUL", "16fe\n" + std::string(1, '\0'), "line 2, byte 5: not a hex digit"},
      {"beyond ASCII", "16fe\n\xff", "line 2, byte 5: not a hex digit"},
  };
  for (const auto& bad : cases) {
    SCOPED_TRACE(bad.what);
    const Outcome outcome = ReadAll(bad.content);
    EXPECT_EQ(outcome.datagrams, std::vector<Bytes>({{0x16, 0xfe}}));
    EXPECT_EQ(outcome.status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(outcome.status.message(), testing::TempDir() + "/datagrams.hex: " + bad.where);
  }
}

TEST(HexReader, NamesAFileThatCannotBeOpened) {
  const std::string missing = testing::TempDir() + "/no_such_file";
  const absl::Status status = HexReader::Open(missing).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_NE(status.message().find(missing), std::string::npos) << status;

  const absl::Status directory = HexReader::Open(testing::TempDir()).status();
  EXPECT_EQ(directory.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(directory.message(), testing::TempDir() + ": is a directory");
}

}  // namespace
}  // namespace waybill
