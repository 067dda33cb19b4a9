// SPDX-License-Identifier: Apache-2.0
//
// How long the connection IDs of a capture are, and how one knows.
#ifndef WAYBILL_TOOLS_CID_LENGTHS_H_
#define WAYBILL_TOOLS_CID_LENGTHS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/tools/bounded_map.h"
#include "waybill/tools/cid_inference.h"
#include "waybill/tools/direction.h"
#include "waybill/tools/hello_tracker.h"
#include "waybill/wire/cid_length.h"

namespace waybill {

// Where the length of a record's CID is known from.
enum class CidLengthSource : uint8_t {
  kNone,      // not known, or the record has no CID
  kHello,     // the hellos of the association
  kOption,    // the user said it
  kHeader,    // the record itself, in a CID extension
  kInferred,  // no other length fits the datagrams of the direction
};

// "hello", "option", "header" or "inferred"; empty for kNone.
std::string_view NameOf(CidLengthSource source);

// The length of CIDs in the headers of one datagram.
struct KnownCidLength {
  CidLength length;  // delineates nothing where the length is not known
  CidLengthSource source = CidLengthSource::kNone;
};

// Knows the length of CIDs in each direction of a capture: from the hellos; else, after a change of
// address, from a CID that was seen before and is too long to be there by chance; else from the
// lengths that fit the datagrams so far. A length of the hellos that does not fit a datagram is
// passed over for it.
//
// Memory is bounded: of more than kMaxDirections directions and kMaxCids CIDs, those that were seen
// longest ago are forgotten. One thread at a time.
class CidLengths {
 public:
  static constexpr size_t kMaxDirections = 1 << 16;
  static constexpr size_t kMaxCids = 1 << 16;

  explicit CidLengths(const ExtensionRules& extensions) : extensions_(extensions) {}

  // Takes what both hellos of an association say, in both directions.
  void Learn(const HelloAgreement& agreement);

  // The length for `datagram`, whose first record with a CID in its header begins at `first_cid`.
  // `is_whole` is false where the capture cut the datagram: then nothing can be inferred from it.
  KnownCidLength For(const FlowDirection& direction, absl::Span<const uint8_t> datagram,
                     size_t first_cid, bool is_whole);

 private:
  struct Known {
    std::optional<uint8_t> from_hello;  // 0: the hellos agreed on none
    CidCandidates candidates;
  };

  void Remember(absl::Span<const uint8_t> cid, CidLengthSource source);
  bool TellsByItself(size_t length) const;
  std::optional<KnownCidLength> FromKnownCid(absl::Span<const uint8_t> datagram, size_t first_cid,
                                             bool is_whole);
  bool Fits(absl::Span<const uint8_t> datagram, size_t first_cid, bool is_whole,
            uint8_t length) const;

  ExtensionRules extensions_;
  BoundedMap<FlowDirection, Known> directions_{kMaxDirections};
  BoundedMap<std::string, CidLengthSource> cids_{kMaxCids};
  std::array<uint64_t, 256> cids_of_length_ = {};  // that were ever remembered
};

}  // namespace waybill

#endif  // WAYBILL_TOOLS_CID_LENGTHS_H_
