// SPDX-License-Identifier: Apache-2.0
//
// Connection IDs on the microcontroller: formats, and the state machine of an association. Their
// cases are tested on the host; here each is issued and read, in the RAM and on the stack of such a
// machine.
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "waybill/cid/cid_issuer.h"
#include "waybill/cid/connection_id_updates.h"
#include "waybill/cid/opaque_cid_format.h"
#include "waybill/cid/quic_lb_cid_format.h"
#include "waybill/cid/rotating_cid_format.h"
#include "waybill/cid/sealed_cid_format.h"
#include "waybill/cid/siphash.h"
#include "waybill/cid/tagged_cid_format.h"
#include "waybill/tests/microcontroller/image.h"
#include "waybill/tests/microcontroller/parts.h"
#include "waybill/wire/byte_writer.h"

namespace waybill {
namespace {

// In place of the AES unit of such a processor: what is tested is what stands around it.
class MaskingCipher final : public BlockCipher {
 public:
  explicit constexpr MaskingCipher(uint8_t mask) : mask_(mask) {}
  bool Encrypt(absl::Span<uint8_t> blocks) const override {
    for (uint8_t& byte : blocks) byte ^= mask_;
    return true;
  }
  bool Decrypt(absl::Span<uint8_t> blocks) const override { return Encrypt(blocks); }

 private:
  uint8_t mask_;
};

class CountingSource final : public RandomSource {
 public:
  bool Fill(absl::Span<uint8_t> bytes) override {
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(SipHash({1, 2}, Next()));
    return true;
  }

 private:
  absl::Span<const uint8_t> Next() {
    for (uint8_t& byte : counter_) {
      if (++byte != 0) break;
    }
    return counter_;
  }
  uint8_t counter_[4] = {};
};

constexpr MaskingCipher kCipher(0x5a);
constexpr MaskingCipher kOtherCipher(0xa5);
constexpr CidTarget kTarget = {0x010203, 0x04, 0x05, 0};
CountingSource source;
CheckedRandom checked(&source);
uint8_t storage[kMaxCidLength];

absl::Span<const uint8_t> IssueOne(CidFormat* format, const CidTarget& target) {
  CidIssue job;
  job.target = target;
  job.storage = absl::MakeSpan(storage);
  format->Issue(absl::Span<CidIssue>(&job, 1));
  return job.cid();
}

// Three at once, which is more than such a machine works on at a time.
bool IssuesAndReads(CidFormat* format) {
  const absl::Span<const uint8_t> cid = IssueOne(format, kTarget);
  if (cid.empty() || format->length().Of(cid) != cid.size()) return false;
  static CidReading readings[3];
  for (CidReading& reading : readings) {
    reading = CidReading();
    reading.cid = cid;
  }
  readings[1].cid = absl::Span<const uint8_t>(cid.data(), cid.size() - 1);
  format->Read(absl::MakeSpan(readings));
  return readings[0].reason == DropReason::kNone && readings[2].reason == DropReason::kNone &&
         readings[1].reason == DropReason::kCidNotDelineated &&
         readings[2].target == (format->locates() ? kTarget : CidTarget());
}

// The paper's example.
bool HashesAsPublished() {
  uint8_t message[15];
  for (uint8_t i = 0; i < sizeof(message); ++i) message[i] = i;
  return SipHash({0x0706050403020100, 0x0f0e0d0c0b0a0908}, message) == 0xa129ca6149be45e5;
}

bool Opaque() {
  static auto fixed = OpaqueCidFormat::Fixed(&checked, 8);
  static auto octet = OpaqueCidFormat::LengthOctet(&checked, 255);
  static auto nibble = OpaqueCidFormat::Nibble(&checked, 9);
  return IssuesAndReads(&*fixed) && IssuesAndReads(&*octet) && IssuesAndReads(&*nibble);
}

// Layout of 16 bytes: check, server, core, slot, generation, ordinal, masked.
bool Sealed() {
  constexpr uint8_t kExpected[] = {0x5a, 0x5a, 0x5a, 0x5a, 0x48, 0x6e, 0x5a, 0x5a,
                                   0x5b, 0x58, 0x59, 0x5a, 0x5a, 0x5e, 0x5a, 0x5f};
  static auto sealed8 = SealedCidFormat::Make(&kCipher, 8);
  static auto sealed12 = SealedCidFormat::Make(&kCipher, 12, 0x12);
  static auto sealed16 = SealedCidFormat::Make(&kCipher, 16, 0x1234);
  return IssuesAndReads(&*sealed8) && IssuesAndReads(&*sealed12) && IssuesAndReads(&*sealed16) &&
         IssueOne(&*sealed16, kTarget) == absl::MakeConstSpan(kExpected);
}

bool Tagged() {
  static SipHashCidTagger by_siphash({1, 2});
  static BlockCidTagger by_block(&kCipher);
  static auto siphash = TaggedCidFormat::Make(&by_siphash, &checked, 5, 3);
  static auto block = TaggedCidFormat::Make(&by_block, &checked, 14, 8);
  return IssuesAndReads(&*siphash) && IssuesAndReads(&*block);
}

bool Rotated() {
  static auto before = SealedCidFormat::Make(&kCipher, 16);
  static auto after = SealedCidFormat::Make(&kOtherCipher, 16);
  static RotatingCidFormat rotating(&*before);
  const absl::Span<const uint8_t> cid = IssueOne(&*before, kTarget);
  CidReading reading;
  reading.cid = cid;
  if (!rotating.Rotate(&*after)) return false;
  rotating.Read(absl::Span<CidReading>(&reading, 1));
  return reading.target == kTarget && IssuesAndReads(&rotating);
}

bool Routable() {
  static QuicLbCidFormat format(&checked);
  static QuicLbConfiguration configuration;
  if (!IssuesAndReads(&format)) return false;
  for (const uint8_t nonce_length : {4, 5, 13}) {
    configuration.parameters = {2, 3, nonce_length, &kCipher};
    if (format.Configure(configuration) != QuicLbConfigured::kDone || !IssuesAndReads(&format)) {
      return false;
    }
  }
  return true;
}

// A table of two places is enough for one association.
class SmallRegistry final : public CidRegistry {
 public:
  Answer Add(absl::Span<const uint8_t>, const CidTarget&) override {
    if (live_ == 2) return Answer::kFull;
    ++live_;
    return Answer::kAdded;
  }
  void Remove(absl::Span<const uint8_t>) override { --live_; }
  int live() const { return live_; }

