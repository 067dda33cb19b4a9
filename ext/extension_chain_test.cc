// SPDX-License-Identifier: Apache-2.0
#include "waybill/ext/extension_chain.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

ExtensionRules Authenticated(ExtensionTypeSet accepted = ExtensionTypeSet::All()) {
  ExtensionRules rules;
  rules.profile = ExtensionProfile::kAuthenticated;
  rules.accepted = accepted;
  return rules;
}

ExtensionRules Strict(ExtensionTypeSet accepted = ExtensionTypeSet::All()) {
  ExtensionRules rules = Authenticated(accepted);
  rules.profile = ExtensionProfile::kStrict;
  return rules;
}

DropReason Read(const ExtensionRules& rules, const Bytes& bytes,
                ExtensionChainSummary* summary = nullptr) {
  ByteReader reader(bytes);
  ExtensionChainSummary unused;
  return ReadExtensionChain(rules, &reader, summary == nullptr ? &unused : summary);
}

std::string Extension(int more, int type, size_t length, uint8_t fill = 0xaa) {
  const uint16_t bits = static_cast<uint16_t>(more << 15 | type << 11 | static_cast<int>(length));
  const uint8_t header[] = {static_cast<uint8_t>(bits >> 8), static_cast<uint8_t>(bits)};
  return ToHex(header) + ToHex(Bytes(length, fill));
}

// EXT-2, EXT-3: the draft's own example.
// EXT-7, EXT-9: a receiver that says nothing reads no extension, and its bounds are the documented
// ones.
TEST(ExtensionRules, AreOffAndBoundedUnlessSaidOtherwise) {
  const ExtensionRules rules;
  EXPECT_EQ(rules.profile, ExtensionProfile::kOff);
  EXPECT_TRUE(rules.accepted == ExtensionTypeSet());
  EXPECT_EQ(rules.max_chain_length, 1024);
  EXPECT_EQ(rules.max_count, 16);
}

TEST(ExtensionChain, ReadsTheDraftsConnectionId) {
  const Bytes bytes = FromHex("0002 4142 ffff");
  ByteReader reader(bytes);
  ExtensionChainSummary summary;
  ASSERT_EQ(ReadExtensionChain(Strict(), &reader, &summary), DropReason::kNone);
  EXPECT_EQ(ToHex(summary.cid.In(absl::MakeConstSpan(bytes))), "4142");
  EXPECT_EQ(summary.chain, (ByteRange{0, 4}));
  EXPECT_EQ(summary.types, ExtensionTypeSet(1));
  EXPECT_EQ(ToHex(reader.rest()), "ffff") << "the reader stands behind the chain";
}

// EXT-2, EXT-9: M leads on; every cut of a chain is seen, and none is read past.
TEST(ExtensionChain, IsTruncatedAtEveryPrefix) {
  const Bytes whole = FromHex(Extension(1, 0, 8) + Extension(1, 3, 0) + Extension(0, 15, 20));
  for (const ExtensionRules& rules : {Authenticated(), Strict()}) {
    for (size_t length = 0; length < whole.size(); ++length) {
      const Bytes prefix(
          whole.begin(),
          whole.begin() + length);  // a copy of its own: a sanitizer sees a read behind it
      EXPECT_EQ(Read(rules, prefix), DropReason::kExtensionTruncated) << length;
    }
    ExtensionChainSummary summary;
    ASSERT_EQ(Read(rules, whole, &summary), DropReason::kNone);
    EXPECT_EQ(summary.chain.length, whole.size());
    EXPECT_EQ(summary.types.mask(), 0x8009);
  }
}

// BUG-13: every value of the length field against what is there.
TEST(ExtensionChain, RefusesEveryLengthThatIsNotThere) {
  for (size_t claimed = 0; claimed <= kMaxExtensionValueLength; ++claimed) {
    Bytes bytes = FromHex(Extension(0, 5, claimed));
    bytes.resize(2 + 100);
    ExtensionRules rules = Authenticated();
    rules.max_chain_length = 4096;
    EXPECT_EQ(Read(rules, bytes),
              claimed <= 100 ? DropReason::kNone : DropReason::kExtensionTruncated);
  }
}

// EXT-5: strictly ascending in the authenticated profile, so that a set has one encoding. EXT-4:
// any order in the strict one.
TEST(ExtensionChain, OrderIsTheAuthenticatedProfiles) {
  for (int first = 0; first < 16; ++first) {
    for (int second = 0; second < 16; ++second) {
      const Bytes bytes = FromHex(Extension(1, first, 3) + Extension(0, second, 4));
      EXPECT_EQ(Read(Authenticated(), bytes),
                first < second ? DropReason::kNone : DropReason::kExtensionOrder);
      EXPECT_EQ(Read(Strict(), bytes), DropReason::kNone);
    }
  }
}

// EXT-4: of two connection IDs in the strict profile, the first names the association.
TEST(ExtensionChain, TheFirstOfTwoConnectionIdsCounts) {
  const Bytes bytes = FromHex(Extension(1, 0, 2, 0x11) + Extension(0, 0, 3, 0x22));
  ExtensionChainSummary summary;
  ASSERT_EQ(Read(Strict(), bytes, &summary), DropReason::kNone);
  EXPECT_EQ(ToHex(summary.cid.In(absl::MakeConstSpan(bytes))), "1111");
}

