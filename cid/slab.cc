// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/slab.h"

#include <algorithm>

#include "waybill/cid/made_array.h"

namespace waybill {
namespace {

// Chunks are large enough that their addresses stay in the cache, however many there are.
constexpr size_t kChunkBytes = size_t{1} << 20;

}  // namespace

Slab::Slab(MemorySource* memory, size_t element_bytes, uint32_t capacity, FirstChunk first_chunk)
    : memory_(memory), element_bytes_(element_bytes) {
  while ((element_bytes << (chunk_shift_ + 1)) <= kChunkBytes) ++chunk_shift_;
  if (capacity == 0) return;
  const uint32_t chunks = ((capacity - 1) >> chunk_shift_) + 1;
  chunks_ = MakeArray<std::atomic<unsigned char*>>(memory, chunks);
  if (chunks_ == nullptr) return;
  chunk_limit_ = chunks;
  capacity_ = capacity;
  // Where one chunk is all, nothing can be missing later.
  if (first_chunk == FirstChunk::kAtOnce && chunks == 1 && !AddChunk()) capacity_ = 0;
}

Slab::~Slab() {
  for (uint32_t i = 0; i < chunk_count_; ++i) {
    memory_->Free(chunks_[i].load(std::memory_order_relaxed), BytesOfChunk(i));
  }
  FreeArray(memory_, chunks_, chunk_limit_);
}

size_t Slab::bytes() const {
  size_t bytes = chunk_limit_ * sizeof(*chunks_);
  for (uint32_t i = 0; i < chunk_count_; ++i) bytes += BytesOfChunk(i);
  return bytes;
}

uint32_t Slab::Take(bool* fresh) {
  *fresh = free_ == kNone;
  if (!*fresh) {
    const uint32_t number = free_;
    free_ = NextOf(number).load(std::memory_order_relaxed);
    return number;
  }
  if (taken_once_ == capacity_) return kNone;
  if (taken_once_ >> chunk_shift_ == chunk_count_ && !AddChunk()) return kNone;
  return taken_once_++;
}

void Slab::Return(uint32_t number) {
  // Whoever reads this in an element sees what its user did last, that it is no longer live.
  NextOf(number).store(free_, std::memory_order_release);
  free_ = number;
}

size_t Slab::BytesOfChunk(uint32_t chunk) const {
  const uint32_t before = chunk << chunk_shift_;
  return element_bytes_ * std::min(uint32_t{1} << chunk_shift_, capacity_ - before);
}

bool Slab::AddChunk() {
  void* const chunk = memory_->Allocate(BytesOfChunk(chunk_count_));
  if (chunk == nullptr) return false;
  chunks_[chunk_count_++].store(static_cast<unsigned char*>(chunk), std::memory_order_release);
  return true;
}

}  // namespace waybill
