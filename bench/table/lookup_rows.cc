// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/table/lookup_rows.h"

#include "waybill/bench/table/peer_tables.h"

namespace waybill {
namespace {

template <HashBy kHash>
void AddTable(LookupRows* rows) {
  using Finder = TableFinder<kHash>;
  rows->AddHitsInBatches<Finder, Lines::kDense>();
  rows->AddHitsInBatches<Finder, Lines::kInStore>();
  rows->AddMissesInBatches<Finder, Lines::kDense>();
  rows->AddMissesInBatches<Finder, Lines::kInStore>();
  rows->AddMissesBesideIndex<Finder>();
  rows->AddSingleHits<Finder, Lines::kDense>();
  rows->AddSingleHits<Finder, Lines::kInStore>();
  rows->AddSingleHitsBesideStates<Finder>();
}

template <uint8_t kLength>
void AddSealed(size_t count, LookupRows* rows) {
  using Finder = SealedFinder<kLength>;
  if (!Finder::HasRoomFor(count)) return;
  rows->AddLocatedHitsInBatches<Finder, Lines::kDense>();
  rows->AddLocatedHitsInBatches<Finder, Lines::kInStore>();
}

}  // namespace

void AddLookupRows(size_t count, LookupRows* rows) {
  AddTable<HashBy::kAes>(rows);
  AddTable<HashBy::kSipHash>(rows);
  AddSealed<16>(count, rows);
  AddSealed<8>(count, rows);
  AddPeer<AbslSipHash>(rows);
  AddPeer<AbslOwnHash>(rows);
  AddPeer<AbslNumber>(rows);
  AddPeer<StdSipHash>(rows);
}

}  // namespace waybill
