// SPDX-License-Identifier: Apache-2.0
//
// The CIDs of a receiver: issued by the formats of cid/, one for each association, and found again
// in its tables.
#ifndef WAYBILL_BENCH_COMPARISON_COMPARED_CIDS_H_
#define WAYBILL_BENCH_COMPARISON_COMPARED_CIDS_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "waybill/bench/comparison/associations.h"
#include "waybill/bench/header_designs/cid_kinds.h"
#include "waybill/bench/header_designs/seeded_random.h"
#include "waybill/cid/address_key.h"
#include "waybill/cid/association_handle.h"
#include "waybill/cid/association_table.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/cid_issuer.h"
#include "waybill/cid/keyed_hash.h"
#include "waybill/cid/located_cids.h"
#include "waybill/protection/aes128.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

// CIDs with their kind forgotten, and the states of their associations. Only CidsOf derives from
// it.
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
  const AssociationStates& states() const { return states_; }

 protected:
  ComparedCids(const ComparedAssociations& associations, size_t each, uint64_t seed)
      : states_(associations), each_(each), bytes_(each * associations.size()), random_(seed) {}

  absl::Span<uint8_t> StorageOf(uint32_t association) {
    return absl::MakeSpan(bytes_).subspan(association * each_, each_);
  }
  // A table with room for a key of each association. Under AES, as on a server.
  AssociationTable MakeTable(AssociationTable::Kind kind, uint8_t key_length) const {
    return AssociationTable({static_cast<uint32_t>(states_.size()), key_length, kind},
                            KeyedHash(hash_cipher_.get()), states_.store(), states_.memory());
  }

 private:
  AssociationStates states_;
  size_t each_;
  std::vector<uint8_t> bytes_;
  SeededRandom random_;
  const std::unique_ptr<Aes128> hash_cipher_ = MakeSeededCipher(&random_);
};

// As many datagrams as a receiver takes from its socket at once.
inline constexpr size_t kReceivedAtOnce = 32;
using Key = absl::Span<const uint8_t>;

// Whom a CID leads to.
struct FoundByCid {
  bool issued = true;             // false where the format could tell that nobody issued it
  AssociationHandle association;  // none where it is nobody's
};

// The CIDs of one kind, with its format and what finds them: a table, but where CIDs say the slot.
template <typename Kind>
class CidsOf final : public ComparedCids {
 public:
  CidsOf(const ComparedAssociations& associations, uint64_t seed)
      : ComparedCids(associations, Kind::kLength, seed),
        kind_(seed),
        registry_(MakeRegistry()),
        issuer_(&kind_.format(), &registry_) {}

  CidLength length() const override { return kind_.format().length(); }

  // As datagrams come, one by one.
  FoundByCid Find(absl::Span<const uint8_t> cid) const {
    if constexpr (Kind::kLocates) {
      CidReading reading;
      reading.cid = cid;
      AssociationHandle association;
      registry_.Find(absl::MakeSpan(&reading, 1), absl::MakeSpan(&association, 1));
      return {reading.reason == DropReason::kNone, association};
    } else {
      if constexpr (Kind::kIsRead) {
        CidReading reading;
        reading.cid = cid;
        kind_.format().Read(absl::MakeSpan(&reading, 1));
        if (reading.reason != DropReason::kNone) return {false, {}};
      }
      return {true, registry_.Find(cid)};
    }
  }

  // The associations of up to kReceivedAtOnce CIDs, none where Find() would find none. CIDs that
  // nobody issued are emptied.
  void FindEach(absl::Span<Key> cids, AssociationHandle* found) const {
    if constexpr (Kind::kLocates) {
      std::array<CidReading, kReceivedAtOnce> readings;
      for (size_t i = 0; i < cids.size(); ++i) readings[i].cid = cids[i];
      registry_.Find(absl::MakeSpan(readings.data(), cids.size()),
                     absl::MakeSpan(found, cids.size()));
    } else {
      if constexpr (Kind::kIsRead) {
        std::array<CidReading, kReceivedAtOnce> readings;
        for (size_t i = 0; i < cids.size(); ++i) readings[i].cid = cids[i];
        kind_.format().Read(absl::MakeSpan(readings.data(), cids.size()));
        // An empty key is nobody's.
        for (size_t i = 0; i < cids.size(); ++i) {
          if (readings[i].reason != DropReason::kNone) cids[i] = {};
        }
      }
      registry_.Find(cids, absl::MakeSpan(found, cids.size()));
    }
  }

  absl::Status Issue(const ComparedAssociations& /*associations*/) {
    for (size_t begin = 0; begin < states().size(); begin += kIssuedAtOnce) {
      const size_t end = std::min(begin + kIssuedAtOnce, states().size());
      CidIssue jobs[kIssuedAtOnce];
      for (size_t i = begin; i < end; ++i) {
        const uint32_t association = static_cast<uint32_t>(i);
        jobs[i - begin].target = states().TargetOf(association);
        jobs[i - begin].storage = StorageOf(association);
      }
      issuer_.Issue(absl::MakeSpan(jobs, end - begin));
      for (size_t i = begin; i < end; ++i) {
        const CidIssue& job = jobs[i - begin];
        if (job.result != CidIssueResult::kIssued || job.length != Kind::kLength) {
          return absl::InternalError("its CIDs cannot be issued");
        }
      }
    }
    return absl::OkStatus();
  }

 private:
  static constexpr size_t kIssuedAtOnce = 32;

  auto MakeRegistry() {
    if constexpr (Kind::kLocates) {
      return LocatedCids(&kind_.format(), states().store(), 0);
    } else {
      return MakeTable(AssociationTable::Kind::kCids, Kind::kLength);
    }
  }

  Kind kind_;
  std::conditional_t<Kind::kLocates, LocatedCids, AssociationTable> registry_;
  CidIssuer issuer_;
};

// Associations without CIDs are found by address.
template <>
class CidsOf<NoCids> final : public ComparedCids {
 public:
  CidsOf(const ComparedAssociations& associations, uint64_t seed)
      : ComparedCids(associations, 0, seed),
        table_(MakeTable(AssociationTable::Kind::kAddresses, AddressKey::kMaxLength)) {}
  CidLength length() const override { return CidLength::Absent(); }

  AssociationHandle Find(const AddressKey& from) const { return table_.Find(from.bytes()); }
  void FindEach(absl::Span<Key> addresses, AssociationHandle* found) const {
    table_.Find(addresses, absl::MakeSpan(found, addresses.size()));
  }

  absl::Status Issue(const ComparedAssociations& associations) {
    for (uint32_t i = 0; i < states().size(); ++i) {
      if (table_.Add(associations[i].address.bytes(), states().HandleOf(i)) !=
          CidRegistry::Answer::kAdded) {
        return absl::InternalError("its addresses cannot be held");
      }
    }
    return absl::OkStatus();
  }

 private:
  AssociationTable table_;
};

// Issues a CID for each association, under keys that the seed gives. Fails where it cannot.
template <typename Kind>
absl::StatusOr<std::shared_ptr<const ComparedCids>> IssueCids(
    const ComparedAssociations& associations, uint64_t seed) {
  const auto cids = std::make_shared<CidsOf<Kind>>(associations, seed);
  if (absl::Status status = cids->Issue(associations); !status.ok()) return status;
  return std::shared_ptr<const ComparedCids>(cids);
}

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_COMPARED_CIDS_H_
