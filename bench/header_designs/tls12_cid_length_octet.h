// SPDX-License-Identifier: Apache-2.0
//
// Design tls12_cid_length_octet: DTLS 1.2 with a CID whose first octet counts the others, so that
// CIDs of several lengths can live on one port.
#ifndef WAYBILL_BENCH_HEADER_DESIGNS_TLS12_CID_LENGTH_OCTET_H_
#define WAYBILL_BENCH_HEADER_DESIGNS_TLS12_CID_LENGTH_OCTET_H_

#include "waybill/bench/header_designs/cid_kinds.h"
#include "waybill/bench/header_designs/header_design.h"
#include "waybill/bench/header_designs/tls12_cid.h"
#include "waybill/record/record_checks.h"

namespace waybill {

struct Tls12CidLengthOctet : Tls12Cid {
  static constexpr DesignInfo kInfo = {
      "tls12_cid_length_octet",
      "DTLS 1.2 with a CID that says its length: an octet that counts the 8 bytes behind it.",
      "RFC 9146, section 3: variable-length CIDs delimit themselves",
      LookupBy::kCid,
      DtlsVersion::kDtls12,
      1};

  using Cids = LengthOctetCids;
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_HEADER_DESIGNS_TLS12_CID_LENGTH_OCTET_H_
