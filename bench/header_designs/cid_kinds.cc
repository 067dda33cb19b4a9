// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/header_designs/cid_kinds.h"

#include "absl/types/span.h"

namespace waybill {
namespace {

constexpr uint8_t kServerIdLength = 3;
constexpr uint8_t kNonceLength = 4;
static_assert(1 + kServerIdLength + kNonceLength == QuicLbCids::kLength);

}  // namespace

QuicLbCids::QuicLbCids(uint64_t seed) : SeededKind(seed), cipher_(DrawCipher()), format_(random()) {
  QuicLbConfiguration configuration;
  configuration.parameters.server_id_length = kServerIdLength;
  configuration.parameters.nonce_length = kNonceLength;
  configuration.parameters.cipher = cipher_.get();
  // Neither can fail: the source never does, and the parameters are constants.
  random()->Fill(absl::MakeSpan(configuration.server_id.data(), kServerIdLength));
  format_.Configure(configuration);
}

}  // namespace waybill
