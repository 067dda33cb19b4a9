// SPDX-License-Identifier: Apache-2.0
//
// The receive path allocates nothing, whatever arrives. Every function of the C library that hands
// out memory is replaced here, so that one call is enough to be seen, also one by a library.
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/tests/receive_path/receive_path.h"

namespace {

// This program has one thread.
size_t allocations = 0;

}  // namespace

extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
void* __libc_memalign(size_t alignment, size_t size);

void* malloc(size_t size) noexcept {
  ++allocations;
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) noexcept {
  ++allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* memory, size_t size) noexcept {
  ++allocations;
  return __libc_realloc(memory, size);
}
void* memalign(size_t alignment, size_t size) noexcept {
  ++allocations;
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(size_t alignment, size_t size) noexcept { return memalign(alignment, size); }
int posix_memalign(void** memory, size_t alignment, size_t size) noexcept {
  *memory = memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}
}

namespace waybill {
namespace {

template <typename Function>
size_t AllocationsOf(Function function) {
  const size_t before = allocations;
  function();
  return allocations - before;
}

struct alignas(256) Aligned {
  char bytes[256];
};

// Volatile, so that no compiler can leave an allocation out.
void* volatile kept;

TEST(Allocations, AreCountedHoweverTheyAreMade) {
  EXPECT_EQ(AllocationsOf([] { free(kept = malloc(1)); }), 1u);
  EXPECT_EQ(AllocationsOf([] { free(kept = calloc(1, 1)); }), 1u);
  EXPECT_EQ(AllocationsOf([] { free(kept = realloc(nullptr, 1)); }), 1u);
  EXPECT_EQ(AllocationsOf([] { free(kept = aligned_alloc(64, 64)); }), 1u);
  EXPECT_EQ(AllocationsOf([] { ::operator delete(kept = ::operator new(1)); }), 1u);
  EXPECT_EQ(AllocationsOf([] { ::operator delete[](kept = ::operator new[](1)); }), 1u);
  EXPECT_EQ(AllocationsOf([] { kept = std::make_unique<Aligned>().get(); }), 1u);
  EXPECT_EQ(AllocationsOf([] { kept = std::vector<uint8_t>(1).data(); }), 1u);
  EXPECT_EQ(AllocationsOf([] { kept = std::string(100, 'a').data(); }), 1u);
  EXPECT_EQ(AllocationsOf([] { kept = nullptr; }), 0u);
}

// BUG-18: not from a claimed length, and not at all: k × the bytes received, with k = 0.
TEST(Allocations, TheReceivePathMakesNone) {
  const std::vector<ReceivedDatagram> datagrams = AllReceivedDatagrams();
  Reception reception;
  EXPECT_EQ(AllocationsOf([&] { reception = ReceiveAll(datagrams); }), 0u);
  EXPECT_GT(reception.accepted, 100u);
  EXPECT_GT(reception.refused, 1000u);
  EXPECT_EQ(reception.hellos, 2u);
}

}  // namespace
}  // namespace waybill
