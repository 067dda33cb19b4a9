// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/extended12.h"

#include "waybill/record/first_byte.h"
#include "waybill/record/header_fields.h"

namespace waybill {
namespace {

// EXT-13: change_cipher_spec and handshake keep the form of RFC 6347 for good.
bool OfHandshake(uint8_t content_type) {
  return content_type == kChangeCipherSpec || content_type == kHandshake;
}

}  // namespace

size_t EncodedLength(const Extended12Header& header) {
  return 13 + ExtensionChainLength(header.extensions);
}

bool WriteHeader(const Extended12Header& header, ByteWriter* writer) {
  const size_t length = ExtensionChainLength(header.extensions) + header.payload_length;
  return HeaderLayoutOf(header.content_type) == HeaderLayout::kRfc6347 &&  //
         !OfHandshake(header.content_type) &&                              //
         header.epoch != 0 &&                                              //
         !header.extensions.empty() &&                                     //
         header.payload_length <= kMaxCiphertextLength12 &&                //
         length < kExtensionIndicator &&                                   //
         WriteFields12(header.content_type, header.version, header.epoch, header.sequence,
                       /*cid=*/{}, kExtensionIndicator | length, writer) &&
         WriteExtensionChain(header.extensions, writer);
}

}  // namespace waybill
