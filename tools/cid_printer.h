// SPDX-License-Identifier: Apache-2.0
//
// Connection IDs and what they say, for people and for programs.
#ifndef WAYBILL_TOOLS_CID_PRINTER_H_
#define WAYBILL_TOOLS_CID_PRINTER_H_

#include <cstdint>
#include <string>

#include "absl/types/span.h"
#include "waybill/tools/cid_reading.h"

namespace waybill {

// Each appends one line.
void PrintCidAsJson(absl::Span<const uint8_t> cid, const CidContent& content, std::string* out);
void PrintCidAsText(absl::Span<const uint8_t> cid, const CidContent& content, std::string* out);

}  // namespace waybill

#endif  // WAYBILL_TOOLS_CID_PRINTER_H_
