// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/opaque_cid_format.h"

#include "waybill/cid/cids_at_once.h"
#include "waybill/cid/opaque_part.h"

namespace waybill {

uint8_t OpaqueCidFormat::LengthByOctet(const void* /*context*/, absl::Span<const uint8_t> bytes) {
  const uint8_t behind = bytes.empty() ? 0 : bytes[0];
  // 255 would make a CID of 256 bytes.
  return behind == 0 || behind == kMaxCidLength ? 0 : static_cast<uint8_t>(1 + behind);
}

uint8_t OpaqueCidFormat::LengthByNibble(const void* /*context*/, absl::Span<const uint8_t> bytes) {
  const uint8_t behind = bytes.empty() ? 0 : bytes[0] & 0x0f;
  return behind == 0 ? 0 : static_cast<uint8_t>(1 + behind);
}

CidLength OpaqueCidFormat::length() const {
  switch (kind_) {
    case Kind::kLengthOctet:
      return CidLength::SelfDelineating(LengthByOctet, nullptr);
    case Kind::kNibble:
      return CidLength::SelfDelineating(LengthByNibble, nullptr);
    case Kind::kFixed:
      break;
  }
  return CidLength::Fixed(length_);
}

void OpaqueCidFormat::Issue(absl::Span<CidIssue> jobs) {
  InParts(jobs, [this](absl::Span<CidIssue> part) {
    DrawOpaqueParts(part, length_, length_, random_);
    const uint8_t behind = static_cast<uint8_t>(length_ - 1);
    for (const CidIssue& job : part) {
      if (job.length == 0) continue;
      if (kind_ == Kind::kLengthOctet) job.storage[0] = behind;
      if (kind_ == Kind::kNibble) {
        job.storage[0] = static_cast<uint8_t>((job.storage[0] & 0xf0) | behind);
      }
    }
  });
}

void OpaqueCidFormat::Read(absl::Span<CidReading> jobs) const {
  const CidLength length = this->length();
  for (CidReading& job : jobs) {
    job.reason = !job.cid.empty() && length.Of(job.cid) == job.cid.size()
                     ? DropReason::kNone
                     : DropReason::kCidNotDelineated;
  }
}

}  // namespace waybill
