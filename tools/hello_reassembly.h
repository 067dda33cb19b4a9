// SPDX-License-Identifier: Apache-2.0
//
// Hellos out of the fragments that handshake messages travel in (RFC 6347, section 4.2.3; RFC 9147,
// section 5.5), however they are cut, ordered, repeated or overlapping, in bounded memory.
#ifndef WAYBILL_TOOLS_HELLO_REASSEMBLY_H_
#define WAYBILL_TOOLS_HELLO_REASSEMBLY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "waybill/tools/bounded_map.h"
#include "waybill/tools/direction.h"

namespace waybill {

// A complete hello. The body is the message without its 12-byte header.
struct HelloMessage {
  // Types of handshake messages (RFC 6347, section 4.3.2).
  static constexpr uint8_t kClient = 1;
  static constexpr uint8_t kServer = 2;

  uint8_t type = 0;               // kClient or kServer
  uint16_t message_sequence = 0;  // message_seq: 1 in a ClientHello that answers a cookie or retry
  absl::Span<const uint8_t> body;
};

// Keeps the fragments of hellos that are not complete yet. Only what was received can complete a
// hello; what a fragment claims allocates at most kMaxHelloLength bytes, and hellos beyond the
// kMaxPending last ones are forgotten, so that the whole stays below 5 MB. One thread at a time.
class HelloReassembly {
 public:
  // The longest body that is put together. A hello that came whole may be longer.
  static constexpr size_t kMaxHelloLength = 1 << 14;
  static constexpr size_t kMaxPending = 256;

  // Reads the handshake fragments in `payload`, which is that of a plaintext record of type
  // handshake, and calls `on_hello` for each hello that they complete, in order. What the call is
  // given is valid during the call alone. Bytes that are no handshake fragment end the reading.
  void Read(const FlowDirection& direction, absl::Span<const uint8_t> payload,
            const std::function<void(const HelloMessage&)>& on_hello);

 private:
  struct Fragment {
    uint8_t type = 0;
    uint32_t message_length = 0;
    uint16_t message_sequence = 0;
    uint32_t offset = 0;
    absl::Span<const uint8_t> bytes;
  };

  // Which message a fragment belongs to.
  struct Key {
    FlowDirection direction;
    uint8_t type = 0;
    uint16_t message_sequence = 0;

    friend bool operator==(const Key& a, const Key& b) {
      return a.direction == b.direction && a.type == b.type &&
             a.message_sequence == b.message_sequence;
    }
    template <typename H>
    friend H AbslHashValue(H h, const Key& key) {
      return H::combine(std::move(h), key.direction, key.type, key.message_sequence);
    }
  };

  // A message of which bytes are missing.
  struct Pending {
    std::vector<uint8_t> body;
    std::vector<bool> present;  // a flag for each byte of the body
    size_t missing = 0;
  };

  static void Start(size_t length, Pending* pending);
  static bool Contradicts(const Fragment& fragment, const Pending& pending);
  static void Add(const Fragment& fragment, Pending* pending);
  void ReadFragment(const FlowDirection& direction, const Fragment& fragment,
                    const std::function<void(const HelloMessage&)>& on_hello);

  BoundedMap<Key, Pending> pending_{kMaxPending};
};

}  // namespace waybill

#endif  // WAYBILL_TOOLS_HELLO_REASSEMBLY_H_
