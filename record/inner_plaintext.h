// SPDX-License-Identifier: Apache-2.0
//
// What stands inside a protected record of RFC 9146 or RFC 9147: content, the real content type,
// zeros as padding.
#ifndef WAYBILL_RECORD_INNER_PLAINTEXT_H_
#define WAYBILL_RECORD_INNER_PLAINTEXT_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/drop_reason.h"
#include "waybill/wire/temporary_owner.h"

namespace waybill {

// The longest inner plaintext in bytes, type and padding included (EXT-8).
inline constexpr size_t kMaxInnerPlaintext12 = 1 << 14;        // RFC 9146, section 5 (REQ-015)
inline constexpr size_t kMaxInnerPlaintext13 = (1 << 14) + 1;  // RFC 8446, section 5.4

// An inner plaintext taken apart. The content points into the plaintext that was read.
struct InnerPlaintext {
  uint8_t content_type = 0;  // never 0
  absl::Span<const uint8_t> content;
  size_t padding = 0;  // zeros behind the type, in bytes
};

// Takes an opened plaintext apart: its last byte that is not zero is the content type (REQ-013).
// Fails with kInnerPlaintextTooLong above `limit` bytes, and kInnerTypeMissing where there is no
// byte but zeros. Which types may stand there is another question: see record_checks.h. The time
// taken depends on the padding, as the RFCs say and accept. Thread-safe.
DropReason ReadInnerPlaintext(absl::Span<const uint8_t> plaintext, size_t limit,
                              InnerPlaintext* inner);
template <typename Owner, typename = IfTemporaryOwner<Owner>>
DropReason ReadInnerPlaintext(Owner&& plaintext, size_t limit, InnerPlaintext* inner) = delete;

// Bytes that WriteInnerPlaintext() writes.
constexpr size_t InnerPlaintextLength(size_t content_length, size_t padding) {
  return content_length + 1 + padding;
}

// Writes content, type and `padding` zeros. False where the type is 0, the whole is longer than
// `limit`, or the room is too small.
bool WriteInnerPlaintext(uint8_t content_type, absl::Span<const uint8_t> content, size_t padding,
                         size_t limit, ByteWriter* writer);

}  // namespace waybill

#endif  // WAYBILL_RECORD_INNER_PLAINTEXT_H_
