// SPDX-License-Identifier: Apache-2.0
//
// The secrets of key logs, in the format that stacks write where SSLKEYLOGFILE is set (RFC 9850).

#ifndef WAYBILL_CAPTURE_KEY_LOG_H_
#define WAYBILL_CAPTURE_KEY_LOG_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace waybill {

// What a key log knows of one association, each secret by the label that it stands under. A traffic
// secret is as long as the hash of its cipher suite: 32 bytes or 48.
struct SessionSecrets {
  using Secret = std::vector<uint8_t>;

  // CLIENT_RANDOM, called after the field behind it: the master secret of DTLS 1.2, 48 bytes.
  std::optional<Secret> master;

  std::optional<Secret> client_early_traffic;      // CLIENT_EARLY_TRAFFIC_SECRET: epoch 1
  std::optional<Secret> client_handshake_traffic;  // CLIENT_HANDSHAKE_TRAFFIC_SECRET: epoch 2
  std::optional<Secret> server_handshake_traffic;  // SERVER_HANDSHAKE_TRAFFIC_SECRET: epoch 2

  // By the number N of CLIENT_TRAFFIC_SECRET_N and SERVER_TRAFFIC_SECRET_N, which belongs to epoch
  // N + 3. Most stacks log number 0 alone, from which the others follow; N + 3 fits in 64 bits.
  std::map<uint64_t, Secret> client_traffic;
  std::map<uint64_t, Secret> server_traffic;
};

// A key log, read whole: a value. Nothing of it is wiped when it goes, since its secrets come from
// a text file that stays.
//
// The format (RFC 9850, section 2): lines of a label, a client random and a secret, both in hex of
// either case, with one space between them. A line ends in LF, CR LF or CR, the last one maybe in
// nothing. Lines that are blank, or begin with '#', say nothing. A label is of capital letters,
// digits and underscores; lines with labels that SessionSecrets does not have are counted, and
// what stands in their two other fields is not looked at.
//
// One bad line makes the whole file an error, of kInvalidArgument: a reader that went on without
// the line would have secrets missing and not know why. The message is `NAME:LINE (byte N): CAUSE`,
// lines counted from 1, N the offset from 0 of the line's first byte. No message has a byte of a
// secret. Bad are a line longer than kMaxLineLength, a first field that is no label, fields that
// are not three, a client random that is not of 32 bytes, a secret whose length is not one of its
// label's, and a secret other than the one that the same label and client random had before. The
// same line again is no error.
class KeyLog {
 public:
  using ClientRandom = std::array<uint8_t, 32>;

  // Without what ends the line. Memory grows with the secrets alone, not with a line that never
  // ends.
  static constexpr size_t kMaxLineLength = 1024;

  // Reads the file `path`. Fails, with the file's name in the message, where it cannot be opened or
  // read, or has a bad line.
  static absl::StatusOr<KeyLog> Read(const std::string& path);

  // The same of `text`, which messages call `name`.
  static absl::StatusOr<KeyLog> Parse(absl::string_view text, absl::string_view name);

  // Null where the log has nothing about this ClientHello's random. Valid as long as this value.
  const SessionSecrets* Find(absl::Span<const uint8_t> client_random) const;

  // All that there is. Ordered, not hashed: the randoms are bytes of peers, who could choose them
  // to collide.
  const std::map<ClientRandom, SessionSecrets>& sessions() const { return sessions_; }

  // Lines with a label that SessionSecrets does not have.
  uint64_t unknown_lines() const { return unknown_lines_; }

 private:
  class Parser;

  std::map<ClientRandom, SessionSecrets> sessions_;
  uint64_t unknown_lines_ = 0;
};

}  // namespace waybill

#endif  // WAYBILL_CAPTURE_KEY_LOG_H_
