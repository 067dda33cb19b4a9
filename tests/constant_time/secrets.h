// SPDX-License-Identifier: Apache-2.0
//
// Secret bytes, as memcheck sees them: it follows undefined bytes through every instruction, and
// reports branches and addresses that depend on one. What is secret here is undefined to it, and
// what has become public is defined again.
#ifndef WAYBILL_TESTS_CONSTANT_TIME_SECRETS_H_
#define WAYBILL_TESTS_CONSTANT_TIME_SECRETS_H_

#include <valgrind/memcheck.h>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "absl/types/span.h"

namespace waybill {

using Bytes = std::vector<uint8_t>;

inline void MakeSecret(absl::Span<const uint8_t> bytes) {
  VALGRIND_MAKE_MEM_UNDEFINED(bytes.data(), bytes.size());
}
inline void MakePublic(absl::Span<const uint8_t> bytes) {
  VALGRIND_MAKE_MEM_DEFINED(bytes.data(), bytes.size());
}
// The value, declared to be public. For numbers, enums, bool.
template <typename T>
T Public(T value) {
  VALGRIND_MAKE_MEM_DEFINED(&value, sizeof(value));
  return value;
}
template <typename T>
T Secret(T value) {
  VALGRIND_MAKE_MEM_UNDEFINED(&value, sizeof(value));
  return value;
}

inline void Require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
}

// Fails where memcheck takes one of the bits for known: it would then be blind to what is done with
// it.
inline void RequireSecret(absl::Span<const uint8_t> bytes, const std::string& what) {
  Bytes undefined(bytes.size());
  VALGRIND_GET_VBITS(bytes.data(), undefined.data(), bytes.size());
  Require(undefined == Bytes(bytes.size(), 0xff), what + " is not secret any more");
}

// Bytes that differ with `seed`.
inline Bytes SomeBytes(size_t size, uint8_t seed) {
  Bytes bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(31 * i + 17 * seed + 1);
  return bytes;
}
inline Bytes SecretBytesOf(size_t size, uint8_t seed) {
  Bytes bytes = SomeBytes(size, seed);
  MakeSecret(bytes);
  return bytes;
}

}  // namespace waybill

#endif  // WAYBILL_TESTS_CONSTANT_TIME_SECRETS_H_
