// SPDX-License-Identifier: Apache-2.0
//
// Read in pieces, so that what is kept of a text is one line and the secrets.

#include "waybill/capture/key_log.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <limits>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace waybill {
namespace {

using Secret = SessionSecrets::Secret;

constexpr size_t kMasterSecretLength = 48;
constexpr size_t kSha256Length = 32;
constexpr size_t kSha384Length = 48;

// Where the secret under a label goes: one of the two members, the second with a number.
struct Place {
  std::optional<Secret> SessionSecrets::*single = nullptr;
  std::map<uint64_t, Secret> SessionSecrets::*numbered = nullptr;
  uint64_t number = 0;

  bool TakesLength(size_t length) const {
    return is_master() ? length == kMasterSecretLength
                       : length == kSha256Length || length == kSha384Length;
  }
  std::string LengthsInWords() const {
    return is_master() ? absl::StrCat(kMasterSecretLength)
                       : absl::StrCat(kSha256Length, " or ", kSha384Length);
  }
  bool is_master() const { return single == &SessionSecrets::master; }
  // False where another secret stands there.
  bool Keep(const Secret& secret, SessionSecrets* secrets) const {
    if (numbered != nullptr) {
      return (secrets->*numbered).try_emplace(number, secret).first->second == secret;
    }
    std::optional<Secret>& kept = secrets->*single;
    if (!kept.has_value()) kept = secret;
    return *kept == secret;
  }
};

// In one spelling: "0", but neither "" nor "00".
bool ReadNumber(absl::string_view digits, uint64_t* number) {
  constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max() - 3;
  return std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit) &&
         absl::SimpleAtoi(digits, number) && *number <= kMax &&
         (digits.size() == 1 || digits.front() != '0');
}

std::optional<Place> PlaceOf(absl::string_view label) {
  static constexpr struct {
    absl::string_view label;
    std::optional<Secret> SessionSecrets::*single;
  } kSingle[] = {
      {"CLIENT_RANDOM", &SessionSecrets::master},
      {"CLIENT_EARLY_TRAFFIC_SECRET", &SessionSecrets::client_early_traffic},
      {"CLIENT_HANDSHAKE_TRAFFIC_SECRET", &SessionSecrets::client_handshake_traffic},
      {"SERVER_HANDSHAKE_TRAFFIC_SECRET", &SessionSecrets::server_handshake_traffic},
  };
  static constexpr struct {
    absl::string_view front;
    std::map<uint64_t, Secret> SessionSecrets::*numbered;
  } kNumbered[] = {
      {"CLIENT_TRAFFIC_SECRET_", &SessionSecrets::client_traffic},
      {"SERVER_TRAFFIC_SECRET_", &SessionSecrets::server_traffic},
  };
  Place place;
  for (const auto& known : kSingle) {
    if (label != known.label) continue;
    place.single = known.single;
    return place;
  }
  for (const auto& known : kNumbered) {
    absl::string_view digits = label;
    if (!absl::ConsumePrefix(&digits, known.front) || !ReadNumber(digits, &place.number)) continue;
    place.numbered = known.numbered;
    return place;
  }
  return std::nullopt;
}

bool IsLabel(absl::string_view field) {
  return !field.empty() && std::all_of(field.begin(), field.end(), [](unsigned char c) {
    return absl::ascii_isupper(c) || absl::ascii_isdigit(c) || c == '_';
  });
}

bool IsBlankOrComment(absl::string_view line) {
  return line.find_first_not_of(" \t") == absl::string_view::npos || line.front() == '#';
}

// Whole bytes, in hex.
bool IsHex(absl::string_view field) {
  return field.size() % 2 == 0 && std::all_of(field.begin(), field.end(), absl::ascii_isxdigit);
}

struct FileCloser {
  void operator()(FILE* file) const { std::fclose(file); }
};

}  // namespace

class KeyLog::Parser {
 public:
  explicit Parser(absl::string_view name) : name_(name) {}

