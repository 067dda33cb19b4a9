// SPDX-License-Identifier: Apache-2.0
#include "waybill/tests/receive_path/memory_watch.h"

#include <malloc.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace {

size_t allocations = 0;

// What SecretWatch knows: plain variables, for they are used before constructors run.
constexpr size_t kMaxBlocks = 1024;
bool watching = false;
absl::Span<const uint8_t> secret;
void* blocks[kMaxBlocks];
size_t block_count = 0;
size_t given_back = 0;

bool HasSecret(void* block) {
  return memmem(block, malloc_usable_size(block), secret.data(), secret.size()) != nullptr;
}

void* HandOut(void* block) {
  ++allocations;
  if (watching && block != nullptr) {
    if (block_count == kMaxBlocks) std::abort();
    blocks[block_count++] = block;
  }
  return block;
}

void TakeBack(void* block) {
  for (size_t i = 0; i < block_count; ++i) {
    if (blocks[i] != block) continue;
    if (HasSecret(block)) ++given_back;
    blocks[i] = blocks[--block_count];
    return;
  }
}

}  // namespace

extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
void __libc_free(void* memory);

void* malloc(size_t size) noexcept { return HandOut(__libc_malloc(size)); }
void* calloc(size_t count, size_t size) noexcept { return HandOut(__libc_calloc(count, size)); }
void* realloc(void* memory, size_t size) noexcept {
  TakeBack(memory);
  return HandOut(__libc_realloc(memory, size));
}
void* memalign(size_t alignment, size_t size) noexcept {
  return HandOut(__libc_memalign(alignment, size));
}
void* aligned_alloc(size_t alignment, size_t size) noexcept { return memalign(alignment, size); }
int posix_memalign(void** memory, size_t alignment, size_t size) noexcept {
  *memory = memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}
void free(void* memory) noexcept {
  TakeBack(memory);
  __libc_free(memory);
}
}

namespace waybill {

size_t Allocations() { return allocations; }

SecretWatch::SecretWatch(absl::Span<const uint8_t> bytes) {
  secret = bytes;
  block_count = 0;
  ::given_back = 0;
  watching = true;
}

SecretWatch::~SecretWatch() {
  watching = false;
  block_count = 0;
}

size_t SecretWatch::held() const {
  size_t count = 0;
  for (size_t i = 0; i < block_count; ++i) count += HasSecret(blocks[i]);
  return count;
}

size_t SecretWatch::given_back() const { return ::given_back; }

}  // namespace waybill
