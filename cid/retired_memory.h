// SPDX-License-Identifier: Apache-2.0
//
// Memory that other threads may still be reading when its owner is done with it.
#ifndef WAYBILL_CID_RETIRED_MEMORY_H_
#define WAYBILL_CID_RETIRED_MEMORY_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "waybill/cid/memory_source.h"

namespace waybill {

// A thread that reads what another one owns. Made by the caller, one for each pair of them; must
// stay where it is as long as it is registered.
class ForeignReader {
 public:
  ForeignReader() = default;
  ForeignReader(const ForeignReader&) = delete;
  ForeignReader& operator=(const ForeignReader&) = delete;

 private:
  friend class RetiredMemory;
  friend class ForeignReading;

  // A line of its own: both threads look at it.
  alignas(MemorySource::kAlignment) std::atomic<uintptr_t> since_{0};  // 0: it reads nothing
  const std::atomic<uintptr_t>* now_ = nullptr;
  ForeignReader* next_ = nullptr;
};

// What an owner has replaced and its readers may still be at. All calls are the owner's. Nothing is
// locked, and nobody waits: memory goes back to its source some time after the last reader that may
// have seen it has finished.
class RetiredMemory {
 public:
  // `memory` is not owned and must outlive it.
  explicit RetiredMemory(MemorySource* memory) : memory_(memory) {}
  // No reader may be reading any more.
  ~RetiredMemory();
  RetiredMemory(const RetiredMemory&) = delete;
  RetiredMemory& operator=(const RetiredMemory&) = delete;

  // From now on `reader`'s thread may read, until it is removed, which must not happen while it
  // does.
  void Register(ForeignReader* reader);
  void Unregister(ForeignReader* reader);

  // Makes sure that the next Retire() has the memory that it needs. False where there is none.
  bool Prepare();
  // `memory` was allocated from the source, and no reader that begins now can find it. Must be
  // prepared.
  void Retire(void* memory, size_t bytes);
  // Gives back what nobody can be reading. Retire() does so as well.
  void Reclaim();

 private:
  struct Piece {
    Piece* next = nullptr;
    void* memory = nullptr;
    size_t bytes = 0;
    uintptr_t retired_at = 0;
  };

  // Whether all that are reading began at `time` or later.
  bool AllBeganAt(uintptr_t time) const;

  MemorySource* memory_;
  ForeignReader* readers_ = nullptr;
  Piece* retired_ = nullptr;   // the newest first
  Piece* prepared_ = nullptr;  // for the next one
  std::atomic<uintptr_t> now_{1};
};

// While one exists, what its reader finds stays where it is. Short: memory waits for it. A reader
// has one at a time.
class ForeignReading {
 public:
  explicit ForeignReading(ForeignReader* reader) : reader_(reader) {
    // In one order with the owner's: either it sees this, or what follows sees the replacement.
    reader->since_.store(reader->now_->load(std::memory_order_seq_cst), std::memory_order_seq_cst);
  }
  ~ForeignReading() { reader_->since_.store(0, std::memory_order_release); }
  ForeignReading(const ForeignReading&) = delete;
  ForeignReading& operator=(const ForeignReading&) = delete;

 private:
  ForeignReader* reader_;
};

}  // namespace waybill

#endif  // WAYBILL_CID_RETIRED_MEMORY_H_