  // The text's next bytes. After a failure nothing may follow.
  absl::Status Take(absl::string_view piece) {
    for (const char byte : piece) {
      const bool ends_crlf = byte == '\n' && last_byte_ == '\r';
      last_byte_ = byte;
      ++offset_;
      if (ends_crlf) {
        line_offset_ = offset_;  // the line itself ended with its CR
      } else if (byte == '\n' || byte == '\r') {
        const absl::Status status = TakeLine();
        if (!status.ok()) return status;
        line_.clear();
        line_offset_ = offset_;
        ++line_number_;
      } else if (line_.size() == kMaxLineLength) {
        return Bad(absl::StrCat("the line is longer than ", kMaxLineLength, " bytes"));
      } else {
        line_.push_back(byte);
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<KeyLog> Finish() {
    const absl::Status status = TakeLine();
    if (!status.ok()) return status;
    return std::move(log_);
  }

 private:
  absl::Status Bad(absl::string_view cause) const {
    return absl::InvalidArgumentError(
        absl::StrCat(name_, ":", line_number_, " (byte ", line_offset_, "): ", cause));
  }

  absl::Status TakeLine() {
    if (IsBlankOrComment(line_)) return absl::OkStatus();
    const std::vector<absl::string_view> fields = absl::StrSplit(line_, ' ');
    // Only a known label is ever repeated in a message: what stands in its place may be a secret.
    if (!IsLabel(fields[0])) return Bad("the line does not begin with a label");
    if (fields.size() != 3) {
      return Bad(
          absl::StrCat("a label, a client random and a secret are three fields with a space "
                       "between them; the line has ",
                       fields.size()));
    }
    const std::optional<Place> place = PlaceOf(fields[0]);
    if (!place.has_value()) {
      ++log_.unknown_lines_;
      return absl::OkStatus();
    }
    return TakeSecret(fields[0], *place, fields[1], fields[2]);
  }

  absl::Status TakeSecret(absl::string_view label, const Place& place, absl::string_view random_hex,
                          absl::string_view secret_hex) {
    ClientRandom random;
    if (!IsHex(random_hex)) return Bad("the client random is not bytes in hex");
    if (random_hex.size() != 2 * random.size()) {
      return Bad(absl::StrCat("the client random has ", random_hex.size() / 2, " bytes, not ",
                              random.size()));
    }
    if (!IsHex(secret_hex))
      return Bad(absl::StrCat("the secret of ", label, " is not bytes in hex"));
    if (!place.TakesLength(secret_hex.size() / 2)) {
      return Bad(absl::StrCat("the secret of ", label, " has ", secret_hex.size() / 2,
                              " bytes, not ", place.LengthsInWords()));
    }
    const std::string random_bytes = absl::HexStringToBytes(random_hex);
    std::copy(random_bytes.begin(), random_bytes.end(), random.begin());
    const std::string secret = absl::HexStringToBytes(secret_hex);
    if (!place.Keep(Secret(secret.begin(), secret.end()), &log_.sessions_[random])) {
      return Bad(
          absl::StrCat("a line before has another secret of ", label, " for this client random"));
    }
    return absl::OkStatus();
  }

  const std::string name_;
  KeyLog log_;
  std::string line_;  // what there is of it
  char last_byte_ = '\0';
  uint64_t offset_ = 0;       // bytes taken
  uint64_t line_offset_ = 0;  // of the first byte of `line_`
  uint64_t line_number_ = 1;
};

absl::StatusOr<KeyLog> KeyLog::Parse(absl::string_view text, absl::string_view name) {
  Parser parser(name);
  const absl::Status status = parser.Take(text);
  if (!status.ok()) return status;
  return parser.Finish();
}

absl::StatusOr<KeyLog> KeyLog::Read(const std::string& path) {
  const std::unique_ptr<FILE, FileCloser> file(std::fopen(path.c_str(), "rbe"));
  if (file == nullptr) return absl::ErrnoToStatus(errno, absl::StrCat(path, ": cannot open"));
  Parser parser(path);
  char piece[4096];
  for (size_t size = sizeof piece; size == sizeof piece;) {
    size = std::fread(piece, 1, sizeof piece, file.get());
    if (std::ferror(file.get()) != 0) {
      return absl::ErrnoToStatus(errno, absl::StrCat(path, ": cannot read"));
    }
    const absl::Status status = parser.Take(absl::string_view(piece, size));
    if (!status.ok()) return status;
  }
  return parser.Finish();
}

const SessionSecrets* KeyLog::Find(absl::Span<const uint8_t> client_random) const {
  ClientRandom random;
  if (client_random.size() != random.size()) return nullptr;
  std::copy(client_random.begin(), client_random.end(), random.begin());
  const auto session = sessions_.find(random);
  return session == sessions_.end() ? nullptr : &session->second;
}

}  // namespace waybill
