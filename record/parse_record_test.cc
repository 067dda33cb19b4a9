// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/parse_record.h"

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/parse_record_variants.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

RecordRules Rules(uint8_t cid_length, ExtensionProfile profile = ExtensionProfile::kOff) {
  ExtensionRules extensions;
  extensions.profile = profile;
  extensions.accepted = ExtensionTypeSet::All();
  return RecordRules(CidLength::Fixed(cid_length), extensions);
}

const RecordRules kNoCid = Rules(0);
const RecordRules kAuthenticated = Rules(4, ExtensionProfile::kAuthenticated);
const RecordRules kStrict = Rules(4, ExtensionProfile::kStrict);

// By the instructions that were chosen for this machine and by the portable ones, which agree to
// the last byte of the view.
DropReason ParseAt(size_t offset, const Bytes& datagram, const RecordRules& rules,
                   RecordView* view) {
  RecordView portable;
  // The view has padding, which no variant has to write.
  std::memset(static_cast<void*>(&portable), 0, sizeof(portable));
  std::memset(static_cast<void*>(view), 0, sizeof(*view));
  const DropReason reason = ParseRecord(datagram, offset, rules, view);
  EXPECT_EQ(ParseRecordPortable(datagram, offset, rules, &portable), reason) << ToHex(datagram);
  EXPECT_EQ(std::memcmp(&portable, view, sizeof(portable)), 0) << ToHex(datagram);
  return reason;
}

DropReason Parse(const Bytes& datagram, const RecordRules& rules, RecordView* view = nullptr) {
  RecordView unused;
  return ParseAt(0, datagram, rules, view == nullptr ? &unused : view);
}

std::string U16(size_t value) {
  const uint8_t bytes[] = {static_cast<uint8_t>(value >> 8), static_cast<uint8_t>(value)};
  return ToHex(bytes);
}

// The published headers of pion's header_13_test.go, with a payload that their length asks for.
TEST(ParseRecord, ReadsPublishedUnifiedHeaders) {
  RecordView view;
  ASSERT_EQ(Parse(FromHex("2faabb002a" + ToHex(Bytes(42))), kNoCid, &view), DropReason::kNone);
  EXPECT_EQ(view.epoch, 3);
  EXPECT_EQ(view.sequence, 0xaabbu);
  EXPECT_EQ(view.length(), 42);
  EXPECT_TRUE(view.cid.empty());
  ASSERT_EQ(Parse(FromHex("2042" + ToHex(Bytes(16))), kNoCid, &view), DropReason::kNone);
  EXPECT_EQ(view.epoch, 0);
  EXPECT_EQ(view.sequence, 0x42u);
  EXPECT_FALSE(view.has_length());
  EXPECT_EQ(view.length(), 16) << "what remains";
  const Bytes with_cid = FromHex("3001020304aa" + ToHex(Bytes(16)));
  ASSERT_EQ(Parse(with_cid, Rules(4), &view), DropReason::kNone);
  EXPECT_EQ(ToHex(view.cid.In(absl::MakeConstSpan(with_cid))), "01020304");
  EXPECT_EQ(view.sequence, 0xaau);
  EXPECT_EQ(Parse(FromHex("300102"), Rules(4)), DropReason::kHeaderTruncated);
  EXPECT_EQ(Parse(with_cid, kNoCid), DropReason::kCidNotExpected);  // REQ-167
}

// EXT-1, EXT-2, EXT-3, EXT-11: the draft's example, complete.
TEST(ParseRecord, ReadsTheDraftsSelfDescribingRecord) {
  const Bytes datagram = FromHex("17 fefd 0001 000000000005 8007 0002 4142 aabbcc");
  for (const RecordRules& rules : {kStrict, kAuthenticated}) {
    RecordView view;
    ASSERT_EQ(Parse(datagram, rules, &view), DropReason::kNone);
    EXPECT_EQ(view.form, RecordForm::kExtended12);
    EXPECT_EQ(view.length(), 7) << "without E";
    EXPECT_EQ(ToHex(view.cid.In(absl::MakeConstSpan(datagram))), "4142");
    EXPECT_EQ(ToHex(view.extensions.In(absl::MakeConstSpan(datagram))), "00024142");
    EXPECT_EQ(ToHex(view.payload.In(absl::MakeConstSpan(datagram))), "aabbcc");
  }
}

