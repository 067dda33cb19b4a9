// SPDX-License-Identifier: Apache-2.0
#include "waybill/traffic/trash.h"

#include <algorithm>
#include <iterator>

#include "absl/status/status.h"

namespace waybill {
namespace {

// How datagrams of other protocols begin.
constexpr uint8_t kStunBinding[] = {0x00, 0x01, 0x00, 0x08, 0x21, 0x12, 0xa4, 0x42};
constexpr uint8_t kZrtp[] = {0x10, 0x00, 0x00, 0x01, 'Z', 'R', 'T', 'P'};
constexpr uint8_t kTurnChannelData[] = {0x40, 0x01, 0x00, 0x40};
constexpr uint8_t kQuicInitial[] = {0xc3, 0x00, 0x00, 0x00, 0x01, 0x08};
constexpr uint8_t kRtp[] = {0x80, 0x60};
constexpr absl::Span<const uint8_t> kOtherProtocols[] = {kStunBinding, kZrtp, kTurnChannelData,
                                                         kQuicInitial, kRtp};

Bytes OtherProtocol(size_t length, Random* random) {
  const absl::Span<const uint8_t> front =
      kOtherProtocols[random->Below(std::size(kOtherProtocols))];
  Bytes bytes = random->MakeBytes(length);
  std::copy_n(front.begin(), std::min(front.size(), length), bytes.begin());
  return bytes;
}

// Random bytes that are not those of `original`.
Bytes MakeOtherBytes(absl::Span<const uint8_t> original, Random* random) {
  Bytes bytes;
  do {
    bytes = random->MakeBytes(original.size());
  } while (absl::MakeConstSpan(bytes) == original);
  return bytes;
}

// Flips `count` bits, no bit twice; there must be as many.
void FlipBits(size_t count, Random* random, Bytes* bytes) {
  Bytes flipped(bytes->size());
  while (count > 0) {
    const uint64_t position = random->Below(8 * bytes->size());
    const uint8_t bit = static_cast<uint8_t>(1 << position % 8);
    if ((flipped[position / 8] & bit) != 0) continue;
    flipped[position / 8] |= bit;
    (*bytes)[position / 8] ^= bit;
    --count;
  }
}

}  // namespace

std::string_view NameOf(TrashClass trash_class) {
  switch (trash_class) {
    case TrashClass::kRandom:
      return "random";
    case TrashClass::kOtherProtocol:
      return "other_protocol";
    case TrashClass::kUnknownCid:
      return "unknown_cid";
    case TrashClass::kCut:
      return "cut";
    case TrashClass::kBitFlips:
      return "bit_flips";
  }
  return "";
}

absl::StatusOr<Bytes> MakeTrash(TrashClass trash_class, absl::Span<const uint8_t> valid,
                                ByteRange cid, Random* random) {
  if (valid.size() < 2) return absl::InvalidArgumentError("trash is made of two bytes or more");
  Bytes bytes(valid.begin(), valid.end());
  switch (trash_class) {
    case TrashClass::kRandom:
      return MakeOtherBytes(valid, random);
    case TrashClass::kOtherProtocol:
      return OtherProtocol(valid.size(), random);
    case TrashClass::kUnknownCid: {
      const absl::Span<const uint8_t> known = cid.In(valid);
      if (known.empty()) return absl::InvalidArgumentError("the datagram has no connection ID");
      const Bytes unknown = MakeOtherBytes(known, random);
      std::copy(unknown.begin(), unknown.end(), bytes.begin() + cid.offset);
      return bytes;
    }
    case TrashClass::kCut:
      bytes.resize(random->Between(1, valid.size() - 1));
      return bytes;
    case TrashClass::kBitFlips:
      FlipBits(random->Between(1, 8), random, &bytes);
      return bytes;
  }
  return absl::InvalidArgumentError("there is no such class of trash");
}

}  // namespace waybill
