// SPDX-License-Identifier: Apache-2.0
//
// Design dtls12: today's default. No CID; the association is found by the peer's address.
#ifndef WAYBILL_BENCH_HEADER_DESIGNS_DTLS12_H_
#define WAYBILL_BENCH_HEADER_DESIGNS_DTLS12_H_

#include <cstdint>

#include "absl/types/span.h"
#include "waybill/bench/header_designs/cid_kinds.h"
#include "waybill/bench/header_designs/header_design.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/record_checks.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/record/rfc6347.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {

struct Dtls12 {
  static constexpr DesignInfo kInfo = {
      "dtls12",
      "The header of DTLS 1.2; the association is found by the peer's address.",
      "RFC 6347, section 4.1",
      LookupBy::kAddress,
      DtlsVersion::kDtls12,
      0};

  using Cids = NoCids;

  static RecordRules Rules(CidLength cids) { return RecordRules(cids); }

  static bool TakesFirstByte(uint8_t first_byte) {
    return HeaderLayoutOf(first_byte) == HeaderLayout::kRfc6347;
  }

  static bool WriteHeader(const RecordLabel& label, absl::Span<const uint8_t> /*cid*/,
                          ByteWriter* writer) {
    Rfc6347Header header;
    header.content_type = label.content_type;
    header.epoch = ApplicationEpoch(kInfo.version);
    header.sequence = label.sequence;
    header.length = label.payload_length;
    return waybill::WriteHeader(header, writer);
  }

  static DropReason Parse(absl::Span<const uint8_t> datagram, const RecordRules& rules,
                          RecordView* view) {
    return ParseForm(RecordForm::kDtlsCiphertext, rules, datagram, view);
  }
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_HEADER_DESIGNS_DTLS12_H_
