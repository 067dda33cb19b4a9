// SPDX-License-Identifier: Apache-2.0
//
// The seeds of all fuzz targets, by where they come from.
#ifndef WAYBILL_FUZZ_SEEDS_H_
#define WAYBILL_FUZZ_SEEDS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "waybill/fuzz/seed_writer.h"

namespace waybill {

// Records, chains, hellos, inner plaintexts and sessions that the builders of traffic/ make.
void WriteBuiltSeeds(SeedWriter* writer);

// Packets and capture files, put together byte by byte.
void WritePacketSeeds(SeedWriter* writer);

// Key logs, good and bad, line by line.
void WriteKeyLogSeeds(SeedWriter* writer);

// Connection IDs of every format.
void WriteCidSeeds(SeedWriter* writer);

// Calls of the state machine of connection IDs.
void WriteConnectionIdSeeds(SeedWriter* writer);

// Calls of a shard of associations.
void WriteAssociationTableSeeds(SeedWriter* writer);

// What the capture files at `paths` have, of each kind the first one. Seeds are named after capture
// and frame. Fails where a capture cannot be read.
absl::Status WriteRecordedSeeds(const std::vector<std::string>& paths, SeedWriter* writer);

}  // namespace waybill

#endif  // WAYBILL_FUZZ_SEEDS_H_
