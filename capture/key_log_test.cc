// SPDX-License-Identifier: Apache-2.0
//
// Key logs line by line, every way in which a line can be bad, and the logs of traffic/captures.

#include "waybill/capture/key_log.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Optional;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr const char* kTrafficLabels[] = {
    "CLIENT_EARLY_TRAFFIC_SECRET", "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
    "SERVER_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0"};

// `size` bytes, in lower-case hex, that begin with `first` and count on. The digits of those
// secrets that tests put into bad lines are in no message.
std::string Hex(uint8_t first, size_t size) {
  Bytes bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(first + i);
  return ToHex(bytes);
}

const std::string kRandom = Hex(0xa0, 32);
const std::string kOtherRandom = Hex(0x60, 32);

std::string Line(const std::string& label, const std::string& random, const std::string& secret) {
  return absl::StrCat(label, " ", random, " ", secret);
}

const std::string kMasterLine = Line("CLIENT_RANDOM", kRandom, Hex(0xc0, 48));

absl::StatusOr<KeyLog> Parse(const std::string& text) { return KeyLog::Parse(text, "keys"); }

// A std::string, which GoogleMock's matchers want; empty where there is no failure.
std::string FailureOf(const std::string& text) {
  const absl::Status status = Parse(text).status();
  EXPECT_TRUE(status.ok() || absl::IsInvalidArgument(status)) << status;
  return std::string(status.message());
}

// All that a log has, a secret a line, to compare and to print.
std::vector<std::string> SecretsOf(const absl::StatusOr<KeyLog>& log) {
  if (!log.ok()) return {log.status().ToString()};
  std::vector<std::string> secrets;
  for (const auto& session : log->sessions()) {
    const auto add = [&](const std::string& name, const SessionSecrets::Secret& secret) {
      secrets.push_back(absl::StrCat(ToHex(session.first), " ", name, " ", ToHex(secret)));
    };
    const SessionSecrets& of = session.second;
    if (of.master.has_value()) add("master", *of.master);
    if (of.client_early_traffic.has_value()) add("client early", *of.client_early_traffic);
    if (of.client_handshake_traffic.has_value()) {
      add("client handshake", *of.client_handshake_traffic);
    }
    if (of.server_handshake_traffic.has_value()) {
      add("server handshake", *of.server_handshake_traffic);
    }
    for (const auto& [n, secret] : of.client_traffic) add(absl::StrCat("client ", n), secret);
    for (const auto& [n, secret] : of.server_traffic) add(absl::StrCat("server ", n), secret);
  }
  return secrets;
}

TEST(KeyLogTest, EveryLabelHasItsPlace) {
  std::string text = kMasterLine + "\n";
  uint8_t first = 1;
  for (const char* label : kTrafficLabels) text += Line(label, kRandom, Hex(first++, 32)) + "\n";
  const absl::StatusOr<KeyLog> log = Parse(text);
  ASSERT_EQ(log.status(), absl::OkStatus());
  EXPECT_THAT(log->sessions(), SizeIs(1));
  EXPECT_EQ(log->unknown_lines(), 0u);
  const SessionSecrets* secrets = log->Find(FromHex(kRandom));
  ASSERT_NE(secrets, nullptr);
  EXPECT_THAT(secrets->master, Optional(FromHex(Hex(0xc0, 48))));
  EXPECT_THAT(secrets->client_early_traffic, Optional(FromHex(Hex(1, 32))));
  EXPECT_THAT(secrets->client_handshake_traffic, Optional(FromHex(Hex(2, 32))));
  EXPECT_THAT(secrets->server_handshake_traffic, Optional(FromHex(Hex(3, 32))));
  EXPECT_THAT(secrets->client_traffic, ElementsAre(Pair(0, FromHex(Hex(4, 32)))));
  EXPECT_THAT(secrets->server_traffic, ElementsAre(Pair(0, FromHex(Hex(5, 32)))));
}

TEST(KeyLogTest, WhatIsNotLoggedIsNotThere) {
  const absl::StatusOr<KeyLog> log = Parse(kMasterLine);
  ASSERT_EQ(log.status(), absl::OkStatus());
  EXPECT_THAT(SecretsOf(log), ElementsAre(kRandom + " master " + Hex(0xc0, 48)));
}

