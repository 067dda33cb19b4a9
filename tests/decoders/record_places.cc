// SPDX-License-Identifier: Apache-2.0
//
// Prints what `waybill dissect --json` leaves out of the records of a capture, in the same order, a
// line each: frame, record, first byte, sequence number as on the wire, and the places in the
// datagram where the record begins, where its header ends and where it ends itself.
// record_places CAPTURE [CID_LENGTH]
#include <cstdio>
#include <cstdlib>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "waybill/capture/capture_reader.h"
#include "waybill/record/record_view.h"
#include "waybill/tools/direction.h"
#include "waybill/tools/dissector.h"

namespace waybill {
namespace {

void Print(const DissectedRecord& record) {
  const RecordView& view = record.view;
  std::printf("%llu %d %d %llu %zu %zu %zu\n",
              static_cast<unsigned long long>(record.datagram->frame), record.number,
              view.first_byte, static_cast<unsigned long long>(view.sequence),
              size_t{view.record.offset}, size_t{view.payload.offset}, size_t{view.record.end()});
}

int Main(int argc, char** argv) {
  DissectorOptions options;
  int cid_length = 0;
  if (argc == 3 && absl::SimpleAtoi(argv[2], &cid_length)) {
    options.cid_length = static_cast<uint8_t>(cid_length);
  }
  absl::StatusOr<CaptureReader> reader = CaptureReader::Open(argv[1]);
  if (!reader.ok()) {
    std::fprintf(stderr, "%s\n", reader.status().ToString().c_str());
    return EXIT_FAILURE;
  }
  Dissector dissector(options);
  CapturedPacket packet;
  for (;;) {
    const absl::StatusOr<bool> more = reader->Next(&packet);
    if (!more.ok()) {
      std::fprintf(stderr, "%s\n", more.status().ToString().c_str());
      return EXIT_FAILURE;
    }
    if (!*more) return EXIT_SUCCESS;
    const FlowDirection direction = {packet.udp.source, packet.udp.destination};
    dissector.Read(
        {packet.frame, direction, packet.udp.payload, packet.udp.is_fragment, packet.udp.is_cut},
        Print);
  }
}

}  // namespace
}  // namespace waybill

int main(int argc, char** argv) { return waybill::Main(argc, argv); }
