// SPDX-License-Identifier: Apache-2.0
//
// Bytes written down as hex, for tests.
#ifndef WAYBILL_WIRE_TEST_HEX_H_
#define WAYBILL_WIRE_TEST_HEX_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace waybill {

using Bytes = std::vector<uint8_t>;

// The bytes that `hex` says, blanks between them ignored: FromHex("16 fefd 0000").
inline Bytes FromHex(absl::string_view hex) {
  const std::string bytes = absl::HexStringToBytes(absl::StrReplaceAll(hex, {{" ", ""}}));
  return Bytes(bytes.begin(), bytes.end());
}

// The opposite, in lower case without blanks.
inline std::string ToHex(absl::Span<const uint8_t> bytes) {
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

}  // namespace waybill

#endif  // WAYBILL_WIRE_TEST_HEX_H_