TEST(KeyLogTest, TrafficSecretsAreKeptByTheirNumber) {
  const absl::StatusOr<KeyLog> log =
      Parse(Line("CLIENT_TRAFFIC_SECRET_10", kRandom, Hex(1, 32)) + "\n" +
            Line("SERVER_TRAFFIC_SECRET_1", kRandom, Hex(2, 48)) + "\n" +
            Line("CLIENT_TRAFFIC_SECRET_9", kRandom, Hex(3, 32)) + "\n" +
            Line("SERVER_TRAFFIC_SECRET_18446744073709551612", kRandom, Hex(4, 48)) + "\n");
  EXPECT_THAT(SecretsOf(log),
              ElementsAre(kRandom + " client 9 " + Hex(3, 32), kRandom + " client 10 " + Hex(1, 32),
                          kRandom + " server 1 " + Hex(2, 48),
                          kRandom + " server 18446744073709551612 " + Hex(4, 48)));
}

TEST(KeyLogTest, SessionsAreFoundByTheirClientRandom) {
  const absl::StatusOr<KeyLog> log =
      Parse(Line("CLIENT_TRAFFIC_SECRET_0", kRandom, Hex(1, 32)) + "\n" +
            Line("CLIENT_RANDOM", kOtherRandom, Hex(2, 48)) + "\n" +
            Line("SERVER_TRAFFIC_SECRET_0", kRandom, Hex(3, 32)) + "\n");
  ASSERT_EQ(log.status(), absl::OkStatus());
  EXPECT_THAT(log->sessions(), SizeIs(2));
  const SessionSecrets* first = log->Find(FromHex(kRandom));
  ASSERT_NE(first, nullptr);
  EXPECT_FALSE(first->master.has_value());
  EXPECT_THAT(first->client_traffic, SizeIs(1));
  EXPECT_THAT(first->server_traffic, SizeIs(1));
  const SessionSecrets* second = log->Find(FromHex(kOtherRandom));
  ASSERT_NE(second, nullptr);
  EXPECT_THAT(second->master, Optional(FromHex(Hex(2, 48))));

  EXPECT_EQ(log->Find(FromHex(Hex(0xa1, 32))), nullptr);
  EXPECT_EQ(log->Find(FromHex(Hex(0xa0, 31))), nullptr);
  EXPECT_EQ(log->Find(FromHex(Hex(0xa0, 33))), nullptr);
  EXPECT_EQ(log->Find({}), nullptr);
}

TEST(KeyLogTest, HexOfEitherCase) {
  const std::string line = Line("CLIENT_RANDOM", absl::AsciiStrToUpper(kRandom),
                                "Ab" + absl::AsciiStrToUpper(Hex(0xc1, 47)));
  EXPECT_THAT(SecretsOf(Parse(line)), ElementsAre(kRandom + " master ab" + Hex(0xc1, 47)));
}

TEST(KeyLogTest, LengthsOfSecrets) {
  for (size_t size = 0; size <= 65; ++size) {
    SCOPED_TRACE(size);
    EXPECT_EQ(Parse(Line("CLIENT_RANDOM", kRandom, Hex(0, size))).ok(), size == 48);
    for (const char* label : kTrafficLabels) {
      EXPECT_EQ(Parse(Line(label, kRandom, Hex(0, size))).ok(), size == 32 || size == 48) << label;
    }
  }
}

TEST(KeyLogTest, LengthOfClientRandoms) {
  for (size_t size = 0; size <= 65; ++size) {
    EXPECT_EQ(Parse(Line("CLIENT_RANDOM", Hex(0, size), Hex(0, 48))).ok(), size == 32) << size;
  }
}

