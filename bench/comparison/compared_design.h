// SPDX-License-Identifier: Apache-2.0
//
// A header design as the comparison holds it, with the loops that are timed. They are instantiated
// for each design, so that which one it is is asked once a block of datagrams and never within.
#ifndef WAYBILL_BENCH_COMPARISON_COMPARED_DESIGN_H_
#define WAYBILL_BENCH_COMPARISON_COMPARED_DESIGN_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "waybill/bench/comparison/associations.h"
#include "waybill/bench/comparison/compared_cids.h"
#include "waybill/bench/comparison/datagram_store.h"
#include "waybill/bench/comparison/receiver.h"
#include "waybill/bench/comparison/stages.h"
#include "waybill/bench/header_designs/header_design.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/byte_range.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

// Makes the compiler believe that somebody reads what `value` points to.
inline void KeepAlive(const void* value) { asm volatile("" : : "r"(value) : "memory"); }

// What is timed as reading a header, and counted by callgrind under this name (see callgrind.h): a
// call that stays one.
template <typename Design>
[[gnu::noinline]] DropReason ParseOne(absl::Span<const uint8_t> datagram, const RecordRules& rules,
                                      RecordView* view) {
  return Design::Parse(datagram, rules, view);
}

// The floor of reading a header: a copy of its bytes, as if it were a design.
struct CopyFloor {
  static constexpr size_t kCopied = 24;

  // Of no record that it could read.
  static constexpr RecordRules kRules{CidLength::Absent()};

  static DropReason Parse(absl::Span<const uint8_t> datagram, const RecordRules& /*rules*/,
                          RecordView* view) {
    static_assert(kCopied <= sizeof(RecordView), "the copy goes where a design's answer goes");
    if (datagram.size() < kCopied) return DropReason::kHeaderTruncated;
    std::memcpy(static_cast<void*>(view), datagram.data(), kCopied);
    return DropReason::kNone;
  }
};

// Each goes over the datagrams from `begin` to before `end`.

template <typename Design>
void ParseBlock(const DatagramStore& datagrams, const RecordRules& rules, size_t begin,
                size_t end) {
  RecordView views[64];
  uint64_t refused = 0;
  for (size_t i = begin; i < end; ++i) {
    refused += ParseOne<Design>(datagrams.bytes(i), rules, &views[i % 64]) != DropReason::kNone;
  }
  KeepAlive(&refused);
  KeepAlive(views);
}

template <typename Design>
void ReceiveBlock(const ComparedReceiver& receiver, const DatagramStore& datagrams, size_t begin,
                  size_t end) {
  uint64_t sum = 0;
  for (size_t i = begin; i < end; ++i) {
    sum += static_cast<uint64_t>(
        Receive<Design>(receiver, datagrams.bytes(i), datagrams.from(i)).stage);
  }
  KeepAlive(&sum);
}

// Finds the associations of datagrams whose CIDs are at `cids`, and touches what the next stage
// would look at.
template <typename Design>
void FindBlock(const ComparedReceiver& receiver, const DatagramStore& datagrams,
               absl::Span<const ByteRange> cids, size_t begin, size_t end) {
  uint64_t sum = 0;
  for (size_t i = begin; i < end; ++i) {
    AssociationHandle association;
    const Verdict found =
        Find<Design>(receiver, cids[i].In(datagrams.bytes(i)), datagrams.from(i), &association);
    if (found.stage == Stage::kAead) sum += receiver.cids->states().window(association).expected();
  }
  KeepAlive(&sum);
}

template <typename Design>
void FindEach(const ComparedReceiver& receiver, const DatagramStore& datagrams,
              absl::Span<const ByteRange> cids, size_t begin, size_t count,
              AssociationHandle* found) {
  using Kind = typename Design::Cids;
  Key keys[kReceivedAtOnce];
  for (size_t i = 0; i < count; ++i) {
    keys[i] = Kind::kLength == 0 ? datagrams.from(begin + i).bytes()
                                 : cids[begin + i].In(datagrams.bytes(begin + i));
  }
  static_cast<const CidsOf<Kind>&>(*receiver.cids).FindEach(absl::MakeSpan(keys, count), found);
}

// The same in batches.
template <typename Design>
void FindBatches(const ComparedReceiver& receiver, const DatagramStore& datagrams,
                 absl::Span<const ByteRange> cids, size_t begin, size_t end) {
  uint64_t sum = 0;
  for (size_t batch = begin; batch < end; batch += kReceivedAtOnce) {
    const size_t count = std::min(kReceivedAtOnce, end - batch);
    AssociationHandle found[kReceivedAtOnce];
    FindEach<Design>(receiver, datagrams, cids, batch, count, found);
    for (size_t i = 0; i < count; ++i) {
      if (found[i]) sum += receiver.cids->states().window(found[i]).expected();
    }
  }
  KeepAlive(&sum);
}

using IssueCidsFunction = absl::StatusOr<std::shared_ptr<const ComparedCids>> (*)(
    const ComparedAssociations& associations, uint64_t seed);

// A design with its type forgotten.
struct ComparedDesign {
  const DesignInfo* info;
  // Of the kind of its CIDs, which has one IssueCids().
  uint8_t cid_length;
  uint8_t delineating_bytes;
  IssueCidsFunction issue_cids;
  RecordRules (*rules)(CidLength cids);
  bool (*write_header)(const RecordLabel& label, absl::Span<const uint8_t> cid, ByteWriter* writer);
  DropReason (*parse)(absl::Span<const uint8_t> datagram, const RecordRules& rules,
                      RecordView* view);
  Verdict (*receive)(const ComparedReceiver& receiver, absl::Span<const uint8_t> datagram,
                     const AddressKey& from);
  void (*parse_block)(const DatagramStore& datagrams, const RecordRules& rules, size_t begin,
                      size_t end);
  void (*receive_block)(const ComparedReceiver& receiver, const DatagramStore& datagrams,
                        size_t begin, size_t end);
  void (*find_block)(const ComparedReceiver& receiver, const DatagramStore& datagrams,
                     absl::Span<const ByteRange> cids, size_t begin, size_t end);
  // Those of `count` datagrams, up to kReceivedAtOnce, from `begin` on.
  void (*find_each)(const ComparedReceiver& receiver, const DatagramStore& datagrams,
                    absl::Span<const ByteRange> cids, size_t begin, size_t count,
                    AssociationHandle* found);
  void (*find_batches)(const ComparedReceiver& receiver, const DatagramStore& datagrams,
                       absl::Span<const ByteRange> cids, size_t begin, size_t end);
};

template <typename Design>
constexpr ComparedDesign MakeComparedDesign() {
  using Kind = typename Design::Cids;
  return {&Design::kInfo,     Kind::kLength,        Kind::kDelineatingBytes, IssueCids<Kind>,
          Design::Rules,      Design::WriteHeader,  ParseOne<Design>,        Receive<Design>,
          ParseBlock<Design>, ReceiveBlock<Design>, FindBlock<Design>,       FindEach<Design>,
          FindBatches<Design>};
}

}  // namespace waybill

#endif  // WAYBILL_BENCH_COMPARISON_COMPARED_DESIGN_H_
