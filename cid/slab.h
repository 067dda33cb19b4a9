// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: elements of one size that are numbered, never move, and come in chunks.
#ifndef WAYBILL_CID_SLAB_H_
#define WAYBILL_CID_SLAB_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "waybill/cid/memory_source.h"

namespace waybill {

// Up to `capacity` elements, with memory for those that were in use at once. One thread takes and
// returns; others may read elements whose numbers they were told, also after these were returned,
// for memory is given back only when the slab ends.
class Slab {
 public:
  static constexpr uint32_t kNone = 0xffffffff;

  // When the memory of a slab that fits one chunk is taken.
  enum class FirstChunk : uint8_t { kAtOnce, kWhenUsed };

  // Elements begin with two words of 32 bits, both atomic, the second of which is the slab's while
  // they are not in use. `memory` is not owned and must outlive the slab. Where it has none to
  // begin with, the slab has no capacity.
  Slab(MemorySource* memory, size_t element_bytes, uint32_t capacity,
       FirstChunk first_chunk = FirstChunk::kAtOnce);
  ~Slab();
  Slab(const Slab&) = delete;
  Slab& operator=(const Slab&) = delete;

  uint32_t capacity() const { return capacity_; }
  // Elements with this number and above were never taken.
  uint32_t taken_once() const { return taken_once_; }
  // Of memory that it has.
  size_t bytes() const;

  // The number of an element that is in nobody's use, or kNone where there is no room. `*fresh`
  // says whether it is the first time; its bytes are then undefined.
  uint32_t Take(bool* fresh);
  // `number` is in use no longer.
  void Return(uint32_t number);

  // An element that was taken once.
  unsigned char* operator[](uint32_t number) const {
    return chunks_[number >> chunk_shift_].load(std::memory_order_acquire) +
           (number & ((uint32_t{1} << chunk_shift_) - 1)) * element_bytes_;
  }

 private:
  std::atomic<uint32_t>& NextOf(uint32_t number) const {
    return reinterpret_cast<std::atomic<uint32_t>*>((*this)[number])[1];
  }
  // The last chunk is no larger than the capacity wants.
  size_t BytesOfChunk(uint32_t chunk) const;
  bool AddChunk();

  MemorySource* memory_;
  std::atomic<unsigned char*>* chunks_ = nullptr;
  size_t element_bytes_;
  uint32_t capacity_ = 0;
  uint32_t chunk_shift_ = 0;
  uint32_t chunk_count_ = 0;
  uint32_t chunk_limit_ = 0;
  uint32_t taken_once_ = 0;
  uint32_t free_ = kNone;
};

}  // namespace waybill

#endif  // WAYBILL_CID_SLAB_H_
