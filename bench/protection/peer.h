// SPDX-License-Identifier: Apache-2.0
//
// What the DTLS stacks of others take to read a record: a server with an established association,
// in the same process its client, which seals, and between them memory. A program for each stack,
// since stacks share names; the floor beside it is a bare open of as much ciphertext by BoringSSL.
//
// The server reads once for each datagram, and finds that one and nothing else where it looks for
// datagrams. Includes no header of any crypto library.
#ifndef WAYBILL_BENCH_PROTECTION_PEER_H_
#define WAYBILL_BENCH_PROTECTION_PEER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"

namespace waybill {

using Bytes = std::vector<uint8_t>;

inline constexpr uint8_t kPeerCid[8] = {0xc1, 0xd0, 1, 2, 3, 4, 5, 6};
inline constexpr uint8_t kPeerPsk[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
inline constexpr char kPeerIdentity[] = "waybill";
inline constexpr int kHandshakeTurns = 50;  // an end that is not done by then never will be

[[noreturn]] void FailPeer(const std::string& what);

// Datagrams on their way to one end.
class Inbox {
 public:
  void Put(const void* data, size_t size) {
    const auto* const bytes = static_cast<const uint8_t*>(data);
    kept_.emplace_back(bytes, bytes + size);
  }

  // The one datagram that is there; without copying it.
  void Lend(absl::Span<const uint8_t> datagram) { lent_ = datagram; }

  // Copies the next datagram to `data` and forgets it.
  std::optional<size_t> Take(void* data, size_t capacity);

  // The datagram that was put there last, and it alone.
  Bytes TakeOnly();

  bool empty() const { return lent_.empty() && kept_.empty(); }

 private:
  absl::Span<const uint8_t> lent_;
  std::deque<Bytes> kept_;
};

class Peer {
 public:
  virtual ~Peer() = default;

  // The client sends `content` as one record.
  virtual void Send(absl::Span<const uint8_t> content) = 0;

  // The server reads once into `content`: the length of what came, nothing where no record is left
  // to read. Whatever else the stack answers is fatal.
  virtual std::optional<size_t> Read(absl::Span<uint8_t> content) = 0;

  Inbox& to_server() { return to_server_; }

 protected:
  Inbox to_client_;
  Inbox to_server_;
};

// What stands under the tag besides the content, and so in the floor. Its one byte is dear: it
// makes BoringSSL's AES-GCM begin another block, a byte at a time.
enum class InnerType : uint8_t {
  kNo,   // DTLS 1.2 without a CID
  kYes,  // DTLS 1.3, and DTLS 1.2 with a CID
};

// The program, but for the stack: `name` begins the benchmarks' names, `stack` is its version.
int MeasurePeer(int argc, char** argv, const std::string& name, const std::string& stack,
                InnerType inner_type, Peer* peer);

}  // namespace waybill

#endif  // WAYBILL_BENCH_PROTECTION_PEER_H_
