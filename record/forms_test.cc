// SPDX-License-Identifier: Apache-2.0
//
// What a form writes, the parser reads back, field by field.
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/record/extended12.h"
#include "waybill/record/extended13.h"
#include "waybill/record/parse_record.h"
#include "waybill/record/rfc6347.h"
#include "waybill/record/tls12_cid.h"
#include "waybill/record/unified.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

RecordRules Rules(size_t cid_length, ExtensionProfile profile = ExtensionProfile::kAuthenticated) {
  ExtensionRules extensions;
  extensions.profile = profile;
  extensions.accepted = ExtensionTypeSet::All();
  extensions.max_chain_length = 8192;
  return RecordRules(CidLength::Fixed(static_cast<uint8_t>(cid_length)), extensions);
}

// The header followed by a payload; empty where the header could not be written or its length was
// not what it said.
template <typename Header>
Bytes Write(const Header& header, size_t payload_length) {
  Bytes datagram(EncodedLength(header));
  ByteWriter writer(absl::MakeSpan(datagram));
  if (!WriteHeader(header, &writer) || writer.room() != 0) return {};
  datagram.resize(datagram.size() + payload_length, 0xdd);
  return datagram;
}

template <typename Header>
bool Refuses(const Header& header) {
  Bytes storage(70000);
  ByteWriter writer(absl::MakeSpan(storage));
  return !WriteHeader(header, &writer);
}

// No header is written into less room than it says it needs.
template <typename Header>
void ExpectNeedsItsRoom(const Header& header) {
  Bytes storage(EncodedLength(header));
  for (size_t room = 0; room < storage.size(); ++room) {
    ByteWriter writer(absl::MakeSpan(storage).first(room));
    EXPECT_FALSE(WriteHeader(header, &writer)) << room;
  }
}

RecordView Parsed(const Bytes& datagram, const RecordRules& rules) {
  RecordView view;
  EXPECT_EQ(ParseRecord(datagram, 0, rules, &view), DropReason::kNone) << ToHex(datagram);
  EXPECT_EQ(view.record, (ByteRange{0, static_cast<uint16_t>(datagram.size())}));
  return view;
}

TEST(Rfc6347, WrittenIsReadBack) {
  for (uint8_t type : {20, 21, 22, 26}) {
    for (uint64_t sequence : {uint64_t{0}, uint64_t{0x010203040506}, kMaxSequence}) {
      const Rfc6347Header header{type, 0xfeff, 0, sequence, 40};
      const RecordView view = Parsed(Write(header, 40), Rules(4));
      EXPECT_EQ(view.form, RecordForm::kDtlsPlaintext);
      EXPECT_EQ(view.first_byte, type);
      EXPECT_TRUE(view.has_length());
      EXPECT_EQ(view.version, 0xfeff);
      EXPECT_EQ(view.epoch, 0);
      EXPECT_EQ(view.sequence, sequence);
      EXPECT_EQ(view.payload, (ByteRange{13, 40}));
      EXPECT_EQ(view.number(), (ByteRange{5, 6}));
    }
  }
  const RecordView view =
      Parsed(Write(Rfc6347Header{23, kDtls12Version, 65535, 1, 0}, 0), Rules(0));
  EXPECT_EQ(view.form, RecordForm::kDtlsCiphertext);
  EXPECT_EQ(view.epoch, 65535);
  EXPECT_TRUE(view.payload.empty());
}

