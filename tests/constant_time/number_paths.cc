// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "waybill/protection/number_mask.h"
#include "waybill/record/record_number.h"
#include "waybill/record/unified.h"
#include "waybill/tests/constant_time/paths.h"
#include "waybill/tests/constant_time/secrets.h"

namespace waybill {
namespace {

constexpr size_t kJobs = 5;  // a batch, and one more

// Masks of public samples, under keys that are secret or not.
Bytes Masks(const NumberMasker& masker, AeadAlgorithm algorithm, bool secret) {
  std::array<Bytes, kJobs> keys, samples;
  std::array<NumberMaskJob, kJobs> jobs;
  for (size_t i = 0; i < kJobs; ++i) {
    const uint8_t seed = static_cast<uint8_t>(i);
    keys[i] = SomeBytes(ParametersOf(algorithm).key_length, seed);
    if (secret) MakeSecret(keys[i]);
    samples[i] = SomeBytes(kNumberSampleLength, seed);
    jobs[i].key = keys[i].data();
    jobs[i].sample = samples[i].data();
  }
  masker.Compute(absl::MakeSpan(jobs));
  Bytes masks;
  for (const NumberMaskJob& job : jobs) masks.insert(masks.end(), job.mask.begin(), job.mask.end());
  return masks;
}

// Each job for itself, its key under a name of its own, and twice: expanded, and then kept.
class OneAtATime final : public NumberMasker {
 public:
  explicit OneAtATime(AeadAlgorithm algorithm) : masker_(MakeNumberMasker(algorithm, 64)) {}
  void Compute(absl::Span<NumberMaskJob> jobs) const override {
    for (int turn = 0; turn < 2; ++turn) {
      for (size_t i = 0; i < jobs.size(); ++i) {
        jobs[i].key_id = i + 1;
        masker_->Compute(absl::MakeSpan(&jobs[i], 1));
      }
    }
  }

 private:
  const std::unique_ptr<NumberMasker> masker_;
};

void CheckMasks(const NumberMasker& masker, AeadAlgorithm algorithm) {
  const Bytes masks = Masks(masker, algorithm, /*secret=*/true);
  RequireSecret(masks, "a mask");
  MakePublic(masks);
  Require(masks == Masks(BoringsslNumberMasker(algorithm), algorithm, /*secret=*/false),
          "other masks than BoringSSL's");
}

// The number that secret masks leave over, by both widths.
void Reconstruct() {
  for (const uint64_t expected :
       {uint64_t{0}, uint64_t{1000}, uint64_t{1} << 40, kMaxSequence + 1, UINT64_MAX}) {
    for (const uint16_t wire : {0, 200, 255, 256, 40000, 65535}) {
      for (const int bits : {8, 16}) {
        const uint64_t number = ReconstructSequence(Secret(wire), bits, Secret(expected));
        Require(Public(number) == ReconstructSequence(wire, bits, expected), "another number");
      }
    }
  }
}

}  // namespace

void AddNumberPaths(std::vector<Path>* paths) {
  for (const AeadAlgorithm algorithm :
       {AeadAlgorithm::kAes128Gcm, AeadAlgorithm::kAes256Gcm, AeadAlgorithm::kChaCha20Poly1305}) {
    const std::string of = "masks of " + std::string(ParametersOf(algorithm).name);
    paths->push_back(
        {of + " by BoringSSL", [=] { CheckMasks(BoringsslNumberMasker(algorithm), algorithm); }});
    const NumberMasker* const by_instructions = AesInstructionsNumberMasker(algorithm);
    if (by_instructions == nullptr) continue;  // ChaCha20
    paths->push_back(
        {of + " by AES instructions", [=] { CheckMasks(*by_instructions, algorithm); }});
    paths->push_back(
        {of + " under keys that are kept", [=] { CheckMasks(OneAtATime(algorithm), algorithm); }});
  }
  paths->push_back({"reconstruction of a number", Reconstruct});
}

}  // namespace waybill
