// SPDX-License-Identifier: Apache-2.0
#include "waybill/tests/codec/plausible_datagrams.h"

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/record/record_view.h"
#include "waybill/traffic/datagram_builder.h"
#include "waybill/wire/cid_length.h"

namespace waybill {
namespace {

// The first octet counts those that follow.
uint8_t DelineateByOctet(const void*, absl::Span<const uint8_t> bytes) {
  return bytes.empty() || bytes[0] > 254 ? 0 : static_cast<uint8_t>(1 + bytes[0]);
}

// The low four bits of the first octet do.
uint8_t DelineateByNibble(const void*, absl::Span<const uint8_t> bytes) {
  const uint8_t count = bytes.empty() ? 0 : bytes[0] & 0x0f;
  return count == 0 ? 0 : static_cast<uint8_t>(1 + count);
}

// CIDs that end alike name one association.
bool SameLastOctet(const void*, absl::Span<const uint8_t> first, absl::Span<const uint8_t> later) {
  return first.back() == later.back();
}

// An index of the weights.
template <size_t kCount>
size_t Pick(Random* random, const uint8_t (&weights)[kCount]) {
  return random->Weighted(weights);
}

template <size_t kCount>
uint64_t OneOf(Random* random, const uint64_t (&values)[kCount]) {
  return values[random->Below(kCount)];
}

// A receiver's scheme of CIDs, and CIDs that fit it.
class CidScheme {
 public:
  explicit CidScheme(Random* random) : kind_(static_cast<Kind>(random->Below(8))) {
    if (kind_ >= kFixed) length_ = static_cast<uint8_t>(random->Between(1, 20));
    if (kind_ >= kFixed && random->Percent(2)) length_ = 255;
  }

  CidLength length() const {
    switch (kind_) {
      case kAbsent:
        return CidLength::Absent();
      case kByOctet:
        return CidLength::SelfDelineating(&DelineateByOctet, nullptr);
      case kByNibble:
        return CidLength::SelfDelineating(&DelineateByNibble, nullptr);
      default:
        return CidLength::Fixed(length_);
    }
  }

  bool absent() const { return kind_ == kAbsent; }

  Bytes Make(Random* random) const {
    Bytes cid = random->MakeBytes(kind_ >= kFixed ? length_ : random->Between(1, 16));
    if (kind_ == kByOctet) cid[0] = static_cast<uint8_t>(cid.size() - 1);
    if (kind_ == kByNibble) cid[0] = static_cast<uint8_t>((cid[0] & 0xf0) | (cid.size() - 1));
    return cid;
  }

 private:
  enum Kind { kAbsent, kByOctet, kByNibble, kFixed };

  Kind kind_;  // kFixed and all above it
  uint8_t length_ = 0;
};

ExtensionRules MakeExtensionRules(Random* random) {
  ExtensionRules rules;
  rules.profile = static_cast<ExtensionProfile>(random->Below(3));
  const uint64_t accepted = random->Next();
  rules.accepted = random->Percent(80) ? ExtensionTypeSet::All()
                                       : ExtensionTypeSet(static_cast<uint16_t>(accepted));
  if (random->Percent(20)) rules.max_chain_length = static_cast<uint16_t>(random->Below(40));
  if (random->Percent(20)) rules.max_count = static_cast<uint8_t>(random->Below(4));
  return rules;
}

// Mostly short ones, and those on both sides of every limit.
size_t PayloadLength(Random* random) {
  if (random->Percent(99)) return random->Below(40);
  return OneOf(random, {16383, 16384, 16385, 16639, 16640, 16641, 18431, 18432, 18433, 32767});
}

// Adds the extensions of one chain, in ascending order but for a few, to the last record.
void AddChain(const Bytes& cid, bool with_cid, Random* random, DatagramBuilder* datagram) {
  if (with_cid) datagram->CidExtension(random->Percent(95) ? cid : Bytes());
  uint8_t type = 0;
  const size_t count = random->Below(4);
  for (size_t i = 0; i < count; ++i) {
    type = static_cast<uint8_t>(random->Percent(95) ? type + random->Between(1, 4)
                                                    : random->Below(16));
    const size_t length = random->Percent(98) ? random->Below(12) : random->Below(1200);
    datagram->Extension(type & 15, random->MakeBytes(length));
  }
}

void AddRecord(const CidScheme& scheme, const Bytes& cid, Random* random,
               DatagramBuilder* datagram) {
  const uint8_t type =
      static_cast<uint8_t>(random->Percent(95) ? random->Between(20, 27) : random->Below(256));
  const bool with_cid = !scheme.absent() || random->Percent(5);
  switch (random->Below(8)) {
    case 0:
      datagram->Plaintext(type);
      break;
    case 1:
      datagram->Ciphertext(type);
      break;
    case 2:
    case 3:
      if (with_cid) {
        datagram->Tls12Cid(cid);
        break;
      }
      [[fallthrough]];
    case 4:
    case 5:
      datagram->Unified();
      if (with_cid && random->Percent(80)) datagram->Cid(cid);
      if (random->Percent(20)) datagram->WithoutLength();
      break;
    case 6:
      datagram->Extended12(type);
      AddChain(cid, random->Percent(80), random, datagram);
      break;
    case 7:
      datagram->Extended13();
      if (with_cid && random->Percent(30)) datagram->Cid(cid);
      AddChain(cid, random->Percent(60), random, datagram);
      break;
  }
  if (random->Percent(50)) datagram->Sequence8(random->Next());
  datagram->Sequence(random->Next());
  if (random->Percent(20)) datagram->Epoch(random->Below(6));
  if (random->Percent(5)) datagram->Version(static_cast<uint16_t>(random->Next()));
  datagram->Payload(Bytes(PayloadLength(random), static_cast<uint8_t>(random->Next())));
  if (random->Percent(2)) datagram->ClaimLength(static_cast<uint16_t>(random->Next()));
  if (random->Percent(2)) datagram->ExtensionBit(random->Percent(50));
}

// One fault, wherever it hits.
void Damage(Random* random, Bytes* datagram) {
  const size_t place = random->Below(datagram->size());
  const auto there = datagram->begin() + static_cast<ptrdiff_t>(place);
  switch (random->Below(5)) {
    case 0:
      datagram->resize(place);
      break;
    case 1:
      (*datagram)[place] ^= static_cast<uint8_t>(1 << random->Below(8));
      break;
    case 2:
      (*datagram)[place] = static_cast<uint8_t>(random->Next());
      break;
    case 3:
      datagram->insert(there, static_cast<uint8_t>(random->Next()));
      break;
    case 4:
      datagram->erase(there);
      break;
  }
}

}  // namespace

PlausibleDatagram MakePlausibleDatagram(Random* random) {
  const CidScheme scheme(random);
  const Bytes cid = scheme.Make(random);
  DatagramBuilder datagram;
  const size_t records = random->Between(1, 5);
  for (size_t i = 0; i < records; ++i) {
    AddRecord(scheme, random->Percent(95) ? cid : scheme.Make(random), random, &datagram);
  }
  Bytes bytes = datagram.Build();
  if (random->Percent(33)) Damage(random, &bytes);
  const RecordRules rules(scheme.length(), MakeExtensionRules(random));
  return {bytes, rules, random->Percent(50) ? &SameLastOctet : nullptr};
}

}  // namespace waybill
