// SPDX-License-Identifier: Apache-2.0
//
// Writes the seeds of all fuzz targets, by name: make_seeds DIRECTORY CAPTURE…, where DIRECTORY
// gets a folder a kind of input. The seeds in the tree were written by make_seeds.sh, and a test
// holds them to that.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "waybill/fuzz/seed_writer.h"
#include "waybill/fuzz/seeds.h"

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: make_seeds DIRECTORY CAPTURE...\n");
    return 2;
  }
  std::vector<std::string> captures(argv + 2, argv + argc);
  std::sort(captures.begin(), captures.end());
  waybill::SeedWriter writer(argv[1]);
  waybill::WriteBuiltSeeds(&writer);
  waybill::WritePacketSeeds(&writer);
  waybill::WriteKeyLogSeeds(&writer);
  waybill::WriteCidSeeds(&writer);
  waybill::WriteConnectionIdSeeds(&writer);
  waybill::WriteAssociationTableSeeds(&writer);
  const absl::Status recorded = waybill::WriteRecordedSeeds(captures, &writer);
  if (!recorded.ok()) std::fprintf(stderr, "%s\n", recorded.ToString().c_str());
  if (!writer.ok()) std::fprintf(stderr, "%s: cannot be written\n", argv[1]);
  return recorded.ok() && writer.ok() ? 0 : 1;
}