TEST(Rfc6347, RefusesWhatIsOutOfRange) {
  EXPECT_TRUE(Refuses(Rfc6347Header{25, kDtls12Version, 1, 0, 0}));
  EXPECT_TRUE(Refuses(Rfc6347Header{28, kDtls12Version, 1, 0, 0}));
  EXPECT_TRUE(Refuses(Rfc6347Header{0x2c, kDtls12Version, 1, 0, 0}));
  EXPECT_TRUE(Refuses(Rfc6347Header{23, kDtls12Version, 1, kMaxSequence + 1, 0}));
  EXPECT_TRUE(Refuses(Rfc6347Header{22, kDtls12Version, 0, 0, 16385}));
  EXPECT_FALSE(Refuses(Rfc6347Header{22, kDtls12Version, 0, 0, 16384}));
  EXPECT_TRUE(Refuses(Rfc6347Header{23, kDtls12Version, 1, 0, 16384 + 2049}));
  EXPECT_FALSE(Refuses(Rfc6347Header{23, kDtls12Version, 1, 0, 16384 + 2048}));
  ExpectNeedsItsRoom(Rfc6347Header{23, kDtls12Version, 1, 0, 0});
}

TEST(Tls12Cid, WrittenIsReadBackAtEveryCidLength) {
  for (size_t cid_length = 1; cid_length <= 255; ++cid_length) {
    const Bytes cid(cid_length, static_cast<uint8_t>(cid_length));
    const Bytes datagram = Write(Tls12CidHeader{kDtls12Version, 7, 0x0a0b0c0d0e0f, cid, 33}, 33);
    const RecordView view = Parsed(datagram, Rules(cid_length));
    EXPECT_EQ(view.form, RecordForm::kTls12Cid);
    EXPECT_EQ(view.epoch, 7);
    EXPECT_EQ(view.sequence, 0x0a0b0c0d0e0fu);
    EXPECT_EQ(view.cid.In(absl::MakeConstSpan(datagram)), absl::MakeConstSpan(cid));
    EXPECT_EQ(view.payload.length, 33);
    EXPECT_EQ(view.number(), (ByteRange{5, 6}));
  }
}

TEST(Tls12Cid, RefusesWhatIsOutOfRange) {
  const Bytes cid = {1}, long_cid(256);
  EXPECT_TRUE(Refuses(Tls12CidHeader{kDtls12Version, 0, 0, cid, 0}));  // REQ-008
  EXPECT_TRUE(Refuses(Tls12CidHeader{kDtls12Version, 1, 0, {}, 0}));   // REQ-012
  EXPECT_TRUE(Refuses(Tls12CidHeader{kDtls12Version, 1, 0, long_cid, 0}));
  EXPECT_TRUE(Refuses(Tls12CidHeader{kDtls12Version, 1, kMaxSequence + 1, cid, 0}));
  EXPECT_TRUE(Refuses(Tls12CidHeader{kDtls12Version, 1, 0, cid, 16384 + 2049}));
  EXPECT_FALSE(Refuses(Tls12CidHeader{kDtls12Version, 1, 0, cid, 16384 + 2048}));
  ExpectNeedsItsRoom(Tls12CidHeader{kDtls12Version, 1, 0, cid, 0});
}

// REQ-029, REQ-030: all combinations of C, S, L and the epoch bits, times CID lengths 0 to 255.
TEST(Unified, WrittenIsReadBackInEveryCombination) {
  for (size_t cid_length = 0; cid_length <= 255; ++cid_length) {
    const Bytes cid(cid_length, 0xc1);
    for (int combination = 0; combination < 16; ++combination) {
      UnifiedHeader header;
      header.epoch = 4 + (combination & 3);
      header.sequence = 0x123456789abc;
      header.sequence16 = (combination & 4) != 0;
      header.cid = cid;
      if ((combination & 8) != 0) header.length = 50;
      const Bytes datagram = Write(header, 50);
      const RecordView view = Parsed(datagram, Rules(cid_length));
      EXPECT_EQ(view.form, RecordForm::kUnified);
      EXPECT_EQ(view.epoch, combination & 3);
      EXPECT_EQ(view.sequence, header.sequence16 ? 0x9abcu : 0xbcu);
      EXPECT_EQ(view.has_length(), header.length.has_value());
      EXPECT_EQ(view.length(), 50);
      EXPECT_EQ(view.cid.In(absl::MakeConstSpan(datagram)), absl::MakeConstSpan(cid));
      EXPECT_EQ(view.header().length, EncodedLength(header));
      EXPECT_EQ(ToHex(view.number().In(absl::MakeConstSpan(datagram))),
                header.sequence16 ? "9abc" : "bc");
    }
  }
}

