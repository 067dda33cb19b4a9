// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/tagged_cid_format.h"

#include "waybill/cid/cids_at_once.h"

namespace waybill {

std::optional<TaggedCidFormat> TaggedCidFormat::Make(const CidTagger* tagger, CheckedRandom* random,
                                                     uint8_t opaque_length, uint8_t tag_length) {
  if (tag_length < kMinTagLength || tag_length > kMaxTagLength || opaque_length == 0 ||
      opaque_length > tagger->max_opaque_length() ||
      size_t{opaque_length} + tag_length > kMaxCidLength) {
    return std::nullopt;
  }
  return TaggedCidFormat(tagger, random, opaque_length, tag_length);
}

void TaggedCidFormat::Issue(absl::Span<CidIssue> jobs) {
  CidTagJob tags[kCidsAtOnce];
  InParts(jobs, [&](absl::Span<CidIssue> part) {
    CidSelection selection;
    for (size_t i = 0; i < part.size(); ++i) {
      CidIssue& job = part[i];
      job.result = Draw(job.storage);
      job.length = job.result == CidIssueResult::kIssued ? max_length() : 0;
      if (job.length == 0) continue;
      tags[selection.size()].opaque = Opaque(job.storage);
      selection.Add(i);
    }
    tagger_->Compute(absl::Span<CidTagJob>(tags, selection.size()), tag_length_);
    for (size_t i = 0; i < selection.size(); ++i) {
      uint8_t* const tag = &part[selection[i]].storage[opaque_length_];
      for (uint8_t byte = 0; byte < tag_length_; ++byte) {
        tag[byte] = static_cast<uint8_t>(tags[i].tag >> (8 * byte));
      }
    }
  });
}

CidIssueResult TaggedCidFormat::Draw(absl::Span<uint8_t> storage) {
  if (storage.size() < max_length()) return CidIssueResult::kStorageTooShort;
  const bool drawn = random_->Fill(absl::Span<uint8_t>(storage.data(), opaque_length_));
  return drawn ? CidIssueResult::kIssued : CidIssueResult::kNoRandomness;
}

void TaggedCidFormat::Read(absl::Span<CidReading> jobs) const {
  CidTagJob tags[kCidsAtOnce];
  InParts(jobs, [&](absl::Span<CidReading> part) {
    CidSelection selection;
    for (size_t i = 0; i < part.size(); ++i) {
      part[i].reason = DropReason::kCidNotDelineated;
      if (part[i].cid.size() != max_length()) continue;
      tags[selection.size()].opaque = Opaque(part[i].cid);
      selection.Add(i);
    }
    tagger_->Compute(absl::Span<CidTagJob>(tags, selection.size()), tag_length_);
    for (size_t i = 0; i < selection.size(); ++i) {
      CidReading& job = part[selection[i]];
      uint64_t said = 0;
      for (uint8_t byte = 0; byte < tag_length_; ++byte) {
        said |= uint64_t{job.cid[opaque_length_ + byte]} << (8 * byte);
      }
      const uint64_t difference = (said ^ tags[i].tag) << (64 - 8 * tag_length_);
      job.reason = difference == 0 ? DropReason::kNone : DropReason::kForgedCid;
    }
  });
}

}  // namespace waybill
