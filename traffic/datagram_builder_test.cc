// SPDX-License-Identifier: Apache-2.0
#include "waybill/traffic/datagram_builder.h"

#include "gtest/gtest.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/record/extended12.h"
#include "waybill/record/extended13.h"
#include "waybill/record/rfc6347.h"
#include "waybill/record/tls12_cid.h"
#include "waybill/record/unified.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

const Bytes kCid = {0xa1, 0xa2, 0xa3};

TEST(DatagramBuilder, WritesTheFormsOfDtls12) {
  EXPECT_EQ(DatagramBuilder().Plaintext(kHandshake).Sequence(5).Payload({1, 2}).Build(),
            FromHex("16 fefd 0000 000000000005 0002 0102"));
  EXPECT_EQ(DatagramBuilder()
                .Ciphertext(kAlert)
                .Version(0xfeff)
                .Epoch(0x0102)
                .Sequence(0x030405060708)
                .Build(),
            FromHex("15 feff 0102 030405060708 0000"));
  EXPECT_EQ(DatagramBuilder().Tls12Cid(kCid).Sequence(7).Payload({9}).Build(),
            FromHex("19 fefd 0001 000000000007 a1a2a3 0001 09"));
  EXPECT_EQ(
      DatagramBuilder()
          .Extended12()
          .Sequence(7)
          .CidExtension({0x41, 0x42})
          .Extension(5, {})
          .Payload({9})
          .Build(),
      FromHex("17 fefd 0001 000000000007 8007 8002 4142 2800 09"));  // EXT-3: 0002 4142, and M
}

TEST(DatagramBuilder, WritesTheFormsOfDtls13) {
  EXPECT_EQ(DatagramBuilder().Unified().Sequence(0x0102).Payload({9}).Build(),
            FromHex("2f 0102 0001 09"));
  EXPECT_EQ(
      DatagramBuilder().Unified().Cid(kCid).Epoch(6).Sequence8(0x0102).WithoutLength().Build(),
      FromHex("32 a1a2a3 02"));
  EXPECT_EQ(DatagramBuilder().Extended13().Sequence16(3).CidExtension({0x41, 0x42}).Build(),
            FromHex("2f 0003 8004 0002 4142"));
  EXPECT_EQ(DatagramBuilder().Extended13().Cid(kCid).Sequence16(3).Extension(15, {7}).Build(),
            FromHex("3f a1a2a3 0003 8003 7801 07"));
}

TEST(DatagramBuilder, ChainsRecordsAndBytes) {
  EXPECT_EQ(DatagramBuilder()
                .Plaintext(kChangeCipherSpec)
                .Payload({1})
                .Unified()
                .Sequence8(2)
                .Raw({0xee, 0xff})
                .Build(),
            FromHex("14 fefd 0000 000000000000 0001 01  27 02 0000  eeff"));
  EXPECT_TRUE(DatagramBuilder().Build().empty());
}

TEST(DatagramBuilder, LiesAsItIsTold) {
  EXPECT_EQ(DatagramBuilder().Ciphertext().Payload({1}).ClaimLength(0xfffe).Build(),
            FromHex("17 fefd 0001 000000000000 fffe 01"));
  EXPECT_EQ(DatagramBuilder().Extended12().ClaimLength(1).Build(),
            FromHex("17 fefd 0001 000000000000 8001"));
  EXPECT_EQ(DatagramBuilder().Extended12().Extension(1, {}).ExtensionBit(false).Build(),
            FromHex("17 fefd 0001 000000000000 0002 0800"));
  EXPECT_EQ(DatagramBuilder().Tls12Cid({}).ExtensionBit(true).Build(),
            FromHex("19 fefd 0001 000000000000 8000"));
  EXPECT_EQ(DatagramBuilder().Unified().Cid({}).Build(), FromHex("3f 0000 0000"));
  EXPECT_EQ(DatagramBuilder().Unified().Cid(kCid).FirstByte(0x80).Build(),
            FromHex("80 a1a2a3 0000 0000"));
  EXPECT_EQ(DatagramBuilder().Unified().RawChain({1, 2, 3}).Payload({4}).Build(),
            FromHex("2f 0000 8004 010203 04"));
  EXPECT_EQ(DatagramBuilder().Unified().RawChain({1, 2, 3}).RawChain({}).Extension(1, {}).Build(),
            FromHex("2f 0000 8002 0800"));
  EXPECT_EQ(DatagramBuilder().Tls12Cid(Bytes(300)).Build().size(), 13u + 300);
}