// REQ-003, BUG-20: what an endpoint reads has CIDs of its own length, what it writes those of its
// peer's, whichever is longer.
TEST(Unified, CidsOfTheTwoDirectionsHaveTheirOwnLengths) {
  const Bytes cid(255, 0xc4);
  for (size_t own = 0; own <= 255; ++own) {
    for (size_t peers = 0; peers <= 255; ++peers) {
      for (const size_t length : {own, peers}) {
        UnifiedHeader header;
        header.cid = absl::MakeConstSpan(cid).first(length);
        header.length = 16;
        const Bytes datagram = Write(header, 16);
        RecordView view;
        ASSERT_EQ(ParseRecord(datagram, 0, Rules(length), &view), DropReason::kNone);
        ASSERT_EQ(view.cid.length, length) << own << " and " << peers;
        ASSERT_EQ(view.payload.length, 16);
      }
    }
  }
}

TEST(Unified, RefusesWhatIsOutOfRange) {
  UnifiedHeader header;
  header.length = 15;
  EXPECT_TRUE(Refuses(header));
  header.length = 16384 + 257;
  EXPECT_TRUE(Refuses(header));
  header.length = 16384 + 256;
  EXPECT_FALSE(Refuses(header));
  header.length = 16;
  EXPECT_FALSE(Refuses(header));
  ExpectNeedsItsRoom(header);
  header.sequence = kMaxSequence + 1;
  EXPECT_TRUE(Refuses(header));
  header.sequence = 0;
  const Bytes long_cid(256);
  header.cid = long_cid;
  EXPECT_TRUE(Refuses(header));
}

// EXT-11
TEST(Extended12, WrittenIsReadBackAtEveryCidLength) {
  const Bytes value = FromHex("aabbcc");
  for (size_t cid_length = 1; cid_length <= 255; ++cid_length) {
    const Bytes cid(cid_length, 0xc2);
    const std::vector<RecordExtension> extensions = {{0, cid}, {9, value}};
    const Bytes datagram = Write(Extended12Header{23, kDtls12Version, 1, 77, extensions, 20}, 20);
    for (ExtensionProfile profile : {ExtensionProfile::kStrict, ExtensionProfile::kAuthenticated}) {
      const RecordView view = Parsed(datagram, Rules(0, profile));
      EXPECT_EQ(view.form, RecordForm::kExtended12);
      EXPECT_EQ(view.first_byte, 23);
      EXPECT_EQ(view.sequence, 77u);
      EXPECT_EQ(view.cid.In(absl::MakeConstSpan(datagram)), absl::MakeConstSpan(cid));
      EXPECT_EQ(view.extensions.length, 2 + cid_length + 2 + 3);
      EXPECT_EQ(view.payload.length, 20);
      EXPECT_EQ(view.length(), view.extensions.length + 20);
      EXPECT_EQ(view.number(), (ByteRange{5, 6}));
    }
  }
}

