// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/additional_data.h"

#include <map>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "waybill/record/parse_record.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

RecordRules Rules(uint8_t cid_length, ExtensionProfile profile = ExtensionProfile::kOff) {
  ExtensionRules extensions;
  extensions.profile = profile;
  extensions.accepted = ExtensionTypeSet::All();
  return RecordRules(CidLength::Fixed(cid_length), extensions);
}

// The additional data of the record at the front of `datagram`, as hex.
std::string AdditionalData12(const Bytes& datagram, const RecordRules& rules, uint16_t length) {
  RecordView view;
  EXPECT_EQ(ParseRecord(datagram, 0, rules, &view), DropReason::kNone);
  Bytes storage(MaxAdditionalDataLength12(view.extensions.length));
  ByteWriter writer(absl::MakeSpan(storage));
  EXPECT_TRUE(WriteAdditionalData12(view, datagram, rules.extensions.profile, length, &writer));
  return ToHex(writer.written());
}

// REQ-016: known answer of pion/dtls, ciphersuite_test.go.
TEST(AdditionalData, OfTls12CidAgreesWithThePublishedVector) {
  const Bytes datagram = FromHex("19 fefd 0002 000000000115 0102030405060708 0004 deadbeef");
  EXPECT_EQ(AdditionalData12(datagram, Rules(8), 1784),
            "ffffffffffffffff190819fefd0002000000000115010203040506070806f8");
}

TEST(AdditionalData, OfRfc6347IsNumberTypeVersionLength) {
  const Bytes datagram = FromHex("17 fefd 0001 000000000005 0002 aabb");
  EXPECT_EQ(AdditionalData12(datagram, Rules(0), 0x0102),
            "0001000000000005"
            "17"
            "fefd"
            "0102");
  // REQ-017: the CID form is for type 25 alone, also where CIDs are in use.
  EXPECT_EQ(AdditionalData12(datagram, Rules(8), 0x0102),
            "0001000000000005"
            "17"
            "fefd"
            "0102");
}

// REQ-011: under the same rules, the type of each record decides.
TEST(AdditionalData, FollowsTheTypeOnTheWire) {
  const std::string number = "fefd 0001 000000000005";
  EXPECT_EQ(AdditionalData12(FromHex("15" + number + "0002 aabb"), Rules(2), 2),
            "0001000000000005"
            "15"
            "fefd"
            "0002");
  EXPECT_EQ(AdditionalData12(FromHex("19" + number + "c1c2 0002 aabb"), Rules(2), 2),
            "ffffffffffffffff"
            "19"
            "02"
            "19"
            "fefd"
            "0001000000000005"
            "c1c2"
            "0002");
}

// REQ-018: the MAC input of both orders of MAC and encryption differs from the AEAD's additional
// data by what length means alone: of the inner plaintext, or of IV and ciphertext.
TEST(AdditionalData, IsTheFrontOfTheMacInput) {
  const Bytes datagram = FromHex("19 fefd 0001 000000000007 aabb 0030" + ToHex(Bytes(0x30)));
  const std::string front =
      "ffffffffffffffff"
      "19"
      "02"
      "19"
      "fefd"
      "0001"
      "000000000007"
      "aabb";
  EXPECT_EQ(AdditionalData12(datagram, Rules(2), 12), front + "000c");
  EXPECT_EQ(AdditionalData12(datagram, Rules(2), 0x20), front + "0020");
}

// EXT-14
TEST(AdditionalData, OfExtended12CoversTheChainInTheAuthenticatedProfile) {
  const Bytes datagram = FromHex("17 fefd 0001 000000000009 8008 0002 4142 deadbeef");
  EXPECT_EQ(AdditionalData12(datagram, Rules(0, ExtensionProfile::kAuthenticated), 3),
            "ffffffffffffffff"
            "ff"
            "0004"
            "17"
            "fefd"
            "0001"
            "000000000009"
            "00024142"
            "0003");
}

// EXT-4: in the strict profile neither E nor the chain is covered: as if they were not there.
TEST(AdditionalData, OfExtended12IsRfc6347sInTheStrictProfile) {
  const Bytes datagram = FromHex("17 fefd 0001 000000000009 8008 0002 4142 deadbeef");
  EXPECT_EQ(AdditionalData12(datagram, Rules(0, ExtensionProfile::kStrict), 3),
            "0001000000000009"
            "17"
            "fefd"
            "0003");
}

// EXT-14: octet 9 keeps the forms apart, and the chain length in front makes ours injective: no two
// different records, of whatever form, share their additional data.
TEST(AdditionalData, IsInjectiveOverForms) {
  std::map<std::string, std::string> record_of;
  const auto add = [&record_of](const std::string& hex, const RecordRules& rules) {
    for (uint16_t length : {0, 1, 2, 0x0002, 0x4142}) {
      const std::string record = hex + "/" + std::to_string(length);
      const auto inserted =
          record_of.emplace(AdditionalData12(FromHex(hex), rules, length), record);
      EXPECT_TRUE(inserted.second || inserted.first->second == record)
          << record << " " << inserted.first->second;
    }
  };
  const RecordRules authenticated = Rules(0, ExtensionProfile::kAuthenticated);
  for (const char* number : {"0001 000000000001", "0001 000000000100", "ffff ffffffffffff"}) {
    const std::string fields = std::string("fefd ") + number;
    add("17" + fields + "0000", authenticated);
    add("15" + fields + "0000", authenticated);
    for (const char* chain : {"0001 41", "0002 4142", "8001 41 0800", "0800", "0802 4142",
                              "8002 4142 0800", "0804 0002 4142"}) {
      const Bytes bytes = FromHex(chain);
      const Bytes length = {0x80, static_cast<uint8_t>(bytes.size())};
      add("17" + fields + ToHex(length) + ToHex(bytes), authenticated);
      add("15" + fields + ToHex(length) + ToHex(bytes), authenticated);
    }
    add("19" + fields + "41" + "0000", Rules(1));
    add("19" + fields + "4142" + "0000", Rules(2));
    add("19" + fields + "00024142" + "0000", Rules(4));
  }
}

