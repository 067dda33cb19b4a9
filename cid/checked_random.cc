// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/checked_random.h"

#include <algorithm>
#include <cstring>

namespace waybill {
namespace {

constexpr size_t kWord = sizeof(uint64_t);
// What is drawn at once on the stack.
constexpr size_t kDrawn = sizeof(void*) >= 8 ? 256 : 32;

constexpr size_t InWholeWords(size_t length) { return (length + kWord - 1) / kWord * kWord; }

}  // namespace

bool CheckedRandom::Fill(absl::Span<uint8_t> bytes) {
  uint8_t* const place = bytes.data();
  return FillEach(absl::Span<uint8_t* const>(&place, 1), bytes.size());
}

bool CheckedRandom::FillEach(absl::Span<uint8_t* const> places, size_t length) {
  uint8_t drawn[kDrawn];
  bool good = true;
  while (remembered_ < kRemembered) good &= Draw(absl::Span<uint8_t>(drawn, kWord));

  // Whatever the length, each place has words of its own. A longer one is filled in parts.
  const size_t part = std::min(InWholeWords(length), kDrawn);
  const size_t at_once = part == 0 ? 0 : kDrawn / part;
  for (size_t filled = 0; filled < length; filled += part) {
    const size_t bytes = std::min(part, length - filled);
    for (size_t done = 0; good && done < places.size(); done += at_once) {
      const size_t count = std::min(at_once, places.size() - done);
      good &= Draw(absl::Span<uint8_t>(drawn, count * part));
      for (size_t i = 0; i < count; ++i) {
        std::memcpy(places[done + i] + filled, drawn + i * part, bytes);
      }
    }
  }
  for (size_t i = 0; !good && length != 0 && i < places.size(); ++i) {
    std::memset(places[i], 0, length);
  }
  return good;
}

bool CheckedRandom::Draw(absl::Span<uint8_t> words) {
  std::memset(words.data(), 0, words.size());
  bool good = source_->Fill(words);
  for (size_t i = 0; i < words.size(); i += kWord) good &= IsNew(&words[i]);
  return good;
}

bool CheckedRandom::IsNew(const uint8_t* word) {
  uint64_t drawn;
  std::memcpy(&drawn, word, kWord);
  bool repeated = false;
  if (remembered_ == kRemembered) {
    for (const uint64_t before : words_) repeated |= before == drawn;
  } else {
    for (size_t i = 0; i < remembered_; ++i) repeated |= words_[i] == drawn;
    ++remembered_;
  }
  words_[next_] = drawn;
  next_ = (next_ + 1) % kRemembered;
  return !repeated;
}

}  // namespace waybill
