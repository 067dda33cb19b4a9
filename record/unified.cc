// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/unified.h"

#include "waybill/record/header_fields.h"

namespace waybill {

bool WriteHeader(const UnifiedHeader& header, ByteWriter* writer) {
  if (header.length.has_value() &&
      (*header.length < kNumberSampleLength || *header.length > kMaxCiphertextLength13)) {
    return false;
  }
  return WriteFields13(header.epoch, header.sequence, header.sequence16, header.cid, header.length,
                       writer);
}

}  // namespace waybill
