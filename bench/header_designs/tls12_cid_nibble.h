// SPDX-License-Identifier: Apache-2.0
//
// Design tls12_cid_nibble: DTLS 1.2 with a CID that says its length in four bits of its first
// octet, without a byte more than one that does not.
#ifndef WAYBILL_BENCH_HEADER_DESIGNS_TLS12_CID_NIBBLE_H_
#define WAYBILL_BENCH_HEADER_DESIGNS_TLS12_CID_NIBBLE_H_

#include "waybill/bench/header_designs/cid_kinds.h"
#include "waybill/bench/header_designs/header_design.h"
#include "waybill/bench/header_designs/tls12_cid.h"
#include "waybill/record/record_checks.h"

namespace waybill {

struct Tls12CidNibble : Tls12Cid {
  static constexpr DesignInfo kInfo = {
      "tls12_cid_nibble",
      "DTLS 1.2 with a CID that says its length in the low four bits of its first octet; 60 bits "
      "are random.",
      "RFC 9146, section 3: variable-length CIDs delimit themselves",
      LookupBy::kCid,
      DtlsVersion::kDtls12,
      1};

  using Cids = NibbleCids;
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_HEADER_DESIGNS_TLS12_CID_NIBBLE_H_
