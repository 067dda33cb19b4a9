// SPDX-License-Identifier: Apache-2.0
//
// Headers by exhaustion: every first byte, every length, every value of every length field.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/record_rules.h"
#include "waybill/tests/codec/agreement.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/datagram_builder.h"
#include "waybill/traffic/random.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

constexpr ExtensionProfile kProfiles[] = {ExtensionProfile::kOff, ExtensionProfile::kStrict,
                                          ExtensionProfile::kAuthenticated};

RecordRules Rules(uint8_t cid_length, ExtensionProfile profile) {
  ExtensionRules extensions;
  extensions.profile = profile;
  extensions.accepted = ExtensionTypeSet::All();
  extensions.max_chain_length = 5000;
  return RecordRules(CidLength::Fixed(cid_length), extensions);
}

// All tests stop at the first disagreement, of which there may be millions.
#define EXPECT_AGREEMENT(datagram, rules)                           \
  do {                                                              \
    const std::string disagreement = Disagreement(datagram, rules); \
    ASSERT_EQ(disagreement, "") << ToHex(datagram).substr(0, 200);  \
  } while (false)

enum class Filling { kRandom, kZeros, kLengthsAtEven, kLengthsAtOdd };
constexpr Filling kFillings[] = {Filling::kRandom, Filling::kZeros, Filling::kLengthsAtEven,
                                 Filling::kLengthsAtOdd};

// `length` bytes, of which, but for the first fillings, every second pair is a number that fits as
// length field: up to the end of the bytes or, less often, to a place before it, with E or as the
// header of an extension.
Bytes Fill(Filling filling, size_t length, Random* random) {
  Bytes bytes(length);
  if (filling == Filling::kZeros) return bytes;
  if (filling == Filling::kRandom) return random->MakeBytes(length);
  for (size_t i = filling == Filling::kLengthsAtEven ? 0 : 1; i + 1 < length; i += 2) {
    const size_t left = length - i - 2;
    const uint64_t kind = random->Below(8);
    bytes[i] = kind == 0 ? 0x80 : kind == 1 ? static_cast<uint8_t>(8 * random->Below(4)) : 0;
    bytes[i + 1] = static_cast<uint8_t>(kind < 5 ? left : random->Below(left + 2));
  }
  return bytes;
}

class FirstByte : public testing::TestWithParam<Filling> {};

