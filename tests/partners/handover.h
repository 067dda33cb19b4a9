// SPDX-License-Identifier: Apache-2.0
//
// What a client leaves in a file so that another process can go on with its session. The partners
// write it, and tests/take_over reads it.

#ifndef WAYBILL_TESTS_PARTNERS_HANDOVER_H_
#define WAYBILL_TESTS_PARTNERS_HANDOVER_H_

#include <cstdint>
#include <optional>
#include <string>

namespace waybill::partners {

// Strings are bytes.
struct Handover {
  uint64_t cipher_suite = 0;  // as in IANA's registry of TLS cipher suites
  // DTLS 1.2; empty in DTLS 1.3.
  std::string client_random;
  std::string server_random;
  std::string master_secret;
  // DTLS 1.3, of epoch 3: those of later epochs follow from them. Empty in DTLS 1.2.
  std::string client_traffic_secret;
  std::string server_traffic_secret;
  // Of the records to the server and to the client; empty where they carry none.
  std::string cid_to_server;
  std::string cid_to_client;
  // The number of the client's next record, and the one above all that it has heard of the server.
  uint64_t send_epoch = 0;
  uint64_t send_sequence = 0;
  uint64_t receive_epoch = 0;
  uint64_t receive_sequence = 0;
  // Of the client's next handshake message; DTLS 1.3 alone has any behind the handshake.
  uint64_t next_handshake_message = 0;
  // The message that the client would have sent next, and its datagram, sealed but never sent.
  std::string next_message;
  std::string next_datagram;
};

// False where the file cannot be written.
bool WriteHandover(const std::string& path, const Handover& handover);
// No value where the file cannot be read, or lacks anything.
std::optional<Handover> ReadHandover(const std::string& path);

}  // namespace waybill::partners

#endif  // WAYBILL_TESTS_PARTNERS_HANDOVER_H_
