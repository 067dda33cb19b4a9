// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/record_printer.h"

#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/capture/ip_endpoint.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/record_view.h"
#include "waybill/tools/cid_lengths.h"
#include "waybill/tools/test_directions.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/datagram_builder.h"
#include "waybill/traffic/mutation.h"
#include "waybill/traffic/well_formed.h"
#include "waybill/wire/drop_reason.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

using Json = nlohmann::ordered_json;

const Bytes kCid = {0xc1, 0xc2, 0xc3, 0xc4, 0xc5};

// A record and its lines. The record no longer knows its datagram.
struct Line {
  DissectedRecord record;
  std::string protocol;
  std::string json;
  std::string text;
};

std::vector<Line> Print(const ObservedDatagram& datagram, const DissectorOptions& options = {}) {
  std::vector<Line> lines;
  Dissector(options).Read(datagram, [&lines](const DissectedRecord& record) {
    Line line;
    line.record = record;
    line.record.datagram = nullptr;
    line.protocol = std::string(ProtocolName(record));
    RecordPrinter(&line.json).PrintJson(record);
    RecordPrinter(&line.text).PrintText(record);
    lines.push_back(std::move(line));
  });
  return lines;
}

DissectorOptions CidsOf(size_t length) {
  DissectorOptions options;
  options.cid_length = static_cast<uint8_t>(length);
  return options;
}

Json Parse(const std::string& line) {
  EXPECT_EQ(line.find('\n'), line.size() - 1) << "one line";
  return Json::parse(line);
}

// The names and types that others rely on.
void ExpectShape(const Json& json) {
  const auto is_number = [](const Json& value) { return value.is_number_unsigned(); };
  const auto is_text = [](const Json& value) { return value.is_string(); };
  const auto is_bool = [](const Json& value) { return value.is_boolean(); };
  const auto or_null = [](auto test) {
    return [test](const Json& value) { return value.is_null() || test(value); };
  };
  const struct {
    const char* key;
    std::function<bool(const Json&)> is_right;
  } members[] = {
      {"frame", is_number},
      {"record", is_number},
      {"src", or_null(is_text)},
      {"dst", or_null(is_text)},
      {"form", is_text},
      {"protocol", is_text},
      {"content_type", or_null(is_number)},
      {"version", or_null(is_number)},
      {"epoch", or_null(is_number)},
      {"sequence", or_null(is_number)},
      {"number_protected", is_bool},
      {"cid", or_null(is_text)},
      {"cid_length_source", or_null(is_text)},
      {"extensions", [](const Json& value) { return value.is_array(); }},
      {"length", or_null(is_number)},
      {"drop", or_null(is_text)},
      {"opened", is_bool},
      {"inner_type", or_null(is_number)},
      {"payload", or_null(is_text)},
  };
  EXPECT_EQ(json.size(), std::size(members));
  auto it = json.begin();
  for (const auto& member : members) {
    ASSERT_NE(it, json.end());
    EXPECT_EQ(it.key(), member.key);
    EXPECT_TRUE(member.is_right(it.value())) << member.key << ": " << it.value();
    ++it;
  }
  for (const Json& extension : json["extensions"]) {
    ASSERT_EQ(extension.size(), 3u);
    EXPECT_TRUE(extension.at("type").is_number_unsigned());
    EXPECT_TRUE(extension.at("length").is_number_unsigned());
    EXPECT_EQ(extension.at("value").get<std::string>().size(),
              2 * extension.at("length").get<size_t>());
  }
}

// What all records have in common, whatever is wrong with them.
void ExpectConsistent(const Json& json) {
  static const std::set<std::string> kForms = {"dtls_plaintext", "dtls_ciphertext", "tls12_cid",
                                               "unified",        "extended12",      "extended13",
                                               "other"};
  static const std::set<std::string> kSources = {"hello", "option", "header", "inferred"};
  const std::string form = json["form"];
  const bool unified = form == "unified" || form == "extended13";
  EXPECT_EQ(kForms.count(form), 1u);
  EXPECT_EQ(json["number_protected"], unified);
  EXPECT_EQ(json["content_type"].is_null(), unified || form == "other");
  EXPECT_EQ(json["epoch"].is_null(), json["sequence"].is_null());
  EXPECT_EQ(json["epoch"].is_null(), json["version"].is_null());
  EXPECT_TRUE(json["epoch"].is_null() || !(unified || form == "other"));
  EXPECT_EQ(json["cid"].is_null(), json["cid_length_source"].is_null());
  if (!json["cid_length_source"].is_null()) {
    EXPECT_EQ(kSources.count(json["cid_length_source"]), 1u);
    EXPECT_NE(json["cid"], "");
  }
  EXPECT_EQ(json["opened"], false);
  EXPECT_EQ(json["inner_type"], nullptr);
  EXPECT_EQ(json["payload"], nullptr);
}

std::string CidSourceOf(const WellFormedRecord& record) {
  return record.header_cid.length == 0 ? "header" : "option";
}

