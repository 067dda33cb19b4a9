// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/rfc6347.h"

#include "waybill/record/first_byte.h"
#include "waybill/record/header_fields.h"

namespace waybill {
namespace {

constexpr size_t LimitOf(uint16_t epoch) {
  return epoch == 0 ? kMaxPlaintextLength : kMaxCiphertextLength12;
}

}  // namespace

bool WriteHeader(const Rfc6347Header& header, ByteWriter* writer) {
  return HeaderLayoutOf(header.content_type) == HeaderLayout::kRfc6347 &&  //
         header.length <= LimitOf(header.epoch) &&                         //
         WriteFields12(header.content_type, header.version, header.epoch, header.sequence,
                       /*cid=*/{}, header.length, writer);
}

}  // namespace waybill
