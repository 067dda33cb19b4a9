// SPDX-License-Identifier: Apache-2.0
//
// What the tool says of a generated capture is what was written, and whatever differs is found.
#include "waybill/bench/dissect_rates/check.h"

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "waybill/capture/capture_reader.h"
#include "waybill/tools/direction.h"
#include "waybill/tools/dissect_statistics.h"
#include "waybill/tools/dissector.h"
#include "waybill/tools/record_printer.h"

namespace waybill {
namespace {

constexpr uint64_t kRecords = 6000;

class GeneratedCapture : public testing::Test {
 protected:
  GeneratedCapture() {
    const absl::StatusOr<ExpectedContent> content = WriteGeneratedCapture(path_, kRecords, 1);
    EXPECT_EQ(content.status(), absl::OkStatus());
    content_ = *content;
    Dissect();
  }

  // As `waybill dissect` does, with and without --stats.
  void Dissect() {
    absl::StatusOr<CaptureReader> reader = CaptureReader::Open(path_);
    ASSERT_EQ(reader.status(), absl::OkStatus());
    Dissector dissector{DissectorOptions()};
    DissectStatistics statistics;
    CapturedPacket packet;
    while (*reader->Next(&packet)) {
      const FlowDirection direction = {packet.udp.source, packet.udp.destination};
      dissector.Read({packet.frame, direction, packet.udp.payload, false, false},
                     [&](const DissectedRecord& record) {
                       statistics.Add(record);
                       std::string line;
                       RecordPrinter(&line).PrintJson(record);
                       lines_.push_back(line);
                     });
    }
    statistics_ = statistics.ToJson();
  }

  absl::Status CheckLines() const {
    LineCheck check(content_);
    for (const std::string& line : lines_) check.Add(line);
    return check.Result();
  }

  std::string ReadFile(const std::string& path) const {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }

  const std::string path_ = testing::TempDir() + "/generated.pcap";
  ExpectedContent content_;
  std::vector<std::string> lines_;
  std::string statistics_;
};

TEST_F(GeneratedCapture, IsDissectedAsItWasWritten) {
  EXPECT_EQ(CheckStatistics(content_, statistics_), absl::OkStatus());
  EXPECT_EQ(CheckLines(), absl::OkStatus());
  EXPECT_GE(content_.records, kRecords);
  EXPECT_LT(content_.records, kRecords + 3);
  EXPECT_EQ(content_.forms.size(), 6u) << "every form occurs";
  EXPECT_EQ(content_.samples.size(), 6u);
}

TEST_F(GeneratedCapture, HasAShorterOneAsItsFront) {
  const std::string shorter = testing::TempDir() + "/shorter.pcap";
  ASSERT_TRUE(WriteGeneratedCapture(shorter, kRecords / 2, 1).ok());
  const std::string front = ReadFile(shorter);
  EXPECT_EQ(ReadFile(path_).substr(0, front.size()), front);
}

TEST_F(GeneratedCapture, WrongCountsAreFound) {
  const auto check = [this] { return CheckStatistics(content_, statistics_).ok(); };
  ++content_.datagrams;
  EXPECT_FALSE(check());
  --content_.datagrams;
  EXPECT_TRUE(check());
  ++content_.forms["unified"];
  EXPECT_FALSE(check());
  --content_.forms["unified"];
  statistics_ = absl::StrReplaceAll(statistics_, {{"\"none\"", "\"not_dtls\""}});
  EXPECT_FALSE(check());
  EXPECT_FALSE(CheckStatistics(content_, "").ok());
}

TEST_F(GeneratedCapture, MissingAndWrongLinesAreFound) {
  const std::vector<std::string> good = lines_;
  lines_.pop_back();
  EXPECT_FALSE(CheckLines().ok());
  for (const char* member : {"\"frame\":", "\"src\":\"", "\"cid\":", "\"length\":"}) {
    lines_ = good;
    std::string& line = lines_[content_.samples[3].line - 1];
    line = absl::StrReplaceAll(line, {{member, std::string(member) + "9"}});
    EXPECT_FALSE(CheckLines().ok()) << line;
  }
  lines_ = good;
  lines_[content_.samples[0].line - 1] = "no JSON\n";
  EXPECT_FALSE(CheckLines().ok());
}

}  // namespace
}  // namespace waybill
