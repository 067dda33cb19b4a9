// SPDX-License-Identifier: Apache-2.0
//
// The heap in large pages that were touched before, so that what takes its memory from there has
// it as good as what takes it from LargeMemory.
#ifndef WAYBILL_BENCH_MACHINE_WARM_HEAP_H_
#define WAYBILL_BENCH_MACHINE_WARM_HEAP_H_

#include <malloc.h>
#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>

namespace waybill {

// For the next `bytes` that are allocated. The heap gives nothing back from here on.
inline void WarmHeap(size_t bytes) {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  void* const all = std::aligned_alloc(size_t{2} << 20, bytes);
  if (all == nullptr) throw std::bad_alloc();
  madvise(all, bytes, MADV_HUGEPAGE);
  std::memset(all, 1, bytes);  // a compiler may leave out zeros that nobody reads
  asm volatile("" : : "r"(all) : "memory");
  std::free(all);
}

// Of the heap that is in use.
inline size_t HeapBytes() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

}  // namespace waybill

#endif  // WAYBILL_BENCH_MACHINE_WARM_HEAP_H_
