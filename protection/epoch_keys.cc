// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/epoch_keys.h"

namespace waybill {

absl::Status EpochKeys::Check(DtlsVersion version, const TrafficKeys& keys, const Aead* aead,
                              const NumberMasker* masker) {
  if (aead == nullptr || aead->algorithm() != keys.algorithm) {
    return absl::InvalidArgumentError("the AEAD is not the one that the keys are for");
  }
  const size_t key_length = ParametersOf(keys.algorithm).key_length;
  const bool dtls13 = version == DtlsVersion::kDtls13;
  if (keys.key.bytes().size() != key_length ||
      keys.iv.size() != (dtls13 ? kIvLength : Iv12LengthOf(keys.algorithm)) ||
      keys.number_key.size() != (dtls13 ? key_length : 0)) {
    return absl::InvalidArgumentError("the keys do not have the lengths of algorithm and version");
  }
  if (dtls13 && masker == nullptr) {
    return absl::InvalidArgumentError("DTLS 1.3 masks record numbers");
  }
  return absl::OkStatus();
}

void EpochKeys::Set(const TrafficKeys& keys, Aead* aead, const NumberMasker* masker) {
  Clear();
  keys_ = keys;
  aead_ = aead;
  masker_ = masker;
}

void EpochKeys::Clear() {
  if (aead_ != nullptr) aead_->Forget(keys_.key);
  keys_ = TrafficKeys();
  aead_ = nullptr;
  masker_ = nullptr;
}

}  // namespace waybill
