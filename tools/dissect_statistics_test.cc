// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/dissect_statistics.h"

#include <nlohmann/json.hpp>
#include <sstream>

#include "gtest/gtest.h"
#include "waybill/record/first_byte.h"
#include "waybill/tools/test_directions.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/datagram_builder.h"

namespace waybill {
namespace {

using Json = nlohmann::ordered_json;

const Bytes kCid = {0xc1, 0xc2, 0xc3};

class DissectStatisticsTest : public testing::Test {
 protected:
  void Add(const Bytes& bytes, bool is_fragment = false, bool is_cut = false) {
    dissector_.Read({1, ToServer(), bytes, is_fragment, is_cut},
                    [this](const DissectedRecord& record) { statistics_.Add(record); });
  }
  // A bit of everything: 8 datagrams.
  void AddSome() {
    Add(DatagramBuilder().Plaintext(kAlert).Payload({1, 2}).Ciphertext().Build());  // 15 + 13 bytes
    Add(DatagramBuilder().Tls12Cid(kCid).PayloadOfLength(40).Build());              // 56
    Add(DatagramBuilder().Extended12().CidExtension(kCid).PayloadOfLength(4).Build());  // 22
    Add({0x80, 1, 2});                                                                  // 3
    Add({});                                                                            // 0
    Add(Bytes(100, kHandshake), /*is_fragment=*/true);                                  // 100
    Bytes ciphertext = DatagramBuilder().Ciphertext().PayloadOfLength(40).Build();
    ciphertext.resize(20);
    Add(ciphertext, /*is_fragment=*/false, /*is_cut=*/true);  // 20
    Add(ciphertext);                                          // 20
  }

  Dissector dissector_{DissectorOptions()};
  DissectStatistics statistics_;
};

TEST_F(DissectStatisticsTest, NothingIsCountedAsNothing) {
  const Json none = Json::object();
  const Json expected = {
      {"datagrams", 0}, {"bytes", 0},        {"records", 0},  {"cut_by_capture", 0},
      {"opened", 0},    {"protocols", none}, {"forms", none}, {"cid_length_sources", none},
      {"drops", none}};
  EXPECT_EQ(statistics_.ToJson(), expected.dump() + "\n");
}

TEST_F(DissectStatisticsTest, JsonHoldsTheCounts) {
  AddSome();
  const Json expected = {
      {"datagrams", 8},
      {"bytes", 28 + 56 + 22 + 3 + 0 + 100 + 20 + 20},
      {"records", 8},
      {"cut_by_capture", 1},
      {"opened", 0},
      {"protocols", {{"dtls", 6}, {"fragment", 1}, {"rtp", 1}, {"unknown", 1}}},
      {"forms",
       {{"dtls_ciphertext", 3},
        {"dtls_plaintext", 1},
        {"extended12", 1},
        {"other", 2},
        {"tls12_cid", 1}}},
      {"cid_length_sources", {{"header", 1}, {"inferred", 1}}},
      {"drops", {{"empty_datagram", 1}, {"length_past_end", 1}, {"none", 5}, {"not_dtls", 1}}}};
  EXPECT_EQ(Json::parse(statistics_.ToJson()), expected) << statistics_.ToJson();
}

TEST_F(DissectStatisticsTest, TextHoldsTheSameCounts) {
  AddSome();
  const Json json = Json::parse(statistics_.ToJson());
  std::istringstream text(statistics_.ToText());
  const auto expect = [&text](const std::string& expected) {
    std::string line, squeezed, word;
    ASSERT_TRUE(std::getline(text, line));
    std::istringstream words(line);
    while (words >> word) squeezed += (squeezed.empty() ? "" : " ") + word;
    EXPECT_EQ(squeezed, expected);
  };
  expect("datagrams " + json["datagrams"].dump());
  expect("bytes of payload " + json["bytes"].dump());
  expect("records " + json["records"].dump());
  expect("records cut by the capture " + json["cut_by_capture"].dump());
  for (const char* group : {"protocols", "forms", "cid_length_sources", "drops"}) {
    expect(group);
    for (const auto& [name, count] : json[group].items()) expect(name + " " + count.dump());
  }
  std::string rest;
  EXPECT_FALSE(std::getline(text, rest)) << rest;
}

}  // namespace
}  // namespace waybill
