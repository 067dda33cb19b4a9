// SPDX-License-Identifier: Apache-2.0
//
// What a connection ID says, for `waybill cid`.
#ifndef WAYBILL_TOOLS_CID_READING_H_
#define WAYBILL_TOOLS_CID_READING_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "waybill/tools/cid_options.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

// A CID and what is in it, as far as its format has it and it is valid. The configuration can be
// read in any case.
struct CidContent {
  DropReason reason = DropReason::kNone;
  std::optional<uint8_t> config;
  std::optional<std::vector<uint8_t>> server_id;
  std::optional<std::vector<uint8_t>> nonce;
  std::optional<uint32_t> slot;
  std::optional<uint32_t> generation;
  std::optional<uint16_t> ordinal;
  std::optional<uint8_t> core;
};

// Reads a CID of 1 to 255 bytes.
using CidReader = std::function<CidContent(absl::Span<const uint8_t> cid)>;

// A reader for the CIDs that `options` describe; those they were issued by will do. Fails where
// they do not suffice or contradict each other.
absl::StatusOr<CidReader> MakeCidReader(const CidOptions& options);

}  // namespace waybill

#endif  // WAYBILL_TOOLS_CID_READING_H_
