// SPDX-License-Identifier: Apache-2.0
//
// Trash made by hand, and the stage that has to refuse it.
#include "waybill/bench/comparison/stages.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/types/span.h"
#include "waybill/bench/comparison/associations.h"
#include "waybill/bench/header_designs/dtls12.h"
#include "waybill/bench/header_designs/ext12.h"
#include "waybill/bench/header_designs/ext13.h"
#include "waybill/bench/header_designs/tls12_cid.h"
#include "waybill/bench/header_designs/unified13.h"
#include "waybill/traffic/datagram_builder.h"

namespace waybill {
namespace {

constexpr ComparedCid kCid = {1, 2, 3, 4, 5, 6, 7, 8};
constexpr ComparedCid kUnknownCid = {8, 7, 6, 5, 4, 3, 2, 1};

AddressKey Address(uint8_t last) {
  AddressKey key;
  key.bytes[15] = last;
  return key;
}

class StagesTest : public testing::Test {
 protected:
  StagesTest() {
    AssociationState state;
    for (uint64_t sequence = 0; sequence < 1000; ++sequence) state.window.Mark(sequence);
    associations_.Reserve(1);
    associations_.Add(kCid, Address(1), state);
  }

  template <typename Design>
  std::string StageOf(const DatagramBuilder& builder, uint8_t address = 1) const {
    const Bytes datagram = builder.Build();
    return std::string(NameOf(Receive<Design>(associations_, datagram, Address(address)).stage));
  }

  // Good records, to be spoiled. The builder shares no code with the designs.
  static DatagramBuilder Dtls12Record() {
    return DatagramBuilder().Ciphertext().Sequence(1000).PayloadOfLength(32);
  }
  static DatagramBuilder Tls12CidRecord(const ComparedCid& cid = kCid) {
    return DatagramBuilder().Tls12Cid(cid).Sequence(1000).PayloadOfLength(32);
  }
  static DatagramBuilder Ext12Record(const ComparedCid& cid = kCid) {
    return DatagramBuilder().Extended12().CidExtension(cid).Sequence(1000).PayloadOfLength(32);
  }
  static DatagramBuilder Unified13Record(const ComparedCid& cid = kCid) {
    return DatagramBuilder().Unified().Cid(cid).Sequence(1000).PayloadOfLength(32);
  }
  static DatagramBuilder Ext13Record(const ComparedCid& cid = kCid) {
    return DatagramBuilder().Extended13().CidExtension(cid).Sequence(1000).PayloadOfLength(32);
  }

  AssociationTable associations_;
};

TEST_F(StagesTest, GoodRecordsReachTheAead) {
  EXPECT_EQ(StageOf<Dtls12>(Dtls12Record()), "aead");
  EXPECT_EQ(StageOf<Tls12Cid>(Tls12CidRecord()), "aead");
  EXPECT_EQ(StageOf<Ext12>(Ext12Record()), "aead");
  EXPECT_EQ(StageOf<Unified13>(Unified13Record()), "aead");
  EXPECT_EQ(StageOf<Ext13>(Ext13Record()), "aead");
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

TEST_F(StagesTest, Lookup) {
  EXPECT_EQ(StageOf<Dtls12>(Dtls12Record(), 2), "lookup");
  EXPECT_EQ(StageOf<Tls12Cid>(Tls12CidRecord(kUnknownCid)), "lookup");
  EXPECT_EQ(StageOf<Ext12>(Ext12Record(kUnknownCid)), "lookup");
  EXPECT_EQ(StageOf<Unified13>(Unified13Record(kUnknownCid)), "lookup");
  EXPECT_EQ(StageOf<Ext13>(Ext13Record(kUnknownCid)), "lookup");
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
