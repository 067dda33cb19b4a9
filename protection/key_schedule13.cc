// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/key_schedule13.h"

#include <openssl/hkdf.h>

#include <cstddef>
#include <string_view>

#include "waybill/protection/evp_hash.h"
#include "waybill/wire/byte_writer.h"

namespace waybill {
namespace {

constexpr size_t kMaxLabelLength = 32;

// HKDF-Expand-Label with an empty context and DTLS 1.3's prefix, which ends without a space (RFC
// 9147, section 5.9). Fills `output`.
bool ExpandLabel(HashAlgorithm hash, absl::Span<const uint8_t> secret, std::string_view label,
                 absl::Span<uint8_t> output) {
  constexpr std::string_view kPrefix = "dtls13";
  const auto bytes = [](std::string_view text) {
    return absl::MakeConstSpan(reinterpret_cast<const uint8_t*>(text.data()), text.size());
  };
  uint8_t info[2 + 1 + kMaxLabelLength + 1];
  ByteWriter writer(absl::MakeSpan(info));
  return writer.WriteU16(output.size()) && writer.WriteU8(kPrefix.size() + label.size()) &&
         writer.WriteBytes(bytes(kPrefix)) && writer.WriteBytes(bytes(label)) &&
         writer.WriteU8(0) &&
         HKDF_expand(output.data(), output.size(), EvpOf(hash), secret.data(), secret.size(), info,
                     writer.size()) == 1;
}

}  // namespace

bool DeriveTrafficKeys13(HashAlgorithm hash, AeadAlgorithm algorithm,
                         absl::Span<const uint8_t> traffic_secret, TrafficKeys* keys) {
  if (traffic_secret.size() != LengthOf(hash)) return false;
  const size_t key_length = ParametersOf(algorithm).key_length;
  *keys = TrafficKeys();
  keys->algorithm = algorithm;
  SecretBytes<kMaxAeadKeyLength> key;
  if (!ExpandLabel(hash, traffic_secret, "key", key.Resize(key_length)) ||
      !ExpandLabel(hash, traffic_secret, "iv", keys->iv.Resize(kIvLength)) ||
      !ExpandLabel(hash, traffic_secret, "sn", keys->number_key.Resize(key_length))) {
    return false;
  }
  keys->key = AeadKey(key.bytes());
  return true;
}

bool NextTrafficSecret(HashAlgorithm hash, const TrafficSecret& secret, TrafficSecret* next) {
  if (secret.size() != LengthOf(hash)) return false;
  TrafficSecret updated;
  if (!ExpandLabel(hash, secret.bytes(), "traffic upd", updated.Resize(LengthOf(hash)))) {
    return false;
  }
  *next = updated;
  return true;
}

}  // namespace waybill
