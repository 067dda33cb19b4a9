// SPDX-License-Identifier: Apache-2.0
//
// Input: the link layer, then a captured packet.
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/capture/packet.h"
#include "waybill/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const absl::Span<const uint8_t> captured(data + 1, size - 1);
  waybill::UdpPacket packet;
  const auto link = static_cast<waybill::LinkLayer>(data[0] % 5);
  if (waybill::DecodePacket(link, captured, &packet) != waybill::PacketVerdict::kUdp) return 0;
  if (packet.payload.empty()) return 0;
  WAYBILL_FUZZ_CHECK(packet.payload.data() >= captured.data());
  WAYBILL_FUZZ_CHECK(packet.payload.data() + packet.payload.size() <=
                     captured.data() + captured.size());
  return 0;
}