// E needs a length field to stand in (EXT-12).
TEST(DatagramBuilder, HasNoExtensionBitWithoutALength) {
  EXPECT_EQ(DatagramBuilder().Unified().WithoutLength().Extension(1, {}).Build(),
            FromHex("2b 0000 0800"));
}

TEST(DatagramBuilder, CutsTheWholeDatagram) {
  DatagramBuilder datagram;
  datagram.Unified().Sequence8(1).CutAt(5).Unified().Sequence8(2);
  EXPECT_EQ(datagram.Build(), FromHex("27 01 0000 27"));
  EXPECT_EQ(datagram.CutAt(100).Build(), FromHex("27 01 0000 27 02 0000"));
  EXPECT_TRUE(datagram.CutAt(0).Build().empty());
}

TEST(DatagramBuilder, CopyIsSpoiltAlone) {
  const DatagramBuilder good = DatagramBuilder().Ciphertext().Payload({1});
  const Bytes before = good.Build();
  EXPECT_NE(DatagramBuilder(good).ClaimLength(2).Build(), before);
  EXPECT_EQ(good.Build(), before);
}

// A reader that lost its place in a payload must not find a record there.
TEST(DatagramBuilder, PayloadOfLengthHoldsNoFirstByteOfARecord) {
  const Bytes payload = DatagramBuilder().Raw({}).PayloadOfLength(300).Build();
  ASSERT_EQ(payload.size(), 300u);
  for (const uint8_t byte : payload) EXPECT_EQ(HeaderLayoutOf(byte), HeaderLayout::kNone);
}

template <typename Header>
Bytes Written(const Header& header) {
  Bytes bytes(EncodedLength(header));
  ByteWriter writer(absl::MakeSpan(bytes));
  EXPECT_TRUE(WriteHeader(header, &writer));
  EXPECT_EQ(writer.room(), 0u);
  return bytes;
}

// Two writers that share no code write the same good headers.
TEST(DatagramBuilder, AgreesWithTheLibrary) {
  constexpr uint64_t kSequence = 0x0a0b0c0d0e0f;
  EXPECT_EQ(DatagramBuilder().Ciphertext(kAlert).Sequence(kSequence).Build(),
            Written(Rfc6347Header{kAlert, kDtls12Version, 1, kSequence, 0}));
  EXPECT_EQ(DatagramBuilder().Tls12Cid(kCid).Sequence(kSequence).Build(),
            Written(Tls12CidHeader{kDtls12Version, 1, kSequence, kCid, 0}));
  for (const bool sequence16 : {false, true}) {
    for (const Bytes& cid : {Bytes(), kCid}) {
      for (uint64_t epoch = 3; epoch < 7; ++epoch) {
        DatagramBuilder unified = DatagramBuilder().Unified().Epoch(epoch);
        if (!cid.empty()) unified.Cid(cid);
        sequence16 ? unified.Sequence16(kSequence) : unified.Sequence8(kSequence);
        UnifiedHeader header{epoch, kSequence, sequence16, cid, 40};
        EXPECT_EQ(DatagramBuilder(unified).ClaimLength(40).Build(), Written(header));
        header.length.reset();
        EXPECT_EQ(DatagramBuilder(unified).WithoutLength().Build(), Written(header));
        const RecordExtension other = {3, kCid};
        EXPECT_EQ(DatagramBuilder(unified).Extension(3, kCid).ClaimLength(40 + 5).Build(),
                  Written(Extended13Header{epoch, kSequence, sequence16, cid, {other}, 40}));
      }
    }
  }
  const RecordExtension extensions[] = {{0, kCid}, {4, {}}, {15, kCid}};
  EXPECT_EQ(DatagramBuilder()
                .Extended12(kHeartbeat)
                .Sequence(kSequence)
                .CidExtension(kCid)
                .Extension(4, {})
                .Extension(15, kCid)
                .Build(),
            Written(Extended12Header{kHeartbeat, kDtls12Version, 1, kSequence, extensions, 0}));
}

}  // namespace
}  // namespace waybill
