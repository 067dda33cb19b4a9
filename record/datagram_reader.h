// SPDX-License-Identifier: Apache-2.0
//
// The records of one datagram, in order, with the rules on what a refusal takes with it.
#ifndef WAYBILL_RECORD_DATAGRAM_READER_H_
#define WAYBILL_RECORD_DATAGRAM_READER_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/byte_range.h"
#include "waybill/wire/drop_reason.h"
#include "waybill/wire/temporary_owner.h"

namespace waybill {

// Answers whether two connection IDs, which differ as bytes, name one association: an endpoint may
// have issued several. `context` is the caller's. Asked before anything is authenticated: it must
// not allocate, block or change state.
using SameAssociation = bool (*)(const void* context, absl::Span<const uint8_t> first,
                                 absl::Span<const uint8_t> later);

// Walks a datagram record by record:
//
//   DatagramReader reader(datagram, rules);
//   RecordView view;
//   DropReason reason;
//   while (reader.Next(&view, &reason)) …
//
// A record that is refused alone is yielded with its reason, and the walk goes on behind it; a
// refusal that takes the rest of the datagram ends it (BUG-12). So does a record whose connection
// ID names another association than the first one accepted (RFC 9147, section 4; REQ-033, REQ-034);
// a record without a connection ID belongs to the datagram's association (REQ-010). A datagram
// without bytes is yielded once, as kEmptyDatagram, so that it can be counted (BUG-33).
//
// The datagram is not owned and must outlive the reader. Nothing is allocated. Each step moves
// forward, so the number of records is bounded by the datagram's length. One thread at a time.
class DatagramReader {
 public:
  // Connection IDs that differ name different associations.
  DatagramReader(absl::Span<const uint8_t> datagram, const RecordRules& rules)
      : DatagramReader(datagram, rules, nullptr, nullptr) {}
  // For endpoints that issue several connection IDs for an association. `context` is not owned.
  DatagramReader(absl::Span<const uint8_t> datagram, const RecordRules& rules,
                 SameAssociation same_association, const void* context)
      : datagram_(datagram),
        rules_(rules),
        same_association_(same_association),
        context_(context) {}
  template <typename Owner, typename... Rules, typename = IfTemporaryOwner<Owner>>
  explicit DatagramReader(Owner&& datagram, const Rules&... rules) = delete;

  // Reads the next record into `view`, and why it has to be dropped, or kNone, into `reason`; both
  // mean what they do in ParseRecord(). False, with both left alone, where there is no further
  // record.
  bool Next(RecordView* view, DropReason* reason);

 private:
  bool NamesOtherAssociation(ByteRange cid) const;

  absl::Span<const uint8_t> datagram_;
  RecordRules rules_;
  SameAssociation same_association_;
  const void* context_;
  size_t offset_ = 0;
  bool started_ = false;
  ByteRange first_cid_;
};

}  // namespace waybill

#endif  // WAYBILL_RECORD_DATAGRAM_READER_H_
