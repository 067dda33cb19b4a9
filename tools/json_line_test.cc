// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/json_line.h"

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>

#include "gtest/gtest.h"
#include "waybill/traffic/bytes.h"

namespace waybill {
namespace {

using Json = nlohmann::ordered_json;

Bytes AllBytes() {
  Bytes bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<uint8_t>(byte));
  return bytes;
}

TEST(JsonLine, IsWhatNlohmannWrites) {
  std::string written = "what was there\n";
  JsonLine line(&written);
  line.Number("zero", 0);
  line.Number("largest", std::numeric_limits<uint64_t>::max());
  line.Number("unknown", std::nullopt);
  line.Text("text", "[2001:db8::1]:5684");
  line.Text("no text", "");
  line.Bool("yes", true);
  line.Bool("no", false);
  line.Hex("hex", {0x00, 0x0f, 0xf0, 0xff});
  line.Hex("no bytes", {});
  line.Null("null");
  line.End();

  const Json expected = {{"zero", 0},          {"largest", std::numeric_limits<uint64_t>::max()},
                         {"unknown", nullptr}, {"text", "[2001:db8::1]:5684"},
                         {"no text", nullptr}, {"yes", true},
                         {"no", false},        {"hex", "000ff0ff"},
                         {"no bytes", ""},     {"null", nullptr}};
  EXPECT_EQ(written, "what was there\n" + expected.dump() + "\n");
}

TEST(JsonLine, WritesArraysOfObjects) {
  for (const size_t count : {0, 1, 2, 5}) {
    for (const bool last : {false, true}) {
      std::string written;
      JsonLine line(&written);
      line.BeginArray("array");
      Json expected = {{"array", Json::array()}};
      for (size_t i = 0; i < count; ++i) {
        line.Next();
        line.Number("index", i);
        line.Text("name", "n");
        expected["array"].push_back({{"index", i}, {"name", "n"}});
      }
      line.EndArray();
      if (!last) {
        line.Number("behind", 1);
        expected["behind"] = 1;
      }
      line.End();
      EXPECT_EQ(written, expected.dump() + "\n");
    }
  }
}

TEST(JsonLine, ObjectMayBeEmpty) {
  std::string written;
  JsonLine(&written).End();
  EXPECT_EQ(written, "{}\n");
}

TEST(AppendHex, IsLowerCaseWithTwoDigitsAByte) {
  std::string hex = "0x";
  AppendHex(AllBytes(), &hex);
  ASSERT_EQ(hex.size(), 2u + 512u);
  for (int byte = 0; byte < 256; ++byte) {
    const std::string digits = hex.substr(2 + 2 * static_cast<size_t>(byte), 2);
    EXPECT_EQ(std::stoi(digits, nullptr, 16), byte);
    EXPECT_EQ(digits.find_first_not_of("0123456789abcdef"), std::string::npos);
  }
}

}  // namespace
}  // namespace waybill