// RFC 9850, section 2: CR LF, CR and LF are all accepted; and lines are counted alike.
TEST(KeyLogTest, EveryLineEnding) {
  const std::string other = Line("CLIENT_RANDOM", kOtherRandom, Hex(1, 48));
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    SCOPED_TRACE(absl::StrCat(end.size(), " ", static_cast<int>(end[0])));
    const std::string text = "# a comment" + end + end + kMasterLine + end + other;
    for (const std::string& last : {std::string(), end}) {
      EXPECT_THAT(SecretsOf(Parse(text + last)), ElementsAre(kOtherRandom + " master " + Hex(1, 48),
                                                             kRandom + " master " + Hex(0xc0, 48)));
    }
    EXPECT_THAT(
        FailureOf(text + end + "bad" + end + other),
        StartsWith(absl::StrCat("keys:5 (byte ", text.size() + end.size(), "): the line does")));
  }
  const std::string mixed = "#\r\r\n\n\r" + kMasterLine + "\r\n\n";
  EXPECT_THAT(FailureOf(mixed + "bad"),
              StartsWith(absl::StrCat("keys:7 (byte ", mixed.size(), "): ")));
}

TEST(KeyLogTest, BlankLinesAndCommentsSayNothing) {
  for (const std::string text : {"", "\n", "\n\n\n", " \t\n", "#",
                                 "#"
                                 "\xff\xfe\n",
                                 "# CLIENT_RANDOM 00 00\n", "##\n\n#\n"}) {
    const absl::StatusOr<KeyLog> log = Parse(text);
    ASSERT_EQ(log.status(), absl::OkStatus()) << text;
    EXPECT_THAT(log->sessions(), IsEmpty());
    EXPECT_EQ(log->unknown_lines(), 0u);
  }
}

TEST(KeyLogTest, LinesWithUnknownLabelsAreCounted) {
  const std::string unknown[] = {
      "EXPORTER_SECRET " + kRandom + " " + Hex(0, 32),
      "ECH_CONFIG " + kRandom + " 00",
      "RSA 0123456789abcdef " + Hex(0, 48),
      "RSA Session-ID:00 Master-Key:00",
      "CLIENT_RANDOM_ x y",
      "CLIENT_TRAFFIC_SECRET x y",
      "CLIENT_TRAFFIC_SECRET_ x y",
      "CLIENT_TRAFFIC_SECRET_00 x y",
      "CLIENT_TRAFFIC_SECRET_01 x y",
      "CLIENT_TRAFFIC_SECRET_A x y",
      "SERVER_TRAFFIC_SECRET_1A x y",
      "SERVER_TRAFFIC_SECRET_18446744073709551613 x y",
      "SERVER_TRAFFIC_SECRET_18446744073709551616 x y",
      "SERVER_EARLY_TRAFFIC_SECRET x y",
  };
  std::string text;
  for (const std::string& line : unknown) {
    const absl::StatusOr<KeyLog> log = Parse(line);
    ASSERT_EQ(log.status(), absl::OkStatus()) << line;
    EXPECT_EQ(log->unknown_lines(), 1u) << line;
    EXPECT_THAT(log->sessions(), IsEmpty()) << line;
    text += line + "\n";
  }
  const absl::StatusOr<KeyLog> log = Parse(text + kMasterLine + "\n" + text);
  ASSERT_EQ(log.status(), absl::OkStatus());
  EXPECT_EQ(log->unknown_lines(), 2 * std::size(unknown));
  EXPECT_THAT(log->sessions(), SizeIs(1));
}

