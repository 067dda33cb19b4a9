// SPDX-License-Identifier: Apache-2.0
//
// Connection IDs with an authenticator: random bytes and a tag of them, so that one that was never
// issued is refused before any table is asked.
#ifndef WAYBILL_CID_TAGGED_CID_FORMAT_H_
#define WAYBILL_CID_TAGGED_CID_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "waybill/cid/checked_random.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/cid_tagger.h"
#include "waybill/wire/cid_length.h"

namespace waybill {

// CIDs of one length, of which the last 3 to 8 bytes are the tag of the others. Of random CIDs one
// in 2^(8 × tag length) passes.
class TaggedCidFormat final : public CidFormat {
 public:
  static constexpr uint8_t kMinTagLength = 3;
  static constexpr uint8_t kMaxTagLength = 8;

  // Neither pointer is owned; both must outlive the format. Nothing where the tag has a length
  // outside of the above, or the opaque part is empty, longer than the tagger takes, or longer with
  // the tag than kMaxCidLength.
  static std::optional<TaggedCidFormat> Make(const CidTagger* tagger, CheckedRandom* random,
                                             uint8_t opaque_length, uint8_t tag_length);

  CidLength length() const override { return CidLength::Fixed(max_length()); }
  uint8_t max_length() const override { return static_cast<uint8_t>(opaque_length_ + tag_length_); }
  bool locates() const override { return false; }
  void Issue(absl::Span<CidIssue> jobs) override;
  // Refuses kCidNotDelineated where the length is another, kForgedCid where the tag is wrong.
  void Read(absl::Span<CidReading> jobs) const override;

 private:
  TaggedCidFormat(const CidTagger* tagger, CheckedRandom* random, uint8_t opaque_length,
                  uint8_t tag_length)
      : tagger_(tagger), random_(random), opaque_length_(opaque_length), tag_length_(tag_length) {}

  // The last bytes of a CID, as the tagger gives them.
  uint64_t SaidTag(const uint8_t* cid) const;
  void Compute(const uint8_t* const* opaque, size_t count, uint64_t* tags) const;

  const CidTagger* tagger_;
  CheckedRandom* random_;
  uint8_t opaque_length_;
  uint8_t tag_length_;
};

}  // namespace waybill

#endif  // WAYBILL_CID_TAGGED_CID_FORMAT_H_
