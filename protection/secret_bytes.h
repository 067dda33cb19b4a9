// SPDX-License-Identifier: Apache-2.0
//
// Secrets and keys, wiped when they go.
#ifndef WAYBILL_PROTECTION_SECRET_BYTES_H_
#define WAYBILL_PROTECTION_SECRET_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/types/span.h"
#include "waybill/protection/wipe.h"

namespace waybill {

// Up to kCapacity secret bytes, stored inside. What is overwritten or destroyed is wiped. One
// thread at a time.
template <size_t kCapacity>
class SecretBytes {
  static_assert(kCapacity < 256, "the size is told in a byte");

 public:
  SecretBytes() = default;
  SecretBytes(const SecretBytes&) = default;
  SecretBytes& operator=(const SecretBytes&) = default;  // all bytes are copied, so none is left
  ~SecretBytes() { Wipe(bytes_, sizeof(bytes_)); }

  // Takes a copy of `bytes`. False, and empty, where they are more than kCapacity.
  bool Assign(absl::Span<const uint8_t> bytes) {
    const absl::Span<uint8_t> to = Resize(bytes.size());
    if (!to.empty()) std::memcpy(to.data(), bytes.data(), to.size());
    return to.size() == bytes.size();
  }

  // Becomes `size` zeros, and answers where they are, to be filled. Empty where there is no room.
  absl::Span<uint8_t> Resize(size_t size) {
    Wipe(bytes_, sizeof(bytes_));
    size_ = size <= kCapacity ? static_cast<uint8_t>(size) : uint8_t{0};
    return absl::MakeSpan(bytes_, size_);
  }

  absl::Span<const uint8_t> bytes() const& { return absl::MakeConstSpan(bytes_, size_); }
  absl::Span<const uint8_t> bytes() && = delete;
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  uint8_t bytes_[kCapacity] = {};
  uint8_t size_ = 0;
};

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_SECRET_BYTES_H_
