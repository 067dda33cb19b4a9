// SPDX-License-Identifier: Apache-2.0
//
// Design tls12_cid: DTLS 1.2 with a CID whose length only the receiver knows.
#ifndef WAYBILL_BENCH_HEADER_DESIGNS_TLS12_CID_H_
#define WAYBILL_BENCH_HEADER_DESIGNS_TLS12_CID_H_

#include <cstdint>

#include "absl/types/span.h"
#include "waybill/bench/header_designs/cid_kinds.h"
#include "waybill/bench/header_designs/header_design.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/record_checks.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/record/tls12_cid.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

struct Tls12Cid {
  static constexpr DesignInfo kInfo = {
      "tls12_cid",           "DTLS 1.2 with a CID of a fixed length that only the receiver knows.",
      "RFC 9146, section 4", LookupBy::kCid,
      DtlsVersion::kDtls12,  1};

  using Cids = FixedCids;

  static RecordRules Rules(CidLength cids) { return RecordRules(cids); }

  static bool TakesFirstByte(uint8_t first_byte) {
    return HeaderLayoutOf(first_byte) == HeaderLayout::kTls12Cid;
  }

  static bool WriteHeader(const RecordLabel& label, absl::Span<const uint8_t> cid,
                          ByteWriter* writer) {
    Tls12CidHeader header;
    header.epoch = ApplicationEpoch(kInfo.version);
    header.sequence = label.sequence;
    header.cid = cid;
    header.length = label.payload_length;
    return waybill::WriteHeader(header, writer);
  }

  static DropReason Parse(absl::Span<const uint8_t> datagram, const RecordRules& rules,
                          RecordView* view) {
    return ParseForm(RecordForm::kTls12Cid, rules, datagram, view);
  }
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_HEADER_DESIGNS_TLS12_CID_H_
