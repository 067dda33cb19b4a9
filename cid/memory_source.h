// SPDX-License-Identifier: Apache-2.0
//
// Where tables and the states of associations get their memory: the room has none of its own.
#ifndef WAYBILL_CID_MEMORY_SOURCE_H_
#define WAYBILL_CID_MEMORY_SOURCE_H_

#include <cstddef>

namespace waybill {

// Asked when something grows: when a table is made, an association or a CID is added. Never while a
// datagram finds its association. Each user has its own thread, and so must a source have that
// serves one of them alone; one that serves several is asked by several threads.
class MemorySource {
 public:
  // Everything stands at the beginning of a cache line, for it is read a line at a time.
  static constexpr size_t kAlignment = 64;

  // `bytes` of memory, whatever is in it, from an address that is a multiple of kAlignment; null
  // where there is none. Whoever asked can do without: it refuses what it wanted the memory for.
  virtual void* Allocate(size_t bytes) = 0;
  // Takes back what Allocate() gave for as many bytes.
  virtual void Free(void* memory, size_t bytes) = 0;

 protected:
  // Whoever uses a source does not own it.
  ~MemorySource() = default;
};

}  // namespace waybill

#endif  // WAYBILL_CID_MEMORY_SOURCE_H_
