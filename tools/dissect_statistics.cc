// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/dissect_statistics.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"

namespace waybill {
namespace {

template <typename Enum, size_t kCount>
std::map<std::string_view, uint64_t> Named(const std::array<uint64_t, kCount>& counts) {
  std::map<std::string_view, uint64_t> named;
  for (size_t i = 0; i < kCount; ++i) {
    if (counts[i] != 0) named[NameOf(static_cast<Enum>(i))] = counts[i];
  }
  return named;
}

}  // namespace

void DissectStatistics::Add(const DissectedRecord& record) {
  if (record.number == 1) {
    ++datagrams_;
    bytes_ += record.datagram->payload.size();
  }
  if (record.datagram->is_fragment) {
    ++fragments_;
    return;
  }
  ++records_;
  if (record.cut_by_capture) ++cut_by_capture_;
  if (record.opened.has_value()) ++opened_;
  ++protocols_[static_cast<size_t>(record.protocol)];
  ++forms_[static_cast<size_t>(record.view.form)];
  ++drops_[static_cast<size_t>(record.drop)];
  if (!record.view.cid.empty()) ++sources_[static_cast<size_t>(record.cid_length_source)];
}

std::array<DissectStatistics::Group, 4> DissectStatistics::Groups() const {
  Counts protocols = Named<Protocol>(protocols_);
  if (fragments_ != 0) protocols["fragment"] = fragments_;
  return {Group{"protocols", std::move(protocols)}, Group{"forms", Named<RecordForm>(forms_)},
          Group{"cid_length_sources", Named<CidLengthSource>(sources_)},
          Group{"drops", Named<DropReason>(drops_)}};
}

std::string DissectStatistics::ToText() const {
  std::string text;
  const auto line = [&text](absl::string_view name, uint64_t count) {
    absl::StrAppendFormat(&text, "%-36s %14d\n", name, count);
  };
  line("datagrams", datagrams_);
  line("bytes of payload", bytes_);
  line("records", records_);
  if (cut_by_capture_ != 0) line("records cut by the capture", cut_by_capture_);
  if (opened_ != 0) line("records opened", opened_);
  for (const Group& group : Groups()) {
    if (group.counts.empty()) continue;
    absl::StrAppendFormat(&text, "%s\n", std::string(group.name));
    for (const auto& [name, count] : group.counts) {
      line(absl::StrFormat("  %s", std::string(name)), count);
    }
  }
  return text;
}

std::string DissectStatistics::ToJson() const {
  nlohmann::ordered_json json = {{"datagrams", datagrams_},
                                 {"bytes", bytes_},
                                 {"records", records_},
                                 {"cut_by_capture", cut_by_capture_},
                                 {"opened", opened_}};
  for (const Group& group : Groups()) {
    auto& counts = json[std::string(group.name)] = nlohmann::ordered_json::object();
    for (const auto& [name, count] : group.counts) counts[std::string(name)] = count;
  }
  return json.dump() + "\n";
}

}  // namespace waybill
