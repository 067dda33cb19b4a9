// SPDX-License-Identifier: Apache-2.0
#include "waybill/traffic/handshake_message.h"

#include <algorithm>

namespace waybill {

Bytes EncodeHandshakeFragment(const HandshakeFragmentHeader& header,
                              absl::Span<const uint8_t> bytes) {
  Bytes out;
  AppendUint(header.type, 1, &out);
  AppendUint(header.message_length, 3, &out);
  AppendUint(header.message_sequence, 2, &out);
  AppendUint(header.offset, 3, &out);
  AppendUint(header.length, 3, &out);
  AppendBytes(bytes, &out);
  return out;
}

Bytes HandshakeFragment(const HandshakeMessage& message, size_t offset, size_t length) {
  offset = std::min(offset, message.body.size());
  length = std::min(length, message.body.size() - offset);
  HandshakeFragmentHeader header;
  header.type = message.type;
  header.message_length = static_cast<uint32_t>(message.body.size());
  header.message_sequence = message.sequence;
  header.offset = static_cast<uint32_t>(offset);
  header.length = static_cast<uint32_t>(length);
  return EncodeHandshakeFragment(header, absl::MakeConstSpan(message.body.data() + offset, length));
}

std::vector<Bytes> FragmentHandshake(const HandshakeMessage& message,
                                     absl::Span<const size_t> lengths) {
  std::vector<Bytes> fragments;
  size_t offset = 0;
  for (const size_t length : lengths) {
    fragments.push_back(HandshakeFragment(message, offset, length));
    offset += length;
  }
  if (offset < message.body.size() || fragments.empty()) {
    fragments.push_back(HandshakeFragment(message, offset, message.body.size()));
  }
  return fragments;
}

}  // namespace waybill
