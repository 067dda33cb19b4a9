// SPDX-License-Identifier: Apache-2.0
//
// Memory for processors without a heap.
#ifndef WAYBILL_CID_STORAGE_MEMORY_H_
#define WAYBILL_CID_STORAGE_MEMORY_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/cid/memory_source.h"

namespace waybill {

// Hands out storage of the caller's from front to back. What is given back is lost until the
// source goes: tables and stores that have a small capacity take all their memory when they are
// made, and give nothing back before they end. For one thread.
class StorageMemory final : public MemorySource {
 public:
  // `storage` is not owned and must outlive whatever is made in it.
  explicit StorageMemory(absl::Span<uint8_t> storage)
      : next_(storage.data()), left_(storage.size()) {}
  StorageMemory(const StorageMemory&) = delete;
  StorageMemory& operator=(const StorageMemory&) = delete;

  // Bytes that are left, some of which may go for alignment.
  size_t left() const { return left_; }

  void* Allocate(size_t bytes) override {
    const size_t padding = -reinterpret_cast<uintptr_t>(next_) % kAlignment;
    if (left_ < padding || left_ - padding < bytes) return nullptr;
    uint8_t* const memory = next_ + padding;
    next_ = memory + bytes;
    left_ -= padding + bytes;
    return memory;
  }
  void Free(void* /*memory*/, size_t /*bytes*/) override {}

 private:
  uint8_t* next_;
  size_t left_;
};

}  // namespace waybill

#endif  // WAYBILL_CID_STORAGE_MEMORY_H_
