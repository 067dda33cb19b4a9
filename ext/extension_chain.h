// SPDX-License-Identifier: Apache-2.0
//
// Record header extensions after draft-fossati-tls-ext-header-01, with the gaps of that text closed
// (docs/header-extensions.md): a chain is walked and validated once, then iterated without checks.
//
//    0                   1
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
//   +-+-------+---------------------+---------
//   |M| Type  |       Length        | Value …       M: another extension follows this one
//   +-+-------+---------------------+---------
#ifndef WAYBILL_EXT_EXTENSION_CHAIN_H_
#define WAYBILL_EXT_EXTENSION_CHAIN_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/wire/byte_range.h"
#include "waybill/wire/byte_reader.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/drop_reason.h"
#include "waybill/wire/temporary_owner.h"

namespace waybill {

// The E bit of a 16-bit length field; the other 15 bits count chain and payload (EXT-1).
inline constexpr uint16_t kExtensionIndicator = 0x8000;
// Bytes of M, type and length before each value (EXT-2).
inline constexpr size_t kExtensionHeaderLength = 2;
// The longest value of one extension, in bytes.
inline constexpr size_t kMaxExtensionValueLength = 2047;

// How record header extensions are read in one direction of an association (EXT-4, EXT-5, EXT-7).
enum class ExtensionProfile : uint8_t {
  kOff,            // not negotiated: length fields have 16 bits, as ever
  kStrict,         // draft-01 to the letter, DTLS 1.2 only: any order, duplicates allowed
  kAuthenticated,  // types strictly ascending, chain covered by the AEAD, DTLS 1.2 and 1.3
};

// What a receiver accepts. A value; the limits bound the work that an unauthenticated record can
// cause (EXT-9).
struct ExtensionRules {
  ExtensionProfile profile = ExtensionProfile::kOff;
  ExtensionTypeSet accepted;         // the types that this receiver's own hello allowed (EXT-6)
  uint16_t max_chain_length = 1024;  // bytes, the headers of the extensions included
  uint8_t max_count = 16;
};

// One extension. The value is not owned; it points into the datagram.
struct RecordExtension {
  uint8_t type = 0;
  absl::Span<const uint8_t> value;
};

// What the walk over a chain learned.
struct ExtensionChainSummary {
  ByteRange chain;         // all extensions, headers included
  ByteRange cid;           // the value of the first extension of type 0; empty where there is none
  ExtensionTypeSet types;  // every type that occurs
};

// Walks the chain at the front of `record`, whose bytes must end where the record's length field
// says, and leaves the reader behind the chain. Linear in the chain, which is read at most to the
// limits of `rules`; no byte behind `record` is read.
//
// Not to be called in profile kOff. Fails with kExtensionTruncated, kExtensionChainTooLong,
// kExtensionOrder (authenticated profile: types not strictly ascending), kExtensionNotNegotiated
// (authenticated) or kExtensionAbortsSession (strict) for a type that `rules` do not accept, and
// kExtensionCidLength for a connection ID that is empty or longer than 255 bytes. On failure
// `summary` is unspecified. The verdict "abort the session" is the embedder's to act on: the
// library only reports it (EXT-4).
DropReason ReadExtensionChain(const ExtensionRules& rules, ByteReader* record,
                              ExtensionChainSummary* summary);

// The extensions of a chain that ReadExtensionChain() accepted, in wire order:
//
//   for (const RecordExtension& extension : ExtensionChain(view.extensions.In(datagram))) …
//
// Bytes that were never validated yield extensions up to the first one that does not fit; nothing
// outside them is read. The bytes are not owned and must outlive the iteration.
class ExtensionChain {
 public:
  class Iterator {
   public:
    explicit Iterator(absl::Span<const uint8_t> rest) : rest_(rest) { Load(); }
    const RecordExtension& operator*() const { return extension_; }
    const RecordExtension* operator->() const { return &extension_; }
    Iterator& operator++() {
      const size_t length = kExtensionHeaderLength + extension_.value.size();
      rest_ = absl::Span<const uint8_t>(rest_.data() + length, rest_.size() - length);
      Load();
      return *this;
    }
    // Only for comparison with end(): iterators of one chain differ where fewer bytes are left.
    friend bool operator!=(const Iterator& a, const Iterator& b) {
      return a.rest_.size() != b.rest_.size();
    }

   private:
    void Load();

    absl::Span<const uint8_t> rest_;
    RecordExtension extension_;
  };

  explicit ExtensionChain(absl::Span<const uint8_t> validated) : bytes_(validated) {}
  template <typename Owner, typename = IfTemporaryOwner<Owner>>
  explicit ExtensionChain(Owner&& validated) = delete;
  Iterator begin() const { return Iterator(bytes_); }
  Iterator end() const { return Iterator({}); }

 private:
  absl::Span<const uint8_t> bytes_;
};

// The length of the chain that WriteExtensionChain() makes of these extensions, in bytes.
size_t ExtensionChainLength(absl::Span<const RecordExtension> extensions);

// Writes the extensions in the order given, with M set on all but the last. False where a type is
// above 15, a value too long, or the room too small; the order and the lengths that a profile asks
// for are the caller's business, so that a builder of malformed traffic can use it too.
bool WriteExtensionChain(absl::Span<const RecordExtension> extensions, ByteWriter* writer);

}  // namespace waybill

#endif  // WAYBILL_EXT_EXTENSION_CHAIN_H_
