// SPDX-License-Identifier: Apache-2.0
//
// Connection IDs that say nothing but, at most, where they end: random bytes.
#ifndef WAYBILL_CID_OPAQUE_CID_FORMAT_H_
#define WAYBILL_CID_OPAQUE_CID_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "waybill/cid/checked_random.h"
#include "waybill/cid/cid_format.h"
#include "waybill/wire/cid_length.h"

namespace waybill {

// Random CIDs in three kinds, which differ in how a receiver knows their length:
//
//   fixed          it knows one length for all of them
//   length octet   octet 0 counts the bytes that follow, 1 to 254
//   nibble         the low four bits of octet 0 count the bytes that follow, 1 to 15
//
// The self-delineating kinds issue one length too, and read all that they can say: an endpoint may
// change its length while CIDs of another one live (RFC 9146, section 3).
class OpaqueCidFormat final : public CidFormat {
 public:
  // `random` is not owned and must outlive the format. `length` is that of the whole CID. Nothing
  // where the kind cannot say it: from 1, with a length octet or a nibble from 2, to 255, or to 16
  // with a nibble.
  static std::optional<OpaqueCidFormat> Fixed(CheckedRandom* random, uint8_t length) {
    return Make(Kind::kFixed, random, length, 1, 255);
  }
  static std::optional<OpaqueCidFormat> LengthOctet(CheckedRandom* random, uint8_t length) {
    return Make(Kind::kLengthOctet, random, length, 2, 255);
  }
  static std::optional<OpaqueCidFormat> Nibble(CheckedRandom* random, uint8_t length) {
    return Make(Kind::kNibble, random, length, 2, 16);
  }

  // The delineators, for receivers that issue no CIDs.
  static uint8_t LengthByOctet(const void* context, absl::Span<const uint8_t> bytes);
  static uint8_t LengthByNibble(const void* context, absl::Span<const uint8_t> bytes);

  CidLength length() const override;
  uint8_t max_length() const override { return length_; }
  bool locates() const override { return false; }
  void Issue(absl::Span<CidIssue> jobs) override;
  // Refuses kCidNotDelineated where the length is none that it issues, or the CID says another.
  void Read(absl::Span<CidReading> jobs) const override;

 private:
  enum class Kind : uint8_t { kFixed, kLengthOctet, kNibble };

  OpaqueCidFormat(Kind kind, CheckedRandom* random, uint8_t length)
      : random_(random), kind_(kind), length_(length) {}
  static std::optional<OpaqueCidFormat> Make(Kind kind, CheckedRandom* random, uint8_t length,
                                             uint8_t least, uint8_t most) {
    if (length < least || length > most) return std::nullopt;
    return OpaqueCidFormat(kind, random, length);
  }

  CheckedRandom* random_;
  Kind kind_;
  uint8_t length_;
};

}  // namespace waybill

#endif  // WAYBILL_CID_OPAQUE_CID_FORMAT_H_
