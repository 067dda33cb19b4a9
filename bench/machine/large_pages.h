// SPDX-License-Identifier: Apache-2.0
//
// An array in large pages, as a server's slab is: else each access costs a walk through page tables
// as well.
#ifndef WAYBILL_BENCH_MACHINE_LARGE_PAGES_H_
#define WAYBILL_BENCH_MACHINE_LARGE_PAGES_H_

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>

namespace waybill {

template <typename T>
class LargePages {
 public:
  // Of `count` objects, made by their default. Throws std::bad_alloc where there is no memory.
  explicit LargePages(size_t count) : count_(count) {
    const size_t bytes = (count * sizeof(T) + kPage - 1) / kPage * kPage;
    memory_ = std::aligned_alloc(kPage, bytes);
    if (memory_ == nullptr) throw std::bad_alloc();
    madvise(memory_, bytes, MADV_HUGEPAGE);
    objects_ = new (memory_) T[count];
  }
  ~LargePages() {
    std::destroy_n(objects_, count_);
    std::free(memory_);
  }
  LargePages(const LargePages&) = delete;
  LargePages& operator=(const LargePages&) = delete;

  size_t size() const { return count_; }
  T& operator[](size_t i) { return objects_[i]; }
  const T& operator[](size_t i) const { return objects_[i]; }

 private:
  static constexpr size_t kPage = 2 << 20;
  const size_t count_;
  void* memory_;
  T* objects_;
};

}  // namespace waybill

#endif  // WAYBILL_BENCH_MACHINE_LARGE_PAGES_H_
