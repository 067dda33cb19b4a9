// SPDX-License-Identifier: Apache-2.0
//
// Record headers that others published, read and written, and the additional data that they say
// belongs to them. All are facts of pion/dtls at 66a28794 (MIT); each test names the file.
#include <algorithm>
#include <string>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/record/additional_data.h"
#include "waybill/record/datagram_reader.h"
#include "waybill/record/parse_record.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/record/unified.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

RecordRules CidsOf(uint8_t length) { return RecordRules(CidLength::Fixed(length)); }

struct PublishedHeader {
  std::string header;
  uint8_t epoch_bits;
  std::string cid;
  uint64_t sequence;
  bool sequence16;
  int length;  // -1: no such field
};

// pkg/protocol/recordlayer/header_13_test.go
const PublishedHeader kUnifiedHeaders[] = {
    {"2faabb002a", 3, "", 0xaabb, true, 42},
    {"2042", 0, "", 0x42, false, -1},
    {"3001020304aa", 0, "01020304", 0xaa, false, -1},
};

// REQ-028, REQ-029, REQ-030.
TEST(PublishedVectors, OfUnifiedHeaders) {
  for (const PublishedHeader& published : kUnifiedHeaders) {
    SCOPED_TRACE(published.header);
    const size_t payload = published.length < 0 ? 16 : static_cast<size_t>(published.length);
    const Bytes datagram = FromHex(published.header + ToHex(Bytes(payload)));
    RecordView view;
    ASSERT_EQ(
        ParseRecord(datagram, 0, CidsOf(static_cast<uint8_t>(published.cid.size() / 2)), &view),
        DropReason::kNone);
    EXPECT_EQ(view.epoch, published.epoch_bits);
    EXPECT_EQ(ToHex(view.cid.In(absl::MakeConstSpan(datagram))), published.cid);
    EXPECT_EQ(view.sequence, published.sequence);
    EXPECT_EQ(view.number().length, published.sequence16 ? 2 : 1);
    EXPECT_EQ(view.has_length(), published.length >= 0);
    EXPECT_EQ(view.length(), payload);
    EXPECT_EQ(ToHex(view.header().In(absl::MakeConstSpan(datagram))), published.header);

    UnifiedHeader header;
    header.epoch = published.epoch_bits;
    header.sequence = published.sequence;
    header.sequence16 = published.sequence16;
    const Bytes cid = FromHex(published.cid);
    header.cid = cid;
    if (published.length >= 0) header.length = static_cast<uint16_t>(published.length);
    Bytes written(EncodedLength(header));
    ByteWriter writer(absl::MakeSpan(written));
    ASSERT_TRUE(WriteHeader(header, &writer));
    EXPECT_EQ(ToHex(written), published.header);
  }
}

// recordlayer_13_test.go. pion also drops a record without a CID where one was negotiated. RFC
// 9147, section 4, wants the CID in every datagram, not in every record, so the parser reads such a
// one.
TEST(PublishedVectors, OfRefusedUnifiedHeaders) {
  RecordView view;
  EXPECT_EQ(ParseRecord(FromHex("300102"), 0, CidsOf(4), &view), DropReason::kHeaderTruncated);
  const Bytes with_cid = FromHex("3001020304aa" + ToHex(Bytes(16)));
  EXPECT_EQ(ParseRecord(with_cid, 0, CidsOf(0), &view), DropReason::kCidNotExpected);  // REQ-167
  EXPECT_EQ(ParseRecord(FromHex("2042" + ToHex(Bytes(16))), 0, CidsOf(4), &view),
            DropReason::kNone);
}

// recordlayer_13_test.go; REQ-034: the first record stays, the rest is discarded.
TEST(PublishedVectors, OfTwoAssociationsInADatagram) {
  const std::string payload = ToHex(Bytes(16));
  const Bytes datagram = FromHex("34 01020304 aa 0010" + payload + "34 04030201 ab 0010" + payload +
                                 "34 01020304 ac 0010" + payload);
  DatagramReader reader(datagram, CidsOf(4));
  RecordView view;
  DropReason reason;
  ASSERT_TRUE(reader.Next(&view, &reason));
  EXPECT_EQ(reason, DropReason::kNone);
  EXPECT_EQ(view.sequence, 0xaau);
  ASSERT_TRUE(reader.Next(&view, &reason));
  EXPECT_EQ(reason, DropReason::kOtherAssociation);
  EXPECT_FALSE(reader.Next(&view, &reason));
}

// pkg/crypto/ciphersuite/ciphersuite_test.go; REQ-016.
TEST(PublishedVectors, OfAdditionalDataWithACid) {
  const Bytes datagram = FromHex("19 fefd 0002 000000000115 0102030405060708 0001 00");
  RecordView view;
  ASSERT_EQ(ParseRecord(datagram, 0, CidsOf(8), &view), DropReason::kNone);
  Bytes storage(MaxAdditionalDataLength12(0));
  ByteWriter writer(absl::MakeSpan(storage));
  const uint16_t inner_plaintext = 1784;
  ASSERT_TRUE(
      WriteAdditionalData12(view, datagram, ExtensionProfile::kOff, inner_plaintext, &writer));
  EXPECT_EQ(ToHex(writer.written()),
            "ffffffffffffffff190819fefd0002000000000115010203040506070806f8");
}

struct ProtectedRecord {
  std::string suite;
  std::string masked_number;
  std::string length;
  std::string ciphertext;
};

// internal/ciphersuite/tls_13_record_protection_test.go: one header, sealed by three suites.
const ProtectedRecord kProtectedRecords[] = {
    {"TLS_AES_128_GCM_SHA256", "abc7", "002a",
     "82bacfceae1035329372dbcbdce0240faf434e68077fb4df25edc71ddd89db18b510ccd2518b77499d7e"},
    {"TLS_AES_256_GCM_SHA384", "cbe8", "002a",
     "799936beea392e94f73b56ad19e96f5ff607481e8abf5aa6895414e222eea46b4e2385ac65b6fc516ede"},
    {"TLS_CHACHA20_POLY1305_SHA256", "2877", "0030",
     "69f043b34d3e3b856ce115bab907b93c384fe7d6375a38b00d864a1562eedd91f386a79a681d216cd5ff74d73b419"
     "b"
     "97"},
};

// REQ-035: the additional data is the header once the number is unmasked in place; only the place
// of the number need be known for that. The mask is sampled at the front of the payload.
TEST(PublishedVectors, OfHeadersOfProtectedRecords) {
  for (const ProtectedRecord& record : kProtectedRecords) {
    SCOPED_TRACE(record.suite);
    Bytes datagram =
        FromHex("3f cafebabe" + record.masked_number + record.length + record.ciphertext);
    RecordView view;
    ASSERT_EQ(ParseRecord(datagram, 0, CidsOf(4), &view), DropReason::kNone);
    EXPECT_EQ(view.epoch, 3);
    EXPECT_EQ(ToHex(view.cid.In(absl::MakeConstSpan(datagram))), "cafebabe");
    EXPECT_EQ(ToHex(view.number().In(absl::MakeConstSpan(datagram))), record.masked_number);
    EXPECT_EQ(ToHex(view.payload.In(absl::MakeConstSpan(datagram))), record.ciphertext);
    EXPECT_EQ(view.record.length, datagram.size());

    const Bytes clear_number = FromHex("0607");
    std::copy(clear_number.begin(), clear_number.end(), datagram.begin() + view.number().offset);
    EXPECT_EQ(ToHex(AdditionalData13(view, datagram)), "3fcafebabe0607" + record.length);
  }
}

}  // namespace
}  // namespace waybill
