// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/tagged_cid_format.h"

#include "waybill/cid/cids_at_once.h"
#include "waybill/cid/opaque_part.h"
#include "waybill/wire/big_endian.h"

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
  InParts(jobs, [this](absl::Span<CidIssue> part) {
    DrawOpaqueParts(part, max_length(), opaque_length_, random_);
    const uint8_t* opaque[kCidsAtOnce];
    uint64_t tags[kCidsAtOnce];
    for (size_t i = 0; i < part.size(); ++i) {
      opaque[i] = BytesOf(part[i].cid(), max_length());
    }
    Compute(opaque, part.size(), tags);
    for (size_t i = 0; i < part.size(); ++i) {
      for (uint8_t byte = 0; byte < tag_length_ && part[i].length != 0; ++byte) {
        part[i].storage[opaque_length_ + byte] = static_cast<uint8_t>(tags[i] >> (8 * byte));
      }
    }
  });
}

void TaggedCidFormat::Read(absl::Span<CidReading> jobs) const {
  InParts(jobs, [this](absl::Span<CidReading> part) {
    const uint8_t* cids[kCidsAtOnce];
    uint64_t tags[kCidsAtOnce];
    cids[0] = nullptr;  // no part is empty, which g++ cannot know
    for (size_t i = 0; i < part.size(); ++i) cids[i] = BytesOf(part[i].cid, max_length());
    Compute(cids, part.size(), tags);
    for (size_t i = 0; i < part.size(); ++i) {
      const uint64_t difference = (SaidTag(cids[i]) ^ tags[i]) << (64 - 8 * tag_length_);
      part[i].reason = part[i].cid.size() != max_length() ? DropReason::kCidNotDelineated
                       : difference != 0                  ? DropReason::kForgedCid
                                                          : DropReason::kNone;
    }
  });
}

inline uint64_t TaggedCidFormat::SaidTag(const uint8_t* cid) const {
  const size_t length = max_length();
  if (length < 8) return LoadLittleEndian(cid + opaque_length_, tag_length_);
  return LoadLittleEndianU64(cid + length - 8) >> (64 - 8 * tag_length_);
}

void TaggedCidFormat::Compute(const uint8_t* const* opaque, size_t count, uint64_t* tags) const {
  tagger_->Compute(absl::Span<const uint8_t* const>(opaque, count), opaque_length_, tag_length_,
                   tags);
}

}  // namespace waybill
