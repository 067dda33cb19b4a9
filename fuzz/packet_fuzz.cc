// SPDX-License-Identifier: Apache-2.0
//
// Input: the link layer, then a captured packet. The payload lies in it, behind the UDP header that
// says so; and a capture that is a byte shorter shows no other datagram.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/capture/packet.h"
#include "waybill/fuzz/fuzz_check.h"
#include "waybill/wire/byte_range.h"
#include "waybill/wire/byte_reader.h"

namespace waybill {
namespace {

constexpr size_t kUdpHeaderLength = 8;

void CheckDatagram(const UdpPacket& packet, absl::Span<const uint8_t> captured) {
  WAYBILL_FUZZ_CHECK(packet.source.is_v6 == packet.destination.is_v6);
  WAYBILL_FUZZ_CHECK(packet.payload.size() <= kMaxDatagramLength);
  if (packet.payload.empty()) return;
  WAYBILL_FUZZ_CHECK(packet.payload.data() >= captured.data() &&
                     packet.payload.end() <= captured.end());
  if (packet.is_fragment) return;

  const size_t offset = static_cast<size_t>(packet.payload.data() - captured.data());
  WAYBILL_FUZZ_CHECK(offset >= kUdpHeaderLength);
  ByteReader header(captured, offset - kUdpHeaderLength);
  uint16_t source, destination, length;
  WAYBILL_FUZZ_CHECK(header.ReadU16(&source) && header.ReadU16(&destination) &&
                     header.ReadU16(&length));
  WAYBILL_FUZZ_CHECK(source == packet.source.port && destination == packet.destination.port);
  const size_t claimed = length - kUdpHeaderLength;
  WAYBILL_FUZZ_CHECK(packet.is_cut ? packet.payload.size() < claimed
                                   : packet.payload.size() == claimed);
}

// A port, or the payload, may be what the last byte was needed for.
void CheckCut(const UdpPacket& whole, const UdpPacket& cut) {
  WAYBILL_FUZZ_CHECK(cut.is_fragment == whole.is_fragment);
  WAYBILL_FUZZ_CHECK(cut.is_cut || !whole.is_cut);
  WAYBILL_FUZZ_CHECK(cut.source.address == whole.source.address &&
                     cut.destination.address == whole.destination.address);
  WAYBILL_FUZZ_CHECK(cut.source.port == whole.source.port || cut.source.port == 0);
  WAYBILL_FUZZ_CHECK(cut.destination.port == whole.destination.port || cut.destination.port == 0);
  WAYBILL_FUZZ_CHECK(cut.payload.size() <= whole.payload.size() &&
                     std::equal(cut.payload.begin(), cut.payload.end(), whole.payload.begin()));
}

void Decode(LinkLayer link, absl::Span<const uint8_t> captured) {
  UdpPacket packet;
  const PacketVerdict verdict = DecodePacket(link, captured, &packet);
  if (verdict == PacketVerdict::kUdp) CheckDatagram(packet, captured);
  if (captured.empty()) return;

  UdpPacket cut;
  const PacketVerdict verdict_of_cut =
      DecodePacket(link, captured.first(captured.size() - 1), &cut);
  if (verdict_of_cut == PacketVerdict::kMalformed || verdict == PacketVerdict::kMalformed) return;
  WAYBILL_FUZZ_CHECK(verdict_of_cut == verdict);
  if (verdict == PacketVerdict::kUdp) CheckCut(packet, cut);
}

}  // namespace
}  // namespace waybill

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  waybill::Decode(static_cast<waybill::LinkLayer>(data[0] % 5),
                  absl::MakeConstSpan(data + 1, size - 1));
  return 0;
}
