// SPDX-License-Identifier: Apache-2.0
//
// The CIDs of a receiver: issued by the formats of cid/, one for each association, and found again.
#ifndef WAYBILL_BENCH_COMPARISON_COMPARED_CIDS_H_
#define WAYBILL_BENCH_COMPARISON_COMPARED_CIDS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "waybill/bench/comparison/associations.h"
#include "waybill/bench/comparison/cid_index.h"
#include "waybill/bench/header_designs/cid_kinds.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/cid_issuer.h"
#include "waybill/wire/cid_length.h"

namespace waybill {

// CIDs with their kind forgotten. Only CidsOf derives from it.
class ComparedCids {
 public:
  virtual ~ComparedCids() = default;
  ComparedCids(const ComparedCids&) = delete;
  ComparedCids& operator=(const ComparedCids&) = delete;

  // How a receiver knows where they end; valid as long as this.
  virtual CidLength length() const = 0;
  // That of an association; empty where associations have none.
  absl::Span<const uint8_t> Of(uint32_t association) const {
    return absl::MakeConstSpan(bytes_).subspan(association * each_, each_);
  }

 protected:
  explicit ComparedCids(size_t each, size_t count) : each_(each), bytes_(each * count) {}

  absl::Span<uint8_t> StorageOf(uint32_t association) {
    return absl::MakeSpan(bytes_).subspan(association * each_, each_);
  }

 private:
  size_t each_;
  std::vector<uint8_t> bytes_;
};

// The CIDs of one kind, with its format and, where the CIDs do not say the slot, the table that
// finds them.
template <typename Kind>
class CidsOf final : public ComparedCids {
 public:
  CidsOf(size_t count, uint64_t seed) : ComparedCids(Kind::kLength, count), kind_(seed) {}

  CidLength length() const override { return kind_.format().length(); }
  const Kind& kind() const { return kind_; }
  const CidIndex<Kind::kLength>& index() const { return index_; }

  absl::Status Issue(const AssociationTable& associations) {
    if constexpr (!Kind::kLocates) index_.Reserve(associations.size());
    for (size_t begin = 0; begin < associations.size(); begin += kIssuedAtOnce) {
      const size_t end = std::min(begin + kIssuedAtOnce, associations.size());
      CidIssue jobs[kIssuedAtOnce];
      for (size_t i = begin; i < end; ++i) {
        const uint32_t association = static_cast<uint32_t>(i);
        jobs[i - begin].target = associations.TargetOf(association);
        jobs[i - begin].storage = StorageOf(association);
      }
      if (!IssueAll(absl::MakeSpan(jobs, end - begin))) {
        return absl::InternalError("its CIDs cannot be issued");
      }
    }
    return absl::OkStatus();
  }

 private:
  static constexpr size_t kIssuedAtOnce = 32;

  bool IssueAll(absl::Span<CidIssue> jobs) {
    if constexpr (Kind::kLocates) {
      kind_.format().Issue(jobs);
    } else {
      CidIssuer(&kind_.format(), &index_).Issue(jobs);
    }
    return std::all_of(jobs.begin(), jobs.end(), [](const CidIssue& job) {
      return job.result == CidIssueResult::kIssued && job.length == Kind::kLength;
    });
  }

  Kind kind_;
  CidIndex<Kind::kLength> index_;
};

template <>
class CidsOf<NoCids> final : public ComparedCids {
 public:
  CidsOf(size_t count, uint64_t /*seed*/) : ComparedCids(0, count) {}
  CidLength length() const override { return CidLength::Absent(); }
  absl::Status Issue(const AssociationTable& /*associations*/) { return absl::OkStatus(); }
};

// Issues a CID for each association, under keys that the seed gives. Fails where it cannot.
template <typename Kind>
absl::StatusOr<std::shared_ptr<const ComparedCids>> IssueCids(const AssociationTable& associations,
                                                              uint64_t seed) {
  const auto cids = std::make_shared<CidsOf<Kind>>(associations.size(), seed);
  if (absl::Status status = cids->Issue(associations); !status.ok()) return status;
  return std::shared_ptr<const ComparedCids>(cids);
}

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_COMPARED_CIDS_H_