// BUG-25, REQ-028, REQ-036, REQ-037, REQ-167.
TEST_P(FirstByte, OfEveryLengthWithEveryCidLength) {
  Random random(static_cast<uint64_t>(GetParam()));
  for (int first_byte = 0; first_byte < 256; ++first_byte) {
    for (size_t length = 0; length <= 64; ++length) {
      for (uint8_t cid_length = 0; cid_length <= 20; ++cid_length) {
        Bytes bytes = Fill(GetParam(), length, &random);
        if (length > 0) bytes[0] = static_cast<uint8_t>(first_byte);
        for (const ExtensionProfile profile : kProfiles) {
          EXPECT_AGREEMENT(bytes, Rules(cid_length, profile));
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Fillings, FirstByte, testing::ValuesIn(kFillings));

// A record with a length field, and how long its CID is.
struct Shape {
  std::string name;
  DatagramBuilder builder;
  uint8_t cid_length;
};

std::vector<Shape> Shapes() {
  std::vector<Shape> shapes;
  for (const uint8_t type : {20, 21, 22, 23, 24, 26, 27}) {
    for (const uint64_t epoch : {0, 1}) {
      shapes.push_back({absl::StrCat("type ", type, " in epoch ", epoch),
                        DatagramBuilder().Ciphertext(type).Epoch(epoch), 0});
    }
  }
  for (const uint8_t cid_length : {1, 9}) {
    const Bytes cid(cid_length, 0xc1);
    for (const uint64_t epoch : {0, 1}) {
      shapes.push_back({absl::StrCat("tls12_cid with ", cid_length, " in epoch ", epoch),
                        DatagramBuilder().Tls12Cid(cid).Epoch(epoch), cid_length});
    }
    shapes.push_back({absl::StrCat("unified with ", cid_length, ", S=0"),
                      DatagramBuilder().Unified().Sequence8(5).Cid(cid), cid_length});
    shapes.push_back({absl::StrCat("unified with ", cid_length, ", S=1"),
                      DatagramBuilder().Unified().Cid(cid), cid_length});
  }
  shapes.push_back({"unified, S=0", DatagramBuilder().Unified().Sequence8(5), 0});
  shapes.push_back({"unified, S=1", DatagramBuilder().Unified(), 0});
  return shapes;
}

// Gives the two bytes at `place` each of their values in turn.
void ExpectAgreementOnEveryValue(size_t place, Bytes datagram, const RecordRules& rules) {
  for (int value = 0; value < 65536; ++value) {
    datagram[place] = static_cast<uint8_t>(value >> 8);
    datagram[place + 1] = static_cast<uint8_t>(value);
    EXPECT_AGREEMENT(datagram, rules);
  }
}

// BUG-13, EXT-1, EXT-7, EXT-8. What follows the length field is a chain, where one is looked for,
// and no record.
TEST(LengthField, OfEveryFormWithEveryValue) {
  for (const Shape& shape : Shapes()) {
    SCOPED_TRACE(shape.name);
    const Bytes header = shape.builder.Build();
    Bytes datagram = header;
    const Bytes chain = FromHex("8803414243 1000");
    AppendBytes(chain, &datagram);
    datagram.resize(datagram.size() + 60);
    for (const ExtensionProfile profile : kProfiles) {
      ASSERT_NO_FATAL_FAILURE(ExpectAgreementOnEveryValue(header.size() - 2, datagram,
                                                          Rules(shape.cid_length, profile)));
    }
  }
}

// The same in the longest datagram, where every length but the last few is there.
TEST(LengthField, OfEveryLayoutWithEveryValueInTheLongestDatagram) {
  const Bytes cid(8, 0xc1);
  const Shape shapes[] = {
      {"dtls_plaintext", DatagramBuilder().Plaintext(kHandshake), 0},
      {"dtls_ciphertext", DatagramBuilder().Ciphertext(), 0},
      {"tls12_cid", DatagramBuilder().Tls12Cid(cid), 8},
      {"unified", DatagramBuilder().Unified().Cid(cid), 8},
  };
  for (const Shape& shape : shapes) {
    SCOPED_TRACE(shape.name);
    Bytes datagram = shape.builder.Build();
    const size_t place = datagram.size() - 2;
    AppendBytes(FromHex("8803414243 1000"), &datagram);
    datagram.resize(65535);
    for (const ExtensionProfile profile : kProfiles) {
      ASSERT_NO_FATAL_FAILURE(
          ExpectAgreementOnEveryValue(place, datagram, Rules(shape.cid_length, profile)));
    }
  }
}

// The first header of a chain, and one behind another, in records that hold the longest value and
// in short ones. EXT-2, EXT-3, EXT-5, EXT-9, EXT-10.
TEST(ExtensionHeader, WithEveryValue) {
  const Bytes cid(8, 0xc1);
  for (const Shape& shape :
       {Shape{"extended12", DatagramBuilder().Extended12(), 0},
        Shape{"extended13", DatagramBuilder().Extended13(), 0},
        Shape{"extended13, C=1", DatagramBuilder().Extended13().Cid(cid), 8}}) {
    for (const char* first : {"", "8801ee", "8001ee"}) {
      for (const size_t payload : {20, 4200}) {
        SCOPED_TRACE(absl::StrCat(shape.name, " behind ", first, " with ", payload));
        Bytes chain = FromHex(first);
        const size_t header_length = shape.builder.Build().size();
        const size_t place = header_length + chain.size();
        chain.resize(chain.size() + 2);
        DatagramBuilder builder = shape.builder;
        const Bytes datagram = builder.RawChain(chain).Payload(Bytes(payload)).Build();
        for (const ExtensionProfile profile :
             {ExtensionProfile::kStrict, ExtensionProfile::kAuthenticated}) {
          ASSERT_NO_FATAL_FAILURE(
              ExpectAgreementOnEveryValue(place, datagram, Rules(shape.cid_length, profile)));
        }
      }
    }
  }
}

TEST(Datagram, LongerThanAnyIsRefusedWhole) {
  const Bytes longest = DatagramBuilder().Unified().WithoutLength().PayloadOfLength(65532).Build();
  ASSERT_EQ(longest.size(), 65535u);
  Bytes longer = longest;
  longer.push_back(0);
  EXPECT_AGREEMENT(longest, Rules(0, ExtensionProfile::kOff));
  EXPECT_AGREEMENT(longer, Rules(0, ExtensionProfile::kOff));
}

}  // namespace
}  // namespace waybill
