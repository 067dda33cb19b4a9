// SPDX-License-Identifier: Apache-2.0
//
// Design tls12_cid_tagged: DTLS 1.2 with a CID that ends in a tag of itself, so that one that was
// never issued is refused before the table is asked.
#ifndef WAYBILL_BENCH_HEADER_DESIGNS_TLS12_CID_TAGGED_H_
#define WAYBILL_BENCH_HEADER_DESIGNS_TLS12_CID_TAGGED_H_

#include "waybill/bench/header_designs/cid_kinds.h"
#include "waybill/bench/header_designs/header_design.h"
#include "waybill/bench/header_designs/tls12_cid.h"
#include "waybill/record/record_checks.h"

namespace waybill {

struct Tls12CidTagged : Tls12Cid {
  static constexpr DesignInfo kInfo = {
      "tls12_cid_tagged",
      "DTLS 1.2 with a CID of 8 random bytes and a tag of 4, checked before the CID is looked up.",
      "RFC 9146, section 4; the tag is docs/connection-ids.md's",
      LookupBy::kCid,
      DtlsVersion::kDtls12,
      1};

  using Cids = TaggedCids;
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_HEADER_DESIGNS_TLS12_CID_TAGGED_H_
