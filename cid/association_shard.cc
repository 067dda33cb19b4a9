// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/association_shard.h"

namespace waybill {

AssociationShard::AssociationShard(const Options& options, const KeyedHash& hash,
                                   MemorySource* memory)
    : retired(memory),
      store(memory, options.associations, options.lines, options.max_generation),
      cids({options.cids, options.max_cid_length, AssociationTable::Kind::kCids}, hash, &store,
           memory, &retired),
      addresses({options.addresses, AddressKey::kMaxLength, AssociationTable::Kind::kAddresses}, hash,
                &store, memory, &retired),
      closed(memory, hash, options.recently_closed, options.closed_duration) {}

void AssociationShard::Close(AssociationHandle association, uint32_t now) {
  cids.RemoveAll(association, &closed, now);
  addresses.RemoveAll(association, &closed, now);
  store.Remove(association);
}

}  // namespace waybill
