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
