// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/hello_reassembly.h"

#include <algorithm>

#include "waybill/wire/byte_reader.h"

namespace waybill {

void HelloReassembly::Read(const FlowDirection& direction, absl::Span<const uint8_t> payload,
                           const std::function<void(const HelloMessage&)>& on_hello) {
  ByteReader reader(payload);
  Fragment fragment;
  uint32_t length;
  while (reader.ReadU8(&fragment.type) && reader.ReadU24(&fragment.message_length) &&
         reader.ReadU16(&fragment.message_sequence) && reader.ReadU24(&fragment.offset) &&
         reader.ReadU24(&length) && reader.ReadBytes(length, &fragment.bytes)) {
    if (uint64_t{fragment.offset} + length > fragment.message_length) return;
    if (fragment.type == HelloMessage::kClient || fragment.type == HelloMessage::kServer) {
      ReadFragment(direction, fragment, on_hello);
    }
  }
}

void HelloReassembly::ReadFragment(const FlowDirection& direction, const Fragment& fragment,
                                   const std::function<void(const HelloMessage&)>& on_hello) {
  if (fragment.bytes.size() == fragment.message_length) {
    on_hello({fragment.type, fragment.message_sequence, fragment.bytes});
    return;
  }
  if (fragment.message_length > kMaxHelloLength) return;

  const Key key = {direction, fragment.type, fragment.message_sequence};
  Pending& pending = pending_.FindOrAdd(key);
  if (pending.body.size() != fragment.message_length || Contradicts(fragment, pending)) {
    Start(fragment.message_length, &pending);
  }
  Add(fragment, &pending);
  if (pending.missing != 0) return;
  const std::vector<uint8_t> body = std::move(pending.body);
  pending_.Erase(key);
  on_hello({fragment.type, fragment.message_sequence, body});
}

void HelloReassembly::Start(size_t length, Pending* pending) {
  pending->body.assign(length, 0);
  pending->present.assign(length, false);
  pending->missing = length;
}

// Retransmissions repeat a message byte for byte: other bytes are those of a later handshake, whose
// message has the same type, number and length as one that was never completed.
bool HelloReassembly::Contradicts(const Fragment& fragment, const Pending& pending) {
  for (size_t i = 0; i < fragment.bytes.size(); ++i) {
    const size_t at = fragment.offset + i;
    if (pending.present[at] && pending.body[at] != fragment.bytes[i]) return true;
  }
  return false;
}

void HelloReassembly::Add(const Fragment& fragment, Pending* pending) {
  for (size_t i = 0; i < fragment.bytes.size(); ++i) {
    const size_t at = fragment.offset + i;
    if (pending->present[at]) continue;
    pending->present[at] = true;
    pending->body[at] = fragment.bytes[i];
    --pending->missing;
  }
}

}  // namespace waybill
