// SPDX-License-Identifier: Apache-2.0
//
// How the connection IDs (CIDs) of the compared designs are made: by formats of cid/, under keys
// that the seed of a run gives. docs/connection-ids.md has the formats.
//
// A kind is a type, so that its format is called without asking which one it is:
//
//   class Kind {
//     // Bytes of every CID; 0 where the associations have none.
//     static constexpr uint8_t kLength = …;
//     // Bytes at its front that say where it ends. A CID that nobody issued has them too, or the
//     // record could not be read.
//     static constexpr uint8_t kDelineatingBytes = …;
//     // Whether a receiver reads a CID before it looks for the association, since it can tell that
//     // it did not issue it.
//     static constexpr bool kIsRead = …;
//     // Whether the CID says where the state of the association is, so that no table is asked.
//     static constexpr bool kLocates = …;
//     explicit Kind(uint64_t seed);
//     Format& format();
//     const Format& format() const;
//   };
#ifndef WAYBILL_BENCH_HEADER_DESIGNS_CID_KINDS_H_
#define WAYBILL_BENCH_HEADER_DESIGNS_CID_KINDS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "waybill/bench/header_designs/seeded_random.h"
#include "waybill/cid/checked_random.h"
#include "waybill/cid/opaque_cid_format.h"
#include "waybill/cid/quic_lb_cid_format.h"
#include "waybill/cid/sealed_cid_format.h"
#include "waybill/cid/tagged_cid_format.h"
#include "waybill/protection/aes128.h"

namespace waybill {

// What the kinds draw their keys and CIDs from. Stays where it is: formats point to it.
class SeededKind {
 protected:
  explicit SeededKind(uint64_t seed) : source_(seed), random_(&source_) {}
  SeededKind(const SeededKind&) = delete;
  SeededKind& operator=(const SeededKind&) = delete;
  ~SeededKind() = default;

  CheckedRandom* random() { return &random_; }
  std::unique_ptr<Aes128> DrawCipher() { return MakeSeededCipher(&source_); }

 private:
  SeededRandom source_;
  CheckedRandom random_;
};

// The association is found by the peer's address.
struct NoCids {
  static constexpr uint8_t kLength = 0;
  static constexpr uint8_t kDelineatingBytes = 0;
  static constexpr bool kIsRead = false;
  static constexpr bool kLocates = false;
};

// What opaque kinds differ in: their length, and how they say it.
template <std::optional<OpaqueCidFormat> (*kMake)(CheckedRandom*, uint8_t), uint8_t kBytes,
          uint8_t kDelineating>
class OpaqueCids : SeededKind {
 public:
  static constexpr uint8_t kLength = kBytes;
  static constexpr uint8_t kDelineatingBytes = kDelineating;
  static constexpr bool kIsRead = false;
  static constexpr bool kLocates = false;

  explicit OpaqueCids(uint64_t seed) : SeededKind(seed), format_(*kMake(random(), kLength)) {}
  OpaqueCidFormat& format() { return format_; }
  const OpaqueCidFormat& format() const { return format_; }

 private:
  OpaqueCidFormat format_;
};

// 64 random bits; only the receiver knows how many.
using FixedCids = OpaqueCids<OpaqueCidFormat::Fixed, 8, 0>;
// The same 64 random bits behind an octet that counts them: what self-delineation costs in bytes.
using LengthOctetCids = OpaqueCids<OpaqueCidFormat::LengthOctet, 9, 1>;
// No byte longer than FixedCids: 60 random bits, and what self-delineation costs in bits.
using NibbleCids = OpaqueCids<OpaqueCidFormat::Nibble, 8, 1>;

// Configuration and length, then a server ID of 3 bytes and a nonce of 4, encrypted: as long as
// FixedCids, and the shortest that the draft allows for 2^24 servers. Takes the draft's four
// passes.
class QuicLbCids : SeededKind {
 public:
  static constexpr uint8_t kLength = 8;
  static constexpr uint8_t kDelineatingBytes = 1;
  static constexpr bool kIsRead = true;
  static constexpr bool kLocates = false;

  explicit QuicLbCids(uint64_t seed);
  QuicLbCidFormat& format() { return format_; }
  const QuicLbCidFormat& format() const { return format_; }

 private:
  std::unique_ptr<Aes128> cipher_;
  QuicLbCidFormat format_;
};

// The 64 random bits of FixedCids, and a tag of 32: as hard to forge as SealedCids, so that the two
// differ in what they cost and not in what they hold off. The tag is a block of AES, which servers
// compute fastest.
class TaggedCids : SeededKind {
 public:
  static constexpr uint8_t kOpaqueLength = 8;
  static constexpr uint8_t kTagLength = 4;
  static constexpr uint8_t kLength = kOpaqueLength + kTagLength;
  static constexpr uint8_t kDelineatingBytes = 0;
  static constexpr bool kIsRead = true;
  static constexpr bool kLocates = false;

  explicit TaggedCids(uint64_t seed)
      : SeededKind(seed),
        cipher_(DrawCipher()),
        tagger_(cipher_.get()),
        format_(*TaggedCidFormat::Make(&tagger_, random(), kOpaqueLength, kTagLength)) {}
  TaggedCidFormat& format() { return format_; }
  const TaggedCidFormat& format() const { return format_; }

 private:
  std::unique_ptr<Aes128> cipher_;
  BlockCidTagger tagger_;
  TaggedCidFormat format_;
};

// Slot and generation under one block, of which 32 bits check.
class SealedCids : SeededKind {
 public:
  static constexpr uint8_t kLength = 16;
  static constexpr uint8_t kDelineatingBytes = 0;
  static constexpr bool kIsRead = true;
  static constexpr bool kLocates = true;

  explicit SealedCids(uint64_t seed)
      : SeededKind(seed),
        cipher_(DrawCipher()),
        format_(*SealedCidFormat::Make(cipher_.get(), kLength)) {}
  SealedCidFormat& format() { return format_; }
  const SealedCidFormat& format() const { return format_; }

 private:
  std::unique_ptr<Aes128> cipher_;
  SealedCidFormat format_;
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_HEADER_DESIGNS_CID_KINDS_H_
