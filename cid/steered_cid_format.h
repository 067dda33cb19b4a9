// SPDX-License-Identifier: Apache-2.0
//
// Connection IDs that say whose core their association is on, to those who have the key.
#ifndef WAYBILL_CID_STEERED_CID_FORMAT_H_
#define WAYBILL_CID_STEERED_CID_FORMAT_H_

#include <cstdint>

#include "absl/types/span.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/keyed_hash.h"
#include "waybill/wire/cid_length.h"

namespace waybill {

// Divides CIDs of any format among cores by a keyed hash. Whoever has no key learns nothing from a
// CID that it did not know. A value; several threads may use one at once.
class CidSteering {
 public:
  // `cores` is not 0. Under SipHash a filter in front of the cores can compute it as well. The
  // tables may have the same hash.
  CidSteering(const KeyedHash& hash, uint8_t cores) : hash_(hash), cores_(cores) {}

  uint8_t cores() const { return cores_; }
  // 0 to cores() - 1. By bits that an AssociationTable makes no use of.
  uint8_t CoreOf(absl::Span<const uint8_t> cid) const {
    return static_cast<uint8_t>((hash_(cid) >> 16 & 0xffff) * cores_ >> 16);
  }

 private:
  KeyedHash hash_;
  uint8_t cores_;
};

// Issues those CIDs of another format that belong to one core: one in so many as there are cores.
class SteeredCidFormat final : public CidFormat {
 public:
  // `format` is not owned and must outlive this one; it does not locate(), for then its CIDs have
  // the core in them. `core` is one of the steering's.
  SteeredCidFormat(CidFormat* format, const CidSteering& steering, uint8_t core)
      : format_(format), steering_(steering), core_(core) {}

  CidLength length() const override { return format_->length(); }
  uint8_t max_length() const override { return format_->max_length(); }
  bool locates() const override { return false; }
  // As the other format; kCollided where none of very many belonged to the core.
  void Issue(absl::Span<CidIssue> jobs) override;
  // As the other format; of CIDs that were not refused the target's core says whose they are.
  void Read(absl::Span<CidReading> jobs) const override;

 private:
  CidFormat* format_;
  CidSteering steering_;
  uint8_t core_;
};

}  // namespace waybill

#endif  // WAYBILL_CID_STEERED_CID_FORMAT_H_
