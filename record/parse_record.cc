// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/parse_record.h"

#include <array>
#include <cstring>

#include "absl/base/attributes.h"
#include "waybill/record/extended12.h"
#include "waybill/record/extended13.h"
#include "waybill/record/field_layout.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/rfc6347.h"
#include "waybill/record/tls12_cid.h"
#include "waybill/record/unified.h"
#include "waybill/wire/big_endian.h"

namespace waybill {
namespace {

// A layout for each first byte. The epoch bits of a unified header and most content types change
// nothing, so the layouts are few enough to stay in the cache, however mixed the traffic is.
class LayoutTable {
 public:
  constexpr LayoutTable() {
    for (int byte = 0; byte < 256; ++byte) {
      const uint8_t first_byte = static_cast<uint8_t>(byte);
      switch (HeaderLayoutOf(first_byte)) {
        case HeaderLayout::kNone:
          if (ProtocolOf(first_byte) == Protocol::kDtls) {
            Set(first_byte, 0, NoLayout(DropReason::kUnknownContentType));
          } else {
            Set(first_byte, 1, NoLayout(DropReason::kNotDtls));
          }
          break;
        case HeaderLayout::kRfc6347: {
          const FieldLayout layout = Rfc6347Layout(first_byte);
          Set(first_byte, layout.allowed_in_clear != 0 ? 2 : 3, layout);
          break;
        }
        case HeaderLayout::kTls12Cid:
          Set(first_byte, 4, Tls12CidLayout());
          break;
        case HeaderLayout::kUnified:
          Set(first_byte, 5 + ((first_byte & ~kUnifiedFixedBits) >> 2), UnifiedLayout(first_byte));
          break;
      }
    }
  }

  constexpr const FieldLayout& Of(uint8_t first_byte) const { return layouts_[slots_[first_byte]]; }

 private:
  static constexpr FieldLayout NoLayout(DropReason fault) {
    FieldLayout layout;
    layout.fault = fault;
    return layout;
  }

  constexpr void Set(uint8_t first_byte, int slot, const FieldLayout& layout) {
    slots_[first_byte] = static_cast<uint8_t>(slot);
    layouts_[slot] = layout;
  }

