// SPDX-License-Identifier: Apache-2.0
//
// Associations whose CIDs say where they are.
#ifndef WAYBILL_CID_LOCATED_CIDS_H_
#define WAYBILL_CID_LOCATED_CIDS_H_

#include <cstdint>

#include "absl/types/span.h"
#include "waybill/cid/association_handle.h"
#include "waybill/cid/association_store.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/cid_issuer.h"

namespace waybill {

// In place of a table: a CID of a format that locates() leads to a slot, and that of an association
// that is there no longer, or of a CID that was retired, to nobody. One that was never issued costs
// no memory beyond the format's check.
//
// Says which CIDs of an association live in 16 bytes of its hot line, where else one short key of
// an AssociationTable stands: an association with such a key can have no located CIDs. For one
// thread; Find() may be called by those that have no associations here, and finds none.
class LocatedCids final : public CidRegistry {
 public:
  // Of an association, CIDs may live whose ordinals are this far apart.
  static constexpr uint32_t kMaxSpan = 64;

  // Nothing is owned, and all must outlive this. `core` is whose associations the store has.
  LocatedCids(const CidFormat* format, AssociationStore* store, uint8_t core)
      : format_(format), store_(store), core_(core) {}

  // Reads each CID, several at once, and finds its association: none where the format refuses it,
  // where it is another core's, as its target says, or nobody's. `associations` has as many
  // elements. Does not allocate.
  void Find(absl::Span<CidReading> cids, absl::Span<AssociationHandle> associations) const;

  // As the format issued it for `target`. kTaken where the ordinal lives; kFull where it is too far
  // from others that do, or the association has a key of a table in its hot line; kInvalid where
  // the target is another core's, or no association.
  Answer Add(absl::Span<const uint8_t> cid, const CidTarget& target) override;
  // Reads the CID, and retires its ordinal.
  void Remove(absl::Span<const uint8_t> cid) override;

 private:
  // The ordinals that live, from the lowest on.
  struct Ordinals;

  AssociationHandle AssociationOf(const CidReading& cid) const;
  bool IsHere(const CidTarget& target) const {
    return target.core == core_ && store_->Has({target.slot, target.generation});
  }

  const CidFormat* format_;
  AssociationStore* store_;
  uint8_t core_;
};

}  // namespace waybill

#endif  // WAYBILL_CID_LOCATED_CIDS_H_
