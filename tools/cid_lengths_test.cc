// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/cid_lengths.h"

#include "gtest/gtest.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/record/first_byte.h"
#include "waybill/tools/test_directions.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/datagram_builder.h"

namespace waybill {
namespace {

const Bytes kCid = {0xc1, 0xc2, 0xc3, 0xc4, 0xc5};

Bytes Tls12Cid(const Bytes& cid) {
  return DatagramBuilder().Tls12Cid(cid).PayloadOfLength(40).Build();
}

Bytes UnifiedWithoutLength(const Bytes& cid) {
  return DatagramBuilder().Unified().Cid(cid).WithoutLength().PayloadOfLength(40).Build();
}

HelloAgreement Agreement(const Bytes& to_server, const Bytes& to_client) {
  HelloAgreement agreement;
  agreement.to_server = ToServer();
  agreement.in_use = true;
  agreement.cid_to_server.assign(to_server.begin(), to_server.end());
  agreement.cid_to_client.assign(to_client.begin(), to_client.end());
  return agreement;
}

class CidLengthsTest : public testing::Test {
 protected:
  static ExtensionRules Rules() {
    ExtensionRules rules;
    rules.profile = ExtensionProfile::kAuthenticated;
    rules.accepted = ExtensionTypeSet::All();
    return rules;
  }

  void Expect(const Bytes& datagram, const FlowDirection& direction, CidLengthSource source,
              size_t length, bool is_whole = true) {
    const KnownCidLength known = lengths_.For(direction, datagram, 0, is_whole);
    EXPECT_EQ(NameOf(known.source), NameOf(source));
    EXPECT_EQ(known.length.fixed(), length);
  }
  void ExpectUnknown(const Bytes& datagram, const FlowDirection& direction, bool is_whole = true) {
    const KnownCidLength known = lengths_.For(direction, datagram, 0, is_whole);
    EXPECT_EQ(known.source, CidLengthSource::kNone);
    EXPECT_TRUE(known.length.self_delineating());
    EXPECT_EQ(known.length.Of(datagram), 0);
  }

