// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/retired_memory.h"

#include "waybill/cid/made_array.h"

namespace waybill {

RetiredMemory::~RetiredMemory() {
  Reclaim();
  FreeArray(memory_, prepared_, 1);
}

void RetiredMemory::Register(ForeignReader* reader) {
  reader->now_ = &now_;
  reader->next_ = readers_;
  readers_ = reader;
}

void RetiredMemory::Unregister(ForeignReader* reader) {
  ForeignReader** link = &readers_;
  while (*link != nullptr && *link != reader) link = &(*link)->next_;
  if (*link != nullptr) *link = reader->next_;
  Reclaim();
}

bool RetiredMemory::Prepare() {
  if (prepared_ == nullptr && readers_ != nullptr) prepared_ = MakeArray<Piece>(memory_, 1);
  return prepared_ != nullptr || readers_ == nullptr;
}

void RetiredMemory::Retire(void* memory, size_t bytes) {
  if (readers_ == nullptr) {
    memory_->Free(memory, bytes);
    return;
  }
  // A reader that begins at this time or later began behind the replacement.
  const uintptr_t time = now_.load(std::memory_order_relaxed) + 1;
  now_.store(time, std::memory_order_seq_cst);
  *prepared_ = {retired_, memory, bytes, time};
  retired_ = prepared_;
  prepared_ = nullptr;
  Reclaim();
}

void RetiredMemory::Reclaim() {
  Piece** link = &retired_;
  while (*link != nullptr) {
    Piece* const piece = *link;
    if (AllBeganAt(piece->retired_at)) {
      *link = piece->next;
      memory_->Free(piece->memory, piece->bytes);
      FreeArray(memory_, piece, 1);
    } else {
      link = &piece->next;
    }
  }
}

bool RetiredMemory::AllBeganAt(uintptr_t time) const {
  for (const ForeignReader* reader = readers_; reader != nullptr; reader = reader->next_) {
    const uintptr_t since = reader->since_.load(std::memory_order_seq_cst);
    if (since != 0 && since < time) return false;
  }
  return true;
}

}  // namespace waybill
