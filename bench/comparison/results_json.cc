// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/comparison/results_json.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "waybill/bench/comparison/overhead.h"

namespace waybill {
namespace {

using Json = nlohmann::ordered_json;

Json JsonOf(const Summary& summary) {
  return {{"median", summary.median},
          {"low", summary.low},
          {"high", summary.high},
          {"raw", summary.raw}};
}

Json JsonOf(const Measured& measured) {
  return {{"ns", JsonOf(measured.ns)},
          {"copy_ns", JsonOf(measured.floor_ns)},
          {"ratio", JsonOf(measured.ratio)}};
}

void AddInstructions(const absl::StatusOr<double>& instructions, Json* object) {
  (*object)["instructions"] = instructions.ok() ? Json(*instructions) : Json();
  (*object)["instructions_not_measured"] =
      instructions.ok() ? Json() : Json(std::string(instructions.status().message()));
}

Json JsonOf(const TrashResult& trash) {
  Json stages;
  for (size_t i = 0; i < kStageCount; ++i) {
    stages[std::string(NameOf(static_cast<Stage>(i)))] = trash.at_stage[i];
  }
  return {{"class", std::string(NameOf(trash.trash_class))},
          {"datagrams", trash.datagrams},
          {"stages", stages},
          {"aead_share", ShareAt(trash, Stage::kAead)},
          {"refused", trash.refused.has_value() ? JsonOf(*trash.refused) : Json()}};
}

Json JsonOf(const ReceiverResult& receiver) {
  Json trash = Json::array();
  for (const TrashResult& one : receiver.trash) trash.push_back(JsonOf(one));
  return {{"associations", receiver.associations},
          {"lookup", JsonOf(receiver.lookup)},
          {"batched_lookup", JsonOf(receiver.batched_lookup)},
          {"trash", trash}};
}

Json JsonOf(const DesignResult& design) {
  const DesignInfo& info = *design.info;
  Json overhead = Json::array();
  for (const size_t payload : kShownPayloads) {
    overhead.push_back({{"payload", payload}, {"share", OverheadShare(design, payload)}});
  }
  Json object = {{"name", std::string(info.name)},
                 {"sentence", std::string(info.sentence)},
                 {"citation", std::string(info.citation)},
                 {"lookup_by", std::string(NameOf(info.lookup_by))},
                 {"cid_bytes", design.cid_length},
                 {"header_bytes", design.header_length},
                 {"inner_type_bytes", info.protected_type},
                 {"overhead", overhead},
                 {"parse", JsonOf(design.parse)}};
  AddInstructions(design.instructions, &object);
  object["receivers"] = Json::array();
  for (const ReceiverResult& receiver : design.receivers) {
    object["receivers"].push_back(JsonOf(receiver));
  }
  return object;
}

Json JsonOf(const PassingCount& count) {
  const Interval interval = count.interval();
  const std::optional<double> bound = count.bound();
  return {{"hurdle", std::string(NameOf(count.hurdle))},
          {"cid_bytes", count.cid_length},
          {"check_bytes", count.check_length},
          {"associations", count.associations == 0 ? Json() : Json(count.associations)},
          {"trials", count.trials},
          {"passed", count.passed},
          {"share", count.share()},
          {"low", interval.low},
          {"high", interval.high},
          {"bound", bound.has_value() ? Json(*bound) : Json()},
          {"expected", count.expected()},
          {"expected_inside", count.expected_inside()}};
}

}  // namespace

std::string ToJson(const ComparisonOptions& options, absl::Span<const CaptureSummary> captures,
                   const Environment& environment, const ComparisonResults& results) {
  Json object;
  object["environment"] = {{"cpu", environment.cpu},
                           {"cores", environment.cores},
                           {"compiler", environment.compiler},
                           {"build_mode", environment.build_mode},
                           {"kernel", environment.kernel}};
  object["parameters"] = {{"seed", options.seed},
                          {"datagrams", options.datagrams},
                          {"associations", options.association_counts},
                          {"repetitions", options.repetitions},
                          {"trials", options.trials}};
  object["captures"] = Json::array();
  for (const CaptureSummary& capture : captures) {
    object["captures"].push_back({{"path", capture.path},
                                  {"datagrams", capture.datagrams},
                                  {"records", capture.records},
                                  {"protected_records", capture.protected_records}});
  }
  object["floor"] = {{"copied_bytes", CopyFloor::kCopied}, {"copy", JsonOf(results.floor)}};
  AddInstructions(results.floor_instructions, &object["floor"]);
  object["designs"] = Json::array();
  for (const DesignResult& design : results.designs) object["designs"].push_back(JsonOf(design));
  object["passing"] = Json::array();
  for (const PassingCount& count : results.passing) object["passing"].push_back(JsonOf(count));
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace waybill
