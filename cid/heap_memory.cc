// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/heap_memory.h"

#include <new>

namespace waybill {

void* HeapMemory::Allocate(size_t bytes) {
  return ::operator new (bytes, std::align_val_t{kAlignment}, std::nothrow);
}

void HeapMemory::Free(void* memory, size_t /*bytes*/) {
  ::operator delete (memory, std::align_val_t{kAlignment});
}

}  // namespace waybill
