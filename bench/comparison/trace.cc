// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/comparison/trace.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "waybill/record/replay_window.h"
#include "waybill/wire/byte_writer.h"

namespace waybill {
namespace {

constexpr uint64_t kMostRecordsBefore = 1 << 16;
constexpr size_t kMaxHeaderLength = 64;
// What a sealed CID of 16 bytes has room for.
constexpr int kGenerationBits = 2;

// An IPv4 address from `network` and a port; the receiver's own.
AddressKey MakeAddress(uint8_t network, uint32_t host, uint16_t port) {
  return {Endpoint::OfIpv4(uint32_t{network} << 24 | (host & 0xffffff), port),
          Endpoint::OfIpv4(0xc0000201, 5684)};
}

constexpr uint8_t kKnownNetwork = 10;
constexpr uint8_t kUnknownNetwork = 11;

// Records of one flow, as indices into the captured records.
using Flows = std::vector<std::vector<size_t>>;

Flows GroupByFlow(absl::Span<const CapturedRecord> captured) {
  Flows flows;
  for (size_t i = 0; i < captured.size(); ++i) {
    if (captured[i].flow >= flows.size()) flows.resize(captured[i].flow + 1);
    flows[captured[i].flow].push_back(i);
  }
  return flows;
}

// Where an association is in the flow that it replays.
struct Replay {
  const std::vector<size_t>* flow;
  size_t next;
  uint64_t sequence;
};

ReplayWindow WindowBefore(uint64_t sequence) {
  ReplayWindow window;
  const uint64_t oldest = sequence - std::min(sequence, ReplayWindow::kSize);
  for (uint64_t opened = oldest; opened < sequence; ++opened) window.Mark(opened);
  return window;
}

}  // namespace

AddressKey MakeUnknownAddress(Random* random) {
  const uint64_t bits = random->Next();
  return MakeAddress(kUnknownNetwork, static_cast<uint32_t>(bits),
                     static_cast<uint16_t>(bits >> 48));
}

Trace MakeTrace(absl::Span<const CapturedRecord> captured, size_t associations, size_t datagrams,
                uint64_t seed) {
  Random random(seed);
  const Flows flows = GroupByFlow(captured);
  Trace trace;
  const auto made = std::make_shared<ComparedAssociations>();
  made->reserve(associations);
  std::vector<Replay> replays;
  for (size_t i = 0; i < associations; ++i) {
    // 2^24 hosts would do for all; several ports a host are what a NAT shows.
    const uint16_t port = static_cast<uint16_t>(1024 + random.Below(64512));
    trace.addresses.push_back(MakeAddress(kKnownNetwork, static_cast<uint32_t>(i), port));
    const uint8_t generation = static_cast<uint8_t>(random.Next() >> (64 - kGenerationBits));
    const uint32_t flow = captured[random.Below(captured.size())].flow;
    const size_t first = random.Below(flows[flow].size());
    const uint64_t sequence = random.Below(kMostRecordsBefore);
    replays.push_back({&flows[flow], first, sequence});
    made->push_back({trace.addresses.back(), generation, 0, WindowBefore(sequence)});
  }
  trace.associations = made;
  for (size_t i = 0; i < datagrams; ++i) {
    RecordLabel label;
    label.association = static_cast<uint32_t>(random.Below(associations));
    Replay& replay = replays[label.association];
    const CapturedRecord& record = captured[(*replay.flow)[replay.next]];
    replay.next = (replay.next + 1) % replay.flow->size();
    label.sequence = replay.sequence++;
    label.payload_length = record.payload_length;
    label.content_type = record.content_type;
    trace.labels.push_back(label);
  }
  return trace;
}

absl::StatusOr<DatagramStore> WriteTrace(const ComparedDesign& design, const Trace& trace,
                                         const ComparedCids& cids, uint64_t seed) {
  Random random(seed);
  DatagramStore datagrams;
  datagrams.Reserve(trace.labels.size());
  Bytes datagram;
  for (size_t i = 0; i < trace.labels.size(); ++i) {
    const RecordLabel& label = trace.labels[i];
    uint8_t header[kMaxHeaderLength];
    ByteWriter writer(header);
    if (!design.write_header(label, cids.Of(label.association), &writer)) {
      return absl::InternalError(absl::StrCat("it cannot write record ", i + 1, " of the trace"));
    }
    datagram = random.MakeBytes(label.payload_length);
    datagram.insert(datagram.begin(), writer.written().begin(), writer.written().end());
    datagrams.Add(datagram, trace.addresses[label.association]);
  }
  return datagrams;
}

}  // namespace waybill
