// SPDX-License-Identifier: Apache-2.0
//
// The associations of one core, and all that finds them.
#ifndef WAYBILL_CID_ASSOCIATION_SHARD_H_
#define WAYBILL_CID_ASSOCIATION_SHARD_H_

#include <cstddef>
#include <cstdint>

#include "waybill/cid/address_key.h"
#include "waybill/cid/association_handle.h"
#include "waybill/cid/association_store.h"
#include "waybill/cid/association_table.h"
#include "waybill/cid/keyed_hash.h"
#include "waybill/cid/memory_source.h"
#include "waybill/cid/recently_closed.h"
#include "waybill/cid/retired_memory.h"

namespace waybill {

// Shards share nothing: each is one thread's, which alone changes it. Other threads find
// associations by `cids` and `addresses`, each while it has a ForeignReading of a reader that was
// registered with `retired`.
struct AssociationShard {
  struct Options {
    uint32_t associations = 0;
    // Of each: the hot and the cold one, and those of the caller's; protection/ keeps four in between.
    size_t lines = 2;
    uint32_t max_generation = AssociationStore::kMaxGeneration;
    uint32_t cids = 0;
    uint8_t max_cid_length = 20;
    uint32_t addresses = 0;
    // CIDs and addresses of associations that were closed, and for how long each is remembered.
    uint32_t recently_closed = 0;
    uint32_t closed_duration = 0;
  };

  // `memory` is not owned and must outlive the shard. Where it has none, capacities are 0.
  AssociationShard(const Options& options, const KeyedHash& hash, MemorySource* memory);
  AssociationShard(const AssociationShard&) = delete;
  AssociationShard& operator=(const AssociationShard&) = delete;

  // Of memory that it has.
  size_t bytes() const { return store.bytes() + cids.bytes() + addresses.bytes() + closed.bytes(); }

  // Ends an association: its keys find nobody any more, and are remembered as closed at `now`.
  // Nothing happens where it is not there. What the caller keeps in its lines is the caller's to
  // wipe before.
  void Close(AssociationHandle association, uint32_t now);

  RetiredMemory retired;
  AssociationStore store;
  AssociationTable cids;
  AssociationTable addresses;
  RecentlyClosed closed;
};

}  // namespace waybill

#endif  // WAYBILL_CID_ASSOCIATION_SHARD_H_
