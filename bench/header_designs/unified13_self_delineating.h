// SPDX-License-Identifier: Apache-2.0
//
// Design unified13_self_delineating: the unified header of DTLS 1.3 with the CIDs of
// tls12_cid_nibble, so that what delineation costs is seen in both headers.
#ifndef WAYBILL_BENCH_HEADER_DESIGNS_UNIFIED13_SELF_DELINEATING_H_
#define WAYBILL_BENCH_HEADER_DESIGNS_UNIFIED13_SELF_DELINEATING_H_

#include "waybill/bench/header_designs/cid_kinds.h"
#include "waybill/bench/header_designs/header_design.h"
#include "waybill/bench/header_designs/unified13.h"
#include "waybill/record/record_checks.h"

namespace waybill {

struct Unified13SelfDelineating : Unified13 {
  static constexpr DesignInfo kInfo = {
      "unified13_self_delineating",
      "The unified header of DTLS 1.3 with a CID that says its length as that of tls12_cid_nibble.",
      "RFC 9147, section 9, with RFC 9146, section 3",
      LookupBy::kCid,
      DtlsVersion::kDtls13,
      1};

  using Cids = NibbleCids;
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_HEADER_DESIGNS_UNIFIED13_SELF_DELINEATING_H_
