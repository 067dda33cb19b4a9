// SPDX-License-Identifier: Apache-2.0
#include "waybill/traffic/fragments.h"

#include <cassert>
#include <utility>

#include "waybill/record/first_byte.h"
#include "waybill/record/record_view.h"

namespace waybill {
namespace {

// What record number encryption samples (RFC 9147, section 4.2.3).
constexpr size_t kSampleLength = 16;

// Takes fragments from the front of a record.
class Divider {
 public:
  explicit Divider(absl::Span<const uint8_t> record) : rest_(record) {}

  Divider& Take(size_t length, DropReason if_cut) {
    assert(length <= rest_.size() && "the record is not well-formed");
    const absl::Span<const uint8_t> bytes = rest_.first(length);
    fragments_.push_back({if_cut, Bytes(bytes.begin(), bytes.end())});
    rest_.remove_prefix(length);
    return *this;
  }
  Divider& TakeCid(HeaderCid cid) {
    return Take(cid.delineator_length, DropReason::kCidNotDelineated)
        .Take(cid.length - cid.delineator_length, DropReason::kHeaderTruncated);
  }
  AnnotatedRecord TakeRest(DropReason if_cut) {
    Take(rest_.size(), if_cut);
    return std::move(fragments_);
  }

 private:
  absl::Span<const uint8_t> rest_;
  AnnotatedRecord fragments_;
};

AnnotatedRecord UnifiedFragmentsOf(absl::Span<const uint8_t> record, HeaderCid cid) {
  const uint8_t first_byte = record[0];
  const bool has_length = (first_byte & kUnifiedLengthBit) != 0;
  Divider divider(record);
  divider.Take(1, DropReason::kHeaderTruncated);
  if ((first_byte & kUnifiedCidBit) != 0) divider.TakeCid(cid);
  divider.Take((first_byte & kUnifiedSequence16Bit) != 0 ? 2 : 1, DropReason::kHeaderTruncated);
  if (has_length) {
    return divider.Take(2, DropReason::kHeaderTruncated).TakeRest(DropReason::kLengthPastEnd);
  }
  return divider.Take(kSampleLength, DropReason::kCiphertextTooShort).TakeRest(DropReason::kNone);
}

}  // namespace

AnnotatedRecord FragmentsOf(absl::Span<const uint8_t> record, HeaderCid cid) {
  assert(!record.empty() && "the record is not well-formed");
  switch (HeaderLayoutOf(record[0])) {
    case HeaderLayout::kRfc6347:
      return Divider(record)
          .Take(13, DropReason::kHeaderTruncated)
          .TakeRest(DropReason::kLengthPastEnd);
    case HeaderLayout::kTls12Cid:
      return Divider(record)
          .Take(11, DropReason::kHeaderTruncated)
          .TakeCid(cid)
          .Take(2, DropReason::kHeaderTruncated)
          .TakeRest(DropReason::kLengthPastEnd);
    case HeaderLayout::kUnified:
      return UnifiedFragmentsOf(record, cid);
    case HeaderLayout::kNone:
      break;
  }
  return {};
}

Bytes Join(absl::Span<const AnnotatedRecord> datagram) {
  Bytes bytes;
  for (const AnnotatedRecord& record : datagram) {
    for (const Fragment& fragment : record) AppendBytes(fragment.bytes, &bytes);
  }
  return bytes;
}

void ForEachPrefix(absl::Span<const AnnotatedRecord> datagram,
                   const std::function<void(const Bytes& prefix, DropReason expected)>& visit) {
  const Bytes whole = Join(datagram);
  size_t length = 0;
  const auto visit_next = [&](DropReason expected) {
    visit(Bytes(whole.begin(), whole.begin() + length), expected);
    ++length;
  };
  for (const AnnotatedRecord& record : datagram) {
    // Between two records, the datagram is whole, and shorter; without any, it is empty.
    const size_t start = length;
    for (const Fragment& fragment : record) {
      for (size_t i = 0; i < fragment.bytes.size(); ++i) {
        visit_next(length == 0       ? DropReason::kEmptyDatagram
                   : length == start ? DropReason::kNone
                                     : fragment.if_cut);
      }
    }
  }
  visit_next(whole.empty() ? DropReason::kEmptyDatagram : DropReason::kNone);
}

}  // namespace waybill
