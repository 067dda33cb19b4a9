// SPDX-License-Identifier: Apache-2.0
//
// Input: CID length option 1 (0: none, else one more than it says), profile 1, then datagrams, each
// with flags 1 (1: from the server, 2: a fragment, 4: cut by the capture) and length 2. What
// `waybill dissect` makes of it: records that account for every byte of their datagram, a line of
// JSON each, and counts that agree with them. The project's own tool must stand what it is to show
// (BUG-22).
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/types/span.h"
#include "waybill/capture/ip_endpoint.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/fuzz/fuzz_check.h"
#include "waybill/record/record_view.h"
#include "waybill/tools/direction.h"
#include "waybill/tools/dissect_statistics.h"
#include "waybill/tools/dissector.h"
#include "waybill/tools/record_printer.h"
#include "waybill/wire/byte_reader.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

constexpr uint8_t kFromServer = 1, kFragment = 2, kCut = 4;
constexpr size_t kMembersOfALine = 19;

// What the checks of one input know.
struct Dissection {
  std::string lines;
  RecordPrinter printer{&lines};
  DissectStatistics statistics;
  uint64_t datagrams = 0, records = 0, fragments = 0;
};

// One record, in the line that was printed for it.
void CheckLine(const DissectedRecord& record, const std::string& text) {
  const auto line = nlohmann::json::parse(text, /*cb=*/nullptr, /*allow_exceptions=*/false);
  WAYBILL_FUZZ_CHECK(line.is_object() && line.size() == kMembersOfALine);
  WAYBILL_FUZZ_CHECK(line["frame"] == record.datagram->frame && line["record"] == record.number);
  WAYBILL_FUZZ_CHECK(line["form"] == std::string(NameOf(record.view.form)));
  WAYBILL_FUZZ_CHECK(line["drop"].is_null() == (record.drop == DropReason::kNone));
  WAYBILL_FUZZ_CHECK(line["cid"].is_null() == record.view.cid.empty());
  WAYBILL_FUZZ_CHECK(line["cid_length_source"].is_null() == record.view.cid.empty());
  WAYBILL_FUZZ_CHECK(line["cid"].is_null() ||
                     line["cid"].get<std::string>().size() == 2 * record.view.cid.length);
}

void ReadOne(const ObservedDatagram& datagram, Dissector* dissector, Dissection* dissection) {
  size_t end = 0;
  int records = 0;
  dissector->Read(datagram, [&](const DissectedRecord& record) {
    WAYBILL_FUZZ_CHECK(record.number == ++records);
    WAYBILL_FUZZ_CHECK(datagram.is_fragment || record.view.record.offset == end);
    end = record.view.record.end();
    dissection->statistics.Add(record);
    dissection->lines.clear();
    dissection->printer.PrintText(record);
    WAYBILL_FUZZ_CHECK(dissection->lines.find('\n') == dissection->lines.size() - 1);
    dissection->lines.clear();
    dissection->printer.PrintJson(record);
    CheckLine(record, dissection->lines);
  });
  WAYBILL_FUZZ_CHECK(records > 0 && (datagram.is_fragment || end == datagram.payload.size()));
  ++dissection->datagrams;
  dissection->fragments += datagram.is_fragment ? 1 : 0;
  dissection->records += datagram.is_fragment ? 0 : static_cast<uint64_t>(records);
}

void Dissect(const DissectorOptions& options, ByteReader input) {
  const FlowDirection to_server = {IpEndpoint::V4({192, 0, 2, 1}, 40000),
                                   IpEndpoint::V4({198, 51, 100, 2}, 4433)};
  Dissector dissector(options);
  Dissection dissection;
  uint8_t flags;
  ByteReader payload = input;
  while (input.ReadU8(&flags) && input.ReadVector16(&payload)) {
    const absl::Span<const uint8_t> bytes = payload.rest();
    const bool from_server = (flags & kFromServer) != 0;
    ReadOne({dissection.datagrams + 1, from_server ? to_server.Reverse() : to_server, bytes,
             (flags & kFragment) != 0, (flags & kCut) != 0},
            &dissector, &dissection);
  }
  const auto statistics = nlohmann::json::parse(dissection.statistics.ToJson());
  WAYBILL_FUZZ_CHECK(statistics["datagrams"] == dissection.datagrams);
  WAYBILL_FUZZ_CHECK(statistics["records"] == dissection.records);
  uint64_t forms = 0, drops = 0;
  for (const auto& count : statistics["forms"]) forms += count.get<uint64_t>();
  for (const auto& count : statistics["drops"]) drops += count.get<uint64_t>();
  WAYBILL_FUZZ_CHECK(forms == dissection.records && drops == dissection.records);
}

}  // namespace
}  // namespace waybill

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  waybill::ByteReader input(absl::MakeConstSpan(data, size));
  uint8_t cid_length, profile;
  if (!input.ReadU8(&cid_length) || !input.ReadU8(&profile)) return 0;
  waybill::DissectorOptions options;
  if (cid_length > 0) options.cid_length = static_cast<uint8_t>(cid_length - 1);
  options.profile = static_cast<waybill::ExtensionProfile>(profile % 3);
  waybill::Dissect(options, input);
  return 0;
}
