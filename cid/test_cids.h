// SPDX-License-Identifier: Apache-2.0
//
// What tests of connection IDs give to the code that they test: a format and a table that are
// simple, and that fail where they are told to.
#ifndef WAYBILL_CID_TEST_CIDS_H_
#define WAYBILL_CID_TEST_CIDS_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <vector>

#include "absl/types/span.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/cid_issuer.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

using CidBytes = std::vector<uint8_t>;

inline CidBytes BytesOf(absl::Span<const uint8_t> cid) { return CidBytes(cid.begin(), cid.end()); }

// CIDs of one length that count up from zeros: so the first one is all zeros, long ones differ in
// their last bytes alone, and CIDs of one byte soon repeat themselves.
class CountingCidFormat final : public CidFormat {
 public:
  explicit CountingCidFormat(uint8_t length, uint64_t first = 0) : next_(first), length_(length) {}

  // From now on `good` CIDs are issued, then every job has this result.
  void FailAfter(size_t good, CidIssueResult result) {
    good_ = good;
    result_ = result;
  }
  void Heal() { good_ = std::numeric_limits<size_t>::max(); }
  // The next CIDs are those from `next` on.
  void GoTo(uint64_t next) { next_ = next; }

  size_t calls() const { return calls_; }

  CidLength length() const override { return CidLength::Fixed(length_); }
  uint8_t max_length() const override { return length_; }
  bool locates() const override { return false; }
  void Issue(absl::Span<CidIssue> jobs) override {
    ++calls_;
    for (CidIssue& job : jobs) {
      job.length = 0;
      job.result = result_;
      if (job.storage.size() < length_) job.result = CidIssueResult::kStorageTooShort;
      if (good_ == 0 || job.storage.size() < length_) continue;
      --good_;
      for (size_t i = 0; i < length_; ++i) {
        job.storage[length_ - 1 - i] = i < 8 ? static_cast<uint8_t>(next_ >> (8 * i)) : 0;
      }
      ++next_;
      job.length = length_;
      job.result = CidIssueResult::kIssued;
    }
  }
  void Read(absl::Span<CidReading> jobs) const override {
    for (CidReading& job : jobs) {
      job.reason = job.cid.size() == length_ ? DropReason::kNone : DropReason::kCidNotDelineated;
    }
  }

 private:
  uint64_t next_;
  size_t good_ = std::numeric_limits<size_t>::max();
  CidIssueResult result_ = CidIssueResult::kNoRandomness;
  size_t calls_ = 0;
  uint8_t length_;
};

// A table of CIDs that knows what was ever in it.
class MapCidRegistry final : public CidRegistry {
 public:
  // No more than this many at once.
  void set_capacity(size_t capacity) { capacity_ = capacity; }

  const std::map<CidBytes, CidTarget>& live() const { return live_; }
  bool Has(absl::Span<const uint8_t> cid) const { return live_.count(BytesOf(cid)) != 0; }
  // CIDs in the order in which they were added.
  const std::vector<CidBytes>& added() const { return added_; }
  // How many were removed that were not there.
  size_t wrong_removals() const { return wrong_removals_; }

  Answer Add(absl::Span<const uint8_t> cid, const CidTarget& target) override {
    if (Has(cid)) return Answer::kTaken;
    if (live_.size() >= capacity_) return Answer::kFull;
    live_.emplace(BytesOf(cid), target);
    added_.push_back(BytesOf(cid));
    return Answer::kAdded;
  }
  void Remove(absl::Span<const uint8_t> cid) override {
    if (live_.erase(BytesOf(cid)) == 0) ++wrong_removals_;
  }

 private:
  std::map<CidBytes, CidTarget> live_;
  std::vector<CidBytes> added_;
  size_t capacity_ = std::numeric_limits<size_t>::max();
  size_t wrong_removals_ = 0;
};

}  // namespace waybill

#endif  // WAYBILL_CID_TEST_CIDS_H_
