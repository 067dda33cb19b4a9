// SPDX-License-Identifier: Apache-2.0
//
// The keys of one direction of one epoch, together with the implementations that work with them.
#ifndef WAYBILL_PROTECTION_EPOCH_KEYS_H_
#define WAYBILL_PROTECTION_EPOCH_KEYS_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "waybill/protection/aead.h"
#include "waybill/protection/nonce.h"
#include "waybill/protection/number_mask.h"
#include "waybill/protection/traffic_keys.h"
#include "waybill/record/record_checks.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/byte_reader.h"
#include "waybill/wire/byte_writer.h"

namespace waybill {

// The chain of record header extensions that a protected record may have, in bytes.
inline constexpr size_t kMaxProtectedChainLength = 1024;

// The last epoch of a version (RFC 6347, section 4.1; of DTLS 1.3, the revision of RFC 9147,
// section 4.2.1; REQ-043, REQ-088).
constexpr uint64_t MaxEpochOf(DtlsVersion version) {
  return version == DtlsVersion::kDtls12 ? 0xffff : (uint64_t{1} << 48) - 1;
}

// Where numbers need not be reserved: above the end of any that are.
inline constexpr uint64_t kAllNumbers = ~uint64_t{0};

// The end of `count` sequence numbers from `next` on; there is none above kMaxSequence + 1.
constexpr uint64_t EndOfNumbers(uint64_t next, uint64_t count) {
  constexpr uint64_t kEnd = kMaxSequence + 1;
  return next < kEnd && count < kEnd - next ? next + count : kEnd;
}

// The implementations that work with the keys of one algorithm, which are not owned. One serves all
// associations of a thread, and must outlive them.
struct RecordCipher {
  Aead* aead = nullptr;
  const NumberMasker* masker = nullptr;  // only DTLS 1.3 needs one
};

// Keys while they are in use; wiped, and forgotten by the AEAD, when they go. One thread at a time,
// the one whose AEAD it is.
class EpochKeys {
 public:
  EpochKeys() = default;
  ~EpochKeys() { Clear(); }
  EpochKeys(const EpochKeys&) = delete;
  EpochKeys& operator=(const EpochKeys&) = delete;

  // Whether keys, version and implementations go together; else InvalidArgument. Only DTLS 1.3
  // needs a masker.
  static absl::Status Check(DtlsVersion version, const TrafficKeys& keys,
                            const RecordCipher* cipher);

  // Takes a copy of `keys`, which passed Check() with the same arguments. `cipher` is not owned and
  // must outlive this object.
  void Set(const TrafficKeys& keys, const RecordCipher* cipher);
  void Clear();

  // Writes the keys, in the clear, as part of a saved state. False where there is no room.
  bool WriteState(ByteWriter* writer) const;
  // Takes keys that WriteState() wrote, with the one of `ciphers` that is for their algorithm.
  // InvalidArgument where they are not whole, or Check() says no.
  absl::Status ReadState(DtlsVersion version, absl::Span<const RecordCipher> ciphers,
                         ByteReader* reader);

  bool empty() const { return cipher_ == nullptr; }
  AeadAlgorithm algorithm() const { return keys_.algorithm; }
  size_t tag_length() const { return ParametersOf(keys_.algorithm).tag_length; }
  // Bytes of the nonce that stand in front of the ciphertext; 0 but for AES in DTLS 1.2.
  size_t explicit_nonce_length() const {
    return keys_.iv.size() == kSaltLength ? kExplicitNonceLength : 0;
  }
  const TrafficKeys& traffic_keys() const { return keys_; }

  // `number` is the sequence number in DTLS 1.3, NumberOf12() in DTLS 1.2; `explicit_nonce` has
  // explicit_nonce_length() bytes.
  AeadNonce NonceOf(uint64_t number, absl::Span<const uint8_t> explicit_nonce) const {
    return explicit_nonce_length() == 0 ? NonceOfNumber(keys_.iv.bytes(), number)
                                        : NonceOfExplicit(keys_.iv.bytes(), explicit_nonce);
  }
  // DTLS 1.3: XORs a sequence number of 1 or 2 bytes with its mask, there and back. `sample` has
  // kNumberSampleLength bytes.
  void MaskNumber(const uint8_t* sample, absl::Span<uint8_t> number) const {
    NumberMaskJob job;
    job.key = keys_.number_key.bytes().data();
    job.sample = sample;
    job.key_id = keys_.key.id();
    cipher_->masker->Compute(absl::MakeSpan(&job, 1));
    for (size_t i = 0; i < number.size(); ++i) number[i] ^= job.mask[i];
  }
  bool Seal(const AeadNonce& nonce, absl::Span<const uint8_t> additional_data,
            absl::Span<uint8_t> text, absl::Span<uint8_t> tag) const {
    return cipher_->aead->Seal(keys_.key, nonce, additional_data, text, tag);
  }
  bool Open(const AeadNonce& nonce, absl::Span<const uint8_t> additional_data,
            absl::Span<uint8_t> text, absl::Span<const uint8_t> tag) const {
    return cipher_->aead->Open(keys_.key, nonce, additional_data, text, tag);
  }

 private:
  TrafficKeys keys_;
  const RecordCipher* cipher_ = nullptr;
};

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_EPOCH_KEYS_H_
