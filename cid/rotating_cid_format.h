// SPDX-License-Identifier: Apache-2.0
//
// A change of keys: connection IDs of the key before are still read.
#ifndef WAYBILL_CID_ROTATING_CID_FORMAT_H_
#define WAYBILL_CID_ROTATING_CID_FORMAT_H_

#include <cstdint>

#include "absl/types/span.h"
#include "waybill/cid/cid_format.h"
#include "waybill/wire/cid_length.h"

namespace waybill {

// Issues by one format and reads by it and by the one before. Both have CIDs of one fixed length,
// so that an endpoint's CIDs stay prefix-free.
class RotatingCidFormat final : public CidFormat {
 public:
  // Formats are not owned, and must outlive this or their own end here. `format` has a fixed
  // length.
  explicit RotatingCidFormat(CidFormat* format) : current_(format) {}

  // Issues by `next` from now on, and reads what the format before has issued as well. False, and
  // nothing is changed, where CIDs of one before that are still read (ForgetPrevious()), or where
  // the next one's length is not the same fixed one, or only one of the two locates().
  bool Rotate(CidFormat* next);
  // CIDs of the format before are refused from now on.
  void ForgetPrevious() { previous_ = nullptr; }

  CidLength length() const override { return current_->length(); }
  uint8_t max_length() const override { return current_->max_length(); }
  bool locates() const override { return current_->locates(); }
  void Issue(absl::Span<CidIssue> jobs) override { current_->Issue(jobs); }
  // Answers as the format that issued the CID does; where neither takes it, as the current one.
  void Read(absl::Span<CidReading> jobs) const override;

 private:
  CidFormat* current_;
  CidFormat* previous_ = nullptr;
};

}  // namespace waybill

#endif  // WAYBILL_CID_ROTATING_CID_FORMAT_H_
