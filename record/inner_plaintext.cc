// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/inner_plaintext.h"

namespace waybill {

DropReason ReadInnerPlaintext(absl::Span<const uint8_t> plaintext, size_t limit,
                              InnerPlaintext* inner) {
  if (plaintext.size() > limit) return DropReason::kInnerPlaintextTooLong;
  size_t end = plaintext.size();
  while (end > 0 && plaintext[end - 1] == 0) --end;
  if (end == 0) return DropReason::kInnerTypeMissing;
  *inner = InnerPlaintext{plaintext[end - 1], absl::Span<const uint8_t>(plaintext.data(), end - 1),
                          plaintext.size() - end};
  return DropReason::kNone;
}

bool WriteInnerPlaintext(uint8_t content_type, absl::Span<const uint8_t> content, size_t padding,
                         size_t limit, ByteWriter* writer) {
  return content_type != 0 &&                 //
         content.size() < limit &&            //
         padding < limit - content.size() &&  //
         writer->WriteBytes(content) &&       //
         writer->WriteU8(content_type) &&     //
         writer->WriteRepeated(0, padding);
}

}  // namespace waybill