TEST(BadKeyLogTest, NamesFileLineByteAndCause) {
  const std::string secret = Hex(0xc0, 48);
  const struct {
    std::string line, cause;
  } cases[] = {
      {"client_random " + kRandom + " " + secret, "does not begin with a label"},
      {" CLIENT_RANDOM " + kRandom + " " + secret, "does not begin with a label"},
      {"\tCLIENT_RANDOM " + kRandom + " " + secret, "does not begin with a label"},
      {"\xef\xbb\xbf" + kMasterLine, "does not begin with a label"},
      {"CLIENT_RANDOM\t" + kRandom + "\t" + secret, "does not begin with a label"},
      {std::string("CLIENT_RANDOM\0 ", 15) + kRandom + " " + secret, "does not begin with a label"},
      {kRandom + " " + secret, "does not begin with a label"},
      {"CLIENT_RANDOM", "the line has 1"},
      {"CLIENT_RANDOM " + kRandom, "the line has 2"},
      {"CLIENT_RANDOM  " + kRandom + " " + secret, "the line has 4"},
      {kMasterLine + " ", "the line has 4"},
      {kMasterLine + " # note", "the line has 5"},
      {"UNKNOWN " + secret, "the line has 2"},
      {"CLIENT_RANDOM  " + secret, "the client random has 0 bytes, not 32"},
      {Line("CLIENT_RANDOM", Hex(0, 31), secret), "the client random has 31 bytes, not 32"},
      {Line("CLIENT_RANDOM", Hex(0, 33), secret), "the client random has 33 bytes, not 32"},
      {Line("CLIENT_RANDOM", kRandom.substr(1), secret), "the client random is not bytes in hex"},
      {Line("CLIENT_RANDOM", "g" + kRandom.substr(1), secret),
       "the client random is not bytes in hex"},
      {"CLIENT_RANDOM " + kRandom + " ", "the secret of CLIENT_RANDOM has 0 bytes, not 48"},
      {Line("CLIENT_RANDOM", kRandom, Hex(0xc0, 47)),
       "the secret of CLIENT_RANDOM has 47 bytes, not 48"},
      {kMasterLine + "0", "the secret of CLIENT_RANDOM is not bytes in hex"},
      {kMasterLine.substr(0, kMasterLine.size() - 1) + "x",
       "the secret of CLIENT_RANDOM is not bytes in hex"},
      {kMasterLine.substr(0, kMasterLine.size() - 2) + "0x",
       "the secret of CLIENT_RANDOM is not bytes in hex"},
      {Line("SERVER_TRAFFIC_SECRET_7", kRandom, Hex(0xc0, 33)),
       "the secret of SERVER_TRAFFIC_SECRET_7 has 33 bytes, not 32 or 48"},
  };
  const std::string before = "# comment\n" + Line("CLIENT_RANDOM", kOtherRandom, Hex(1, 48)) + "\n";
  for (const auto& test : cases) {
    SCOPED_TRACE(test.line);
    for (const std::string after : {"", "\n", "\n\nbad\n"}) {
      EXPECT_THAT(FailureOf(before + test.line + after),
                  AllOf(StartsWith(absl::StrCat("keys:3 (byte ", before.size(), "): ")),
                        HasSubstr(test.cause), Not(HasSubstr("c0c1")), Not(HasSubstr("a0a1"))));
    }
  }
}

TEST(BadKeyLogTest, LinesThatAreTooLong) {
  const std::string longest = "#" + std::string(KeyLog::kMaxLineLength - 1, 'x');
  for (const std::string end : {"", "\n", "\r\n", "\r"}) {
    EXPECT_EQ(FailureOf("\n" + longest + end), "");
    EXPECT_EQ(FailureOf("\n" + longest + "x" + end),
              "keys:2 (byte 1): the line is longer than 1024 bytes");
  }
  const std::string unknown = "UNKNOWN x ";
  EXPECT_EQ(FailureOf(unknown + std::string(KeyLog::kMaxLineLength - unknown.size(), '0')), "");
  EXPECT_NE(FailureOf(unknown + std::string(KeyLog::kMaxLineLength, '0')), "");
}

TEST(BadKeyLogTest, OneSecretForALabelAndARandom) {
  const std::string labels[] = {
      "CLIENT_EARLY_TRAFFIC_SECRET",     "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
      "SERVER_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0",
      "SERVER_TRAFFIC_SECRET_3",         "CLIENT_RANDOM"};
  for (const std::string& label : labels) {
    SCOPED_TRACE(label);
    const std::string line = Line(label, kRandom, Hex(0xc0, 48)) + "\n";
    const std::string same =
        Line(label, absl::AsciiStrToUpper(kRandom), absl::AsciiStrToUpper(Hex(0xc0, 48))) + "\n";
    EXPECT_EQ(SecretsOf(Parse(line + same + line)), SecretsOf(Parse(line)));
    EXPECT_THAT(SecretsOf(Parse(line + Line(label, kOtherRandom, Hex(1, 48)))), SizeIs(2));

    const std::string last_byte = Line(label, kRandom, Hex(0xc0, 47) + "00");
    EXPECT_THAT(FailureOf(line + same + last_byte),
                AllOf(StartsWith(absl::StrCat("keys:3 (byte ", 2 * line.size(), "): ")),
                      HasSubstr("another secret of " + label + " "), Not(HasSubstr("c0c1"))));
  }
  // A shorter one is another one, too.
  const std::string line = Line("CLIENT_TRAFFIC_SECRET_0", kRandom, Hex(0xc0, 48)) + "\n";
  EXPECT_THAT(FailureOf(line + Line("CLIENT_TRAFFIC_SECRET_0", kRandom, Hex(0xc0, 32))),
              HasSubstr("another secret of CLIENT_TRAFFIC_SECRET_0 "));
}

