// SPDX-License-Identifier: Apache-2.0
//
// Traffic by name: what a kind of server sees on its port, with handshakes, established
// associations and trash. A name, a seed and a count say every byte.
#ifndef WAYBILL_TRAFFIC_MIX_H_
#define WAYBILL_TRAFFIC_MIX_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "waybill/record/record_rules.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/random.h"
#include "waybill/traffic/session.h"
#include "waybill/traffic/trash.h"
#include "waybill/wire/byte_range.h"

namespace waybill {

// A recipe. Weights are relative to one another.
struct Mix {
  std::string_view name;
  std::string_view sentence;                    // for people
  uint32_t flows;                               // associations that are alive at a time
  std::array<uint8_t, kDialectCount> dialects;  // weights by Dialect
  uint8_t server_cid_length;                    // in bytes, of CIDs in records to the server
  uint8_t client_cid_length;                    // of CIDs in records to the client; 0 for none
  uint8_t to_server_percent;                    // of application data
  uint8_t max_records;                          // in a datagram
  uint16_t min_payload;                         // of a record, in bytes; at least 16
  uint16_t max_payload;                         // of the records of a datagram together
  uint16_t session_datagrams;                   // on average, behind the handshake
  uint8_t trash_percent;                        // of all datagrams
  std::array<uint8_t, kTrashClassCount> trash;  // weights by TrashClass
};

// All mixes. Lives as long as the program.
absl::Span<const Mix> AllMixes();

// The mix of that name. Fails with kNotFound, and says which there are.
absl::StatusOr<Mix> FindMix(std::string_view name);

// What receivers in one direction of a mix know: all good datagrams are read by the same rules.
RecordRules RulesOf(const Mix& mix, Direction direction);

struct GeneratedDatagram {
  Bytes bytes;
  // Who speaks to the server or is spoken to by it, as a pair of addresses would say. Less than
  // mix.flows: an association; else a stranger, who sends trash.
  uint32_t flow = 0;
  Direction direction = Direction::kToServer;
  ByteRange cid;  // of the first record; in trash, where it was before; empty where there is none
  std::optional<TrashClass> trash;
};

// Yields the datagrams of a mix, without end; the same for the same mix and seed, on every machine
// and with every compiler.
//
// An association goes through its handshake, sends application data both ways, and makes room for a
// new session on the same addresses. Nine of ten are past their handshake when the
// generator begins. Short payloads are likelier than long ones. Trash goes to the server: what
// damages a datagram (cut, bit_flips) in the flow of that datagram, anything else from strangers.
// Where a datagram without a CID would have become unknown_cid, it becomes random.
//
// One thread at a time.
class MixGenerator {
 public:
  // `mix` need not be one of AllMixes().
  MixGenerator(const Mix& mix, uint64_t seed);

  GeneratedDatagram Next();

 private:
  Session NewSession();
  std::vector<size_t> PayloadLengths(size_t max_records);
  GeneratedDatagram NextGood();
  GeneratedDatagram NextTrash();
  ByteRange CidOf(const GeneratedDatagram& datagram) const;

  Mix mix_;
  Random random_;
  std::vector<Session> sessions_;  // by flow
};

}  // namespace waybill

#endif  // WAYBILL_TRAFFIC_MIX_H_
