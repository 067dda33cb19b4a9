// SPDX-License-Identifier: Apache-2.0
#include "waybill/ext/hello.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

const char kRandom[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const char kRetryRandom[] = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c";

std::string Vector16(const std::string& hex) {
  const uint8_t length[] = {static_cast<uint8_t>(hex.size() / 2 >> 8),
                            static_cast<uint8_t>(hex.size() / 2)};
  return ToHex(length) + hex;
}

std::string Extension(uint16_t type, const std::string& body) {
  const uint8_t bytes[] = {static_cast<uint8_t>(type >> 8), static_cast<uint8_t>(type)};
  return ToHex(bytes) + Vector16(body);
}

Bytes ClientHello(const std::string& extensions) {
  return FromHex(
      absl::StrCat("fefd", kRandom, "00", "02abcd", "0004c0a8cca8", "0100", Vector16(extensions)));
}

Bytes ServerHello(const std::string& extensions, const char* random = kRandom) {
  return FromHex(absl::StrCat("fefd", random, "03112233", "c0a8", "00", Vector16(extensions)));
}

DropReason ReadExtensions(const std::string& extensions, Hello* hello = nullptr) {
  const Bytes client_body = ClientHello(extensions), server_body = ServerHello(extensions);
  Hello client, server;
  const DropReason reason = ReadClientHello(client_body, &client);
  EXPECT_EQ(ReadServerHello(server_body, &server), reason)
      << "both hellos have one reader of extensions";
  if (hello != nullptr) *hello = client;
  return reason;
}

TEST(Hello, ReadsBothHellosWithoutExtensions) {
  Hello hello;
  const Bytes client = FromHex(absl::StrCat("feff", kRandom, "00", "00", "0002c0a8", "0100"));
  ASSERT_EQ(ReadClientHello(client, &hello), DropReason::kNone);
  EXPECT_EQ(hello.legacy_version, 0xfeff);
  EXPECT_EQ(ToHex(hello.random), kRandom);
  EXPECT_FALSE(hello.cid.has_value());
  const Bytes server = FromHex(absl::StrCat("fefd", kRandom, "00", "c0a8", "00"));
  ASSERT_EQ(ReadServerHello(server, &hello), DropReason::kNone);
  EXPECT_FALSE(hello.is_hello_retry_request);
}

TEST(Hello, KnowsAHelloRetryRequestByItsRandom) {
  Hello hello;
  const Bytes retry = ServerHello(Extension(44, "0002abcd"), kRetryRandom);
  ASSERT_EQ(ReadServerHello(retry, &hello), DropReason::kNone);
  EXPECT_TRUE(hello.is_hello_retry_request);
}

// REQ-001: one vector of at most 255 bytes, and nothing else. REQ-002: an empty one is another
// thing than none.
TEST(Hello, ConnectionIdIsOneVector) {
  Hello hello;
  for (size_t length = 0; length <= 255; ++length) {
    const Bytes cid(length, 0x77);
    const std::string body = ToHex(Bytes{static_cast<uint8_t>(length)}) + ToHex(cid);
    const Bytes bytes = ClientHello(Extension(54, body));
    ASSERT_EQ(ReadClientHello(bytes, &hello), DropReason::kNone);
    ASSERT_TRUE(hello.cid.has_value());
    EXPECT_EQ(*hello.cid, absl::MakeConstSpan(cid));
    EXPECT_EQ(ReadExtensions(Extension(54, body + "00")), DropReason::kHelloExtensionMalformed)
        << "trailing byte";
    EXPECT_EQ(ReadExtensions(Extension(54, body.substr(0, body.size() - 2))),
              DropReason::kHelloExtensionMalformed)
        << "one byte short";
  }
}

TEST(Hello, TheEarlyDraftsConnectionIdNegotiatesNothing) {
  Hello hello;
  ASSERT_EQ(ReadExtensions(Extension(53, "04aabbccdd"), &hello), DropReason::kNone);
  EXPECT_FALSE(hello.cid.has_value());
  EXPECT_TRUE(hello.early_connection_id);
}

// REQ-102, REQ-104: an empty body, and connection_id beside it.
TEST(Hello, ReturnRoutabilityCheckIsEmptyAndNeedsConnectionId) {
  Hello hello;
  ASSERT_EQ(ReadExtensions(Extension(54, "00") + Extension(61, ""), &hello), DropReason::kNone);
  EXPECT_TRUE(hello.return_routability_check);
  EXPECT_EQ(ReadExtensions(Extension(54, "00") + Extension(61, "00")),
            DropReason::kHelloExtensionMalformed);
  EXPECT_EQ(ReadExtensions(Extension(61, "")), DropReason::kHelloExtensionOrphaned);
}

// EXT-6
TEST(Hello, RecordHeaderExtensionsAreThreeBytes) {
  Hello hello;
  ASSERT_EQ(ReadExtensions(Extension(54, "01aa") + Extension(0xff57, "010005"), &hello),
            DropReason::kNone);
  ASSERT_TRUE(hello.record_header_extensions.has_value());
  EXPECT_EQ(hello.record_header_extensions->profile, ExtensionProfile::kAuthenticated);
  EXPECT_EQ(hello.record_header_extensions->receives.mask(), 0x0005);
  ASSERT_EQ(ReadExtensions(Extension(0xff57, "00fffe"), &hello), DropReason::kNone);
  EXPECT_EQ(hello.record_header_extensions->profile, ExtensionProfile::kStrict);

  for (const char* body : {"", "01", "0100", "01000500", "020004", "ff0004"}) {
    EXPECT_EQ(ReadExtensions(Extension(54, "01aa") + Extension(0xff57, body)),
              DropReason::kHelloExtensionMalformed)
        << body;
  }
}

// EXT-6: bit 0 needs a connection ID to be received, before or behind it in the hello.
TEST(Hello, ReceivingConnectionIdExtensionsNeedsAConnectionId) {
  EXPECT_EQ(ReadExtensions(Extension(0xff57, "010001")), DropReason::kHelloExtensionOrphaned);
  EXPECT_EQ(ReadExtensions(Extension(54, "00") + Extension(0xff57, "010001")),
            DropReason::kHelloExtensionOrphaned);
  EXPECT_EQ(ReadExtensions(Extension(0xff57, "010001") + Extension(54, "01aa")), DropReason::kNone);
}

TEST(Hello, RefusesRepeatedExtensions) {
  const std::string cid = Extension(54, "01aa"), rrc = Extension(61, ""),
                    ours = Extension(0xff57, "010001");
  EXPECT_EQ(ReadExtensions(cid + cid), DropReason::kHelloExtensionRepeated);
  EXPECT_EQ(ReadExtensions(cid + rrc + rrc), DropReason::kHelloExtensionRepeated);
  EXPECT_EQ(ReadExtensions(cid + ours + ours), DropReason::kHelloExtensionRepeated);
  EXPECT_EQ(ReadExtensions(cid + rrc + ours + Extension(13, "0000")), DropReason::kNone);
}

// BUG-13, BUG-14: cut at every byte, and followed by one. A hello cut in front of its extensions is
// a hello without.
TEST(Hello, IsMalformedAtEveryPrefix) {
  const std::string extensions =
      Extension(10, "0002001d") + Extension(54, "0401020304") + Extension(61, "");
  const Bytes client = ClientHello(extensions), server = ServerHello(extensions);
  const size_t extensions_length = 2 + extensions.size() / 2;
  Hello hello;
  for (size_t length = 0; length <= client.size() + 1; ++length) {
    Bytes bytes = client;
    bytes.resize(length);
    const bool whole = length == client.size() || length == client.size() - extensions_length;
    EXPECT_EQ(ReadClientHello(bytes, &hello),
              whole ? DropReason::kNone : DropReason::kHelloMalformed)
        << length;
  }
  for (size_t length = 0; length <= server.size() + 1; ++length) {
    Bytes bytes = server;
    bytes.resize(length);
    const bool whole = length == server.size() || length == server.size() - extensions_length;
    EXPECT_EQ(ReadServerHello(bytes, &hello),
              whole ? DropReason::kNone : DropReason::kHelloMalformed)
        << length;
  }
}

// BUG-14: an extension that the vector of extensions cuts.
TEST(Hello, IsMalformedWhereAnExtensionIsCut) {
  const std::string whole = Extension(10, "0002001d") + Extension(54, "0401020304");
  for (size_t bytes = 1; bytes < 9; ++bytes) {
    EXPECT_EQ(ReadExtensions(whole.substr(0, whole.size() - 2 * bytes)),
              DropReason::kHelloMalformed)
        << bytes;
  }
}

TEST(Hello, RefusesFieldsThatNoHelloHas) {
  Hello hello;
  const auto client = [&hello](const char* session_id, const char* cipher_suites,
                               const char* compression) {
    const Bytes bytes =
        FromHex(absl::StrCat("fefd", kRandom, session_id, "00", cipher_suites, compression));
    return ReadClientHello(bytes, &hello);
  };
  EXPECT_EQ(client("00", "0002c0a8", "0100"), DropReason::kNone);
  const std::string long_session_id = "21" + ToHex(Bytes(33));
  EXPECT_EQ(client(long_session_id.c_str(), "0002c0a8", "0100"), DropReason::kHelloMalformed);
  EXPECT_EQ(client("00", "0000", "0100"), DropReason::kHelloMalformed) << "no cipher suite";
  EXPECT_EQ(client("00", "0003c0a8cc", "0100"), DropReason::kHelloMalformed)
      << "half a cipher suite";
  EXPECT_EQ(client("00", "0002c0a8", "00"), DropReason::kHelloMalformed) << "no compression method";
}

// EXT-6: the server answers with the same profile or leaves it out; masks are per direction.
TEST(Hello, AgreementNeedsBothSidesAndOneProfile) {
  Hello client, server;
  client.record_header_extensions =
      RecordHeaderExtensionsOffer{ExtensionProfile::kAuthenticated, ExtensionTypeSet(0x0006)};
  EXPECT_EQ(AgreeOnRecordHeaderExtensions(client, server).profile, ExtensionProfile::kOff);
  EXPECT_EQ(AgreeOnRecordHeaderExtensions(server, client).profile, ExtensionProfile::kOff);
  server.record_header_extensions =
      RecordHeaderExtensionsOffer{ExtensionProfile::kStrict, ExtensionTypeSet(0x0008)};
  EXPECT_EQ(AgreeOnRecordHeaderExtensions(client, server).profile, ExtensionProfile::kOff);
  server.record_header_extensions->profile = ExtensionProfile::kAuthenticated;
  const RecordHeaderExtensionsAgreement agreement = AgreeOnRecordHeaderExtensions(client, server);
  EXPECT_EQ(agreement.profile, ExtensionProfile::kAuthenticated);
  EXPECT_EQ(agreement.client_receives.mask(), 0x0006);
  EXPECT_EQ(agreement.server_receives.mask(), 0x0008);
}

TEST(Hello, WrittenExtensionsAreReadBack) {
  Bytes storage(512);
  ByteWriter writer(absl::MakeSpan(storage));
  const Bytes cid(255, 0x3c);
  const RecordHeaderExtensionsOffer offer{ExtensionProfile::kStrict, ExtensionTypeSet(0x8001)};
  ASSERT_TRUE(WriteConnectionIdHelloExtension(cid, &writer) &&
              WriteReturnRoutabilityCheckHelloExtension(&writer) &&
              WriteRecordHeaderExtensionsHelloExtension(offer, &writer));
  const Bytes bytes = ClientHello(ToHex(writer.written()));
  Hello hello;
  ASSERT_EQ(ReadClientHello(bytes, &hello), DropReason::kNone);
  EXPECT_EQ(hello.cid, absl::MakeConstSpan(cid));
  EXPECT_TRUE(hello.return_routability_check);
  EXPECT_EQ(hello.record_header_extensions->profile, ExtensionProfile::kStrict);
  EXPECT_EQ(hello.record_header_extensions->receives.mask(), 0x8001);
}

TEST(Hello, WriterRefusesWhatCannotBeSaid) {
  Bytes storage(512);
  ByteWriter writer(absl::MakeSpan(storage));
  EXPECT_FALSE(WriteConnectionIdHelloExtension(Bytes(256), &writer));
  EXPECT_FALSE(WriteRecordHeaderExtensionsHelloExtension({ExtensionProfile::kOff, {}}, &writer));
  EXPECT_EQ(writer.size(), 0u);
  for (size_t room = 0; room < 9; ++room) {
    ByteWriter small(absl::MakeSpan(storage).first(room));
    EXPECT_FALSE(WriteConnectionIdHelloExtension(Bytes(4), &small));
    ByteWriter small_offer(absl::MakeSpan(storage).first(room));
    EXPECT_EQ(WriteRecordHeaderExtensionsHelloExtension({}, &small_offer), room >= 7);
    ByteWriter small_check(absl::MakeSpan(storage).first(room));
    EXPECT_EQ(WriteReturnRoutabilityCheckHelloExtension(&small_check), room >= 4);
  }
}

}  // namespace
}  // namespace waybill