TEST(Extended12, RefusesWhatIsOutOfRange) {
  const Bytes cid = {1, 2};
  const std::vector<RecordExtension> extensions = {{0, cid}};
  EXPECT_TRUE(Refuses(Extended12Header{22, kDtls12Version, 1, 0, extensions, 0}));  // EXT-13
  EXPECT_TRUE(Refuses(Extended12Header{20, kDtls12Version, 1, 0, extensions, 0}));
  EXPECT_TRUE(Refuses(Extended12Header{25, kDtls12Version, 1, 0, extensions, 0}));  // EXT-10
  EXPECT_TRUE(Refuses(Extended12Header{23, kDtls12Version, 0, 0, extensions, 0}));
  EXPECT_TRUE(Refuses(Extended12Header{23, kDtls12Version, 1, 0, {}, 0}));
  EXPECT_TRUE(Refuses(Extended12Header{23, kDtls12Version, 1, 0, extensions, 16384 + 2049}));
  EXPECT_FALSE(Refuses(Extended12Header{23, kDtls12Version, 1, 0, extensions, 16384 + 2048}));
  const Bytes value(2047);
  const std::vector<RecordExtension> long_chain(8, RecordExtension{1, value});
  EXPECT_TRUE(
      Refuses(Extended12Header{23, kDtls12Version, 1, 0, long_chain, 16384}));  // EXT-1: 15 bits
  ExpectNeedsItsRoom(Extended12Header{23, kDtls12Version, 1, 0, extensions, 0});
}

// EXT-12: C=0 with type 0, and C=1 with others.
TEST(Extended13, WrittenIsReadBackAtEveryCidLength) {
  for (size_t cid_length = 1; cid_length <= 255; ++cid_length) {
    const Bytes cid(cid_length, 0xc3);
    for (bool in_header : {false, true}) {
      const std::vector<RecordExtension> extensions = {in_header ? RecordExtension{3, {}}
                                                                 : RecordExtension{0, cid}};
      Extended13Header header;
      header.epoch = 3 + cid_length;
      header.sequence = 0x0102;
      header.sequence16 = cid_length % 2 == 0;
      header.cid = in_header ? absl::MakeConstSpan(cid) : absl::Span<const uint8_t>();
      header.extensions = extensions;
      header.payload_length = 16;
      const Bytes datagram = Write(header, 16);
      const RecordView view = Parsed(datagram, Rules(cid_length));
      EXPECT_EQ(view.form, RecordForm::kExtended13);
      EXPECT_EQ(view.epoch, (3 + cid_length) & 3);
      EXPECT_EQ(view.cid.In(absl::MakeConstSpan(datagram)), absl::MakeConstSpan(cid));
      EXPECT_EQ(view.payload.length, 16);
      EXPECT_EQ(ToHex(view.number().In(absl::MakeConstSpan(datagram))),
                header.sequence16 ? "0102" : "02");
      EXPECT_EQ(view.header().length, EncodedLength(header));
    }
  }
}

TEST(Extended13, RefusesWhatIsOutOfRange) {
  const Bytes cid = {1, 2};
  const std::vector<RecordExtension> extensions = {{0, cid}};
  Extended13Header header;
  header.epoch = 3;
  header.extensions = extensions;
  header.payload_length = 16;
  EXPECT_FALSE(Refuses(header));
  ExpectNeedsItsRoom(header);
  for (uint64_t epoch : {0, 1, 2}) {  // EXT-13
    header.epoch = epoch;
    EXPECT_TRUE(Refuses(header));
  }
  header.epoch = 4;
  EXPECT_FALSE(Refuses(header));
  header.cid = cid;  // EXT-10
  EXPECT_TRUE(Refuses(header));
  const std::vector<RecordExtension> cid_behind_another = {{3, {}}, {0, cid}};
  header.extensions = cid_behind_another;
  EXPECT_TRUE(Refuses(header));
  header.extensions = extensions;
  header.cid = {};
  header.payload_length = 15;
  EXPECT_TRUE(Refuses(header));
  header.payload_length = 16384 + 257;
  EXPECT_TRUE(Refuses(header));
  header.payload_length = 16384 + 256;
  EXPECT_FALSE(Refuses(header));
  const Bytes value(2047), rest(16384 - 256 - 7 * 2049 - 2);
  const std::vector<RecordExtension> longest = {{1, value}, {2, value}, {3, value}, {4, value},
                                                {5, value}, {6, value}, {7, value}, {8, rest}};
  header.extensions = longest;  // EXT-1: 15 bits
  EXPECT_TRUE(Refuses(header));
  header.payload_length = 16384 + 255;
  EXPECT_FALSE(Refuses(header));
  header.extensions = extensions;
  const Bytes long_cid(256);
  const std::vector<RecordExtension> other = {{3, {}}};
  header.payload_length = 16;
  header.cid = long_cid;
  header.extensions = other;
  EXPECT_TRUE(Refuses(header));
  header.cid = {};
  header.extensions = {};
  EXPECT_TRUE(Refuses(header));
}

