// SPDX-License-Identifier: Apache-2.0
//
// Bodies of hello extensions that others published: facts of pion/dtls at 66a28794 (MIT),
// pkg/protocol/extension.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/ext/hello.h"
#include "waybill/wire/byte_writer.h"
#include "waybill/wire/drop_reason.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

std::string U16(size_t value) {
  return ToHex(Bytes{static_cast<uint8_t>(value >> 8), static_cast<uint8_t>(value)});
}

std::string Extension(int type, const std::string& body) {
  return absl::StrCat(U16(static_cast<size_t>(type)), U16(body.size() / 2), body);
}

// A ServerHello with these extensions: version, random, no session, a cipher suite, no compression.
Bytes ServerHello(const std::string& extensions) {
  return FromHex(absl::StrCat("fefd", ToHex(Bytes(32, 0x11)), "00", "c0a8", "00",
                              U16(extensions.size() / 2), extensions));
}

// connection_id_test.go; type 54.
TEST(PublishedVectors, OfConnectionIdExtensions) {
  const std::string extension = Extension(54, "0801060803580c022f");
  const Bytes body = ServerHello(extension);
  Hello hello;
  ASSERT_EQ(ReadServerHello(body, &hello), DropReason::kNone);
  ASSERT_TRUE(hello.cid.has_value());
  EXPECT_EQ(ToHex(*hello.cid), "01060803580c022f");

  Bytes written(extension.size() / 2);
  ByteWriter writer(absl::MakeSpan(written));
  ASSERT_TRUE(WriteConnectionIdHelloExtension(*hello.cid, &writer));
  EXPECT_EQ(ToHex(written), extension);

  for (const char* malformed : {"", "0201", "010102"}) {
    const Bytes refused = ServerHello(Extension(54, malformed));
    EXPECT_EQ(ReadServerHello(refused, &hello), DropReason::kHelloExtensionMalformed) << malformed;
  }
}

// raw.go: return_routability_check has type 61 and no body; REQ-104.
TEST(PublishedVectors, OfReturnRoutabilityCheckExtensions) {
  Hello hello;
  const Bytes empty = ServerHello(Extension(54, "00") + Extension(61, ""));
  ASSERT_EQ(ReadServerHello(empty, &hello), DropReason::kNone);
  EXPECT_TRUE(hello.return_routability_check);
  const Bytes with_body = ServerHello(Extension(54, "00") + Extension(61, "00"));
  EXPECT_EQ(ReadServerHello(with_body, &hello), DropReason::kHelloExtensionMalformed);
}

}  // namespace
}  // namespace waybill