// EXT-12, EXT-16: C=0 with the CID in the chain; sample and minimum begin behind the chain.
TEST(ParseRecord, ReadsASelfDescribingUnifiedHeader) {
  const Bytes datagram = FromHex("2f 0607 8016 0004 cafebabe" + ToHex(Bytes(16, 0x5a)));
  RecordView view;
  ASSERT_EQ(Parse(datagram, kAuthenticated, &view), DropReason::kNone);
  EXPECT_EQ(view.form, RecordForm::kExtended13);
  EXPECT_EQ(ToHex(view.cid.In(absl::MakeConstSpan(datagram))), "cafebabe");
  EXPECT_EQ(ToHex(view.number().In(absl::MakeConstSpan(datagram))), "0607");
  EXPECT_EQ(view.payload, (ByteRange{11, 16}));
  EXPECT_EQ(Parse(FromHex("2f 0607 8015 0004 cafebabe" + ToHex(Bytes(15))), kAuthenticated),
            DropReason::kCiphertextTooShort);
}

// EXT-10, EXT-12
TEST(ParseRecord, OneConnectionIdIsEnough) {
  EXPECT_EQ(
      Parse(FromHex("3f 01020304 0607 8016 0004 cafebabe" + ToHex(Bytes(16))), kAuthenticated),
      DropReason::kExtensionSecondCid);
  EXPECT_EQ(Parse(FromHex("3f 01020304 0607 8012 0800" + ToHex(Bytes(16))), kAuthenticated),
            DropReason::kNone);
}

// EXT-10
TEST(ParseRecord, ExtensionsHaveNoPlaceInClearNorInTls12Cid) {
  for (const RecordRules& rules : {kStrict, kAuthenticated}) {
    EXPECT_EQ(Parse(FromHex("15 fefd 0000 000000000005 8006 0002 4142 0102"), rules),
              DropReason::kExtensionInClear);
    EXPECT_EQ(Parse(FromHex("16 fefd 0000 000000000005 8006 0002 4142 0102"), rules),
              DropReason::kExtensionInClear);
    EXPECT_EQ(Parse(FromHex("19 fefd 0001 000000000005 01020304 8006 0002 4142 0102"), rules),
              DropReason::kExtensionInTls12Cid);
    EXPECT_EQ(Parse(FromHex("19 fefd 0000 000000000005 01020304 8006 0002 4142 0102"), rules),
              DropReason::kExtensionInTls12Cid);
  }
}

// A delineator is asked about bytes that are there: none are where the record ends at its CID.
TEST(ParseRecord, ASelfDelineatingCidThatIsNotThereIsNotLookedAt) {
  int asked = 0;
  const CidDelineator delineate = [](const void* context, absl::Span<const uint8_t> bytes) {
    ++*static_cast<int*>(const_cast<void*>(context));
    return bytes[0];
  };
  const RecordRules rules(CidLength::SelfDelineating(delineate, &asked), ExtensionRules());
  for (const char* record : {"30", "19 fefd 0001 000000000005"}) {
    EXPECT_EQ(Parse(FromHex(record), rules), DropReason::kCidNotDelineated) << record;
  }
  EXPECT_EQ(asked, 0);
  // Nor where a record has none.
  for (const char* record : {"16 fefd 0000 000000000005 0004 01020304",
                             "2c 0001 0010 000102030405060708090a0b0c0d0e0f"}) {
    EXPECT_EQ(Parse(FromHex(record), rules), DropReason::kNone) << record;
  }
  EXPECT_EQ(asked, 0);
  EXPECT_EQ(Parse(FromHex("19 fefd 0001 000000000005 02 01 0000"), rules), DropReason::kNone);
  EXPECT_GT(asked, 0);
}