  CidLengths lengths_{Rules()};
};

TEST_F(CidLengthsTest, SourcesHaveNames) {
  EXPECT_EQ(NameOf(CidLengthSource::kNone), "");
  EXPECT_EQ(NameOf(CidLengthSource::kHello), "hello");
  EXPECT_EQ(NameOf(CidLengthSource::kOption), "option");
  EXPECT_EQ(NameOf(CidLengthSource::kHeader), "header");
  EXPECT_EQ(NameOf(CidLengthSource::kInferred), "inferred");
}

TEST_F(CidLengthsTest, HellosSayItForEachDirection) {
  lengths_.Learn(Agreement({1, 2, 3}, kCid));
  Expect(Tls12Cid({1, 2, 3}), ToServer(), CidLengthSource::kHello, 3);
  Expect(Tls12Cid(kCid), ToClient(), CidLengthSource::kHello, 5);
  Expect(UnifiedWithoutLength({7, 8, 9}), ToServer(), CidLengthSource::kHello, 3);
}

// REQ-005: a later agreement replaces the one before it.
TEST_F(CidLengthsTest, LastHellosCount) {
  lengths_.Learn(Agreement({1, 2, 3}, kCid));
  lengths_.Learn(Agreement({1, 2}, {}));
  Expect(UnifiedWithoutLength({1, 2}), ToServer(), CidLengthSource::kHello, 2);
  EXPECT_TRUE(lengths_.For(ToClient(), Tls12Cid(kCid), 0, true).length.absent());
}

// REQ-002, REQ-006
TEST_F(CidLengthsTest, AgreedOnNoneIsAbsent) {
  lengths_.Learn(Agreement(kCid, {}));
  const KnownCidLength known = lengths_.For(ToClient(), Tls12Cid(kCid), 0, true);
  EXPECT_TRUE(known.length.absent());
  EXPECT_EQ(known.source, CidLengthSource::kNone);
  Expect(Tls12Cid(kCid), ToServer(), CidLengthSource::kHello, 5);

  HelloAgreement not_in_use;
  not_in_use.to_server = ToServer();
  lengths_.Learn(not_in_use);
  EXPECT_TRUE(lengths_.For(ToServer(), Tls12Cid(kCid), 0, true).length.absent());
}

TEST_F(CidLengthsTest, HellosThatDoNotFitFallBackToInference) {
  lengths_.Learn(Agreement({1, 2, 3}, {}));
  Expect(Tls12Cid({9, 9, 9, 9}), ToServer(), CidLengthSource::kInferred, 4);
  Expect(Tls12Cid({1, 2, 3}), ToServer(), CidLengthSource::kHello, 3);
}

// BUG-48
TEST_F(CidLengthsTest, WithoutHellosItIsInferred) {
  Expect(Tls12Cid(kCid), ToServer(), CidLengthSource::kInferred, 5);
  ExpectUnknown(UnifiedWithoutLength({1, 2, 3, 4, 5}), ToServer(2));
}

TEST_F(CidLengthsTest, DirectionsAreInferredApart) {
  Expect(Tls12Cid(kCid), ToServer(), CidLengthSource::kInferred, 5);
  Expect(Tls12Cid({1, 2}), ToClient(), CidLengthSource::kInferred, 2);
  Expect(Tls12Cid({1, 2, 3}), ToServer(2), CidLengthSource::kInferred, 3);
}

TEST_F(CidLengthsTest, DamagedDatagramIsUnknown) {
  Expect(Tls12Cid(kCid), ToServer(), CidLengthSource::kInferred, 5);
  Bytes damaged = Tls12Cid({1, 2, 3, 4, 5});
  damaged.pop_back();
  ExpectUnknown(damaged, ToServer());
  Expect(Tls12Cid({1, 2, 3, 4, 5}), ToServer(), CidLengthSource::kInferred, 5);
}

// A CID that was seen is known again under other addresses, where nothing else would say it.
TEST_F(CidLengthsTest, KnownCidsAreTriedAfterAChangeOfAddress) {
  lengths_.Learn(Agreement(kCid, {}));
  Expect(UnifiedWithoutLength(kCid), ToServer(2), CidLengthSource::kHello, 5);
  ExpectUnknown(UnifiedWithoutLength({9, 9, 9, 9, 9}), ToServer(2));

  Expect(Tls12Cid({7, 7, 7}), ToServer(3), CidLengthSource::kInferred, 3);
  Expect(UnifiedWithoutLength({7, 7, 7}), ToServer(4), CidLengthSource::kInferred, 3);
}

TEST_F(CidLengthsTest, KnownCidMustFit) {
  lengths_.Learn(Agreement({0xc1}, {}));
  Expect(Tls12Cid(kCid), ToServer(2), CidLengthSource::kInferred, 5);
}

TEST_F(CidLengthsTest, LongestKnownCidIsTheOne) {
  lengths_.Learn(Agreement({0xc1, 0xc2, 0xc3, 0xc4}, kCid));
  Expect(UnifiedWithoutLength(kCid), ToServer(2), CidLengthSource::kHello, 5);
  Expect(UnifiedWithoutLength({0xc1, 0xc2, 0xc3, 0xc4, 0}), ToServer(2), CidLengthSource::kHello,
         4);
}

// BUG-48: every short CID begins many long ones. Where it is known is told only where its length is
// the one that fits.
TEST_F(CidLengthsTest, ShortKnownCidTellsNothingByItself) {
  lengths_.Learn(Agreement({0xc1}, {}));
  ExpectUnknown(UnifiedWithoutLength({0xc1, 0, 0, 0, 0}), ToServer(2));
  Expect(Tls12Cid({0xc1}), ToServer(3), CidLengthSource::kHello, 1);
  // The CID begins with a length that leads to the end of the datagram, too.
  const Bytes longer_cid = {0xc1, 0, 44, 7, 7};
  const Bytes datagram = DatagramBuilder().Tls12Cid(longer_cid).PayloadOfLength(40).Build();
  ExpectUnknown(datagram, ToServer(4));
}

// Two bytes are found by chance among 2^16 CIDs, once they are known once.
TEST_F(CidLengthsTest, TheMoreShortCidsAreKnownTheLessTheyTell) {
  Expect(Tls12Cid({7, 1}), ToServer(1), CidLengthSource::kInferred, 2);
  Expect(UnifiedWithoutLength({7, 1}), ToServer(2), CidLengthSource::kInferred, 2);
  Expect(Tls12Cid({7, 2}), ToServer(3), CidLengthSource::kInferred, 2);
  ExpectUnknown(UnifiedWithoutLength({7, 1}), ToServer(4));
}

TEST_F(CidLengthsTest, NothingIsInferredFromACutDatagram) {
  ExpectUnknown(Tls12Cid(kCid), ToServer(), /*is_whole=*/false);
  lengths_.Learn(Agreement(kCid, {}));
  Bytes cut = Tls12Cid(kCid);
  cut.resize(20);
  Expect(cut, ToServer(), CidLengthSource::kHello, 5, /*is_whole=*/false);
  Expect(cut, ToServer(2), CidLengthSource::kHello, 5, /*is_whole=*/false);
  cut.resize(13);  // within the CID
  Expect(cut, ToServer(), CidLengthSource::kHello, 5, /*is_whole=*/false);
  ExpectUnknown(cut, ToServer(2), /*is_whole=*/false);
}

TEST_F(CidLengthsTest, CidStandsInARecordFurtherBehind) {
  lengths_.Learn(Agreement(kCid, {}));
  const Bytes datagram = DatagramBuilder()
                             .Plaintext(kChangeCipherSpec)
                             .Payload({1})
                             .Raw(UnifiedWithoutLength(kCid))
                             .Build();
  const KnownCidLength known = lengths_.For(ToServer(2), datagram, 14, true);
  EXPECT_EQ(known.length.fixed(), 5);
  EXPECT_EQ(known.source, CidLengthSource::kHello);
}

}  // namespace
}  // namespace waybill
