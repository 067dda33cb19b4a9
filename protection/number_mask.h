// SPDX-License-Identifier: Apache-2.0
//
// Record number encryption of DTLS 1.3 (RFC 9147, section 4.2.3): the mask that is XORed onto the
// sequence number of a header.
#ifndef WAYBILL_PROTECTION_NUMBER_MASK_H_
#define WAYBILL_PROTECTION_NUMBER_MASK_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/types/span.h"
#include "waybill/protection/aead.h"

namespace waybill {

// A mask to be computed. Key and sample are not owned.
struct NumberMaskJob {
  const uint8_t* key = nullptr;     // the epoch's sn_key, as long as the AEAD's key
  const uint8_t* sample = nullptr;  // the first 16 bytes of ciphertext (kNumberSampleLength)
  // Names the key, as AeadKey::id() does, for a masker that keeps what it expands. 0: it is not
  // kept.
  uint64_t key_id = 0;
  // The answer; of a number of one byte, the first.
  std::array<uint8_t, 2> mask = {};
};

// Computes the masks that go with an AEAD: those of the AES family encrypt the sample, ChaCha20
// takes it for counter and nonce. Does not allocate. Its time depends on the number of jobs, and on
// which keys it keeps. For one thread, but where it is said to keep nothing.
class NumberMasker {
 public:
  virtual ~NumberMasker() = default;
  // Computes the masks of all jobs. One datagram's is a batch of one; several, also with
  // different keys, cost less together.
  virtual void Compute(absl::Span<NumberMaskJob> jobs) const = 0;
  // Wipes what is kept of the key. To be called when a key goes.
  virtual void Forget(uint64_t /*key_id*/) const {}
};

// The masks that go with `algorithm`, by BoringSSL. Keeps nothing: any number of threads may call
// it. Lives as long as the program.
const NumberMasker& BoringsslNumberMasker(AeadAlgorithm algorithm);

// The same by the AES instructions of this processor. Null where it has none, and for ChaCha20,
// which needs none.
const NumberMasker* AesInstructionsNumberMasker(AeadAlgorithm algorithm);

// The faster of the two, of which neither keeps anything.
inline const NumberMasker& NumberMaskerFor(AeadAlgorithm algorithm) {
  const NumberMasker* const by_instructions = AesInstructionsNumberMasker(algorithm);
  return by_instructions != nullptr ? *by_instructions : BoringsslNumberMasker(algorithm);
}

// The faster of the two, with room for the expanded keys of `contexts` associations, 250 bytes
// each, taken now: what comes one at a time under a key that is kept costs half.
std::unique_ptr<NumberMasker> MakeNumberMasker(AeadAlgorithm algorithm, size_t contexts);

// What MakeNumberMasker() takes where it can. Null where the processor has no AES instructions, and
// for ChaCha20.
std::unique_ptr<NumberMasker> MakeAesInstructionsNumberMasker(AeadAlgorithm algorithm,
                                                              size_t contexts);

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_NUMBER_MASK_H_