TEST(BadKeyLogTest, CutAtEveryByte) {
  const std::string first = kMasterLine + "\n";
  const std::string text = first + Line("CLIENT_RANDOM", kOtherRandom, Hex(1, 48)) + "\n";
  for (size_t size = 0; size <= text.size(); ++size) {
    SCOPED_TRACE(size);
    const bool in_second = size > first.size();
    const size_t line_size = in_second ? size - first.size() : size;
    const bool whole = line_size == 0 || line_size >= first.size() - 1;
    const std::string failure = FailureOf(text.substr(0, size));
    if (whole) {
      EXPECT_EQ(failure, "");
    } else {
      EXPECT_THAT(failure, StartsWith(in_second ? absl::StrCat("keys:2 (byte ", first.size(), "): ")
                                                : "keys:1 (byte 0): "));
    }
  }
}

std::string WriteFile(const std::string& name, const std::string& bytes) {
  const std::string path = ::testing::TempDir() + "/" + name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

// More than any buffer holds, so that buffers end in every place of a line, between CR and LF too.
TEST(KeyLogFileTest, IsReadAsItsTextIs) {
  std::string text;
  for (int i = 0; i < 3000; ++i) {
    const std::string random =
        Hex(0, 30) + ToHex({static_cast<uint8_t>(i / 256), static_cast<uint8_t>(i % 256)});
    text += Line("CLIENT_RANDOM", random, Hex(static_cast<uint8_t>(i), 48)) + "\r\n";
  }
  const absl::StatusOr<KeyLog> log = KeyLog::Read(WriteFile("long.keylog", text));
  ASSERT_EQ(log.status(), absl::OkStatus());
  EXPECT_THAT(log->sessions(), SizeIs(3000));
  EXPECT_EQ(SecretsOf(log), SecretsOf(Parse(text)));

  const std::string bad = WriteFile("bad.keylog", text + "bad\r\n");
  EXPECT_EQ(
      KeyLog::Read(bad).status().message(),
      absl::StrCat(bad, ":3001 (byte ", text.size(), "): the line does not begin with a label"));
}

TEST(KeyLogFileTest, FilesAsLargeAsABufferAreReadToTheirEnd) {
  for (size_t size = 4000; size < 4200; ++size) {
    const std::string text = std::string(size - kMasterLine.size(), '\n') + kMasterLine;
    EXPECT_THAT(SecretsOf(KeyLog::Read(WriteFile("size.keylog", text))), SizeIs(1)) << size;
  }
}

TEST(KeyLogFileTest, LineWithoutAnEndIsNotReadToItsEnd) {
  const absl::Status status = KeyLog::Read("/dev/zero").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "/dev/zero:1 (byte 0): the line is longer than 1024 bytes");
}

TEST(KeyLogFileTest, UnreadableFileIsNamed) {
  const std::string missing = ::testing::TempDir() + "/missing.keylog";
  const absl::Status not_there = KeyLog::Read(missing).status();
  EXPECT_EQ(not_there.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(not_there.message()),
              AllOf(StartsWith(missing + ":"), HasSubstr("No such file or directory")));

  const std::string directory = ::testing::TempDir();
  const absl::Status not_a_file = KeyLog::Read(directory).status();
  EXPECT_FALSE(not_a_file.ok());
  EXPECT_THAT(std::string(not_a_file.message()),
              AllOf(StartsWith(directory + ":"), HasSubstr("Is a directory")));
}

// The captures of traffic/captures with the key logs beside them. README.md there says what each
// has to hold; randoms and secrets differ from recording to recording.
struct Recording {
  std::string name, capture, text;
  absl::StatusOr<KeyLog> log;
};

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