// EXT-13: change_cipher_spec and handshake of DTLS 1.2 keep their form.
TEST(ParseRecord, TheHandshakeOf12CarriesNoExtensions) {
  for (const char* type : {"14", "16"}) {
    EXPECT_EQ(Parse(FromHex(absl::StrCat(type, "fefd 0001 000000000005 8006 0002 4142 0102")),
                    kAuthenticated),
              DropReason::kExtensionInHandshake);
  }
  for (const char* type : {"15", "17", "18", "1b"}) {
    EXPECT_EQ(Parse(FromHex(absl::StrCat(type, "fefd 0001 000000000005 8006 0002 4142 0102")),
                    kAuthenticated),
              DropReason::kNone);
  }
}

// EXT-7: off, the E bit is a bit of the length. EXT-4: the strict profile knows DTLS 1.2 alone.
TEST(ParseRecord, WithoutTheProfileTheIndicatorIsALength) {
  const Bytes extended12 = FromHex("17 fefd 0001 000000000005 8006 0002 4142 0102");
  const Bytes extended13 = FromHex("2f 0607 8016 0004 cafebabe" + ToHex(Bytes(16)));
  EXPECT_EQ(Parse(extended12, Rules(4)), DropReason::kLengthPastEnd);
  EXPECT_EQ(Parse(extended13, Rules(4)), DropReason::kLengthPastEnd);
  EXPECT_EQ(Parse(extended13, kStrict), DropReason::kLengthPastEnd);
  Bytes there = extended12;
  there.resize(13 + 0x8006);
  EXPECT_EQ(Parse(there, Rules(4)), DropReason::kLengthOverLimit);
}

// EXT-7: a bad chain costs its record alone, so the record's place is known.
TEST(ParseRecord, ABadChainLeavesThePlaceOfItsRecord) {
  RecordView view;
  const Bytes datagram = FromHex(
      "17 fefd 0001 000000000005 8004 0009 4142"
      "17 fefd 0001 000000000006 0000");
  ASSERT_EQ(Parse(datagram, kAuthenticated, &view), DropReason::kExtensionTruncated);
  EXPECT_EQ(view.record, (ByteRange{0, 17}));
}

struct Limit {
  const char* header;  // up to the length field
  size_t max;
  RecordRules rules;
  std::string chain;
};

// EXT-8, REQ-014: each form at its limit, one over it, and at the ends of the field. The chain does
// not count.
TEST(ParseRecord, EveryFormHasItsLimit) {
  const Limit limits[] = {
      {"16 fefd 0000 000000000001", 16384, kNoCid, ""},
      {"17 fefd 0001 000000000001", 16384 + 2048, kNoCid, ""},
      {"19 fefd 0001 000000000001 01020304", 16384 + 2048, Rules(4), ""},
      {"3f 01020304 0001", 16384 + 256, Rules(4), ""},
      {"17 fefd 0001 000000000001", 16384 + 2048, kAuthenticated, "0004 01020304"},
      {"17 fefd 0001 000000000001", 16384 + 2048, kStrict, "0004 01020304"},
      {"2f 0001", 16384 + 256, kAuthenticated, "0004 01020304"},
  };
  for (const Limit& limit : limits) {
    const Bytes chain = FromHex(limit.chain);
    for (size_t payload : {limit.max - 1, limit.max, limit.max + 1, size_t{32767} - chain.size()}) {
      const size_t length = chain.size() + payload;
      Bytes datagram =
          FromHex(limit.header + U16(length | (chain.empty() ? 0 : 0x8000)) + limit.chain);
      datagram.resize(datagram.size() + payload);
      EXPECT_EQ(Parse(datagram, limit.rules),
                payload <= limit.max ? DropReason::kNone : DropReason::kLengthOverLimit)
          << limit.header << " " << payload;
    }
  }
  Bytes without_length = FromHex("33 01020304 01");
  without_length.resize(6 + 16384 + 256);
  EXPECT_EQ(Parse(without_length, Rules(4)), DropReason::kNone);
  without_length.push_back(0);
  EXPECT_EQ(Parse(without_length, Rules(4)), DropReason::kLengthOverLimit);
}

