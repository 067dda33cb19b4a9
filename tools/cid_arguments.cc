// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/cid_arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace waybill {
namespace {

using Kinds = std::vector<CidKind>;

const Kinds kAll = {CidKind::kRandom, CidKind::kLengthOctet, CidKind::kNibble,
                    CidKind::kQuicLb, CidKind::kSealed,      CidKind::kTagged};
const Kinds kKeyed = {CidKind::kQuicLb, CidKind::kSealed, CidKind::kTagged};
// The receiver knows the length of these; the others say it.
const Kinds kFixed = {CidKind::kRandom, CidKind::kSealed, CidKind::kTagged};
const Kinds kQuicLb = {CidKind::kQuicLb};
const Kinds kSealed = {CidKind::kSealed};

constexpr uint32_t kMaxCount = 1000000;

const char* NameOf(CidKind kind) {
  switch (kind) {
    case CidKind::kRandom:
      return "random";
    case CidKind::kLengthOctet:
      return "length-octet";
    case CidKind::kNibble:
      return "nibble";
    case CidKind::kQuicLb:
      return "quic-lb";
    case CidKind::kSealed:
      return "sealed";
    case CidKind::kTagged:
      break;
  }
  return "tagged";
}

std::string NamesOf(const Kinds& kinds) {
  std::string names;
  for (size_t i = 0; i < kinds.size(); ++i) {
    absl::StrAppend(&names, i == 0 ? "" : i + 1 == kinds.size() ? " or " : ", ", NameOf(kinds[i]));
  }
  return names;
}

}  // namespace

std::optional<std::vector<uint8_t>> BytesOfHex(const std::string& hex) {
  for (const char c : hex) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) return std::nullopt;
  }
  if (hex.size() % 2 != 0) return std::nullopt;
  const std::string bytes = absl::HexStringToBytes(hex);
  return std::vector<uint8_t>(bytes.begin(), bytes.end());
}

CidArguments::CidArguments(CLI::App* command, CidOptions* options)
    : command_(command), options_(options) {
  const auto parse = [options](const std::string& name) {
    const auto named = std::find_if(kAll.begin(), kAll.end(),
                                    [&name](CidKind kind) { return name == NameOf(kind); });
    if (named == kAll.end()) {
      throw CLI::ValidationError("--format", absl::StrCat("is one of ", NamesOf(kAll)));
    }
    options->kind = *named;
  };
  command->add_option_function<std::string>("--format", parse, NamesOf(kAll))
      ->required()
      ->type_name("FORMAT");
}

template <typename T>
void CidArguments::Number(const char* name, std::optional<T>* value, const char* what,
                          uint64_t least, uint64_t most, Kinds takers) {
  CLI::Option* const option = command_->add_option(name, *value, what);
  option->check(CLI::Range(least, most).description(""))->type_name("N");
  takers_.emplace_back(option, std::move(takers));
}

void CidArguments::Hex(const char* name, std::optional<std::vector<uint8_t>>* value,
                       const char* what, Kinds takers) {
  const auto parse = [name, value](const std::string& hex) {
    *value = BytesOfHex(hex);
    if (!value->has_value()) throw CLI::ValidationError(name, "bytes are pairs of hex digits");
  };
  CLI::Option* const option = command_->add_option_function<std::string>(name, parse, what);
  option->type_name("HEX");
  takers_.emplace_back(option, std::move(takers));
}

void CidArguments::AddForBoth() {
  Hex("--key", &options_->key, "16 bytes", kKeyed);
  Number("--config", &options_->config, "the configuration, 0 to 7", 0, 7, kQuicLb);
  Number("--tag-length", &options_->tag_length, "of the tag, in bytes", 3, 8, {CidKind::kTagged});
}

void CidArguments::AddForIssue() {
  Number("--length", &options_->length, "of the whole CID, in bytes", 1, 255, kAll);
  AddForBoth();
  Hex("--server-id", &options_->server_id, "the server", {CidKind::kQuicLb, CidKind::kSealed});
  Hex("--nonce", &options_->nonce, "of the first CID", kQuicLb);
  Number("--slot", &options_->slot, "where the state of the association is", 0, UINT32_MAX,
         kSealed);
  Number("--generation", &options_->generation, "how often the slot was given away before", 0,
         UINT32_MAX, kSealed);
  Number("--ordinal", &options_->ordinal, "of the first CID among those of its association", 0,
         UINT16_MAX, kSealed);
  Number("--core", &options_->core, "whose slot it is", 0, UINT8_MAX, kSealed);
  command_->add_option("--count", options_->count, "how many, 1 to 1000000")
      ->check(CLI::Range(uint32_t{1}, kMaxCount).description(""))
      ->type_name("N")
      ->capture_default_str();
}

void CidArguments::AddForRead() {
  Number("--length", &options_->length, "of all these CIDs, in bytes", 1, 255, kFixed);
  AddForBoth();
  Number("--server-id-length", &options_->server_id_length, "in bytes, 1 to 15", 1, 15, kQuicLb);
  Number("--nonce-length", &options_->nonce_length, "in bytes, 4 to 18", 4, 18, kQuicLb);
}

void CidArguments::ExpectTaken() const {
  for (const auto& [option, takers] : takers_) {
    const bool taken = std::count(takers.begin(), takers.end(), options_->kind) != 0;
    if (option->count() != 0 && !taken) {
      throw CLI::ValidationError(option->get_name(),
                                 absl::StrCat("goes with --format ", NamesOf(takers)));
    }
  }
}

}  // namespace waybill
