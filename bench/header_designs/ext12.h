// SPDX-License-Identifier: Apache-2.0
//
// Design ext12: the header of DTLS 1.2 that says by itself that extensions follow, of which type 0
// carries the CID.
#ifndef WAYBILL_BENCH_HEADER_DESIGNS_EXT12_H_
#define WAYBILL_BENCH_HEADER_DESIGNS_EXT12_H_

#include <cstdint>

#include "absl/types/span.h"
#include "waybill/bench/header_designs/cid_kinds.h"
#include "waybill/bench/header_designs/header_design.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/record/extended12.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/record_checks.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

struct Ext12 {
  static constexpr DesignInfo kInfo = {
      "ext12",
      "DTLS 1.2 with the E bit in its length and the CID as record header extension 0.",
      "draft-fossati-tls-ext-header-01, section 3",
      LookupBy::kCid,
      DtlsVersion::kDtls12,
      0};

  using Cids = FixedCids;

  static RecordRules Rules(CidLength /*cids*/) {
    return RecordRules(CidLength::Absent(), kCidExtensionOnly);
  }

  static bool TakesFirstByte(uint8_t first_byte) {
    return HeaderLayoutOf(first_byte) == HeaderLayout::kRfc6347;
  }

  static bool WriteHeader(const RecordLabel& label, absl::Span<const uint8_t> cid,
                          ByteWriter* writer) {
    const RecordExtension extension = {kCidExtensionType, cid};
    Extended12Header header;
    header.content_type = label.content_type;
    header.epoch = ApplicationEpoch(kInfo.version);
    header.sequence = label.sequence;
    header.extensions = absl::MakeConstSpan(&extension, 1);
    header.payload_length = label.payload_length;
    return waybill::WriteHeader(header, writer);
  }

  static DropReason Parse(absl::Span<const uint8_t> datagram, const RecordRules& rules,
                          RecordView* view) {
    return ParseForm(RecordForm::kExtended12, rules, datagram, view);
  }
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_HEADER_DESIGNS_EXT12_H_
