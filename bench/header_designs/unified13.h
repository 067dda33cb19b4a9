// SPDX-License-Identifier: Apache-2.0
//
// Design unified13: the unified header of DTLS 1.3 with a CID whose length only the receiver knows,
// 16 bits of sequence number, and a length.
#ifndef WAYBILL_BENCH_HEADER_DESIGNS_UNIFIED13_H_
#define WAYBILL_BENCH_HEADER_DESIGNS_UNIFIED13_H_

#include <cstdint>

#include "absl/types/span.h"
#include "waybill/bench/header_designs/cid_kinds.h"
#include "waybill/bench/header_designs/header_design.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/record_checks.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/record/unified.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

struct Unified13 {
  static constexpr DesignInfo kInfo = {
      "unified13",
      "The unified header of DTLS 1.3 with a CID of a fixed length, S=1 and L=1.",
      "RFC 9147, section 4",
      LookupBy::kCid,
      DtlsVersion::kDtls13,
      1};

  using Cids = FixedCids;

  static RecordRules Rules(CidLength cids) { return RecordRules(cids); }

  static bool TakesFirstByte(uint8_t first_byte) {
    return HeaderLayoutOf(first_byte) == HeaderLayout::kUnified &&
           (first_byte & kUnifiedCidBit) != 0;
  }

  static bool WriteHeader(const RecordLabel& label, absl::Span<const uint8_t> cid,
                          ByteWriter* writer) {
    UnifiedHeader header;
    header.epoch = ApplicationEpoch(kInfo.version);
    header.sequence = label.sequence;
    header.cid = cid;
    header.length = label.payload_length;
    return waybill::WriteHeader(header, writer);
  }

  static DropReason Parse(absl::Span<const uint8_t> datagram, const RecordRules& rules,
                          RecordView* view) {
    return ParseForm(RecordForm::kUnified, rules, datagram, view);
  }
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_HEADER_DESIGNS_UNIFIED13_H_
