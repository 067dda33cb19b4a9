// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/cid_printer.h"

#include <optional>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "waybill/tools/json_line.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

void AddHex(std::string_view key, const std::optional<std::vector<uint8_t>>& bytes,
            JsonLine* line) {
  if (bytes.has_value()) {
    line->Hex(key, *bytes);
  } else {
    line->Null(key);
  }
}

void AppendNumber(const char* name, std::optional<uint32_t> number, std::string* out) {
  if (number.has_value()) absl::StrAppend(out, ", ", name, " ", *number);
}

void AppendBytes(const char* name, const std::optional<std::vector<uint8_t>>& bytes,
                 std::string* out) {
  if (!bytes.has_value()) return;
  absl::StrAppend(out, ", ", name, " ");
  AppendHex(*bytes, out);
}

}  // namespace

void PrintCidAsJson(absl::Span<const uint8_t> cid, const CidContent& content, std::string* out) {
  const bool valid = content.reason == DropReason::kNone;
  JsonLine line(out);
  line.Hex("cid", cid);
  line.Bool("valid", valid);
  line.Number("length", cid.size());
  line.Number("config", content.config);
  AddHex("server_id", content.server_id, &line);
  AddHex("nonce", content.nonce, &line);
  line.Number("slot", content.slot);
  line.Number("generation", content.generation);
  line.Number("ordinal", content.ordinal);
  line.Number("core", content.core);
  line.Text("reason", valid ? std::string_view() : NameOf(content.reason));
  line.End();
}

void PrintCidAsText(absl::Span<const uint8_t> cid, const CidContent& content, std::string* out) {
  const bool valid = content.reason == DropReason::kNone;
  AppendHex(cid, out);
  absl::StrAppend(out, valid ? "  valid, length " : "  not valid, length ", cid.size());
  AppendNumber("config", content.config, out);
  AppendBytes("server", content.server_id, out);
  AppendBytes("nonce", content.nonce, out);
  AppendNumber("core", content.core, out);
  AppendNumber("slot", content.slot, out);
  AppendNumber("generation", content.generation, out);
  AppendNumber("ordinal", content.ordinal, out);
  if (!valid) {
    out->append(": ").append(NameOf(content.reason));
    out->append(". ").append(SentenceOf(content.reason));
  }
  out->push_back('\n');
}

}  // namespace waybill
