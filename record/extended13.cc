// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/extended13.h"

#include "waybill/record/header_fields.h"
#include "waybill/record/unified.h"

namespace waybill {
namespace {

// EXT-13: the epochs of 0-RTT and of the handshake keep the unified header for good.
constexpr uint64_t kFirstExtendedEpoch = 3;

bool HasCid(absl::Span<const RecordExtension> extensions) {
  for (const RecordExtension& extension : extensions) {
    if (extension.type == kCidExtensionType) return true;
  }
  return false;
}

}  // namespace

size_t EncodedLength(const Extended13Header& header) {
  return 1 + header.cid.size() + (header.sequence16 ? 2 : 1) + 2 +
         ExtensionChainLength(header.extensions);
}

bool WriteHeader(const Extended13Header& header, ByteWriter* writer) {
  const size_t length = ExtensionChainLength(header.extensions) + header.payload_length;
  return header.epoch >= kFirstExtendedEpoch &&                 //
         !header.extensions.empty() &&                          //
         (header.cid.empty() || !HasCid(header.extensions)) &&  //
         header.payload_length >= kNumberSampleLength &&        //
         header.payload_length <= kMaxCiphertextLength13 &&     //
         length < kExtensionIndicator &&                        //
         WriteFields13(header.epoch, header.sequence, header.sequence16, header.cid,
                       static_cast<uint16_t>(kExtensionIndicator | length), writer) &&
         WriteExtensionChain(header.extensions, writer);
}

}  // namespace waybill
