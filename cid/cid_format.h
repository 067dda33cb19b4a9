// SPDX-License-Identifier: Apache-2.0
//
// What a format of connection IDs is: how they are issued, where they end, and what they say when
// they come back. docs/connection-ids.md has the formats byte by byte; an embedder may bring more.
#ifndef WAYBILL_CID_CID_FORMAT_H_
#define WAYBILL_CID_CID_FORMAT_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

// Whom a CID leads to. Only formats whose CIDs say where the state of the association is look at
// it.
struct CidTarget {
  uint32_t slot = 0;        // where the state is
  uint32_t generation = 0;  // how often the slot was given away before
  uint16_t ordinal = 0;     // counts the CIDs of the association, as RFC 9000, section 5.1.1, does
  uint8_t core = 0;         // whose slot it is

  friend constexpr bool operator==(const CidTarget& a, const CidTarget& b) {
    return a.slot == b.slot && a.generation == b.generation && a.ordinal == b.ordinal &&
           a.core == b.core;
  }
  friend constexpr bool operator!=(const CidTarget& a, const CidTarget& b) { return !(a == b); }
};

enum class CidIssueResult : uint8_t {
  kIssued,
  kNoRandomness,     // the random source failed, is stuck or repeats itself
  kExhausted,        // the format has nothing new to issue: its key or configuration must change
  kTargetTooLarge,   // a field of the target does not fit the format
  kStorageTooShort,  // the storage does not hold the CID; max_length() bytes hold any
  kCollided,         // every attempt was a CID that is in use, or another core's (CidIssuer,
                     // SteeredCidFormat)
  kRegistryFull,     // there is no room for one more (CidIssuer)
  kRegistryRefused,  // the registry holds no such CIDs, or knows no such target (CidIssuer)
};

// A CID to be issued. `storage` is not owned.
struct CidIssue {
  CidTarget target;
  absl::Span<uint8_t> storage;  // at least max_length() bytes
  // The answer.
  CidIssueResult result = CidIssueResult::kNoRandomness;
  uint8_t length = 0;  // of the CID, at the front of `storage`; 0 where none was issued

  absl::Span<const uint8_t> cid() const {
    return absl::Span<const uint8_t>(storage.data(), length);
  }
};

// A CID to be read. `cid` is not owned.
struct CidReading {
  absl::Span<const uint8_t> cid;  // as delineated, of any length
  // The answer. What is refused was not issued by this endpoint, whatever its table says; what is
  // accepted may still be nobody's.
  DropReason reason = DropReason::kNone;
  CidTarget target;  // where the format locates()
};

// A format under its keys. All lengths are in bytes. Calls do not allocate. Issue() is for one
// thread; Read(), length() and the delineation may be called by several at once, but not beside
// Issue() or a change of keys.
class CidFormat {
 public:
  // How a receiver knows where these CIDs end. The delineator depends only on the bytes that it
  // claims. Valid as long as the format, and until its keys or configurations change.
  virtual CidLength length() const = 0;
  // No CID that is issued is longer.
  virtual uint8_t max_length() const = 0;
  // Whether a CID says by itself where the state of its association is.
  virtual bool locates() const = 0;

  // Issues a CID for each job. Jobs fail each for itself. No two CIDs of a format are the same, as
  // far as its kind can know: random ones can collide, and are held against the endpoint's table by
  // CidIssuer.
  virtual void Issue(absl::Span<CidIssue> jobs) = 0;
  // Reads each CID: refuses what the format can tell was not issued by it, in a time that does not
  // depend on how much of a secret check value was right (REQ-150).
  virtual void Read(absl::Span<CidReading> jobs) const = 0;

 protected:
  // Whoever uses a format does not own it.
  ~CidFormat() = default;
};

}  // namespace waybill

#endif  // WAYBILL_CID_CID_FORMAT_H_