// EXT-4, EXT-5, EXT-7: the same fault, two verdicts.
TEST(ExtensionChain, TypesThatWereNotNegotiated) {
  for (int type = 0; type < 16; ++type) {
    const Bytes bytes = FromHex(Extension(0, type, 2));
    const ExtensionTypeSet others(static_cast<uint16_t>(~(1u << type)));
    EXPECT_EQ(Read(Authenticated(others), bytes), DropReason::kExtensionNotNegotiated);
    EXPECT_EQ(Read(Strict(others), bytes), DropReason::kExtensionAbortsSession);
    EXPECT_EQ(Read(Authenticated(ExtensionTypeSet(static_cast<uint16_t>(1u << type))), bytes),
              DropReason::kNone);
  }
}

// EXT-3: 1 to 255 bytes of connection ID; other types may be empty.
TEST(ExtensionChain, ConnectionIdsHaveOneTo255Bytes) {
  for (size_t length = 0; length <= 300; ++length) {
    const DropReason expected =
        length >= 1 && length <= 255 ? DropReason::kNone : DropReason::kExtensionCidLength;
    EXPECT_EQ(Read(Authenticated(), FromHex(Extension(0, 0, length))), expected) << length;
  }
  EXPECT_EQ(Read(Authenticated(), FromHex(Extension(0, 7, 0))), DropReason::kNone);
}

// EXT-9
TEST(ExtensionChain, LengthAndCountAreBounded) {
  ExtensionRules rules = Strict();
  rules.max_chain_length = 20;
  EXPECT_EQ(Read(rules, FromHex(Extension(1, 1, 4) + Extension(0, 2, 12))), DropReason::kNone);
  EXPECT_EQ(Read(rules, FromHex(Extension(1, 1, 4) + Extension(0, 2, 13))),
            DropReason::kExtensionChainTooLong);
  rules.max_count = 3;
  EXPECT_EQ(Read(rules, FromHex(Extension(1, 1, 0) + Extension(1, 1, 0) + Extension(0, 1, 0))),
            DropReason::kNone);
  EXPECT_EQ(Read(rules, FromHex(Extension(1, 1, 0) + Extension(1, 1, 0) + Extension(1, 1, 0) +
                                Extension(0, 1, 0))),
            DropReason::kExtensionChainTooLong);
}

TEST(ExtensionChain, IterationYieldsWhatWasWritten) {
  const Bytes cid = FromHex("0102030405060708");
  const Bytes value(2047, 0x5a);
  const std::vector<RecordExtension> extensions = {{0, cid}, {4, {}}, {15, value}};
  Bytes storage(4096);
  ByteWriter writer(absl::MakeSpan(storage));
  ASSERT_TRUE(WriteExtensionChain(extensions, &writer));
  EXPECT_EQ(writer.size(), ExtensionChainLength(extensions));
  ExtensionRules rules = Authenticated();
  rules.max_chain_length = 4096;
  ByteReader reader(writer.written());
  ExtensionChainSummary summary;
  ASSERT_EQ(ReadExtensionChain(rules, &reader, &summary), DropReason::kNone);
  size_t i = 0;
  for (const RecordExtension& extension : ExtensionChain(writer.written())) {
    ASSERT_LT(i, extensions.size());
    EXPECT_EQ(extension.type, extensions[i].type);
    EXPECT_EQ(extension.value, extensions[i].value);
    ++i;
  }
  EXPECT_EQ(i, extensions.size());
}

TEST(ExtensionChain, IterationOverBytesNeverValidatedStaysInside) {
  for (size_t length = 0; length < 40; ++length) {
    const Bytes bytes(length, 0x80);  // type 0, length 128, M
    for (const RecordExtension& extension : ExtensionChain(bytes)) FAIL() << int{extension.type};
  }
  const Bytes second_cut = FromHex("8002aabb 0105");
  int count = 0;
  for (const RecordExtension& extension : ExtensionChain(second_cut)) {
    EXPECT_EQ(ToHex(extension.value), "aabb");
    ++count;
  }
  EXPECT_EQ(count, 1);
  EXPECT_EQ(ExtensionChain(second_cut).begin()->value.size(), 2u);
}

TEST(ExtensionChain, WriterRefusesWhatNoHeaderCanSay) {
  Bytes storage(4096);
  const Bytes too_long(kMaxExtensionValueLength + 1);
  ByteWriter writer(absl::MakeSpan(storage));
  EXPECT_FALSE(WriteExtensionChain({{16, {}}}, &writer));
  EXPECT_FALSE(WriteExtensionChain({{1, too_long}}, &writer));
  EXPECT_EQ(writer.size(), 0u);
  ByteWriter small(absl::MakeSpan(storage).first(3));
  const Bytes two = {1, 2};
  EXPECT_FALSE(WriteExtensionChain({{1, two}}, &small));
}

TEST(ExtensionTypeSet, HoldsSixteenTypes) {
  ExtensionTypeSet set;
  EXPECT_TRUE(set.empty());
  set.Add(0);
  set.Add(15);
  set.Add(16);
  EXPECT_EQ(set.mask(), 0x8001);
  EXPECT_TRUE(set.Has(15));
  EXPECT_FALSE(set.Has(16));
  EXPECT_FALSE(ExtensionTypeSet::All().Has(16));
}

}  // namespace
}  // namespace waybill
