// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/replay_window.h"

#include <algorithm>

#include "waybill/record/record_view.h"

namespace waybill {

ReplayWindow ReplayWindow::SeenBelow(uint64_t next) {
  ReplayWindow window;
  window.expected_ = next;
  for (uint64_t number = next - std::min(next, kSize); number < next; ++number) {
    window.WordOf(number) |= BitOf(number);
  }
  return window;
}

bool ReplayWindow::WriteState(ByteWriter* writer) const {
  if (writer->room() < kStateLength) return false;
  writer->WriteU64(expected_);
  for (const uint64_t word : words_) writer->WriteU64(word);
  return true;
}

bool ReplayWindow::ReadState(ByteReader* reader) {
  ReplayWindow window;
  if (!reader->ReadU64(&window.expected_) || window.expected_ > kMaxSequence + 1) return false;
  for (uint64_t& word : window.words_) {
    if (!reader->ReadU64(&word)) return false;
  }
  // Bits right of the highest number stand for none yet.
  for (uint64_t number = window.expected_; number < kSize; ++number) {
    window.WordOf(number) &= ~BitOf(number);
  }
  *this = window;
  return true;
}

DropReason ReplayWindow::Check(uint64_t sequence) const {
  if (sequence >= expected_) return DropReason::kNone;
  if (IsLeft(sequence)) return DropReason::kLeftOfWindow;
  const uint64_t word = words_[sequence / kWordBits % kWords];
  return (word & BitOf(sequence)) == 0 ? DropReason::kNone : DropReason::kReplayed;
}

void ReplayWindow::Mark(uint64_t sequence) {
  if (IsLeft(sequence)) return;
  if (sequence >= expected_) {
    // The numbers from expected_ to this one take the places of those that leave on the left: at
    // most all of them.
    const uint64_t entering = sequence - expected_ + 1;
    if (entering >= kSize) {
      std::fill(words_, words_ + kWords, 0);
    } else {
      for (uint64_t number = expected_; number <= sequence; ++number)
        WordOf(number) &= ~BitOf(number);
    }
    expected_ = sequence + 1;
  }
  WordOf(sequence) |= BitOf(sequence);
}

}  // namespace waybill
