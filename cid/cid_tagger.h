// SPDX-License-Identifier: Apache-2.0
//
// The authenticators of tagged connection IDs.
#ifndef WAYBILL_CID_CID_TAGGER_H_
#define WAYBILL_CID_CID_TAGGER_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/cid/block_cipher.h"
#include "waybill/cid/siphash.h"

namespace waybill {

// A tag to be computed. `opaque` is not owned.
struct CidTagJob {
  absl::Span<const uint8_t> opaque;  // the part of the CID in front of its tag
  uint64_t tag = 0;                  // the answer; its bytes stand the least significant first
};

// A pseudorandom function of the opaque part under one key. Does not allocate; its time depends on
// lengths alone. Several threads may use one at once.
class CidTagger {
 public:
  // Opaque parts have up to this many bytes; longer ones are given no tag that holds.
  virtual uint8_t max_opaque_length() const = 0;
  // `tag_length`: how many bytes of the tags will be used.
  virtual void Compute(absl::Span<CidTagJob> jobs, uint8_t tag_length) const = 0;

 protected:
  // Whoever uses a tagger does not own it.
  ~CidTagger() = default;
};

// SipHash-2-4 of the opaque part: what a packet filter or a small processor can compute.
class SipHashCidTagger final : public CidTagger {
 public:
  explicit SipHashCidTagger(const SipHashKey& key) : key_(key) {}

  uint8_t max_opaque_length() const override { return 252; }
  void Compute(absl::Span<CidTagJob> jobs, uint8_t tag_length) const override;

 private:
  SipHashKey key_;
};

// One block of AES over the opaque part, zeros, its length and the tag's: several at once, what a
// server's processor computes fastest.
class BlockCidTagger final : public CidTagger {
 public:
  // `cipher` is not owned and must outlive it. Its key serves nothing else.
  explicit BlockCidTagger(const BlockCipher* cipher) : cipher_(cipher) {}

  uint8_t max_opaque_length() const override { return BlockCipher::kBlockLength - 2; }
  void Compute(absl::Span<CidTagJob> jobs, uint8_t tag_length) const override;

 private:
  const BlockCipher* cipher_;
};

}  // namespace waybill

#endif  // WAYBILL_CID_CID_TAGGER_H_
