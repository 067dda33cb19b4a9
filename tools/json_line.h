// SPDX-License-Identifier: Apache-2.0
//
// One JSON object on a line, appended to a buffer. nlohmann-json writes whatever is not a matter of
// hundreds of thousands of records a second; the tests hold this writer to it.
#ifndef WAYBILL_TOOLS_JSON_LINE_H_
#define WAYBILL_TOOLS_JSON_LINE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"

namespace waybill {

// Appends the lower-case hex of `bytes`.
inline void AppendHex(absl::Span<const uint8_t> bytes, std::string* out) {
  constexpr char kDigits[] = "0123456789abcdef";
  for (const uint8_t byte : bytes) {
    out->push_back(kDigits[byte >> 4]);
    out->push_back(kDigits[byte & 0x0f]);
  }
}

// Begins an object where it is made, and ends it and the line at End(). Keys and texts are written
// as they are: they must need no escape, as names and addresses do not. Appends to `out`, which
// must outlive it.
class JsonLine {
 public:
  explicit JsonLine(std::string* out) : out_(out) { out_->push_back('{'); }

  void Number(std::string_view key, std::optional<uint64_t> value) {
    Key(key);
    if (value.has_value()) {
      absl::StrAppend(out_, *value);
    } else {
      out_->append("null");
    }
  }
  // Null where it is empty.
  void Text(std::string_view key, std::string_view value) {
    Key(key);
    if (value.empty()) {
      out_->append("null");
      return;
    }
    out_->push_back('"');
    out_->append(value);
    out_->push_back('"');
  }
  void Bool(std::string_view key, bool value) {
    Key(key);
    out_->append(value ? "true" : "false");
  }
  void Hex(std::string_view key, absl::Span<const uint8_t> bytes) {
    Key(key);
    out_->push_back('"');
    AppendHex(bytes, out_);
    out_->push_back('"');
  }
  void Null(std::string_view key) { Text(key, ""); }

  // An array of objects: for each, Next() and its members.
  void BeginArray(std::string_view key) {
    Key(key);
    out_->push_back('[');
    first_ = true;
  }
  void Next() {
    if (out_->back() != '[') out_->append("},");
    out_->push_back('{');
    first_ = true;
  }
  void EndArray() {
    out_->append(out_->back() == '[' ? "]" : "}]");
    first_ = false;
  }

  void End() { out_->append("}\n"); }

 private:
  void Key(std::string_view key) {
    if (!first_) out_->push_back(',');
    first_ = false;
    out_->push_back('"');
    out_->append(key);
    out_->append("\":");
  }

  std::string* out_;
  bool first_ = true;
};

}  // namespace waybill

#endif  // WAYBILL_TOOLS_JSON_LINE_H_
