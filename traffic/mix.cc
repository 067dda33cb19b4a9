// SPDX-License-Identifier: Apache-2.0
#include "waybill/traffic/mix.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/record/parse_record.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/cid_length.h"

namespace waybill {
namespace {

constexpr unsigned kUnderWayPercent = 90;

// name, sentence,
// flows, {dtls12, dtls12_cid, extended12, dtls13, dtls13_cid, extended13},
// CID to server and to client, percent to server, records, payload from and to, session,
// trash percent, {random, other_protocol, unknown_cid, cut, bit_flips}
//
// clang-format off
constexpr Mix kMixes[] = {
    {"iot-12", "Sensors that speak DTLS 1.2, nearly all with a CID to the server, in small records.",
     500, {1, 9, 0, 0, 0, 0}, 8, 0, 80, 1, 24, 96, 100, 0, {}},
    {"gateway-13", "Gateways that speak DTLS 1.3, most with CIDs both ways, in datagrams of several records.",
     200, {0, 0, 0, 2, 8, 0}, 8, 8, 50, 3, 64, 1200, 400, 0, {}},
    {"extended", "DTLS 1.2 and 1.3 with the CID in a record header extension.",
     200, {0, 0, 1, 0, 0, 1}, 8, 8, 50, 2, 24, 600, 100, 0, {}},
    {"mixed", "Every form of record, with many handshakes.",
     200, {1, 1, 1, 1, 1, 1}, 8, 8, 50, 3, 16, 1200, 20, 0, {}},
    {"trash", "Nothing but trash, of every class alike.",
     200, {1, 1, 1, 1, 1, 1}, 8, 8, 50, 1, 16, 1200, 20, 100, {1, 1, 1, 1, 1}},
    {"flood", "Every form of record, drowned in nine times as much trash.",
     200, {1, 3, 1, 1, 3, 1}, 8, 8, 50, 3, 16, 1200, 100, 90, {4, 2, 4, 1, 1}},
};
// clang-format on

}  // namespace

absl::Span<const Mix> AllMixes() { return kMixes; }

absl::StatusOr<Mix> FindMix(std::string_view name) {
  std::string message = "no mix is called '" + std::string(name) + "'; there are";
  for (const Mix& mix : kMixes) {
    if (mix.name == name) return mix;
    message.append(" ").append(mix.name);
  }
  return absl::NotFoundError(message);
}

RecordRules RulesOf(const Mix& mix, Direction direction) {
  const uint8_t cid_length =
      direction == Direction::kToServer ? mix.server_cid_length : mix.client_cid_length;
  ExtensionRules extensions;
  extensions.profile = ExtensionProfile::kAuthenticated;
  extensions.accepted = NegotiatedExtensions(cid_length);
  return RecordRules(CidLength::Fixed(cid_length), extensions);
}

MixGenerator::MixGenerator(const Mix& mix, uint64_t seed) : mix_(mix), random_(seed) {
  sessions_.reserve(mix.flows);
  for (uint32_t i = 0; i < mix.flows; ++i) {
    sessions_.push_back(NewSession());
    if (random_.Percent(kUnderWayPercent)) sessions_.back().SkipHandshake();
  }
}

GeneratedDatagram MixGenerator::Next() {
  return random_.Percent(mix_.trash_percent) ? NextTrash() : NextGood();
}

Session MixGenerator::NewSession() {
  const auto dialect = static_cast<Dialect>(random_.Weighted(mix_.dialects));
  Bytes server_cid = random_.MakeBytes(mix_.server_cid_length);
  Bytes client_cid = random_.MakeBytes(mix_.client_cid_length);
  return Session(dialect, std::move(server_cid), std::move(client_cid));
}

std::vector<size_t> MixGenerator::PayloadLengths(size_t max_records) {
  std::vector<size_t> lengths(random_.Between(1, max_records));
  const uint64_t max_length = mix_.max_payload / lengths.size();
  for (size_t& length : lengths) {
    const uint64_t one = random_.Between(mix_.min_payload, max_length);
    const uint64_t another = random_.Between(mix_.min_payload, max_length);
    length = std::min(one, another);
  }
  return lengths;
}

GeneratedDatagram MixGenerator::NextGood() {
  GeneratedDatagram out;
  out.flow = static_cast<uint32_t>(random_.Below(mix_.flows));
  Session& session = sessions_[out.flow];
  if (session.InHandshake()) {
    out.bytes = session.NextOfHandshake(&random_, &out.direction);
  } else {
    out.direction =
        random_.Percent(mix_.to_server_percent) ? Direction::kToServer : Direction::kToClient;
    out.bytes = session.Application(out.direction, PayloadLengths(mix_.max_records), &random_);
    if (random_.Below(mix_.session_datagrams) == 0) session = NewSession();
  }
  out.cid = CidOf(out);
  return out;
}

GeneratedDatagram MixGenerator::NextTrash() {
  GeneratedDatagram out;
  out.flow = static_cast<uint32_t>(random_.Below(mix_.flows));
  out.bytes =
      sessions_[out.flow].Application(out.direction, PayloadLengths(/*max_records=*/1), &random_);
  out.cid = CidOf(out);
  TrashClass trash = kTrashClasses[random_.Weighted(mix_.trash)];
  if (trash == TrashClass::kUnknownCid && out.cid.empty()) trash = TrashClass::kRandom;
  out.bytes = *MakeTrash(trash, out.bytes, out.cid, &random_);
  if (trash != TrashClass::kCut && trash != TrashClass::kBitFlips) {
    out.flow = mix_.flows + static_cast<uint32_t>(random_.Below(mix_.flows));
  }
  out.trash = trash;
  return out;
}

ByteRange MixGenerator::CidOf(const GeneratedDatagram& datagram) const {
  RecordView view;
  ParseRecord(datagram.bytes, 0, RulesOf(mix_, datagram.direction), &view);
  return view.cid;
}

}  // namespace waybill
