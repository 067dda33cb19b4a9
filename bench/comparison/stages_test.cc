// SPDX-License-Identifier: Apache-2.0
//
// Trash made by hand, and the stage that has to refuse it.
#include "waybill/bench/comparison/stages.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/types/span.h"
#include "waybill/bench/comparison/associations.h"
#include "waybill/bench/comparison/compared_cids.h"
#include "waybill/bench/comparison/receiver.h"
#include "waybill/bench/header_designs/dtls12.h"
#include "waybill/bench/header_designs/ext12.h"
#include "waybill/bench/header_designs/ext13.h"
#include "waybill/bench/header_designs/tls12_cid.h"
#include "waybill/bench/header_designs/tls12_cid_length_octet.h"
#include "waybill/bench/header_designs/tls12_cid_nibble.h"
#include "waybill/bench/header_designs/tls12_cid_quic_lb.h"
#include "waybill/bench/header_designs/tls12_cid_sealed.h"
#include "waybill/bench/header_designs/tls12_cid_tagged.h"
#include "waybill/bench/header_designs/unified13.h"
#include "waybill/bench/header_designs/unified13_self_delineating.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/datagram_builder.h"

namespace waybill {
namespace {

using Cid = absl::Span<const uint8_t>;

AddressKey Address(uint8_t last) { return {Endpoint::OfIpv4(last, 1), Endpoint::OfIpv4(2, 3)}; }

class StagesTest : public testing::Test {
 protected:
  // One association, in the generation that is given.
  static ComparedAssociations OneAssociation(uint8_t generation) {
    ReplayWindow window;
    for (uint64_t sequence = 0; sequence < 1000; ++sequence) window.Mark(sequence);
    return {{Address(1), generation, 0, window}};
  }

  // The receiver of a design, or another one of it, under other keys.
  template <typename Design>
  static ComparedReceiver ReceiverOf(uint64_t seed = 1, uint8_t generation = 5) {
    const auto cids = *IssueCids<typename Design::Cids>(OneAssociation(generation), seed);
    return {cids, Design::Rules(cids->length())};
  }

  template <typename Design>
  static std::string StageOf(const DatagramBuilder& builder, uint8_t address = 1) {
    const Bytes datagram = builder.Build();
    const Verdict verdict = Receive<Design>(ReceiverOf<Design>(), datagram, Address(address));
    return std::string(NameOf(verdict.stage));
  }

  // The CID of the association as the design issues it; with another seed, that of another
  // endpoint.
  template <typename Design>
  static Bytes CidOf(uint64_t seed = 1, uint8_t generation = 5) {
    const ComparedReceiver receiver = ReceiverOf<Design>(seed, generation);
    const Cid cid = receiver.cids->Of(0);
    return Bytes(cid.begin(), cid.end());
  }
  static Bytes KnownCid() { return CidOf<Tls12Cid>(); }
  static Bytes UnknownCid() { return CidOf<Tls12Cid>(2); }

  // Good records, to be spoiled. The builder shares no code with the designs.
  static DatagramBuilder Dtls12Record() {
    return DatagramBuilder().Ciphertext().Sequence(1000).PayloadOfLength(32);
  }
  static DatagramBuilder Tls12CidRecord(const Bytes& cid = KnownCid()) {
    return DatagramBuilder().Tls12Cid(cid).Sequence(1000).PayloadOfLength(32);
  }
  static DatagramBuilder Ext12Record(const Bytes& cid = KnownCid()) {
    return DatagramBuilder().Extended12().CidExtension(cid).Sequence(1000).PayloadOfLength(32);
  }
  static DatagramBuilder Unified13Record(const Bytes& cid = KnownCid()) {
    return DatagramBuilder().Unified().Cid(cid).Sequence(1000).PayloadOfLength(32);
  }
  static DatagramBuilder Ext13Record(const Bytes& cid = KnownCid()) {
    return DatagramBuilder().Extended13().CidExtension(cid).Sequence(1000).PayloadOfLength(32);
  }

