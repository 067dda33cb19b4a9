// SPDX-License-Identifier: Apache-2.0
//
// Where the fields of a header are, as data. Each form says it in its own file; ParseRecord() reads
// all of them by the same instructions, so that the mix of forms in the traffic costs no
// mispredicted branches.
#ifndef WAYBILL_RECORD_FIELD_LAYOUT_H_
#define WAYBILL_RECORD_FIELD_LAYOUT_H_

#include <cstddef>
#include <cstdint>

#include "waybill/ext/extension_chain.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

// The places of a header's fields, in bytes from its first one. A CID is counted by none of them:
// its length is the receiver's to know. Fields that a form lacks are masked away rather than
// branched around, and read from a place that every header has.
struct alignas(64) FieldLayout {
  // Bytes in front of which all reads end, for a record without its CID; more than any datagram has
  // where no record begins so.
  uint32_t reach = kNoReach;
  uint32_t header_length = 0;
  uint32_t cid_mask = 0;                  // of the CID's length: all, or none
  uint32_t cid_mask_before_sequence = 0;  // the same, where the CID is in front of the number
  uint32_t sequence_place = 0;            // of 8 bytes, in whose front the number is
  uint32_t length_place = 0;
  uint32_t length_mask = 0;  // of the 2 bytes there: all, or none
  uint32_t version_place = 0;
  uint32_t version_mask = 0;  // of the 2 bytes there: all, or none
  uint32_t epoch_mask = 0;    // of the first byte, where two bits of it are the epoch
  int32_t first_epoch = 0;    // of protected records, where the whole epoch is in the header
  int32_t min_payload = 0;
  int32_t max_payload = 0;
  uint16_t max_payload_in_clear = 0;
  uint8_t sequence_shift = 0;  // bits behind the number
  uint8_t cid_place = 0;
  RecordForm form = RecordForm::kOther;
  RecordForm form_in_clear = RecordForm::kOther;
  RecordForm form_extended = RecordForm::kOther;
  bool allowed_in_clear = false;
  uint8_t extended_under = 0;  // the profiles under which the top bit of the length is E
  uint8_t lone_cid_under = 0;  // and those under which its only extension can be its CID
  DropReason fault_if_extended = DropReason::kNone;
  DropReason fault = DropReason::kHeaderTruncated;  // of what is too short for the header

  static constexpr uint32_t kNoReach = 0x10000;
  static constexpr uint8_t Bit(ExtensionProfile profile) {
    return static_cast<uint8_t>(1u << static_cast<uint8_t>(profile));
  }
};

static_assert(sizeof(FieldLayout) == 64, "a layout is one cache line");

// What RFC 6347 and RFC 9146 have in common: content type, version, epoch, sequence number, and a
// length behind whatever follows.
constexpr FieldLayout Layout12() {
  FieldLayout layout;
  layout.reach = 13;
  layout.header_length = 13;
  layout.version_place = 1;
  layout.version_mask = 0xffff;
  layout.first_epoch = 1;
  layout.sequence_place = 3;
  layout.length_place = 11;
  layout.length_mask = 0xffff;
  layout.max_payload = kMaxCiphertextLength12;
  layout.max_payload_in_clear = kMaxPlaintextLength;
  layout.extended_under = FieldLayout::Bit(ExtensionProfile::kStrict) |
                          FieldLayout::Bit(ExtensionProfile::kAuthenticated);
  return layout;
}

}  // namespace waybill

#endif  // WAYBILL_RECORD_FIELD_LAYOUT_H_
