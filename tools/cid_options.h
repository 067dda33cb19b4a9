// SPDX-License-Identifier: Apache-2.0
//
// What `waybill cid` was asked for, before it is known whether it fits together.
#ifndef WAYBILL_TOOLS_CID_OPTIONS_H_
#define WAYBILL_TOOLS_CID_OPTIONS_H_

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "waybill/cid/block_cipher.h"

namespace waybill {

enum class CidKind { kRandom, kLengthOctet, kNibble, kQuicLb, kSealed, kTagged };

// The options as they were given; what was not given is not there. Which of them a kind takes is
// said where it is issued and read.
struct CidOptions {
  CidKind kind = CidKind::kRandom;
  std::optional<uint8_t> length;
  std::optional<std::vector<uint8_t>> key;
  std::optional<uint8_t> config;
  std::optional<std::vector<uint8_t>> server_id;
  std::optional<std::vector<uint8_t>> nonce;
  std::optional<uint8_t> server_id_length;
  std::optional<uint8_t> nonce_length;
  std::optional<uint8_t> tag_length;
  std::optional<uint32_t> slot;
  std::optional<uint32_t> generation;
  std::optional<uint16_t> ordinal;
  std::optional<uint8_t> core;
  uint32_t count = 1;
};

// How long the tags of tagged CIDs are unless said otherwise.
inline constexpr uint8_t kUsualTagLength = 8;

// What is wrong with an option, and what would be right.
inline absl::Status WrongUsage(const char* option, const std::string& sentence) {
  return absl::InvalidArgumentError(absl::StrCat(option, ": ", sentence));
}

// The key, of AES-128 as of SipHash, which must be there.
inline absl::StatusOr<std::array<uint8_t, BlockCipher::kKeyLength>> KeyOf(
    const CidOptions& options) {
  std::array<uint8_t, BlockCipher::kKeyLength> key;
  if (!options.key.has_value()) return WrongUsage("--key", "this format needs one, of 16 bytes");
  if (options.key->size() != key.size()) {
    return WrongUsage("--key", absl::StrCat("a key has 16 bytes, which are 32 hex digits, and not ",
                                            2 * options.key->size()));
  }
  std::memcpy(key.data(), options.key->data(), key.size());
  return key;
}

}  // namespace waybill

#endif  // WAYBILL_TOOLS_CID_OPTIONS_H_