TEST(RecordPrinter, JsonSaysAllOfEveryGoodRecord) {
  for (const WellFormedRecord& good : WellFormedRecords()) {
    SCOPED_TRACE(good.name);
    const Bytes bytes = good.builder.Build();
    DissectorOptions options = CidsOf(good.header_cid.length);
    options.profile = good.rules.extensions.profile;
    const std::vector<Line> lines = Print({7, ToServer(), bytes}, options);
    ASSERT_EQ(lines.size(), 1u);
    const RecordView& view = lines[0].record.view;
    const bool unified = view.unified();

    Json expected = {{"frame", 7},
                     {"record", 1},
                     {"src", "192.0.2.1:40000"},
                     {"dst", "198.51.100.2:5684"},
                     {"form", std::string(NameOf(good.form))},
                     {"protocol", "dtls"},
                     {"content_type", unified ? Json() : Json(bytes[0])},
                     {"version", unified ? Json() : Json(65277)},
                     {"epoch", unified ? Json() : Json(view.epoch)},
                     {"sequence", unified ? Json() : Json(view.sequence)},
                     {"number_protected", unified},
                     {"cid", nullptr},
                     {"cid_length_source", nullptr},
                     {"extensions", Json::array()},
                     {"length", view.extensions.length + view.payload.length},
                     {"drop", nullptr},
                     {"opened", false},
                     {"inner_type", nullptr},
                     {"payload", nullptr}};
    if (!good.cid.empty()) {
      expected["cid"] = ToHex(good.cid.In(bytes));
      expected["cid_length_source"] = CidSourceOf(good);
    }
    for (const RecordExtension& extension : ExtensionChain(view.extensions.In(bytes))) {
      expected["extensions"].push_back({{"type", extension.type},
                                        {"length", extension.value.size()},
                                        {"value", ToHex(extension.value)}});
    }
    EXPECT_EQ(lines[0].json, expected.dump() + "\n");
    ExpectShape(Parse(lines[0].json));
    ExpectConsistent(Parse(lines[0].json));
  }
}

TEST(RecordPrinter, JsonOfFaultyRecordsKeepsItsShape) {
  const std::vector<Mutation> mutations = AllMutations();
  ASSERT_GT(mutations.size(), 1000u);
  std::set<std::string> drops;
  for (size_t i = 0; i < mutations.size(); i += 7) {
    const Mutation& mutation = mutations[i];
    SCOPED_TRACE(mutation.name);
    DissectorOptions options = CidsOf(mutation.rules.cid_length.fixed());
    options.profile = mutation.rules.extensions.profile;
    for (const Line& line : Print({1, std::nullopt, mutation.datagram}, options)) {
      const Json json = Parse(line.json);
      ExpectShape(json);
      ExpectConsistent(json);
      EXPECT_EQ(json["src"], nullptr);
      EXPECT_EQ(json["dst"], nullptr);
      EXPECT_EQ(json["record"], line.record.number);
      if (line.record.drop == DropReason::kNone) {
        EXPECT_EQ(json["drop"], nullptr);
      } else {
        EXPECT_EQ(json["drop"], std::string(NameOf(line.record.drop)));
        drops.insert(json["drop"]);
      }
    }
  }
  EXPECT_GT(drops.size(), 12u) << "the sample is one of all kinds";
}

TEST(RecordPrinter, ListsExtensions) {
  const Bytes bytes = DatagramBuilder()
                          .Extended12()
                          .CidExtension(kCid)
                          .Extension(5, {0x0a, 0x0b})
                          .Extension(15, {})
                          .PayloadOfLength(40)
                          .Build();
  const Line line = Print({1, ToServer(), bytes})[0];
  const Json expected = {{{"type", 0}, {"length", 5}, {"value", "c1c2c3c4c5"}},
                         {{"type", 5}, {"length", 2}, {"value", "0a0b"}},
                         {{"type", 15}, {"length", 0}, {"value", ""}}};
  const Json json = Parse(line.json);
  EXPECT_EQ(json["extensions"], expected);
  EXPECT_EQ(json["length"], 7 + 4 + 2 + 40) << "without the E bit";
  EXPECT_EQ(json["cid_length_source"], "header");
  EXPECT_NE(line.text.find("extension 5 (2 bytes)"), std::string::npos) << line.text;
}

// What RFC 9146 puts in front of the CID is known where the CID is not; nothing else is.
TEST(RecordPrinter, UnknownLengthIsNull) {
  const Bytes tls12_cid =
      DatagramBuilder().Tls12Cid(kCid).Epoch(2).Sequence(9).PayloadOfLength(40).Build();
  const Json json = Parse(Print({1, ToServer(), tls12_cid}, CidsOf(0))[0].json);
  EXPECT_EQ(json["form"], "tls12_cid");
  EXPECT_EQ(json["content_type"], 25);
  EXPECT_EQ(json["version"], 65277);
  EXPECT_EQ(json["epoch"], 2);
  EXPECT_EQ(json["sequence"], 9);
  EXPECT_EQ(json["cid"], nullptr);
  EXPECT_EQ(json["cid_length_source"], nullptr);
  EXPECT_EQ(json["length"], nullptr);
  EXPECT_EQ(json["drop"], "cid_not_expected");

  const Bytes header = {23, 0xfe, 0xfd, 0};
  const Json cut = Parse(Print({1, ToServer(), header})[0].json);
  EXPECT_EQ(cut["drop"], "header_truncated");
  for (const char* key : {"version", "epoch", "sequence", "length"}) EXPECT_EQ(cut[key], nullptr);
}

