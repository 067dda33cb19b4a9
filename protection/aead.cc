// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/aead.h"

#include <atomic>

namespace waybill {

AeadKey::AeadKey(absl::Span<const uint8_t> bytes) {
  static std::atomic<uint64_t> last_id{0};
  if (!bytes_.Assign(bytes)) return;
  const uint64_t id = last_id.fetch_add(1, std::memory_order_relaxed) + 1;
  std::memcpy(id_.data(), &id, sizeof(id));
}

}  // namespace waybill
