// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/dissect_rates/check.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

namespace waybill {
namespace {

using Json = nlohmann::json;

// The members of a line that the generator knows.
Json Known(const ExpectedRecord& record) {
  return {{"frame", record.frame},
          {"record", record.record},
          {"src", record.source},
          {"dst", record.destination},
          {"form", record.form},
          {"protocol", "dtls"},
          {"cid", record.cid.empty() ? Json() : Json(record.cid)},
          {"length", record.length},
          {"drop", nullptr}};
}

// Without exceptions: text that is no JSON is equal to nothing.
Json Parse(absl::string_view text) {
  return Json::parse(text.begin(), text.end(), /*cb=*/nullptr, /*allow_exceptions=*/false);
}

}  // namespace

absl::Status CheckStatistics(const ExpectedContent& content, absl::string_view answer) {
  const Json json = Parse(answer);
  const Json expected = {{"datagrams", content.datagrams},
                         {"bytes", content.bytes},
                         {"records", content.records},
                         {"forms", content.forms},
                         {"drops", {{"none", content.records}}}};
  for (const auto& [name, count] : expected.items()) {
    if (!json.is_object() || json.value(name, Json()) != count) {
      return absl::InternalError(absl::StrCat("--stats is wrong in ", name, ": ",
                                              std::string(answer), "expected ", count.dump()));
    }
  }
  return absl::OkStatus();
}

void LineCheck::Add(absl::string_view line) {
  ++lines_;
  if (!first_fault_.empty() || next_sample_ == content_.samples.size() ||
      content_.samples[next_sample_].line != lines_) {
    return;
  }
  const Json expected = Known(content_.samples[next_sample_++]);
  const Json json = Parse(line);
  for (const auto& [name, value] : expected.items()) {
    if (!json.is_object() || json.value(name, Json()) != value) {
      first_fault_ = absl::StrCat("--json is wrong in ", name, " of line ", lines_, ": ",
                                  std::string(line), "expected ", value.dump());
    }
  }
}

absl::Status LineCheck::Result() const {
  if (!first_fault_.empty()) return absl::InternalError(first_fault_);
  if (lines_ == content_.records) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("--json wrote ", lines_, " lines for ", content_.records, " records"));
}

}  // namespace waybill
