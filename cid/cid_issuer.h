// SPDX-License-Identifier: Apache-2.0
//
// Issuing connection IDs that nobody else of the endpoint has.
#ifndef WAYBILL_CID_CID_ISSUER_H_
#define WAYBILL_CID_CID_ISSUER_H_

#include <cstdint>

#include "absl/types/span.h"
#include "waybill/cid/cid_format.h"

namespace waybill {

// Where the live CIDs of an endpoint are: its table.
class CidRegistry {
 public:
  enum class Answer : uint8_t { kAdded, kTaken, kFull, kInvalid };

  // From now on records with `cid` find `target`. kTaken where they already find somebody, whom
  // they go on finding; kFull where there is no room; kInvalid where the registry holds no such
  // CIDs, or `target` is nobody.
  virtual Answer Add(absl::Span<const uint8_t> cid, const CidTarget& target) = 0;
  // Records with `cid`, which was added, find nobody any more.
  virtual void Remove(absl::Span<const uint8_t> cid) = 0;

 protected:
  // Whoever uses a registry does not own it.
  ~CidRegistry() = default;
};

// Issues CIDs of one format and registers them, in one step, so that what is sent to a peer can be
// found and none is issued that is in use (REQ-134). For one thread.
class CidIssuer {
 public:
  // A CID that is taken is replaced by a new one as often as this, in all (BUG-27).
  static constexpr int kMaxAttempts = 8;

  // Neither is owned; both must outlive it.
  CidIssuer(CidFormat* format, CidRegistry* registry) : format_(format), registry_(registry) {}

  const CidFormat& format() const { return *format_; }

  // Issues and registers a CID for each job. Jobs fail each for itself; of those, nothing stays
  // registered.
  void Issue(absl::Span<CidIssue> jobs);

  // Takes a CID that Issue() gave out of the registry.
  void Retire(absl::Span<const uint8_t> cid) { registry_->Remove(cid); }

 private:
  // What becomes of a job whose CID was issued: false where it is to be tried again.
  bool Register(CidIssue* job);

  CidFormat* format_;
  CidRegistry* registry_;
};

}  // namespace waybill

#endif  // WAYBILL_CID_CID_ISSUER_H_
