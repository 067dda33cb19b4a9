// SPDX-License-Identifier: Apache-2.0
//
// A reader of routable CIDs as one writes it from the draft: one at a time, half by half, with the
// crypto library's block function. The peer of QuicLbCidFormat.
#ifndef WAYBILL_BENCH_CID_OBVIOUS_QUIC_LB_H_
#define WAYBILL_BENCH_CID_OBVIOUS_QUIC_LB_H_

#include <openssl/aes.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"

namespace waybill {

class ObviousQuicLb {
 public:
  ObviousQuicLb(absl::Span<const uint8_t> key, size_t server_id_length, size_t nonce_length);

  // Writes the server ID of a CID. False for one of another length.
  bool ServerIdOf(absl::Span<const uint8_t> cid, uint8_t* server_id) const;

 private:
  using Half = std::array<uint8_t, 16>;  // half_ bytes, then zeros

  // AES of expand(half, pass), cut to half_ bytes, XORed onto `onto`.
  void Pass(const Half& half, uint8_t pass, Half* onto) const;

  AES_KEY encrypt_;
  AES_KEY decrypt_;
  size_t server_id_length_;
  size_t length_;
  size_t half_;
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_CID_OBVIOUS_QUIC_LB_H_