// BUG-08: a counter that is driven past the last number writes no header any more, in any form.
TEST(Headers, NoNumberWraps) {
  const Bytes cid = {1, 2};
  const std::vector<RecordExtension> extensions = {{0, cid}};
  for (uint64_t sequence = kMaxSequence - 3; sequence <= kMaxSequence + 3; ++sequence) {
    const bool over = sequence > kMaxSequence;
    EXPECT_EQ(Refuses(Rfc6347Header{23, kDtls12Version, 1, sequence, 0}), over) << sequence;
    EXPECT_EQ(Refuses(Tls12CidHeader{kDtls12Version, 1, sequence, cid, 0}), over) << sequence;
    EXPECT_EQ(Refuses(Extended12Header{23, kDtls12Version, 1, sequence, extensions, 0}), over);
    EXPECT_EQ(Refuses(UnifiedHeader{3, sequence, true, cid, uint16_t{16}}), over) << sequence;
    EXPECT_EQ(Refuses(Extended13Header{3, sequence, true, {}, extensions, 16}), over) << sequence;
  }
}

// What a header says where nobody said otherwise: the number 0 in the version that is spoken.
TEST(Headers, BeginAtNothing) {
  const Rfc6347Header rfc6347;
  EXPECT_EQ(rfc6347.content_type, 0);
  EXPECT_EQ(rfc6347.version, 0xfefd);
  EXPECT_EQ(rfc6347.epoch + rfc6347.sequence + rfc6347.length, 0u);
  const Tls12CidHeader tls12_cid;
  EXPECT_EQ(tls12_cid.version, 0xfefd);
  EXPECT_EQ(tls12_cid.epoch + tls12_cid.sequence + tls12_cid.cid.size() + tls12_cid.length, 0u);
  const UnifiedHeader unified;
  EXPECT_EQ(unified.epoch + unified.sequence + unified.cid.size(), 0u);
  EXPECT_TRUE(unified.sequence16);
  EXPECT_FALSE(unified.length.has_value());
  const Extended12Header extended12;
  EXPECT_EQ(extended12.content_type, 0);
  EXPECT_EQ(extended12.version, 0xfefd);
  EXPECT_EQ(extended12.epoch + extended12.sequence + extended12.payload_length, 0u);
  const Extended13Header extended13;
  EXPECT_EQ(extended13.epoch + extended13.sequence + extended13.payload_length, 0u);
  EXPECT_TRUE(extended13.sequence16);
}

TEST(RecordForm, HasTheNamesThatTheToolPrints) {
  EXPECT_EQ(NameOf(RecordForm::kOther), "other");
  EXPECT_EQ(NameOf(static_cast<RecordForm>(255)), "other");
  EXPECT_EQ(NameOf(RecordForm::kDtlsPlaintext), "dtls_plaintext");
  EXPECT_EQ(NameOf(RecordForm::kDtlsCiphertext), "dtls_ciphertext");
  EXPECT_EQ(NameOf(RecordForm::kTls12Cid), "tls12_cid");
  EXPECT_EQ(NameOf(RecordForm::kUnified), "unified");
  EXPECT_EQ(NameOf(RecordForm::kExtended12), "extended12");
  EXPECT_EQ(NameOf(RecordForm::kExtended13), "extended13");
}

}  // namespace
}  // namespace waybill
