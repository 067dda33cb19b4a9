// SPDX-License-Identifier: Apache-2.0
//
// A small comparison from options to JSON. What is asserted does not depend on the clock.
#include "waybill/bench/comparison/comparison.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "waybill/bench/comparison/captured_records.h"
#include "waybill/bench/comparison/environment.h"
#include "waybill/bench/comparison/results_json.h"
#include "waybill/bench/comparison/results_text.h"
#include "waybill/bench/comparison/test_traffic.h"
#include "waybill/bench/header_designs/registry.h"

namespace waybill {
namespace {

using Json = nlohmann::json;

ComparisonOptions SmallOptions() {
  ComparisonOptions options;
  options.association_counts = {5, 50};
  options.datagrams = 300;
  options.repetitions = 10;
  options.trials = 1000;
  options.designs.assign(AllDesigns().begin(), AllDesigns().end());
  return options;
}

void Silent(std::string_view) {}

// Makes callgrind run this test program without a test: it never sees a header being read.
std::vector<std::string> NothingToReplay(const std::string&, const std::string&) {
  return {"--gtest_filter=-*"};
}

const std::vector<CaptureSummary> kCaptures = {{"some.pcap", 9, 7, 5}};

std::vector<std::string> KeysOf(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& item : object.items()) keys.push_back(item.key());
  return keys;
}

using Keys = std::vector<std::string>;  // sorted, as nlohmann::json is

void ExpectMeasured(const Json& measured) {
  EXPECT_EQ(KeysOf(measured), (Keys{"copy_ns", "ns", "ratio"}));
  for (const Json& summary : measured) {
    EXPECT_EQ(KeysOf(summary), (Keys{"high", "low", "median", "raw"}));
    EXPECT_EQ(summary["raw"].size(), 10u);
    EXPECT_LE(summary["low"], summary["median"]);
    EXPECT_LE(summary["median"], summary["high"]);
  }
}

class ComparisonTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const absl::StatusOr<Comparison> comparison =
        Comparison::Prepare(SmallOptions(), TestTraffic(), Silent);
    ASSERT_TRUE(comparison.ok()) << comparison.status().message();
    absl::StatusOr<ComparisonResults> results = comparison->Run(NothingToReplay, Silent);
    ASSERT_TRUE(results.ok()) << results.status().message();
    results_ = new ComparisonResults(*std::move(results));
  }
  static void TearDownTestSuite() { delete results_; }

  static Json ResultsAsJson() {
    return Json::parse(ToJson(SmallOptions(), kCaptures, ThisEnvironment(), *results_));
  }

  static ComparisonResults* results_;
};
ComparisonResults* ComparisonTest::results_ = nullptr;

TEST_F(ComparisonTest, JsonHasTheKeysThatItDocuments) {
  const Json json = ResultsAsJson();
  EXPECT_EQ(KeysOf(json),
            (Keys{"captures", "designs", "environment", "floor", "parameters", "passing"}));
  EXPECT_EQ(KeysOf(json["environment"]),
            (Keys{"build_mode", "compiler", "cores", "cpu", "kernel"}));
  EXPECT_EQ(KeysOf(json["parameters"]),
            (Keys{"associations", "datagrams", "repetitions", "seed", "trials"}));
  EXPECT_EQ(json["parameters"]["associations"], Json::parse("[5, 50]"));
  EXPECT_EQ(json["captures"][0]["protected_records"], 5);
  ExpectMeasured(json["floor"]["copy"]);
  ASSERT_EQ(json["designs"].size(), AllDesigns().size());
  for (const Json& design : json["designs"]) {
    EXPECT_EQ(KeysOf(design), (Keys{"cid_bytes", "citation", "header_bytes", "inner_type_bytes",
                                    "instructions", "instructions_not_measured", "lookup_by",
                                    "name", "overhead", "parse", "receivers", "sentence"}));
    ExpectMeasured(design["parse"]);
    ASSERT_EQ(design["receivers"].size(), 2u);
    for (const Json& receiver : design["receivers"]) {
      EXPECT_EQ(KeysOf(receiver), (Keys{"associations", "batched_lookup", "lookup", "trash"}));
      ExpectMeasured(receiver["lookup"]);
      ExpectMeasured(receiver["batched_lookup"]);
      EXPECT_EQ(receiver["trash"].size(), kTrashClassCount);
    }
  }
}

TEST_F(ComparisonTest, JsonSaysWhatPassesBesideWhatTheorySays) {
  const Json json = ResultsAsJson();
  ASSERT_FALSE(json["passing"].empty());
  std::set<std::string> hurdles;
  for (const Json& count : json["passing"]) {
    EXPECT_EQ(KeysOf(count),
              (Keys{"associations", "bound", "check_bytes", "cid_bytes", "expected",
                    "expected_inside", "high", "hurdle", "low", "passed", "share", "trials"}));
    EXPECT_LE(count["low"], count["share"]);
    EXPECT_LE(count["share"], count["high"]);
    EXPECT_EQ(count["bound"].is_null(), count["passed"] != 0);
    EXPECT_EQ(count["associations"].is_null(), count["hurdle"] != "lookup");
    hurdles.insert(count["hurdle"].get<std::string>());
  }
  EXPECT_EQ(hurdles, (std::set<std::string>{"lookup", "seal", "tag"}));
}

