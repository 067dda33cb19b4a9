// SPDX-License-Identifier: Apache-2.0
//
// New connection IDs, for `waybill cid`.
#ifndef WAYBILL_TOOLS_CID_ISSUING_H_
#define WAYBILL_TOOLS_CID_ISSUING_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "waybill/cid/checked_random.h"
#include "waybill/tools/cid_options.h"

namespace waybill {

// As many CIDs as `options` ask for, none of them twice. Fails, and issues none, where the options
// do not suffice, contradict each other or ask for more than the format has.
absl::StatusOr<std::vector<std::vector<uint8_t>>> IssueCids(const CidOptions& options,
                                                            CheckedRandom* random);

}  // namespace waybill

#endif  // WAYBILL_TOOLS_CID_ISSUING_H_
