// SPDX-License-Identifier: Apache-2.0
//
// Design tls12_cid_sealed: DTLS 1.2 with a CID that says where the association is, under one block
// of AES; there is no table.
#ifndef WAYBILL_BENCH_HEADER_DESIGNS_TLS12_CID_SEALED_H_
#define WAYBILL_BENCH_HEADER_DESIGNS_TLS12_CID_SEALED_H_

#include "waybill/bench/header_designs/cid_kinds.h"
#include "waybill/bench/header_designs/header_design.h"
#include "waybill/bench/header_designs/tls12_cid.h"
#include "waybill/record/record_checks.h"

namespace waybill {

struct Tls12CidSealed : Tls12Cid {
  static constexpr DesignInfo kInfo = {"tls12_cid_sealed",
                                       "DTLS 1.2 with slot, generation and check bits in one AES "
                                       "block, 16 bytes; 8 and 12 take two blocks.",
                                       "RFC 9146, section 4; the block is docs/connection-ids.md's",
                                       LookupBy::kSlot,
                                       DtlsVersion::kDtls12,
                                       1};

  using Cids = SealedCids;
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_HEADER_DESIGNS_TLS12_CID_SEALED_H_
