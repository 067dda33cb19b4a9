// SPDX-License-Identifier: Apache-2.0
//
// Where the fields of a header are, as data. Each form says it in its own file; ParseRecord() reads
// all of them by the same instructions, so that the mix of forms in the traffic costs no
// mispredicted branches.
#ifndef WAYBILL_RECORD_FIELD_LAYOUT_H_
#define WAYBILL_RECORD_FIELD_LAYOUT_H_

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "waybill/ext/extension_chain.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

// A number of a layout: on a microcontroller, which has little flash, in as few bytes as it needs;
// else in those of the operands that it goes with.
inline constexpr bool kIsSmall = sizeof(void*) <= 4;
template <typename Small, typename Wide>
using LayoutNumber = std::conditional_t<kIsSmall, Small, Wide>;
using LayoutByte = LayoutNumber<uint8_t, uint32_t>;
using LayoutWord = LayoutNumber<uint16_t, uint32_t>;
using LayoutMask = LayoutNumber<int8_t, int32_t>;  // all bits, or none
using LayoutLimit = LayoutNumber<uint16_t, int32_t>;

// The places of a header's fields, in bytes from its first one. A CID is counted by none of them:
// its length is the receiver's to know. Fields that a form lacks are masked away rather than
// branched around, and read from a place that every header has.
struct alignas(kIsSmall ? 2 : 64) FieldLayout {
  // The last byte that is read of a record without its CID; more than any datagram has where no
  // record begins so.
  LayoutWord last_byte = kNoRecord;
  LayoutLimit max_payload = 0;
  LayoutByte header_length = 0;
  LayoutMask cid_mask = 0;                  // of the CID's length
  LayoutMask cid_mask_before_sequence = 0;  // the same, where the CID is in front of the number
  LayoutByte sequence_place = 0;            // of 8 bytes, in whose front the number is
  LayoutByte length_place = 0;
  LayoutMask length_mask = 0;
  LayoutByte version_place = 0;
  LayoutMask version_mask = 0;
  LayoutByte epoch_mask = 0;  // of the first byte, where two bits of it are the epoch
  uint8_t first_epoch = 0;    // of protected records, where the whole epoch is in the header
  uint8_t min_payload = 0;
  uint8_t sequence_shift = 0;  // bits behind the number
  uint8_t cid_place = 0;
  RecordForm form = RecordForm::kOther;
  RecordForm form_in_clear = RecordForm::kOther;
  RecordForm form_extended = RecordForm::kOther;
  uint8_t extended_under = 0;  // the profiles under which the top bit of the length is E
  DropReason fault_in_clear = DropReason::kNone;
  DropReason fault_if_extended = DropReason::kNone;
  DropReason fault = DropReason::kHeaderTruncated;  // of what is too short for the header

  static constexpr uint16_t kNoRecord = 0xffff;
  static constexpr LayoutMask kAll = -1;
  static constexpr uint8_t Bit(ExtensionProfile profile) {
    return static_cast<uint8_t>(1u << static_cast<uint8_t>(profile));
  }
};

static_assert(sizeof(FieldLayout) == (kIsSmall ? 24 : 64), "of few bytes, or a cache line");

// What RFC 6347 and RFC 9146 have in common: content type, version, epoch, sequence number, and a
// length behind whatever follows.
constexpr FieldLayout Layout12() {
  FieldLayout layout;
  layout.last_byte = 12;
  layout.header_length = 13;
  layout.version_place = 1;
  layout.version_mask = FieldLayout::kAll;
  layout.first_epoch = 1;
  layout.sequence_place = 3;
  layout.length_place = 11;
  layout.length_mask = FieldLayout::kAll;
  layout.max_payload = kMaxCiphertextLength12;
  layout.extended_under = FieldLayout::Bit(ExtensionProfile::kStrict) |
                          FieldLayout::Bit(ExtensionProfile::kAuthenticated);
  return layout;
}

}  // namespace waybill

#endif  // WAYBILL_RECORD_FIELD_LAYOUT_H_
