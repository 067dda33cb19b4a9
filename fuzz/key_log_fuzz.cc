// SPDX-License-Identifier: Apache-2.0
//
// Input: a key log, whole. One that is accepted and written in the one canonical way reads alike;
// so it does with other line endings. An error names a line that is there, at the byte where that
// begins, and shows nothing of a secret.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "waybill/capture/key_log.h"
#include "waybill/fuzz/fuzz_check.h"

namespace waybill {
namespace {

constexpr char kName[] = "log";

std::string HexOf(absl::Span<const uint8_t> bytes) {
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

// One line a secret, ordered by client random and label, in lower case.
std::string Write(const KeyLog& log) {
  std::string text;
  for (const auto& session : log.sessions()) {
    const auto write = [&](absl::string_view label, const SessionSecrets::Secret& secret) {
      WAYBILL_FUZZ_CHECK(secret.size() == 48 || (secret.size() == 32 && label != "CLIENT_RANDOM"));
      absl::StrAppend(&text, label, " ", HexOf(session.first), " ", HexOf(secret), "\n");
    };
    const SessionSecrets& secrets = session.second;
    const size_t size_before = text.size();
    if (secrets.master.has_value()) write("CLIENT_RANDOM", *secrets.master);
    if (secrets.client_early_traffic.has_value()) {
      write("CLIENT_EARLY_TRAFFIC_SECRET", *secrets.client_early_traffic);
    }
    if (secrets.client_handshake_traffic.has_value()) {
      write("CLIENT_HANDSHAKE_TRAFFIC_SECRET", *secrets.client_handshake_traffic);
    }
    if (secrets.server_handshake_traffic.has_value()) {
      write("SERVER_HANDSHAKE_TRAFFIC_SECRET", *secrets.server_handshake_traffic);
    }
    for (const auto& [number, secret] : secrets.client_traffic) {
      write(absl::StrCat("CLIENT_TRAFFIC_SECRET_", number), secret);
    }
    for (const auto& [number, secret] : secrets.server_traffic) {
      write(absl::StrCat("SERVER_TRAFFIC_SECRET_", number), secret);
    }
    WAYBILL_FUZZ_CHECK(text.size() > size_before);  // no session without a secret
    WAYBILL_FUZZ_CHECK(log.Find(session.first) == &session.second);
  }
  return text;
}

// Where each line begins.
std::vector<size_t> LineOffsets(absl::string_view text) {
  std::vector<size_t> offsets = {0};
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_front_of_crlf = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
    if (text[i] == '\n' || (text[i] == '\r' && !is_front_of_crlf)) offsets.push_back(i + 1);
  }
  return offsets;
}

size_t LongestRunOfHexDigits(absl::string_view text) {
  size_t longest = 0, run = 0;
  for (const char c : text) {
    run = absl::ascii_isxdigit(static_cast<unsigned char>(c)) ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

// `log:LINE (byte OFFSET): CAUSE`
void CheckFailure(const absl::Status& status, absl::string_view text) {
  constexpr size_t kDigitsOfTheLargestNumber = 20;
  WAYBILL_FUZZ_CHECK(absl::IsInvalidArgument(status));
  absl::string_view message = status.message();
  WAYBILL_FUZZ_CHECK(LongestRunOfHexDigits(message) <= kDigitsOfTheLargestNumber);
  WAYBILL_FUZZ_CHECK(absl::ConsumePrefix(&message, absl::StrCat(kName, ":")));
  const size_t blank = message.find(' '), end = message.find("): ");
  constexpr absl::string_view kByte = "(byte ";
  WAYBILL_FUZZ_CHECK(blank != message.npos && end != message.npos &&
                     message.substr(blank + 1, kByte.size()) == kByte);
  const size_t offset_at = blank + 1 + kByte.size();
  size_t line, offset;
  WAYBILL_FUZZ_CHECK(absl::SimpleAtoi(message.substr(0, blank), &line) &&
                     absl::SimpleAtoi(message.substr(offset_at, end - offset_at), &offset));
  const std::vector<size_t> offsets = LineOffsets(text);
  WAYBILL_FUZZ_CHECK(line >= 1 && line <= offsets.size() && offsets[line - 1] == offset);
  WAYBILL_FUZZ_CHECK(offset < text.size());  // an empty line is never bad
  WAYBILL_FUZZ_CHECK(end + 3 < message.size());
}

void CheckReadsAlike(const std::string& text, const std::string& canonical, uint64_t unknown) {
  const absl::StatusOr<KeyLog> log = KeyLog::Parse(text, kName);
  WAYBILL_FUZZ_CHECK(log.ok() && Write(*log) == canonical && log->unknown_lines() == unknown);
}

void ReadKeyLog(const std::string& text) {
  const absl::StatusOr<KeyLog> log = KeyLog::Parse(text, kName);
  // The same lines with every ending.
  const std::string with_lf = absl::StrReplaceAll(text, {{"\r\n", "\n"}, {"\r", "\n"}});
  const std::string with_cr = absl::StrReplaceAll(with_lf, {{"\n", "\r"}});
  const std::string with_crlf = absl::StrReplaceAll(with_lf, {{"\n", "\r\n"}});
  if (!log.ok()) {
    CheckFailure(log.status(), text);
    for (const std::string& other : {with_lf, with_cr, with_crlf}) {
      const absl::StatusOr<KeyLog> same = KeyLog::Parse(other, kName);
      WAYBILL_FUZZ_CHECK(!same.ok());
      CheckFailure(same.status(), other);
    }
    return;
  }
  const std::string canonical = Write(*log);
  CheckReadsAlike(canonical, canonical, 0);
  for (const std::string& other : {with_lf, with_cr, with_crlf}) {
    CheckReadsAlike(other, canonical, log->unknown_lines());
  }
}

}  // namespace
}  // namespace waybill

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  waybill::ReadKeyLog(std::string(data, data + size));
  return 0;
}