 private:
  int live_ = 0;
};

// REQ-090: a change at once, from the offer to the retirement of what was before.
bool UpdatesCids() {
  constexpr uint8_t kPeerCid[] = {9, 9};
  constexpr uint8_t kNewCids[] = {0, 3, 2, 8, 8, 0};  // one CID, immediately
  static auto format = OpaqueCidFormat::Fixed(&checked, 4);
  static SmallRegistry registry;
  static CidIssuer issuer(&*format, &registry);
  static OwnCid own[2];
  static PeerConnectionId peers[1];
  ConnectionIdUpdates updates(&issuer, CidTarget(),
                              {absl::MakeSpan(own), absl::MakeSpan(peers), nullptr});
  absl::Span<const uint8_t> first;
  static uint8_t body[16];
  ByteWriter writer{absl::MakeSpan(body)};
  return updates.IssueFirst(&first) == CidIssueResult::kIssued && updates.SetPeerCid(kPeerCid) &&
         updates.OnNewConnectionId(kNewCids) == CidAlert::kNone &&
         updates.peer_cid() == absl::Span<const uint8_t>(&kNewCids[3], 2) &&
         updates.Offer(1, ConnectionIdUsage::kImmediate) &&
         updates.NextMessage(&writer) == kNewConnectionIdType && registry.live() == 2 &&
         updates.OnOwnCidUsed(own[1].cid.bytes()) &&
         (updates.RetireReplaced(), registry.live() == 1);
}

constexpr Part kParts[] = {
    {"SipHash", HashesAsPublished}, {"opaque CIDs", Opaque}, {"sealed CIDs", Sealed},
    {"tagged CIDs", Tagged},        {"rotation", Rotated},   {"routable CIDs", Routable},
    {"CID updates", UpdatesCids},
};

}  // namespace

Tally RunCids(StackGauge* stack) { return RunParts("connection IDs", kParts, stack); }

}  // namespace waybill
