// SPDX-License-Identifier: Apache-2.0
//
// Design ext13: the unified header of DTLS 1.3 with C=0 that says by itself that extensions follow,
// of which type 0 carries the CID.
#ifndef WAYBILL_BENCH_HEADER_DESIGNS_EXT13_H_
#define WAYBILL_BENCH_HEADER_DESIGNS_EXT13_H_

#include <cstdint>

#include "absl/types/span.h"
#include "waybill/bench/header_designs/cid_kinds.h"
#include "waybill/bench/header_designs/header_design.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/record/extended13.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/record_checks.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

struct Ext13 {
  static constexpr DesignInfo kInfo = {
      "ext13",
      "The unified header of DTLS 1.3 with the E bit in its length and the CID as record header "
      "extension 0.",
      "RFC 9147, section 4, with draft-fossati-tls-ext-header-01, section 3",
      LookupBy::kCid,
      DtlsVersion::kDtls13,
      1};

  using Cids = FixedCids;

  static RecordRules Rules(CidLength /*cids*/) {
    return RecordRules(CidLength::Absent(), kCidExtensionOnly);
  }

  // Without a length there is no E, and with C the CID would stand elsewhere (EXT-12).
  static bool TakesFirstByte(uint8_t first_byte) {
    return HeaderLayoutOf(first_byte) == HeaderLayout::kUnified &&
           (first_byte & (kUnifiedCidBit | kUnifiedLengthBit)) == kUnifiedLengthBit;
  }

  static bool WriteHeader(const RecordLabel& label, absl::Span<const uint8_t> cid,
                          ByteWriter* writer) {
    const RecordExtension extension = {kCidExtensionType, cid};
    Extended13Header header;
    header.epoch = ApplicationEpoch(kInfo.version);
    header.sequence = label.sequence;
    header.extensions = absl::MakeConstSpan(&extension, 1);
    header.payload_length = label.payload_length;
    return waybill::WriteHeader(header, writer);
  }

  static DropReason Parse(absl::Span<const uint8_t> datagram, const RecordRules& rules,
                          RecordView* view) {
    return ParseForm(RecordForm::kExtended13, rules, datagram, view);
  }
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_HEADER_DESIGNS_EXT13_H_
