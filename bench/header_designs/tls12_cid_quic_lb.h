// SPDX-License-Identifier: Apache-2.0
//
// Design tls12_cid_quic_lb: DTLS 1.2 with a CID that load balancers can route; the server refuses
// those that are routed to another one.
#ifndef WAYBILL_BENCH_HEADER_DESIGNS_TLS12_CID_QUIC_LB_H_
#define WAYBILL_BENCH_HEADER_DESIGNS_TLS12_CID_QUIC_LB_H_

#include "waybill/bench/header_designs/cid_kinds.h"
#include "waybill/bench/header_designs/header_design.h"
#include "waybill/bench/header_designs/tls12_cid.h"
#include "waybill/record/record_checks.h"

namespace waybill {

struct Tls12CidQuicLb : Tls12Cid {
  static constexpr DesignInfo kInfo = {"tls12_cid_quic_lb",
                                       "DTLS 1.2 with a routable CID: configuration and length, "
                                       "then server ID 3 and nonce 4 bytes, encrypted.",
                                       "draft-ietf-quic-load-balancers, section 5.4",
                                       LookupBy::kCid,
                                       DtlsVersion::kDtls12,
                                       1};

  using Cids = QuicLbCids;
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_HEADER_DESIGNS_TLS12_CID_QUIC_LB_H_