// CIDs are part of the header, and no two kinds need be equally long.
TEST_F(ComparisonTest, EveryDesignSaysTheLengthOfItsCids) {
  std::map<std::string, int> lengths;
  std::map<std::string, std::string> found_by;
  const Json json = ResultsAsJson();
  for (const Json& design : json["designs"]) {
    lengths[design["name"].get<std::string>()] = design["cid_bytes"].get<int>();
    found_by[design["name"].get<std::string>()] = design["lookup_by"].get<std::string>();
    EXPECT_LT(design["cid_bytes"], design["header_bytes"]);
  }
  const std::map<std::string, int> expected = {{"dtls12", 0},
                                               {"tls12_cid", 8},
                                               {"tls12_cid_length_octet", 9},
                                               {"tls12_cid_nibble", 8},
                                               {"tls12_cid_quic_lb", 8},
                                               {"tls12_cid_tagged", 12},
                                               {"tls12_cid_sealed", 16},
                                               {"ext12", 8},
                                               {"unified13", 8},
                                               {"unified13_self_delineating", 8},
                                               {"ext13", 8}};
  EXPECT_EQ(lengths, expected);
  EXPECT_EQ(found_by["dtls12"], "address");
  EXPECT_EQ(found_by["tls12_cid_tagged"], "cid");
  EXPECT_EQ(found_by["tls12_cid_sealed"], "slot");
}

// Trash with an unknown CID is whole but for that: what refuses it is the CID or the table.
TEST_F(ComparisonTest, UnknownCidsAreRefusedForBeingUnknown) {
  const Json json = ResultsAsJson();
  for (const Json& design : json["designs"]) {
    for (const Json& receiver : design["receivers"]) {
      for (const Json& trash : receiver["trash"]) {
        if (trash["class"] != "unknown_cid") continue;
        const Json& stages = trash["stages"];
        EXPECT_EQ(stages["cid"].get<int>() + stages["lookup"].get<int>(), 300) << design["name"];
      }
    }
  }
}

TEST_F(ComparisonTest, EveryDatagramOfTrashIsCountedOnce) {
  const Json json = ResultsAsJson();
  for (const Json& design : json["designs"]) {
    for (const Json& receiver : design["receivers"]) {
      for (const Json& trash : receiver["trash"]) {
        EXPECT_EQ(trash["datagrams"], 300);
        uint64_t sum = 0;
        for (const Json& count : trash["stages"]) sum += count.get<uint64_t>();
        EXPECT_EQ(sum, 300u);
        // Some is refused in every class, and its time is known.
        ExpectMeasured(trash["refused"]);
      }
    }
  }
}

// This program never calls what would be counted, which valgrind must be there to say.
TEST_F(ComparisonTest, ACountOfNothingIsNotAFigure) {
  EXPECT_TRUE(absl::StrContains(results_->floor_instructions.status().message(),
                                "callgrind did not see the function being called"))
      << results_->floor_instructions.status();
  const Json json = ResultsAsJson();
  for (const Json& design : json["designs"]) {
    EXPECT_TRUE(design["instructions"].is_null());
    EXPECT_FALSE(design["instructions_not_measured"].get<std::string>().empty());
  }
  const std::string text = ToText(SmallOptions(), kCaptures, ThisEnvironment(), *results_);
  EXPECT_TRUE(absl::StrContains(text, "not measured"));
}

TEST_F(ComparisonTest, TextNamesEveryDesignAndKeepsItsLinesShort) {
  const std::string text = ToText(SmallOptions(), kCaptures, ThisEnvironment(), *results_);
  for (const ComparedDesign& design : AllDesigns()) {
    EXPECT_TRUE(absl::StrContains(text, std::string(design.info->name)));
  }
  for (const char* hurdle : {"\n  lookup ", "\n  tag ", "\n  seal "}) {
    EXPECT_TRUE(absl::StrContains(text, hurdle)) << hurdle;
  }
  size_t begin = text.find("\n\n");  // behind the names of machine and compiler
  for (size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    EXPECT_LE(end - begin, 120u) << text.substr(begin, end - begin);
  }
}

TEST(PlantTest, AWrongAnswerIsNamedAndNothingIsTimed) {
  ComparisonOptions options = SmallOptions();
  options.plant_wrong = true;
  for (const ComparedDesign& design : AllDesigns()) {
    options.designs = {design};
    const absl::Status status = Comparison::Prepare(options, TestTraffic(), Silent).status();
    EXPECT_FALSE(status.ok());
    EXPECT_TRUE(absl::StrContains(status.message(), std::string(design.info->name)));
    EXPECT_TRUE(absl::StrContains(status.message(), "datagram 151: wrong sequence number"))
        << status.message();
  }
}

}  // namespace
}  // namespace waybill
