// SPDX-License-Identifier: Apache-2.0
//
// Hellos and inner plaintexts, right ones and damaged ones.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/record/inner_plaintext.h"
#include "waybill/tests/codec/agreement.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/hello_builder.h"
#include "waybill/traffic/random.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

constexpr HelloKind kKinds[] = {HelloKind::kClient, HelloKind::kServer};

HelloBuilder AnyHello(Random* random) {
  switch (random->Below(5)) {
    case 0:
      return HelloBuilder::HelloRetryRequest();
    case 1:
    case 2:
      return HelloBuilder::Server();
    default:
      return HelloBuilder::Client();
  }
}

// Adds one extension, which may be wrong.
void AddExtension(Random* random, HelloBuilder* hello) {
  const Bytes bytes = random->MakeBytes(random->Below(6));
  switch (random->Below(8)) {
    case 0:
    case 1:
      hello->ConnectionId(bytes);
      break;
    case 2:
      hello->ReturnRoutabilityCheck();
      break;
    case 3:
    case 4: {
      const uint16_t mask = static_cast<uint16_t>(random->Next());
      hello->RecordHeaderExtensions(static_cast<ExtensionProfile>(random->Below(3)),
                                    ExtensionTypeSet(mask));
      break;
    }
    case 5:
      hello->Extension(53, bytes);
      break;
    case 6: {
      constexpr uint16_t kTypes[] = {54, 61, 0xff57, 43};
      hello->Extension(kTypes[random->Below(4)], bytes);
      break;
    }
    case 7:
      if (random->Percent(20)) hello->RawExtensionBytes(bytes);
      break;
  }
}

Bytes RandomHello(Random* random) {
  HelloBuilder hello = AnyHello(random);
  if (random->Percent(30)) hello.SessionId(random->MakeBytes(random->Below(35)));
  if (random->Percent(30)) hello.Cookie(random->MakeBytes(random->Below(256)));
  if (random->Percent(5)) hello.CipherSuites({});
  const size_t extensions = random->Below(6);
  for (size_t i = 0; i < extensions; ++i) AddExtension(random, &hello);
  if (random->Percent(3)) hello.ClaimExtensionsLength(static_cast<uint16_t>(random->Below(80)));
  if (random->Percent(3)) hello.Trailing(random->MakeBytes(1));
  Bytes body = hello.Build();
  if (random->Percent(20)) body.resize(random->Below(body.size()));
  if (random->Percent(20) && !body.empty()) {
    body[random->Below(body.size())] ^= static_cast<uint8_t>(1 << random->Below(8));
  }
  return body;
}

// REQ-001, REQ-002, REQ-102, EXT-6.
TEST(Hellos, AtRandomAreReadAlike) {
  Random random(6);
  for (int i = 0; i < 200000; ++i) {
    const Bytes body = RandomHello(&random);
    for (const HelloKind kind : kKinds) {
      ASSERT_EQ(HelloDisagreement(body, kind), "") << ToHex(body);
    }
  }
}

// Every byte with each of its values, and the cut at each.
TEST(Hellos, WithAnyByteChangedAreReadAlike) {
  const Bytes cid = FromHex("c0ffee01");
  const auto with_all = [&cid](HelloBuilder hello) {
    return hello.SessionId(cid)
        .ConnectionId(cid)
        .Extension(53, cid)
        .ReturnRoutabilityCheck()
        .RecordHeaderExtensions(ExtensionProfile::kStrict, ExtensionTypeSet(0x0005))
        .Build();
  };
  for (const Bytes& good :
       {with_all(HelloBuilder::Client().Cookie(cid)), with_all(HelloBuilder::Server()),
        with_all(HelloBuilder::HelloRetryRequest())}) {
    for (size_t place = 0; place < good.size(); ++place) {
      Bytes body = good;
      for (int value = 0; value < 256; ++value) {
        body[place] = static_cast<uint8_t>(value);
        for (const HelloKind kind : kKinds) {
          ASSERT_EQ(HelloDisagreement(body, kind), "") << ToHex(body);
        }
      }
      body.resize(place);
      for (const HelloKind kind : kKinds) {
        ASSERT_EQ(HelloDisagreement(body, kind), "") << ToHex(body);
      }
    }
  }
}

// The length of a vector, somewhere in a hello.
struct LengthField {
  size_t place = 0;
  size_t bytes = 0;  // 1 or 2
};