  std::array<uint8_t, 256> slots_ = {};
  std::array<FieldLayout, 13> layouts_ = {};
};

constexpr LayoutTable kLayouts;

struct Number {
  uint16_t epoch;
  uint64_t sequence;
};

inline Number ReadNumber(const uint8_t* bytes, const FieldLayout& layout,
                         size_t cid_before_sequence) {
  const uint64_t number =
      (LoadU64(bytes + kEpochPlace) & layout.epoch_and_sequence_mask) |
      (LoadU16(bytes + layout.sequence_end + cid_before_sequence - 2) & layout.sequence_mask);
  return {static_cast<uint16_t>(number >> 48 | (bytes[0] & layout.epoch_mask)),
          number & kMaxSequence};
}

constexpr ByteRange RangeOf(size_t offset, size_t length) {
  return ByteRange{static_cast<uint16_t>(offset), static_cast<uint16_t>(length)};
}

// What follows is kept out of line, and called last: the way of a record that is accepted has no
// call in it.

ABSL_ATTRIBUTE_NOINLINE DropReason RefuseRest(DropReason reason, absl::Span<const uint8_t> datagram,
                                              size_t offset, RecordView* view) {
  view->record = RangeOf(offset, datagram.size() - offset);
  return reason;
}

// Refuses a record from whose `bytes` no header can be read. Says what stands in front of the
// fault.
ABSL_ATTRIBUTE_NOINLINE DropReason RefuseHeader(const uint8_t* bytes, size_t cid_found,
                                                absl::Span<const uint8_t> datagram, size_t offset,
                                                const RecordRules& rules, RecordView* view) {
  const FieldLayout& layout = kLayouts.Of(bytes[0]);
  *view = RecordView();
  view->first_byte = bytes[0];
  view->form = layout.form[0];
  DropReason reason = layout.fault;
  if (layout.cid_mask != 0 && datagram.size() - offset >= layout.cid_place) {
    if (layout.has_epoch != 0) {
      const Number number = ReadNumber(bytes, layout, 0);
      view->version = LoadU16(bytes + kVersionPlace);
      view->epoch = number.epoch;
      view->sequence = number.sequence;
    }
    if (rules.cid_length.absent()) {
      reason = DropReason::kCidNotExpected;
    } else if (cid_found == 0) {
      reason = DropReason::kCidNotDelineated;
    }
  }
  return RefuseRest(reason, datagram, offset, view);
}

// Refuses a record whose header was read, and whose length or epoch its form does not allow.
ABSL_ATTRIBUTE_NOINLINE DropReason RefuseRecord(absl::Span<const uint8_t> datagram, size_t offset,
                                                RecordView* view) {
  const FieldLayout& layout = kLayouts.Of(view->first_byte);
  const size_t in_clear = view->epoch == 0 ? layout.has_epoch : 0;
  if (view->payload.end() > datagram.size()) {
    return RefuseRest(DropReason::kLengthPastEnd, datagram, offset, view);
  }
  if (view->payload.length > layout.max_payload[in_clear]) {
    return RefuseRest(DropReason::kLengthOverLimit, datagram, offset, view);
  }
  return in_clear != 0 ? DropReason::kContentTypeInClear : DropReason::kCiphertextTooShort;
}

bool AnnouncesExtensions(const RecordView& view, ExtensionProfile profile) {
  if ((view.payload.length & kExtensionIndicator) == 0 || !view.has_length()) return false;
  return view.unified() ? profile == ExtensionProfile::kAuthenticated
                        : profile != ExtensionProfile::kOff;
}

DropReason ReadExtensions(const ExtensionRules& rules, absl::Span<const uint8_t> datagram,
                          RecordView* view) {
  switch (view->form) {
    case RecordForm::kTls12Cid:
      return DropReason::kExtensionInTls12Cid;
    case RecordForm::kUnified:
      return ReadExtensions13(rules, datagram, view);
    default:
      return ReadExtensions12(rules, datagram, view);
  }
}

// Goes on with a record whose header was read, and whose length and epoch no form without
// extensions allows. So far `view` counts E as a bit of the length.
ABSL_ATTRIBUTE_NOINLINE DropReason ReadUnusualRecord(absl::Span<const uint8_t> datagram,
                                                     size_t offset, const RecordRules& rules,
                                                     RecordView* view) {
  if (!AnnouncesExtensions(*view, rules.extensions.profile)) {
    return RefuseRecord(datagram, offset, view);
  }
  view->payload.length &= ~kExtensionIndicator;
  if (view->payload.end() > datagram.size()) {
    return RefuseRest(DropReason::kLengthPastEnd, datagram, offset, view);
  }
  view->record.length = static_cast<uint16_t>(view->payload.end() - offset);
  const DropReason reason = ReadExtensions(rules.extensions, datagram, view);
  if (reason == DropReason::kNone || ScopeOf(reason) == DropScope::kRecord) return reason;
  return RefuseRest(reason, datagram, offset, view);
}

// Reads the record at `offset` in the datagram, of whose `bytes` kFixedReach can be read even where
// the datagram has fewer, and which has a CID of `cid_length` bytes if it has one.
inline DropReason ReadRecord(const uint8_t* bytes, size_t cid_length,
                             absl::Span<const uint8_t> datagram, size_t offset,
                             const RecordRules& rules, RecordView* view) {
  const FieldLayout& layout = kLayouts.Of(bytes[0]);
  const size_t size = datagram.size() - offset;
  cid_length &= layout.cid_mask;
  const size_t header_length = layout.header_length + cid_length;
  // Conditions are joined without branches: which of them holds is as random as the traffic is.
  if ((header_length > size) | ((cid_length == 0) & (layout.cid_mask != 0))) {
    return RefuseHeader(bytes, cid_length, datagram, offset, rules, view);
  }
  const size_t remaining = size - header_length;
  const size_t length_field =
      LoadU16(bytes + layout.length_place + (cid_length & layout.length_mask));
  const size_t length = (length_field & layout.length_mask) | (remaining & ~layout.length_mask);
  const Number number = ReadNumber(bytes, layout, cid_length & layout.cid_mask_before_sequence);
  const size_t in_clear = (number.epoch == 0) & layout.has_epoch;

  view->form = layout.form[in_clear];
  view->first_byte = bytes[0];
  view->version = LoadU16(bytes + kVersionPlace) & layout.version_mask;
  view->epoch = number.epoch;
  view->sequence = number.sequence;
  view->record = RangeOf(offset, header_length + length);
  view->cid = RangeOf(layout.cid_mask != 0 ? offset + layout.cid_place : 0, cid_length);
  view->extensions = ByteRange();
  view->payload = RangeOf(offset + header_length, length);
  if ((length > remaining) | (length > layout.max_payload[in_clear]) |
      (length < layout.min_payload) | (in_clear > layout.allowed_in_clear)) {
    return ReadUnusualRecord(datagram, offset, rules, view);
  }
  return DropReason::kNone;
}

// The same for a record at the very end of its datagram, and for CIDs that have to be looked at.
ABSL_ATTRIBUTE_NOINLINE DropReason ReadUncommonRecord(absl::Span<const uint8_t> datagram,
                                                      size_t offset, const RecordRules& rules,
                                                      RecordView* view) {
  const absl::Span<const uint8_t> record(datagram.data() + offset, datagram.size() - offset);
  const FieldLayout& layout = kLayouts.Of(record[0]);
  size_t cid_length = rules.cid_length.fixed();
  if (rules.cid_length.self_delineating() && layout.cid_mask != 0 &&
      record.size() > layout.cid_place) {
    cid_length = rules.cid_length.Of(absl::Span<const uint8_t>(record.data() + layout.cid_place,
                                                               record.size() - layout.cid_place));
  }
  uint8_t padded[kFixedReach] = {};
  const uint8_t* bytes = record.data();
  if (record.size() < kFixedReach) {
    std::memcpy(padded, bytes, record.size());
    bytes = padded;
  }
  return ReadRecord(bytes, cid_length, datagram, offset, rules, view);
}

ABSL_ATTRIBUTE_NOINLINE DropReason RefuseDatagram(absl::Span<const uint8_t> datagram,
                                                  RecordView* view) {
  *view = RecordView();
  return datagram.size() > kMaxDatagramLength ? DropReason::kDatagramTooLong
                                              : DropReason::kEmptyDatagram;
}

}  // namespace

DropReason ParseRecord(absl::Span<const uint8_t> datagram, size_t offset, const RecordRules& rules,
                       RecordView* view) {
  if (datagram.size() > kMaxDatagramLength || offset >= datagram.size()) {
    return RefuseDatagram(datagram, view);
  }
  if (datagram.size() - offset < kFixedReach || rules.cid_length.self_delineating()) {
    return ReadUncommonRecord(datagram, offset, rules, view);
  }
  return ReadRecord(datagram.data() + offset, rules.cid_length.fixed(), datagram, offset, rules,
                    view);
}

}  // namespace waybill
