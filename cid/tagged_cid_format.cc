// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/tagged_cid_format.h"

#include <algorithm>

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
  for (size_t done = 0; done < jobs.size(); done += kCidsAtOnce) {
    const size_t count = std::min(kCidsAtOnce, jobs.size() - done);
    for (size_t i = 0; i < count; ++i) {
      CidIssue& job = jobs[done + i];
      job.length = 0;
      tags[i].opaque = absl::Span<const uint8_t>();
      if (job.storage.size() < max_length()) {
        job.result = CidIssueResult::kStorageTooShort;
        continue;
      }
      const absl::Span<uint8_t> opaque(job.storage.data(), opaque_length_);
      if (!random_->Fill(opaque)) {
        job.result = CidIssueResult::kNoRandomness;
        continue;
      }
      tags[i].opaque = opaque;
      job.length = max_length();
      job.result = CidIssueResult::kIssued;
    }
    tagger_->Compute(absl::Span<CidTagJob>(tags, count), tag_length_);
    for (size_t i = 0; i < count; ++i) {
      CidIssue& job = jobs[done + i];
      for (uint8_t byte = 0; byte < tag_length_ && job.length != 0; ++byte) {
        job.storage[opaque_length_ + byte] = static_cast<uint8_t>(tags[i].tag >> (8 * byte));
      }
    }
  }
}

void TaggedCidFormat::Read(absl::Span<CidReading> jobs) const {
  CidTagJob tags[kCidsAtOnce];
  for (size_t done = 0; done < jobs.size(); done += kCidsAtOnce) {
    const size_t count = std::min(kCidsAtOnce, jobs.size() - done);
    for (size_t i = 0; i < count; ++i) {
      const absl::Span<const uint8_t> cid = jobs[done + i].cid;
      const bool delineated = cid.size() == max_length();
      tags[i].opaque = absl::Span<const uint8_t>(cid.data(), delineated ? opaque_length_ : 0);
    }
    tagger_->Compute(absl::Span<CidTagJob>(tags, count), tag_length_);
    for (size_t i = 0; i < count; ++i) {
      CidReading& job = jobs[done + i];
      if (job.cid.size() != max_length()) {
        job.reason = DropReason::kCidNotDelineated;
        continue;
      }
      uint8_t difference = 0;
      for (uint8_t byte = 0; byte < tag_length_; ++byte) {
        difference |=
            static_cast<uint8_t>(job.cid[opaque_length_ + byte] ^ (tags[i].tag >> (8 * byte)));
      }
      job.reason = difference == 0 ? DropReason::kNone : DropReason::kForgedCid;
    }
  }
}

}  // namespace waybill