// REQ-035: the header as sent, before the number was masked; expected data of pion's record
// vectors.
TEST(AdditionalData, OfDtls13IsTheHeaderInPlace) {
  const Bytes datagram = FromHex("3f cafebabe 0607 002a" + ToHex(Bytes(42)));
  RecordView view;
  ASSERT_EQ(ParseRecord(datagram, 0, Rules(4), &view), DropReason::kNone);
  EXPECT_EQ(ToHex(AdditionalData13(view, datagram)), "3fcafebabe0607002a");
}

// EXT-15: first byte, number, length with E, chain; and with C=1 the CID in between.
TEST(AdditionalData, OfExtended13EndsWithTheChain) {
  RecordView view;
  const Bytes datagram = FromHex("2f 0607 8014 0002 4142" + ToHex(Bytes(16)));
  ASSERT_EQ(ParseRecord(datagram, 0, Rules(0, ExtensionProfile::kAuthenticated), &view),
            DropReason::kNone);
  EXPECT_EQ(ToHex(AdditionalData13(view, datagram)), "2f0607801400024142");
  const Bytes with_cid = FromHex("3f cafebabe 0607 8012 0800" + ToHex(Bytes(16)));
  ASSERT_EQ(ParseRecord(with_cid, 0, Rules(4, ExtensionProfile::kAuthenticated), &view),
            DropReason::kNone);
  EXPECT_EQ(ToHex(AdditionalData13(view, with_cid)), "3fcafebabe060780120800");
}

TEST(AdditionalData, AsksForAViewOfItsOwnVersionAndRoom) {
  const Bytes datagram12 = FromHex("17 fefd 0001 000000000005 0002 aabb");
  const Bytes datagram13 = FromHex("2f 0607 0010" + ToHex(Bytes(16)));
  RecordView view12, view13;
  ASSERT_EQ(ParseRecord(datagram12, 0, Rules(0), &view12), DropReason::kNone);
  ASSERT_EQ(ParseRecord(datagram13, 0, Rules(0), &view13), DropReason::kNone);
  EXPECT_TRUE(AdditionalData13(view12, datagram12).empty());
  Bytes storage(64);
  ByteWriter writer(absl::MakeSpan(storage));
  EXPECT_FALSE(WriteAdditionalData12(view13, datagram13, ExtensionProfile::kOff, 0, &writer));
  // Nor where a CID makes a unified header as long as one of DTLS 1.2.
  const Bytes long_header = FromHex("3f 0102030405060708 0607 0010" + ToHex(Bytes(16)));
  ASSERT_EQ(ParseRecord(long_header, 0, Rules(8), &view13), DropReason::kNone);
  ASSERT_EQ(view13.header().length, 13);
  EXPECT_FALSE(WriteAdditionalData12(view13, long_header, ExtensionProfile::kOff, 0, &writer));
  EXPECT_FALSE(WriteAdditionalData12(view12, {}, ExtensionProfile::kOff, 0, &writer))
      << "another datagram";
}

// No additional data is written into less room than it takes, and MaxAdditionalDataLength12() is
// enough for all.
TEST(AdditionalData, NeedsItsRoom) {
  const ExtensionProfile authenticated = ExtensionProfile::kAuthenticated;
  const std::pair<const char*, size_t> records[] = {
      {"17 fefd 0001 000000000005 0002 aabb", 13},
      {"19 fefd 0001 000000000005 01020304 0002 aabb", 23 + 4},
      {"17 fefd 0001 000000000005 8008 0002 4142 aabbccdd", 24 + 4},
  };
  for (const auto& [hex, length] : records) {
    const Bytes datagram = FromHex(hex);
    RecordView view;
    ASSERT_EQ(ParseRecord(datagram, 0, Rules(4, authenticated), &view), DropReason::kNone);
    Bytes storage(MaxAdditionalDataLength12(view.extensions.length));
    for (size_t room = 0; room <= storage.size(); ++room) {
      ByteWriter writer(absl::MakeSpan(storage).first(room));
      EXPECT_EQ(WriteAdditionalData12(view, datagram, authenticated, 0, &writer), room >= length)
          << hex << " " << room;
    }
  }
  const Bytes longest = FromHex("19 fefd 0001 000000000005" + ToHex(Bytes(255, 0xc1)) + "0000");
  RecordView view;
  ASSERT_EQ(ParseRecord(longest, 0, Rules(255), &view), DropReason::kNone);
  Bytes storage(MaxAdditionalDataLength12(0));
  ByteWriter writer(absl::MakeSpan(storage));
  EXPECT_TRUE(WriteAdditionalData12(view, longest, ExtensionProfile::kOff, 0, &writer));
  EXPECT_EQ(writer.room(), 1u) << "the placeholder of an extended record takes a byte more";
}

}  // namespace
}  // namespace waybill