  // The stage of a record with another CID of the same length: `change` is given a good one.
  template <typename Design>
  static std::string StageWith(const std::function<void(Bytes*)>& change) {
    Bytes cid = CidOf<Design>();
    change(&cid);
    return StageOf<Design>(Tls12CidRecord(cid));
  }
};

TEST_F(StagesTest, GoodRecordsReachTheAead) {
  EXPECT_EQ(StageOf<Dtls12>(Dtls12Record()), "aead");
  EXPECT_EQ(StageOf<Tls12Cid>(Tls12CidRecord()), "aead");
  EXPECT_EQ(StageOf<Ext12>(Ext12Record()), "aead");
  EXPECT_EQ(StageOf<Unified13>(Unified13Record()), "aead");
  EXPECT_EQ(StageOf<Ext13>(Ext13Record()), "aead");
  EXPECT_EQ(StageOf<Tls12CidLengthOctet>(Tls12CidRecord(CidOf<Tls12CidLengthOctet>())), "aead");
  EXPECT_EQ(StageOf<Tls12CidNibble>(Tls12CidRecord(CidOf<Tls12CidNibble>())), "aead");
  EXPECT_EQ(StageOf<Tls12CidQuicLb>(Tls12CidRecord(CidOf<Tls12CidQuicLb>())), "aead");
  EXPECT_EQ(StageOf<Tls12CidTagged>(Tls12CidRecord(CidOf<Tls12CidTagged>())), "aead");
  EXPECT_EQ(StageOf<Tls12CidSealed>(Tls12CidRecord(CidOf<Tls12CidSealed>())), "aead");
  EXPECT_EQ(StageOf<Unified13SelfDelineating>(Unified13Record(CidOf<Tls12CidNibble>())), "aead");
}

TEST_F(StagesTest, FirstByte) {
  const uint8_t stun[] = {0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42};
  const DatagramBuilder trash = DatagramBuilder().Raw(stun);
  EXPECT_EQ(StageOf<Dtls12>(trash), "first_byte");
  EXPECT_EQ(StageOf<Tls12Cid>(trash), "first_byte");
  EXPECT_EQ(StageOf<Ext12>(trash), "first_byte");
  EXPECT_EQ(StageOf<Unified13>(trash), "first_byte");
  EXPECT_EQ(StageOf<Ext13>(trash), "first_byte");
  EXPECT_EQ(StageOf<Dtls12>(DatagramBuilder()), "first_byte");
  // C=0 where all peers have a CID, and C=1 where the CID is an extension.
  EXPECT_EQ(StageOf<Unified13>(Ext13Record()), "first_byte");
  EXPECT_EQ(StageOf<Ext13>(Unified13Record()), "first_byte");
}

TEST_F(StagesTest, Header) {
  EXPECT_EQ(StageOf<Dtls12>(Dtls12Record().CutAt(12)), "header");
  EXPECT_EQ(StageOf<Dtls12>(Dtls12Record().CutAt(40)), "header");
  EXPECT_EQ(StageOf<Tls12Cid>(Tls12CidRecord().CutAt(15)), "header");
  EXPECT_EQ(StageOf<Ext12>(Ext12Record().CutAt(20)), "header");
  EXPECT_EQ(StageOf<Unified13>(Unified13Record().CutAt(5)), "header");
  EXPECT_EQ(StageOf<Ext13>(Ext13Record().CutAt(14)), "header");
  // A header that is good, but another design's.
  EXPECT_EQ(StageOf<Dtls12>(Ext12Record()), "header");
  EXPECT_EQ(StageOf<Ext12>(Dtls12Record()), "header");
  // An extension that nobody negotiated.
  EXPECT_EQ(StageOf<Ext12>(Ext12Record().Extension(3, {})), "header");
}

TEST_F(StagesTest, Version) {
  EXPECT_EQ(StageOf<Dtls12>(Dtls12Record().Version(0xfeff)), "version");
  EXPECT_EQ(StageOf<Tls12Cid>(Tls12CidRecord().Version(0x0303)), "version");
  EXPECT_EQ(StageOf<Ext12>(Ext12Record().Version(0xfefc)), "version");
}

// A CID that does not say where it ends leaves the header unread.
TEST_F(StagesTest, HeaderWhereNoCidBegins) {
  const auto octet = [](uint8_t value) { return [value](Bytes* cid) { (*cid)[0] = value; }; };
  EXPECT_EQ(StageWith<Tls12CidLengthOctet>(octet(0)), "header");
  EXPECT_EQ(StageWith<Tls12CidLengthOctet>(octet(255)), "header");
  EXPECT_EQ(StageWith<Tls12CidNibble>(octet(0xf0)), "header");
  // No such configuration, and another length than the one that there is has.
  EXPECT_EQ(StageWith<Tls12CidQuicLb>(octet(0x27)), "header");
  EXPECT_EQ(StageWith<Tls12CidQuicLb>(octet(0x08)), "header");
}

// Any bit of what is not in clear gives it away, and nobody is looked up.
TEST_F(StagesTest, CidThatWasNotIssued) {
  for (int bit = 0; bit < 8; ++bit) {
    const auto flip = [bit](size_t byte) {
      return [bit, byte](Bytes* cid) { (*cid)[byte] ^= static_cast<uint8_t>(1 << bit); };
    };
    EXPECT_EQ(StageWith<Tls12CidQuicLb>(flip(1)), "cid");
    EXPECT_EQ(StageWith<Tls12CidTagged>(flip(0)), "cid");
    EXPECT_EQ(StageWith<Tls12CidTagged>(flip(11)), "cid");
    EXPECT_EQ(StageWith<Tls12CidSealed>(flip(0)), "cid");
    EXPECT_EQ(StageWith<Tls12CidSealed>(flip(15)), "cid");
    EXPECT_EQ(StageWith<Tls12CidLengthOctet>(flip(8)), "lookup");
    EXPECT_EQ(StageWith<Tls12CidNibble>(flip(7)), "lookup");
  }
  EXPECT_EQ(StageOf<Tls12CidQuicLb>(Tls12CidRecord(CidOf<Tls12CidQuicLb>(2))), "cid");
  EXPECT_EQ(StageOf<Tls12CidTagged>(Tls12CidRecord(CidOf<Tls12CidTagged>(2))), "cid");
  EXPECT_EQ(StageOf<Tls12CidSealed>(Tls12CidRecord(CidOf<Tls12CidSealed>(2))), "cid");
}

// What the endpoint issued once, for the state that was in this slot before.
TEST_F(StagesTest, LookupOfACidThatOutlivedItsAssociation) {
  EXPECT_EQ(StageOf<Tls12CidSealed>(Tls12CidRecord(CidOf<Tls12CidSealed>(1, 4))), "lookup");
  EXPECT_EQ(StageOf<Tls12CidSealed>(Tls12CidRecord(CidOf<Tls12CidSealed>(1, 5))), "aead");
}

TEST_F(StagesTest, Lookup) {
  EXPECT_EQ(StageOf<Dtls12>(Dtls12Record(), 2), "lookup");
  EXPECT_EQ(StageOf<Tls12Cid>(Tls12CidRecord(UnknownCid())), "lookup");
  EXPECT_EQ(StageOf<Ext12>(Ext12Record(UnknownCid())), "lookup");
  EXPECT_EQ(StageOf<Unified13>(Unified13Record(UnknownCid())), "lookup");
  EXPECT_EQ(StageOf<Ext13>(Ext13Record(UnknownCid())), "lookup");
  // A CID of another length is nobody's.
  const uint8_t short_cid[] = {1, 2, 3, 4, 5, 6, 7};
  EXPECT_EQ(
      StageOf<Ext12>(DatagramBuilder().Extended12().CidExtension(short_cid).PayloadOfLength(32)),
      "lookup");
  // With a CID, the address does not matter.
  EXPECT_EQ(StageOf<Tls12Cid>(Tls12CidRecord(), 2), "aead");
}

TEST_F(StagesTest, Epoch) {
  EXPECT_EQ(StageOf<Dtls12>(Dtls12Record().Epoch(2)), "epoch");
  EXPECT_EQ(StageOf<Tls12Cid>(Tls12CidRecord().Epoch(7)), "epoch");
  EXPECT_EQ(StageOf<Ext12>(Ext12Record().Epoch(2)), "epoch");
  EXPECT_EQ(StageOf<Unified13>(Unified13Record().Epoch(2)), "epoch");
  EXPECT_EQ(StageOf<Ext13>(Ext13Record().Epoch(1)), "epoch");
}

TEST_F(StagesTest, Replay) {
  EXPECT_EQ(StageOf<Dtls12>(Dtls12Record().Sequence(999)), "replay");
  EXPECT_EQ(StageOf<Tls12Cid>(Tls12CidRecord().Sequence(900)), "replay");
  EXPECT_EQ(StageOf<Ext12>(Ext12Record().Sequence(1)), "replay");
  // Masked: only the AEAD can tell.
  EXPECT_EQ(StageOf<Unified13>(Unified13Record().Sequence(999)), "aead");
  EXPECT_EQ(StageOf<Ext13>(Ext13Record().Sequence(999)), "aead");
}

}  // namespace
}  // namespace waybill
