// SPDX-License-Identifier: Apache-2.0
#ifndef WAYBILL_PROTECTION_WIPE_H_
#define WAYBILL_PROTECTION_WIPE_H_

#include <cstddef>
#include <cstring>

namespace waybill {

// Zeros `size` bytes. The compiler cannot leave it out, as it may with a plain memset of bytes that
// nobody reads any more.
inline void Wipe(void* bytes, size_t size) {
  std::memset(bytes, 0, size);
  asm volatile("" : : "r"(bytes) : "memory");
}

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_WIPE_H_