// Every length field of a good hello, in order: session ID; cookie, cipher suites and compression
// methods of a client; the extensions, each of them, and the CID.
std::vector<LengthField> LengthFieldsOf(const Bytes& hello, HelloKind kind) {
  std::vector<LengthField> fields;
  size_t place = 2 + 32;
  const auto enter = [&](size_t bytes) {
    fields.push_back({place, bytes});
    const size_t length = bytes == 1 ? hello[place] : hello[place] << 8 | hello[place + 1];
    place += bytes;
    return length;
  };
  place += enter(1);
  if (kind == HelloKind::kClient) {
    place += enter(1);
    place += enter(2);
    place += enter(1);
  } else {
    place += 2 + 1;
  }
  enter(2);
  while (place < hello.size()) {
    const bool connection_id = hello[place] == 0 && hello[place + 1] == 54;
    place += 2;
    const size_t end = 2 + enter(2) + fields.back().place;
    if (connection_id) enter(1);
    place = end;
  }
  return fields;
}

void PutLength(const LengthField& field, size_t value, Bytes* hello) {
  (*hello)[field.place + field.bytes - 1] = static_cast<uint8_t>(value);
  if (field.bytes == 2) (*hello)[field.place] = static_cast<uint8_t>(value >> 8);
}

// Every value that a length field can have, all else being right: in a short hello, and in one in
// which most lengths of a byte, and many of two, stay within.
TEST(Hellos, WithAnyValueInALengthFieldAreReadAlike) {
  Random random(54);
  for (const HelloKind kind : kKinds) {
    for (const size_t length : {4, 32}) {
      const bool is_long = length == 32;
      const Bytes some = random.MakeBytes(length);
      HelloBuilder builder =
          kind == HelloKind::kClient ? HelloBuilder::Client() : HelloBuilder::Server();
      builder.SessionId(some).Cookie(some).Extension(21, Bytes(is_long ? 300 : 0));
      builder.ConnectionId(some).Extension(53, some).ReturnRoutabilityCheck();
      builder.RecordHeaderExtensions(ExtensionProfile::kAuthenticated, ExtensionTypeSet(0x0003));
      builder.Extension(43, Bytes(is_long ? 300 : 2));
      const Bytes good = builder.Build();
      ASSERT_EQ(HelloDisagreement(good, kind), "");
      const std::vector<LengthField> fields = LengthFieldsOf(good, kind);
      ASSERT_EQ(fields.size(), kind == HelloKind::kClient ? 12u : 9u);
      for (const LengthField& field : fields) {
        Bytes hello = good;
        for (size_t value = 0; value < size_t{1} << (8 * field.bytes); ++value) {
          PutLength(field, value, &hello);
          ASSERT_EQ(HelloDisagreement(hello, kind), "")
              << "the length at " << field.place << " is " << value;
        }
      }
    }
  }
}

// The same where the vector is as long as its field says, up to what no field can say, and where
// its last byte is missing.
TEST(Hellos, WithVectorsOfAnyLengthAreReadAlike) {
  for (size_t length = 0; length <= 65600; length += length < 300 || length > 65500 ? 1 : 1021) {
    const Bytes bytes(length);
    for (const HelloKind kind : kKinds) {
      const HelloBuilder hello =
          kind == HelloKind::kClient ? HelloBuilder::Client() : HelloBuilder::Server();
      for (const HelloBuilder& with_vector :
           {HelloBuilder(hello).SessionId(bytes), HelloBuilder(hello).Cookie(bytes),
            HelloBuilder(hello).CipherSuites(std::vector<uint16_t>(length)),
            HelloBuilder(hello).Extension(21, bytes), HelloBuilder(hello).ConnectionId(bytes),
            HelloBuilder(hello).RawExtensionBytes(bytes)}) {
        Bytes body = with_vector.Build();
        ASSERT_EQ(HelloDisagreement(body, kind), "") << length;
        body.pop_back();
        ASSERT_EQ(HelloDisagreement(body, kind), "") << length << ", cut";
      }
    }
  }
}

// REQ-013, REQ-014, REQ-015, EXT-8.
TEST(InnerPlaintexts, AreReadAlike) {
  Random random(13);
  for (int i = 0; i < 20000; ++i) {
    Bytes plaintext = random.MakeBytes(random.Below(40));
    plaintext.resize(plaintext.size() + random.Below(20));
    if (random.Percent(5)) plaintext.assign(plaintext.size(), 0);
    ASSERT_EQ(InnerPlaintextDisagreement(plaintext, random.Percent(90) ? kMaxInnerPlaintext12 : 20),
              "")
        << ToHex(plaintext);
  }
  for (const size_t limit : {kMaxInnerPlaintext12, kMaxInnerPlaintext13}) {
    for (size_t length = limit - 2; length <= limit + 2; ++length) {
      for (const uint8_t last : {0, 23}) {
        Bytes plaintext(length, 1);
        plaintext.back() = last;
        EXPECT_EQ(InnerPlaintextDisagreement(plaintext, limit), "") << length;
        EXPECT_EQ(InnerPlaintextDisagreement(Bytes(length), limit), "") << length;
      }
    }
  }
}

}  // namespace
}  // namespace waybill