TEST(RecordPrinter, NamesProtocolsAndFragments) {
  const Bytes rtp = {0x80, 1, 2, 3};
  const Line other = Print({1, ToServer(), rtp})[0];
  EXPECT_EQ(Parse(other.json)["protocol"], "rtp");
  EXPECT_EQ(Parse(other.json)["form"], "other");
  EXPECT_EQ(Parse(other.json)["drop"], "not_dtls");
  EXPECT_EQ(other.protocol, "rtp");
  EXPECT_NE(other.text.find(" rtp "), std::string::npos) << other.text;
  EXPECT_NE(other.text.find("DROP not_dtls"), std::string::npos) << other.text;

  const Line fragment = Print({1, ToServer(), rtp, /*is_fragment=*/true, /*is_cut=*/false})[0];
  ExpectShape(Parse(fragment.json));
  EXPECT_EQ(Parse(fragment.json)["protocol"], "fragment");
  EXPECT_EQ(Parse(fragment.json)["drop"], nullptr);
  EXPECT_NE(fragment.text.find(" fragment "), std::string::npos) << fragment.text;
}

TEST(RecordPrinter, TextHoldsTheFacts) {
  const Bytes bytes = DatagramBuilder()
                          .Plaintext(kAlert)
                          .Sequence(3)
                          .Payload({1, 2})
                          .Tls12Cid(kCid)
                          .Sequence(77)
                          .PayloadOfLength(40)
                          .Ciphertext(kAck)
                          .PayloadOfLength(20)
                          .ClaimLength(1000)
                          .Build();
  const std::vector<Line> lines = Print({12, ToServer(), bytes}, CidsOf(5));
  ASSERT_EQ(lines.size(), 3u);
  const auto expect = [](const Line& line, std::initializer_list<const char*> facts) {
    for (const char* fact : facts) {
      EXPECT_NE(line.text.find(fact), std::string::npos) << fact << " in " << line.text;
    }
    EXPECT_EQ(line.text.find('\n'), line.text.size() - 1);
  };
  expect(lines[0], {"12.1 ", "192.0.2.1:40000 > 198.51.100.2:5684", " dtls_plaintext ", " alert ",
                    " 0/3 ", "cid -", "length 2"});
  expect(lines[1], {"12.2 ", " tls12_cid ", " 1/77 ", "cid c1c2c3c4c5 (option)", "length 40"});
  expect(lines[2], {"12.3 ", " dtls_ciphertext ", " ack ", "DROP length_past_end"});
  EXPECT_EQ(lines[1].text.find("DROP"), std::string::npos);

  const Bytes unified = DatagramBuilder().Unified().Epoch(3).PayloadOfLength(40).Build();
  expect(Print({1, std::nullopt, unified})[0],
         {" - ", " unified ", "protected (epoch bits 3)", "length 40"});
  const Bytes no_cid_known = DatagramBuilder().Unified().Cid(kCid).WithoutLength().Build();
  expect(Print({1, std::nullopt, no_cid_known})[0],
         {" protected ", "length -", "DROP cid_not_delineated"});
  const ObservedDatagram cut = {1, ToServer(), absl::MakeConstSpan(bytes).first(30), false, true};
  expect(Print(cut, CidsOf(5))[1], {"(cut by the capture)"});
}

// One printer for many records: addresses that it keeps are those of the record at hand.
TEST(RecordPrinter, AddressesFollowTheRecords) {
  const Bytes bytes = DatagramBuilder().Ciphertext().PayloadOfLength(20).Build();
  const FlowDirection v6 = {IpEndpoint::V6({0x20, 0x01, 0x0d, 0xb8}, 5684),
                            IpEndpoint::V4({192, 0, 2, 9}, 1)};
  const struct {
    std::optional<FlowDirection> direction;
    Json src, dst;
  } steps[] = {{ToServer(), "192.0.2.1:40000", "198.51.100.2:5684"},
               {ToClient(), "198.51.100.2:5684", "192.0.2.1:40000"},
               {std::nullopt, nullptr, nullptr},
               {ToClient(), "198.51.100.2:5684", "192.0.2.1:40000"},
               {v6, "[2001:db8::]:5684", "192.0.2.9:1"},
               {v6, "[2001:db8::]:5684", "192.0.2.9:1"}};
  std::string out;
  RecordPrinter printer(&out);
  Dissector dissector({});
  for (const auto& step : steps) {
    out.clear();
    dissector.Read({1, step.direction, bytes},
                   [&printer](const DissectedRecord& record) { printer.PrintJson(record); });
    const Json json = Parse(out);
    EXPECT_EQ(json["src"], step.src);
    EXPECT_EQ(json["dst"], step.dst);
  }
}

}  // namespace
}  // namespace waybill
