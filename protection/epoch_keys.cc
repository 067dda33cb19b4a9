// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/epoch_keys.h"

namespace waybill {

absl::Status EpochKeys::Check(DtlsVersion version, const TrafficKeys& keys,
                              const RecordCipher* cipher) {
  if (cipher == nullptr || cipher->aead == nullptr || cipher->aead->algorithm() != keys.algorithm) {
    return absl::InvalidArgumentError("the AEAD is not the one that the keys are for");
  }
  const size_t key_length = ParametersOf(keys.algorithm).key_length;
  const bool dtls13 = version == DtlsVersion::kDtls13;
  if (keys.key.bytes().size() != key_length ||
      keys.iv.size() != (dtls13 ? kIvLength : Iv12LengthOf(keys.algorithm)) ||
      keys.number_key.size() != (dtls13 ? key_length : 0)) {
    return absl::InvalidArgumentError("the keys do not have the lengths of algorithm and version");
  }
  if (dtls13 && cipher->masker == nullptr) {
    return absl::InvalidArgumentError("DTLS 1.3 masks record numbers");
  }
  return absl::OkStatus();
}

void EpochKeys::Set(const TrafficKeys& keys, const RecordCipher* cipher) {
  Clear();
  keys_ = keys;
  cipher_ = cipher;
}

void EpochKeys::Clear() {
  if (cipher_ != nullptr) {
    cipher_->aead->Forget(keys_.key);
    if (cipher_->masker != nullptr) cipher_->masker->Forget(keys_.key.id());
  }
  keys_ = TrafficKeys();
  cipher_ = nullptr;
}

bool EpochKeys::WriteState(ByteWriter* writer) const {
  if (!writer->WriteU8(static_cast<uint8_t>(keys_.algorithm))) return false;
  for (const absl::Span<const uint8_t> part :
       {keys_.key.bytes(), keys_.iv.bytes(), keys_.number_key.bytes()}) {
    if (!writer->WriteU8(part.size()) || !writer->WriteBytes(part)) return false;
  }
  return true;
}

absl::Status EpochKeys::ReadState(DtlsVersion version, absl::Span<const RecordCipher> ciphers,
                                  ByteReader* reader) {
  uint8_t algorithm;
  ByteReader key = *reader, iv = *reader, number_key = *reader;
  TrafficKeys keys;
  if (!reader->ReadU8(&algorithm) || !reader->ReadVector8(&key) || !reader->ReadVector8(&iv) ||
      !reader->ReadVector8(&number_key) || !keys.iv.Assign(iv.rest()) ||
      !keys.number_key.Assign(number_key.rest())) {
    return absl::InvalidArgumentError("the state has no whole keys");
  }
  keys.algorithm = static_cast<AeadAlgorithm>(algorithm);
  keys.key = AeadKey(key.rest());
  for (const RecordCipher& cipher : ciphers) {
    if (cipher.aead == nullptr || cipher.aead->algorithm() != keys.algorithm) continue;
    const absl::Status status = Check(version, keys, &cipher);
    if (status.ok()) Set(keys, &cipher);
    return status;
  }
  return absl::InvalidArgumentError("the state is for an AEAD that is not at hand");
}

}  // namespace waybill