std::vector<Recording> Recordings() {
  std::vector<Recording> recordings;
  for (const auto& entry : std::filesystem::directory_iterator("traffic/captures")) {
    std::filesystem::path path = entry.path();
    if (path.extension() != ".pcap" && path.extension() != ".pcapng") continue;
    const std::string capture = ReadFile(path);
    path.replace_extension(".keylog");
    recordings.push_back({path.stem(), capture, ReadFile(path), KeyLog::Read(path)});
  }
  EXPECT_THAT(recordings, Not(IsEmpty()));
  return recordings;
}

// One association, DTLS 1.2 or 1.3, its cipher suite with SHA-256; a key update logs nothing.
TEST(ShippedKeyLogs, HoldTheSecretsOfOneAssociation) {
  for (const Recording& recording : Recordings()) {
    SCOPED_TRACE(recording.name);
    ASSERT_EQ(recording.log.status(), absl::OkStatus());
    EXPECT_EQ(recording.log->unknown_lines(), 0u);
    ASSERT_THAT(recording.log->sessions(), SizeIs(1));
    const SessionSecrets& secrets = recording.log->sessions().begin()->second;
    const bool dtls13 = absl::StrContains(recording.name, "dtls13");
    ASSERT_NE(dtls13, absl::StrContains(recording.name, "dtls12"));
    EXPECT_FALSE(secrets.client_early_traffic.has_value());
    if (dtls13) {
      EXPECT_FALSE(secrets.master.has_value());
      EXPECT_THAT(secrets.client_handshake_traffic, Optional(SizeIs(32)));
      EXPECT_THAT(secrets.server_handshake_traffic, Optional(SizeIs(32)));
      EXPECT_THAT(secrets.client_traffic, ElementsAre(Pair(0, SizeIs(32))));
      EXPECT_THAT(secrets.server_traffic, ElementsAre(Pair(0, SizeIs(32))));
    } else {
      EXPECT_THAT(secrets.master, Optional(SizeIs(48)));
      EXPECT_FALSE(secrets.client_handshake_traffic.has_value());
      EXPECT_FALSE(secrets.server_handshake_traffic.has_value());
      EXPECT_THAT(secrets.client_traffic, IsEmpty());
      EXPECT_THAT(secrets.server_traffic, IsEmpty());
    }
  }
}

TEST(ShippedKeyLogs, NameTheClientRandomOfTheirCapture) {
  size_t without_handshake = 0;
  for (const Recording& recording : Recordings()) {
    SCOPED_TRACE(recording.name);
    ASSERT_EQ(recording.log.status(), absl::OkStatus());
    ASSERT_THAT(recording.log->sessions(), SizeIs(1));
    const KeyLog::ClientRandom& random = recording.log->sessions().begin()->first;
    const bool has_hello = std::search(recording.capture.begin(), recording.capture.end(),
                                       random.begin(), random.end(), [](char a, uint8_t b) {
                                         return static_cast<uint8_t>(a) == b;
                                       }) != recording.capture.end();
    const bool after_handshake = absl::EndsWith(recording.name, "-after-handshake");
    EXPECT_EQ(has_hello, !after_handshake);
    if (after_handshake) ++without_handshake;
  }
  EXPECT_EQ(without_handshake, 2u);
}

TEST(ShippedKeyLogs, CutCapturesHaveTheKeyLogOfTheWholeOne) {
  const std::vector<Recording> recordings = Recordings();
  size_t compared = 0;
  for (const Recording& cut : recordings) {
    for (const Recording& whole : recordings) {
      if (cut.name != whole.name + "-after-handshake") continue;
      EXPECT_EQ(SecretsOf(cut.log), SecretsOf(whole.log)) << cut.name;
      ++compared;
    }
  }
  EXPECT_EQ(compared, 2u);
}

TEST(ShippedKeyLogs, PcapngHasTheSecretsInsideAsWell) {
  size_t with_secrets = 0;
  for (const Recording& recording : Recordings()) {
    if (absl::StrContains(recording.capture, recording.text)) ++with_secrets;
  }
  EXPECT_EQ(with_secrets, 1u);
}

}  // namespace
}  // namespace waybill
