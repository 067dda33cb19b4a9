// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/checked_random.h"

#include <cstring>

namespace waybill {

bool CheckedRandom::Fill(absl::Span<uint8_t> bytes) {
  bool good = true;
  Word word;
  while (remembered_ < kRemembered) good &= DrawWord(&word);

  const size_t whole = bytes.size() / sizeof(word) * sizeof(word);
  if (whole != 0) good &= source_->Fill(absl::Span<uint8_t>(bytes.data(), whole));
  for (size_t i = 0; i < whole; i += sizeof(word)) good &= IsNew(&bytes[i]);
  if (whole != bytes.size()) {
    good &= DrawWord(&word);
    std::memcpy(&bytes[whole], word.data(), bytes.size() - whole);
  }
  if (!good && !bytes.empty()) std::memset(bytes.data(), 0, bytes.size());
  return good;
}

bool CheckedRandom::DrawWord(Word* word) {
  word->fill(0);
  const bool filled = source_->Fill(absl::Span<uint8_t>(word->data(), word->size()));
  return IsNew(word->data()) && filled;
}

bool CheckedRandom::IsNew(const uint8_t* word) {
  uint64_t drawn;
  std::memcpy(&drawn, word, sizeof(drawn));
  bool repeated = false;
  for (size_t i = 0; i < remembered_; ++i) repeated |= words_[i] == drawn;
  words_[next_] = drawn;
  next_ = (next_ + 1) % kRemembered;
  if (remembered_ < kRemembered) ++remembered_;
  return !repeated;
}

}  // namespace waybill
