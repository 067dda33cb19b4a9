// SPDX-License-Identifier: Apache-2.0
//
// What arrives on a UDP port and is no record that its receiver can use, by classes that
// measurements tell apart.
#ifndef WAYBILL_TRAFFIC_TRASH_H_
#define WAYBILL_TRAFFIC_TRASH_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/random.h"
#include "waybill/wire/byte_range.h"

namespace waybill {

enum class TrashClass : uint8_t {
  kRandom,         // random bytes
  kOtherProtocol,  // the first bytes of STUN, ZRTP, TURN, QUIC or RTP, then random ones
  kUnknownCid,     // a good header with another connection ID
  kCut,            // the front of a good datagram
  kBitFlips,       // a good datagram with 1 to 8 bits changed, wherever
};

inline constexpr TrashClass kTrashClasses[] = {TrashClass::kRandom, TrashClass::kOtherProtocol,
                                               TrashClass::kUnknownCid, TrashClass::kCut,
                                               TrashClass::kBitFlips};
inline constexpr size_t kTrashClassCount = sizeof(kTrashClasses) / sizeof(kTrashClasses[0]);

// "random", "other_protocol", "unknown_cid", "cut" or "bit_flips". Stable: reports use them.
std::string_view NameOf(TrashClass trash_class);

// Makes trash of `valid`, a datagram of one record. The result always differs from `valid`, and is
// as long, unless it is cut; then at least one byte is left. Bits that flip in the payload, or a
// cut payload of a record without a length field, leave a header that is right: only protection
// tells.
//
// `cid` is the place of what kUnknownCid replaces by random bytes: the record's connection ID, or
// the part of it that is free to differ where it delineates itself. The other classes ignore it.
// Chance may hit the connection ID of another association: the shorter it is, the sooner.
//
// Shares nothing but `random`. Fails with kInvalidArgument where `valid` has fewer than two bytes,
// or where the class is kUnknownCid and `cid` is empty or not in `valid`.
absl::StatusOr<Bytes> MakeTrash(TrashClass trash_class, absl::Span<const uint8_t> valid,
                                ByteRange cid, Random* random);

}  // namespace waybill

#endif  // WAYBILL_TRAFFIC_TRASH_H_
