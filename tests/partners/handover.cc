// SPDX-License-Identifier: Apache-2.0
//
// A line for each field: its name, a blank, and a number or bytes in hex.

#include "waybill/tests/partners/handover.h"

#include <fstream>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace waybill::partners {
namespace {

// Calls `field(name, member)` for each field, in the order of the file.
template <typename SomeHandover, typename Field>
void ForEachField(SomeHandover& handover, Field field) {
  field("cipher_suite", handover.cipher_suite);
  field("client_random", handover.client_random);
  field("server_random", handover.server_random);
  field("master_secret", handover.master_secret);
  field("client_traffic_secret", handover.client_traffic_secret);
  field("server_traffic_secret", handover.server_traffic_secret);
  field("cid_to_server", handover.cid_to_server);
  field("cid_to_client", handover.cid_to_client);
  field("send_epoch", handover.send_epoch);
  field("send_sequence", handover.send_sequence);
  field("receive_epoch", handover.receive_epoch);
  field("receive_sequence", handover.receive_sequence);
  field("next_handshake_message", handover.next_handshake_message);
  field("next_message", handover.next_message);
  field("next_datagram", handover.next_datagram);
}

std::string ToText(uint64_t number) { return absl::StrCat(number); }
std::string ToText(const std::string& bytes) { return absl::BytesToHexString(bytes); }

bool FromText(const std::string& text, uint64_t* number) { return absl::SimpleAtoi(text, number); }
bool FromText(const std::string& text, std::string* bytes) {
  *bytes = absl::HexStringToBytes(text);
  return absl::BytesToHexString(*bytes) == text;
}

}  // namespace

bool WriteHandover(const std::string& path, const Handover& handover) {
  std::ofstream file(path);
  ForEachField(handover, [&](const char* name, const auto& member) {
    file << name << ' ' << ToText(member) << '\n';
  });
  return file.flush().good();
}

std::optional<Handover> ReadHandover(const std::string& path) {
  std::ifstream file(path);
  Handover handover;
  bool complete = true;
  ForEachField(handover, [&](const char* name, auto& member) {
    const std::string prefix = absl::StrCat(name, " ");
    std::string line;
    complete = complete && std::getline(file, line) &&
               line.compare(0, prefix.size(), prefix) == 0 &&
               FromText(line.substr(prefix.size()), &member);
  });
  if (!complete) return std::nullopt;
  return handover;
}

}  // namespace waybill::partners
