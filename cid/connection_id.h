// SPDX-License-Identifier: Apache-2.0
//
// Connection IDs by value: those that an endpoint issued, and those that a peer gave it (RFC 9146,
// section 3). The two are sized apart (BUG-20): one's own length is a choice, the peer's is not.
#ifndef WAYBILL_CID_CONNECTION_ID_H_
#define WAYBILL_CID_CONNECTION_ID_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "absl/types/span.h"
#include "waybill/wire/cid_length.h"

namespace waybill {

// Room for own CIDs that are longer than ConnectionId holds by itself, sized when the endpoint is
// configured. Nothing is allocated afterwards. For one thread.
class LongCidStorage {
 public:
  // Cuts `storage`, which is not owned and must outlive it, into as many places for CIDs of up to
  // `max_length` bytes as it has room for.
  LongCidStorage(absl::Span<uint8_t> storage, uint8_t max_length);
  LongCidStorage(const LongCidStorage&) = delete;
  LongCidStorage& operator=(const LongCidStorage&) = delete;

  uint8_t max_length() const { return max_length_; }
  size_t places_left() const { return places_left_; }

  // A place of max_length() bytes, or null where none is left.
  uint8_t* Take();
  // Gives back what Take() gave.
  void Return(uint8_t* place);

 private:
  uint8_t* free_ = nullptr;  // each free place begins with the address of the next one
  size_t places_left_ = 0;
  uint8_t max_length_;
};

// A connection ID that this endpoint issued, of 0 to 255 bytes; none at first. Up to kInlineLength
// bytes stand in the object, longer ones in a LongCidStorage, which must then outlive it. Is not
// copied: it stays in the state of its association.
class ConnectionId {
 public:
  static constexpr size_t kInlineLength = 20;

  ConnectionId() = default;
  ConnectionId(const ConnectionId&) = delete;
  ConnectionId& operator=(const ConnectionId&) = delete;

  // Takes the bytes of `cid`, which are not its own, in place of what it held. `storage` may be
  // null where CIDs have up to kInlineLength bytes, and must always be the same otherwise. False,
  // and nothing is changed, where the CID is longer than the storage's places or no place is left.
  bool Assign(absl::Span<const uint8_t> cid, LongCidStorage* storage);

  // Holds an empty CID again, and gives its place back.
  void Clear(LongCidStorage* storage);

  size_t size() const { return length_; }
  bool empty() const { return length_ == 0; }
  // Valid until the next Assign() or Clear().
  absl::Span<const uint8_t> bytes() const {
    return absl::Span<const uint8_t>(length_ <= kInlineLength ? bytes_.data() : Outside(), length_);
  }
  // Compares all bytes, and the lengths (BUG-39). An empty CID is equal to none (BUG-37).
  bool Equals(absl::Span<const uint8_t> cid) const { return !empty() && bytes() == cid; }

 private:
  uint8_t* Outside() const {
    uint8_t* place;
    std::memcpy(&place, bytes_.data(), sizeof(place));
    return place;
  }

  uint8_t length_ = 0;
  std::array<uint8_t, kInlineLength> bytes_ = {};  // or the address of the place outside
};

static_assert(sizeof(ConnectionId) <= 24, "it stands in a cache line with other things");

// A connection ID that the peer wants to see on the records for it, of 0 to 255 bytes; empty at
// first. Whatever the peer chooses, it has room (REQ-003), and nothing is allocated.
class PeerConnectionId {
 public:
  // False, and nothing is changed, where the CID is longer than kMaxCidLength bytes.
  bool Assign(absl::Span<const uint8_t> cid) {
    if (cid.size() > kMaxCidLength) return false;
    if (!cid.empty()) std::memmove(bytes_.data(), cid.data(), cid.size());
    length_ = static_cast<uint8_t>(cid.size());
    return true;
  }
  void Clear() { length_ = 0; }

  size_t size() const { return length_; }
  bool empty() const { return length_ == 0; }
  // Valid until the next Assign() or Clear().
  absl::Span<const uint8_t> bytes() const {
    return absl::Span<const uint8_t>(bytes_.data(), length_);
  }

 private:
  uint8_t length_ = 0;
  std::array<uint8_t, kMaxCidLength> bytes_ = {};
};

static_assert(sizeof(PeerConnectionId) == 256 && std::is_trivially_copyable_v<PeerConnectionId>,
              "four cache lines");

}  // namespace waybill

#endif  // WAYBILL_CID_CONNECTION_ID_H_
