// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/number_mask.h"

namespace waybill {
namespace {

// Of a processor or an algorithm for which nothing is to be kept.
class KeepingNothing final : public NumberMasker {
 public:
  explicit KeepingNothing(const NumberMasker& masker) : masker_(masker) {}
  void Compute(absl::Span<NumberMaskJob> jobs) const override { masker_.Compute(jobs); }

 private:
  const NumberMasker& masker_;
};

}  // namespace

std::unique_ptr<NumberMasker> MakeNumberMasker(AeadAlgorithm algorithm, size_t contexts) {
  auto keeping = MakeAesInstructionsNumberMasker(algorithm, contexts);
  if (keeping != nullptr) return keeping;
  return std::make_unique<KeepingNothing>(NumberMaskerFor(algorithm));
}

}  // namespace waybill
