// SPDX-License-Identifier: Apache-2.0
#include "waybill/traffic/reference_numbers.h"

#include <cstdint>
#include <optional>

#include "waybill/wire/drop_reason.h"

namespace waybill::reference {

uint64_t ReconstructSequenceNumber(uint64_t wire, int bits, uint64_t expected) {
  const uint64_t numbers = uint64_t{1} << 48;
  const uint64_t modulus = uint64_t{1} << bits;
  // Sequence numbers do not wrap (RFC 9147, section 4.2.1): behind the last one, none is expected.
  if (expected > numbers) expected = numbers;
  for (uint64_t distance = 0;; ++distance) {
    const uint64_t above = expected + distance;
    if (above < numbers && above % modulus == wire % modulus) return above;
    if (distance > expected) continue;
    const uint64_t below = expected - distance;
    if (below < numbers && below % modulus == wire % modulus) return below;
  }
}

std::optional<uint64_t> ReconstructEpoch(uint64_t bits, uint64_t newest) {
  for (uint64_t epoch = newest;; --epoch) {
    if (epoch % 4 == bits % 4) return epoch;
    if (epoch == 0) return std::nullopt;
  }
}

DropReason ReplayWindow::Check(uint64_t sequence_number) const {
  constexpr uint64_t kSize = 256;
  if (!received_.empty()) {
    const uint64_t right = *received_.rbegin();
    const uint64_t left = right < kSize ? 0 : right - kSize + 1;
    if (sequence_number < left) return DropReason::kLeftOfWindow;
  }
  return received_.count(sequence_number) != 0 ? DropReason::kReplayed : DropReason::kNone;
}

void ReplayWindow::Mark(uint64_t sequence_number) { received_.insert(sequence_number); }

}  // namespace waybill::reference
