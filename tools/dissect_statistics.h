// SPDX-License-Identifier: Apache-2.0
//
// What a capture holds, counted: the answer to `waybill dissect --stats`.
#ifndef WAYBILL_TOOLS_DISSECT_STATISTICS_H_
#define WAYBILL_TOOLS_DISSECT_STATISTICS_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "waybill/tools/dissector.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

// Counts of datagrams and records. Constant in size. One thread at a time.
class DissectStatistics {
 public:
  void Add(const DissectedRecord& record);
  // Datagrams, bytes, and the records by protocol, form, source of the CID's length and reason.
  std::string ToText() const;
  // The same as one JSON object on a line; kinds that did not occur are left out.
  std::string ToJson() const;

 private:
  static constexpr size_t kFormCount = 7;
  static constexpr size_t kSourceCount = 5;

  using Counts = std::map<std::string_view, uint64_t>;
  struct Group {
    std::string_view name;
    Counts counts;
  };
  std::array<Group, 4> Groups() const;

  uint64_t datagrams_ = 0;
  uint64_t bytes_ = 0;
  uint64_t records_ = 0;
  uint64_t fragments_ = 0;
  uint64_t cut_by_capture_ = 0;
  uint64_t opened_ = 0;
  std::array<uint64_t, 7> protocols_ = {};  // by Protocol, fragments apart
  std::array<uint64_t, kFormCount> forms_ = {};
  std::array<uint64_t, kSourceCount> sources_ = {};
  std::array<uint64_t, kDropReasonCount> drops_ = {};
};

}  // namespace waybill

#endif  // WAYBILL_TOOLS_DISSECT_STATISTICS_H_
