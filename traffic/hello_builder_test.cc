// SPDX-License-Identifier: Apache-2.0
#include "waybill/traffic/hello_builder.h"

#include "gtest/gtest.h"
#include "waybill/ext/hello.h"
#include "waybill/wire/drop_reason.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

constexpr char kRandom[] = "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf";

std::string Hex(absl::string_view front, absl::string_view back) {
  return std::string(front) + kRandom + std::string(back);
}

DropReason ReadClient(const HelloBuilder& builder, Hello* hello) {
  const Bytes body = builder.Build();
  return ReadClientHello(body, hello);
}

DropReason ReadClient(const HelloBuilder& builder) {
  Hello hello;
  return ReadClient(builder, &hello);
}

TEST(HelloBuilder, WritesHellosWithoutExtensions) {
  EXPECT_EQ(HelloBuilder::Client().Build(), FromHex(Hex("fefd", "00 00 0004 c02b 1301 01 00")));
  EXPECT_EQ(HelloBuilder::Server().Build(), FromHex(Hex("fefd", "00 c02b 00")));
}

TEST(HelloBuilder, WritesEveryField) {
  EXPECT_EQ(HelloBuilder::Client()
                .Version(0xfeff)
                .Random({1, 2})
                .SessionId({3})
                .Cookie({4, 5})
                .CipherSuites({0x1301})
                .ConnectionId({0xaa})
                .ReturnRoutabilityCheck()
                .RecordHeaderExtensions(ExtensionProfile::kAuthenticated, ExtensionTypeSet(0x8001))
                .Extension(0x1234, {6})
                .Trailing({7})
                .Build(),
            FromHex("feff 0102 01 03 02 0405 0002 1301 01 00"
                    "0016 0036 0002 01 aa 003d 0000 ff57 0003 01 8001 1234 0001 06"
                    "07"));
}

TEST(HelloBuilder, IsReadByTheLibrary) {
  Hello hello;
  const Bytes cid = {1, 2, 3};
  const Bytes body =
      HelloBuilder::Client()
          .ConnectionId(cid)
          .ReturnRoutabilityCheck()
          .RecordHeaderExtensions(ExtensionProfile::kStrict, ExtensionTypeSet(0x0003))
          .Build();
  ASSERT_EQ(ReadClientHello(body, &hello), DropReason::kNone);
  EXPECT_EQ(hello.cid.value(), absl::MakeConstSpan(cid));
  EXPECT_TRUE(hello.return_routability_check);
  EXPECT_EQ(hello.record_header_extensions->profile, ExtensionProfile::kStrict);
  EXPECT_EQ(hello.record_header_extensions->receives, ExtensionTypeSet(0x0003));

  // REQ-002: an empty CID is another thing than none.
  const Bytes server = HelloBuilder::Server().ConnectionId({}).Build();
  ASSERT_EQ(ReadServerHello(server, &hello), DropReason::kNone);
  EXPECT_TRUE(hello.cid.has_value() && hello.cid->empty());
  EXPECT_FALSE(hello.is_hello_retry_request);

  const Bytes retry = HelloBuilder::HelloRetryRequest().Build();
  ASSERT_EQ(ReadServerHello(retry, &hello), DropReason::kNone);
  EXPECT_TRUE(hello.is_hello_retry_request);
}

TEST(HelloBuilder, MakesEveryKindOfBadHello) {
  const HelloBuilder good = HelloBuilder::Client().ConnectionId({1});
  EXPECT_EQ(ReadClient(good), DropReason::kNone);
  EXPECT_EQ(ReadClient(HelloBuilder(good).Random(Bytes(5))), DropReason::kHelloMalformed);
  EXPECT_EQ(ReadClient(HelloBuilder(good).SessionId(Bytes(33))), DropReason::kHelloMalformed);
  EXPECT_EQ(ReadClient(HelloBuilder(good).CipherSuites({})), DropReason::kHelloMalformed);
  EXPECT_EQ(ReadClient(HelloBuilder(good).Trailing({0})), DropReason::kHelloMalformed);
  EXPECT_EQ(ReadClient(HelloBuilder(good).ClaimExtensionsLength(7)), DropReason::kHelloMalformed);
  EXPECT_EQ(ReadClient(HelloBuilder(good).RawExtensionBytes({0})), DropReason::kHelloMalformed);
  EXPECT_EQ(ReadClient(HelloBuilder(good).CutAt(40)), DropReason::kHelloMalformed);
  EXPECT_EQ(ReadClient(HelloBuilder::Client().ClaimExtensionsLength(0)), DropReason::kNone);

  EXPECT_EQ(ReadClient(HelloBuilder::Client().Extension(kConnectionIdHelloExtension, {2, 1})),
            DropReason::kHelloExtensionMalformed);
  // A CID of 256 bytes claims to have none.
  EXPECT_EQ(ReadClient(HelloBuilder::Client().ConnectionId(Bytes(256))),
            DropReason::kHelloExtensionMalformed);
  EXPECT_EQ(ReadClient(HelloBuilder(good).RecordHeaderExtensions(ExtensionProfile::kOff,
                                                                 ExtensionTypeSet(1))),
            DropReason::kHelloExtensionMalformed);
  EXPECT_EQ(ReadClient(HelloBuilder(good).ConnectionId({1})), DropReason::kHelloExtensionRepeated);
  EXPECT_EQ(ReadClient(HelloBuilder::Client().ReturnRoutabilityCheck()),
            DropReason::kHelloExtensionOrphaned);
}

TEST(HelloBuilder, IsAMessageToBeFragmented) {
  const HelloBuilder hello = HelloBuilder::Server().ConnectionId({1, 2});
  const HandshakeMessage message = hello.Message(1);
  EXPECT_EQ(message.type, kServerHelloMessage);
  EXPECT_EQ(message.sequence, 1);
  EXPECT_EQ(message.body, hello.Build());
  EXPECT_EQ(HelloBuilder::Client().Message().type, kClientHelloMessage);
}

}  // namespace
}  // namespace waybill