// BUG-13, REQ-051: every length field at every 16-bit value, over a datagram that holds 100 bytes.
TEST(ParseRecord, RefusesEveryLengthThatIsNotThere) {
  for (size_t claimed = 0; claimed < 65536; ++claimed) {
    const auto expected = [claimed](size_t minimum) {
      if (claimed > 100) return DropReason::kLengthPastEnd;
      return claimed < minimum ? DropReason::kCiphertextTooShort : DropReason::kNone;
    };
    const std::string length = U16(claimed), payload = ToHex(Bytes(100));
    ASSERT_EQ(Parse(FromHex("17fefd0001000000000001" + length + payload), kNoCid), expected(0))
        << claimed;
    ASSERT_EQ(Parse(FromHex("19fefd000100000000000101020304" + length + payload), Rules(4)),
              expected(0))
        << claimed;
    ASSERT_EQ(Parse(FromHex("3f010203040001" + length + payload), Rules(4)), expected(16))
        << claimed;  // REQ-047
  }
}

// BUG-05, REQ-008: what epoch 0 may carry, for every content type.
TEST(ParseRecord, ApplicationDataNeverTravelsInClear) {
  for (uint8_t type : {20, 21, 22, 23, 24, 26, 27}) {
    Bytes datagram = FromHex("00 fefd 0000 000000000001 0002 0102");
    datagram[0] = type;
    const bool allowed = type == 20 || type == 21 || type == 22 || type == 26;
    EXPECT_EQ(Parse(datagram, kNoCid),
              allowed ? DropReason::kNone : DropReason::kContentTypeInClear)
        << int{type};
    datagram[4] = 1;
    EXPECT_EQ(Parse(datagram, kNoCid), DropReason::kNone) << int{type};
  }
  EXPECT_EQ(Parse(FromHex("19 fefd 0000 000000000001 01020304 0001 aa"), Rules(4)),
            DropReason::kContentTypeInClear);
}

// REQ-027: versions are none of the parser's business.
TEST(ParseRecord, IgnoresTheVersion) {
  for (const char* version : {"0000", "fefd", "feff", "0303", "ffff"}) {
    RecordView view;
    ASSERT_EQ(
        Parse(FromHex(absl::StrCat("16", version, "0000 000000000001 0001 aa")), kNoCid, &view),
        DropReason::kNone);
    EXPECT_EQ(U16(view.version), version);
  }
}

TEST(ParseRecord, TellsOtherProtocolsFromUnknownTypes) {
  for (int byte = 0; byte < 256; ++byte) {
    const uint8_t first_byte = static_cast<uint8_t>(byte);
    if (HeaderLayoutOf(first_byte) != HeaderLayout::kNone) continue;
    RecordView view;
    EXPECT_EQ(Parse(Bytes(60, first_byte), kNoCid, &view), ProtocolOf(first_byte) == Protocol::kDtls
                                                               ? DropReason::kUnknownContentType
                                                               : DropReason::kNotDtls);
    EXPECT_EQ(view.form, RecordForm::kOther);
    EXPECT_EQ(view.first_byte, first_byte);
    EXPECT_EQ(view.record, (ByteRange{0, 60}));
  }
}

TEST(ParseRecord, AnOffsetBehindTheEndIsEmpty) {
  const Bytes datagram = FromHex("16 fefd 0000 000000000001 0001 aa");
  RecordView view;
  for (size_t offset : {datagram.size(), datagram.size() + 1, SIZE_MAX}) {
    EXPECT_EQ(ParseAt(offset, datagram, kNoCid, &view), DropReason::kEmptyDatagram);
  }
}

