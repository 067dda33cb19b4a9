// SPDX-License-Identifier: Apache-2.0
//
// Where the fields of a header are, as data. Each form says it in its own file; ParseRecord() reads
// all of them by the same instructions, so that the mix of forms in the traffic costs no
// mispredicted branches.
#ifndef WAYBILL_RECORD_FIELD_LAYOUT_H_
#define WAYBILL_RECORD_FIELD_LAYOUT_H_

#include <cstddef>
#include <cstdint>

#include "waybill/record/record_view.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

// The places of a header's fields, in bytes from its first one. A CID is counted by none of them:
// its length is the receiver's to know. Fields that a form lacks are masked away rather than
// branched around.
struct FieldLayout {
  uint64_t epoch_and_sequence_mask = 0;  // of the 8 bytes from kEpochPlace on: all, or none
  uint16_t sequence_mask = 0;       // of the 2 bytes in front of sequence_end, where no epoch is
  uint16_t version_mask = 0;        // of the 2 bytes from kVersionPlace on: all, or none
  uint16_t length_mask = 0;         // of the 2 bytes from length_place on: all, or none
  uint16_t header_length = 0xffff;  // more than a datagram has, where no record begins so
  // Form and longest payload of a protected record, and of one of epoch 0.
  uint16_t max_payload[2] = {0, 0};
  RecordForm form[2] = {RecordForm::kOther, RecordForm::kOther};
  uint8_t allowed_in_clear = 1;
  uint8_t has_epoch = 0;   // 1 where the whole epoch is in the header
  uint8_t epoch_mask = 0;  // of the first byte, where two bits of it are
  uint8_t sequence_end = 2;
  uint8_t length_place = 0;
  uint8_t cid_place = 0;
  uint8_t cid_mask = 0;                  // of the CID's length: all, or none
  uint8_t cid_mask_before_sequence = 0;  // the same, where the CID is in front of the number
  uint8_t min_payload = 0;
  DropReason fault = DropReason::kHeaderTruncated;  // of what is too short for the header
};

static_assert(sizeof(FieldLayout) <= 32, "the layouts of all forms stay in a few cache lines");

inline constexpr size_t kVersionPlace = 1;
inline constexpr size_t kEpochPlace = 3;
// Bytes that are read of every record whatever its layout; a shorter one is read from a padded
// copy.
inline constexpr size_t kFixedReach = 16;

// What RFC 6347 and RFC 9146 have in common: content type, version, epoch, sequence number, and a
// length behind whatever follows.
constexpr FieldLayout Layout12(RecordForm form, RecordForm form_in_clear, bool allowed_in_clear) {
  FieldLayout layout;
  layout.form[0] = form;
  layout.form[1] = form_in_clear;
  layout.max_payload[0] = kMaxCiphertextLength12;
  layout.max_payload[1] = kMaxPlaintextLength;
  layout.allowed_in_clear = allowed_in_clear ? 1 : 0;
  layout.has_epoch = 1;
  layout.epoch_and_sequence_mask = ~uint64_t{0};
  layout.version_mask = 0xffff;
  layout.length_mask = 0xffff;
  layout.sequence_end = 11;
  layout.length_place = 11;
  layout.header_length = 13;
  return layout;
}

}  // namespace waybill

#endif  // WAYBILL_RECORD_FIELD_LAYOUT_H_
