// SPDX-License-Identifier: Apache-2.0
//
// Associations and their tables on the microcontroller, in storage that is there from the
// beginning.
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/cid/address_key.h"
#include "waybill/cid/association_shard.h"
#include "waybill/cid/siphash.h"
#include "waybill/cid/storage_memory.h"
#include "waybill/tests/microcontroller/image.h"
#include "waybill/tests/microcontroller/parts.h"

namespace waybill {
namespace {

using Answer = CidRegistry::Answer;

constexpr uint32_t kAssociations = 16;
constexpr uint32_t kCidsEach = 2;
constexpr uint8_t kCidLength = 8;

// What it takes is printed, and is all that there is.
constexpr size_t kStorage = 5 * 1024;
alignas(MemorySource::kAlignment) uint8_t storage[kStorage];
size_t least_left = 0;

AssociationShard::Options Options() {
  AssociationShard::Options options;
  options.associations = kAssociations;
  options.lines = 2;
  options.cids = kCidsEach * kAssociations;
  options.max_cid_length = kCidLength;
  options.addresses = kAssociations;
  options.recently_closed = 16;
  options.closed_duration = 60;
  return options;
}

void MakeCid(uint32_t i, uint8_t (&cid)[kCidLength]) {
  for (size_t j = 0; j < kCidLength; ++j) cid[j] = static_cast<uint8_t>(i >> 4 * j);
}
AddressKey AddressOf(uint32_t i) {
  return {Endpoint::OfIpv4(0xc0000200 + i, 5684), Endpoint::OfIpv4(0xc0000201, 5684)};
}

// Fills the shard, finds everything, closes it all, and begins anew.
bool FillFindAndClose() {
  StorageMemory memory(absl::MakeSpan(storage));
  AssociationShard shard(Options(), KeyedHash(SipHashKey{1, 2}), &memory);
  size_t left = 0;
  AssociationHandle associations[kAssociations];
  uint8_t cid[kCidLength];
  for (uint32_t life = 0; life < 3; ++life) {
    for (uint32_t i = 0; i < kAssociations; ++i) {
      associations[i] = shard.store.Add(life);
      if (!associations[i] || associations[i].generation != life) return false;
      for (uint32_t j = 0; j < kCidsEach; ++j) {
        MakeCid(kAssociations * j + i, cid);
        if (shard.cids.Add(cid, associations[i]) != Answer::kAdded) return false;
      }
      const AddressKey address = AddressOf(i);
      if (shard.addresses.Add(address.bytes(), associations[i]) != Answer::kAdded) return false;
    }
    if (shard.store.Add(life)) return false;
    MakeCid(1000, cid);
    if (shard.cids.Add(cid, associations[0]) != Answer::kFull) return false;
    for (uint32_t i = 0; i < kAssociations; ++i) {
      for (uint32_t j = 0; j < kCidsEach; ++j) {
        MakeCid(kAssociations * j + i, cid);
        if (shard.cids.Find(cid) != associations[i]) return false;
      }
      if (shard.addresses.Find(AddressOf(i).bytes()) != associations[i]) return false;
    }
    for (uint32_t i = 0; i < kAssociations; ++i) {
      shard.Close(associations[i], life);
      if (shard.store.Has(associations[i])) return false;
      MakeCid(i, cid);
      if (shard.cids.Find(cid) || !shard.closed.Contains(cid, life + 60)) return false;
    }
    if (shard.store.size() + shard.cids.size() + shard.addresses.size() != 0) return false;
    // Further lives take no more.
    if (life == 0) least_left = left = memory.left();
  }
  return memory.left() == left;
}

// Where storage is missing, what needs it has no capacity.
bool TooLittleStorage() {
  for (size_t size = 0; size < kStorage / 2; size += 64) {
    StorageMemory memory(absl::MakeSpan(storage, size));
    AssociationShard shard(Options(), KeyedHash(SipHashKey{1, 2}), &memory);
    const AssociationHandle association = shard.store.Add(0);
    uint8_t cid[kCidLength];
    MakeCid(1, cid);
    const Answer answer = shard.cids.Add(cid, association);
    const Answer expected = !association                 ? Answer::kInvalid
                            : shard.cids.capacity() == 0 ? Answer::kFull
                                                         : Answer::kAdded;
    if (answer != expected) return false;
  }
  return true;
}

constexpr Part kParts[] = {
    {"associations filled, found and closed", FillFindAndClose},
    {"too little storage", TooLittleStorage},
};

}  // namespace

Tally RunTables(StackGauge* stack) {
  const Tally tally = RunParts("tables", kParts, stack);
  Print("storage of 16 associations, 32 CIDs, 16 addresses: ");
  Print(static_cast<uint32_t>(kStorage - least_left));
  Print(" bytes\n");
  return tally;
}

}  // namespace waybill