TEST(ParseRecord, ADatagramThatNoRangeCanDescribeIsRefused) {
  RecordView view;
  EXPECT_EQ(Parse(Bytes(65536, 0x16), kNoCid, &view), DropReason::kDatagramTooLong);
  EXPECT_EQ(view.form, RecordForm::kOther);
  EXPECT_EQ(ParseAt(65000, Bytes(65536, 0x16), kNoCid, &view), DropReason::kDatagramTooLong);
}

// A chain of one connection ID is the common case. What the rules do not accept is refused there as
// in any other chain.
TEST(ParseRecord, ALoneConnectionIdIsHeldToTheRules) {
  const Bytes datagram =
      FromHex("17 fefd 0001 000000000005 8016 0008 0102030405060708" + ToHex(Bytes(12)));
  RecordRules rules = kAuthenticated;
  EXPECT_EQ(Parse(datagram, rules), DropReason::kNone);
  rules.extensions.max_chain_length = 10;
  EXPECT_EQ(Parse(datagram, rules), DropReason::kNone);
  rules.extensions.max_chain_length = 9;
  EXPECT_EQ(Parse(datagram, rules), DropReason::kExtensionChainTooLong);
  rules = kAuthenticated;
  rules.extensions.max_count = 0;
  EXPECT_EQ(Parse(datagram, rules), DropReason::kExtensionChainTooLong);
  rules = kAuthenticated;
  rules.extensions.accepted = ExtensionTypeSet(0xfffe);
  EXPECT_EQ(Parse(datagram, rules), DropReason::kExtensionNotNegotiated);
}

// Whatever the bytes: no read outside them (under a sanitizer), and a place that the next step can
// rely on.
TEST(ParseRecord, HoldsItsPromisesOnRandomBytes) {
  std::mt19937 random(1);
  const RecordRules rules[] = {kNoCid, Rules(4), Rules(255), kStrict, kAuthenticated};
  for (int i = 0; i < 200000; ++i) {
    Bytes datagram(1 + random() % 64);
    for (uint8_t& byte : datagram) byte = static_cast<uint8_t>(random());
    if (i % 2 == 0) datagram[0] = static_cast<uint8_t>(20 + random() % 44);
    RecordView view;
    const DropReason reason = Parse(datagram, rules[random() % 5], &view);
    ASSERT_EQ(view.record.offset, 0);
    ASSERT_GE(view.record.length, 1);
    ASSERT_LE(view.record.end(), datagram.size());
    if (ScopeOf(reason) == DropScope::kRestOfDatagram) {
      ASSERT_EQ(view.record.end(), datagram.size());
    }
    if (reason == DropReason::kNone) {
      ASSERT_EQ(view.payload.end(), view.record.end());
      ASSERT_LE(view.cid.end(), view.payload.offset);
      ASSERT_LE(view.extensions.end(), view.payload.offset);
      ASSERT_EQ(view.extensions.empty(),
                view.form != RecordForm::kExtended12 && view.form != RecordForm::kExtended13);
    }
  }
}

// What RFC 9146 puts in front of the CID can be read where the CID cannot.
TEST(ParseRecord, ATls12CidRecordWithoutItsCidSaysVersionAndNumber) {
  const Bytes datagram = FromHex("19 fefd 1234 56789abcdef0 aabb 0003 010203");
  const CidLength none_begins_here = CidLength::SelfDelineating(
      [](const void*, absl::Span<const uint8_t>) { return uint8_t{0}; }, nullptr);
  for (const auto& [length, reason] :
       {std::pair(CidLength::Absent(), DropReason::kCidNotExpected),
        std::pair(none_begins_here, DropReason::kCidNotDelineated)}) {
    RecordView view;
    ASSERT_EQ(ParseRecord(datagram, 0, RecordRules(length), &view), reason);
    EXPECT_EQ(view.version, 0xfefd);
    EXPECT_EQ(view.epoch, 0x1234);
    EXPECT_EQ(view.sequence, 0x56789abcdef0u);
  }
}

}  // namespace
}  // namespace waybill
