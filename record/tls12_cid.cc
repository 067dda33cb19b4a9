// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/tls12_cid.h"

#include "waybill/record/first_byte.h"
#include "waybill/record/header_fields.h"

namespace waybill {

bool WriteHeader(const Tls12CidHeader& header, ByteWriter* writer) {
  return header.epoch != 0 &&                                          //
         !header.cid.empty() && header.cid.size() <= kMaxCidLength &&  //
         header.length <= kMaxCiphertextLength12 &&                    //
         WriteFields12(kTls12CidType, header.version, header.epoch, header.sequence, header.cid,
                       header.length, writer);
}

}  // namespace waybill
