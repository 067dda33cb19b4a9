// SPDX-License-Identifier: Apache-2.0
//
// Memory for servers.
#ifndef WAYBILL_CID_HEAP_MEMORY_H_
#define WAYBILL_CID_HEAP_MEMORY_H_

#include <cstddef>

#include "waybill/cid/memory_source.h"

namespace waybill {

// The heap, by operator new: what it gives is as large as the tables are, and comes back as they
// go. Ten million associations are looked for faster where the heap is in large pages, as the C
// library may be told to do. Several threads may use one at once.
class HeapMemory final : public MemorySource {
 public:
  void* Allocate(size_t bytes) override;
  void Free(void* memory, size_t bytes) override;
};

}  // namespace waybill

#endif  // WAYBILL_CID_HEAP_MEMORY_H_
