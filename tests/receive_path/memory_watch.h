// SPDX-License-Identifier: Apache-2.0
//
// Sees what a program does with memory. Every function of the C library that hands out memory or
// takes it back is replaced, so that one call is enough to be seen, also one by a library. For
// programs of one thread.
#ifndef WAYBILL_TESTS_RECEIVE_PATH_MEMORY_WATCH_H_
#define WAYBILL_TESTS_RECEIVE_PATH_MEMORY_WATCH_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"

namespace waybill {

// How often memory was handed out since the program began.
size_t Allocations();

template <typename Function>
size_t AllocationsOf(Function function) {
  const size_t before = Allocations();
  function();
  return Allocations() - before;
}

// Where a secret is kept in the memory that is handed out while this lives. One at a time.
class SecretWatch {
 public:
  // The secret is not owned.
  explicit SecretWatch(absl::Span<const uint8_t> secret);
  ~SecretWatch();
  SecretWatch(const SecretWatch&) = delete;
  SecretWatch& operator=(const SecretWatch&) = delete;

  // How many blocks have the secret somewhere.
  size_t held() const;
  // How many had it when they were given back.
  size_t given_back() const;
};

}  // namespace waybill

#endif  // WAYBILL_TESTS_RECEIVE_PATH_MEMORY_WATCH_H_
