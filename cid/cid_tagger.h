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

// A pseudorandom function of the opaque part under one key. Does not allocate; its time depends on
// lengths alone. Several threads may use one at once.
class CidTagger {
 public:
  // Opaque parts have up to this many bytes.
  virtual uint8_t max_opaque_length() const = 0;
  // Computes the tag of each opaque part, all of which have `opaque_length` bytes, behind which are
  // `tag_length` more that have no part in it: a CID's tag, or room for one. `tags` has room for as
  // many numbers; the bytes of a tag stand the least significant first, and the first `tag_length`
  // of them will be used.
  virtual void Compute(absl::Span<const uint8_t* const> opaque, uint8_t opaque_length,
                       uint8_t tag_length, uint64_t* tags) const = 0;

 protected:
  // Whoever uses a tagger does not own it.
  ~CidTagger() = default;
};

// SipHash-2-4 of the opaque part: what a packet filter or a small processor can compute.
class SipHashCidTagger final : public CidTagger {
 public:
  explicit SipHashCidTagger(const SipHashKey& key) : key_(key) {}

  uint8_t max_opaque_length() const override { return 252; }
  void Compute(absl::Span<const uint8_t* const> opaque, uint8_t opaque_length, uint8_t tag_length,
               uint64_t* tags) const override;

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
  void Compute(absl::Span<const uint8_t* const> opaque, uint8_t opaque_length, uint8_t tag_length,
               uint64_t* tags) const override;

 private:
  const BlockCipher* cipher_;
};

}  // namespace waybill

#endif  // WAYBILL_CID_CID_TAGGER_H_
