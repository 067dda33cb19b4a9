// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/quic_lb_cid_format.h"

#include <algorithm>
#include <set>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/cid/test_formats.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

// draft-ietf-quic-load-balancers, appendix "Load Balancer Test Vectors", and the example of its
// section 5.4.2.4. Left out is its second CID in clear, whose octets are not whole; and the last
// encrypted one belongs to configuration 0, as its first octet says, where the draft prints 3.
struct Vector {
  const char* key;  // "" where the CID is in clear
  uint8_t configuration;
  const char* server_id;
  const char* nonce;
  const char* cid;
};
constexpr char kKey[] = "8f95f09245765f80256934e50c66207f";
constexpr Vector kVectors[] = {
    {"", 0, "c4605e", "4504cc4f", "07c4605e4504cc4f"},
    {kKey, 0, "ed793a", "ee080dbf", "0720b1d07b359d3c"},
    {kKey, 1, "ed793a51d49b8f5fab65", "ee080dbf48", "2fcc381bc74cb4fbad2823a3d1f8fed2"},
    {kKey, 2, "ed793a51d49b8f5f", "ee080dbf48c0d1e5", "504dd2d05a7b0de9b2b9907afb5ecf8cc3"},
    {kKey, 0, "ed793a51d49b8f5fab", "ee080dbf48c0d1e55d", "125779c9cc86beb3a3a4a3ca96fce4bfe0cdbc"},
    {"fdf726a9893ec05c0632d3956680baf0", 0, "31441a", "9c69c275", "0767947d29be054a"},
};

// What a server that is configured as a vector says has.
struct Server {
  explicit Server(const Vector& vector)
      : cipher(MakeAes128(FromHex(vector.key))), hide(DrawCipher(&source)) {
    const Bytes server_id = FromHex(vector.server_id);
    first_nonce = FromHex(vector.nonce);
    configuration.parameters = {vector.configuration, static_cast<uint8_t>(server_id.size()),
                                static_cast<uint8_t>(first_nonce.size()), cipher.get()};
    std::copy(server_id.begin(), server_id.end(), configuration.server_id.begin());
    configuration.nonce_cipher = hide.get();
    configuration.first_nonce = first_nonce;
  }
  SeededSource source{1};
  std::unique_ptr<Aes128> cipher;  // null for the empty key
  std::unique_ptr<Aes128> hide;
  Bytes first_nonce;
  QuicLbConfiguration configuration;
};

TEST(QuicLbCid, EncodesAndDecodesThePublishedVectors) {
  for (const Vector& vector : kVectors) {
    SCOPED_TRACE(vector.cid);
    const Server server(vector);
    const QuicLbParameters& parameters = server.configuration.parameters;
    QuicLbContent content;
    content.server_id = server.configuration.server_id;
    std::copy(server.first_nonce.begin(), server.first_nonce.end(), content.nonce.begin());
    Bytes cid(parameters.cid_length());
    ASSERT_TRUE(EncodeQuicLbCid(parameters, content, absl::MakeSpan(cid)));
    EXPECT_EQ(cid, FromHex(vector.cid));
    QuicLbContent decoded;
    ASSERT_EQ(DecodeQuicLbCid(parameters, cid, &decoded), DropReason::kNone);
    EXPECT_EQ(decoded.server_id, content.server_id);
    EXPECT_EQ(decoded.nonce, content.nonce);
  }
}

// REQ-161: as a server with the vector's nonce next issues them, and reads them.
TEST(QuicLbCid, IssuesThePublishedVectors) {
  for (const Vector& vector : kVectors) {
    SCOPED_TRACE(vector.cid);
    Server server(vector);
    CheckedRandom random(&server.source);
    QuicLbCidFormat format(&random);
    ASSERT_EQ(format.Configure(server.configuration), QuicLbConfigured::kDone);
    if (server.cipher != nullptr) {
      EXPECT_EQ(IssueOne(&format, {}), FromHex(vector.cid));
    }
    EXPECT_EQ(ReadOne(format, FromHex(vector.cid)).reason, DropReason::kNone);
  }
}

class QuicLbServer : public testing::Test {
 protected:
  QuicLbConfiguration Configuration(uint8_t number, uint8_t server_id_length, uint8_t nonce_length,
                                    const BlockCipher* cipher) {
    QuicLbConfiguration configuration;
    configuration.parameters = {number, server_id_length, nonce_length, cipher};
    configuration.server_id.fill(static_cast<uint8_t>(0xa0 + number));
    configuration.nonce_cipher = hide_.get();
    return configuration;
  }
  QuicLbConfigured Configure(const QuicLbConfiguration& configuration) {
    return format_.Configure(configuration);
  }
  Bytes Issue(CidIssueResult* result = nullptr) { return IssueOne(&format_, {}, result); }
  DropReason Read(const Bytes& cid) { return ReadOne(format_, cid).reason; }

  SeededSource source_{5};
  CheckedRandom random_{&source_};
  std::unique_ptr<Aes128> cipher_ = DrawCipher(&source_);
  std::unique_ptr<Aes128> hide_ = DrawCipher(&source_);
  QuicLbCidFormat format_{&random_};
};

// REQ-156, REQ-160: exactly the configurations and lengths that the draft has.
TEST_F(QuicLbServer, TakesTheParametersOfTheDraftAndNoOthers) {
  EXPECT_FALSE(QuicLbParameters().Valid());
  EXPECT_EQ(QuicLbParameters().cid_length(), 1u);
  for (int number = 0; number <= 8; ++number) {
    for (int server_id = 0; server_id <= 20; ++server_id) {
      for (int nonce = 0; nonce <= 20; ++nonce) {
        const bool valid = number < 7 && server_id >= 1 && nonce >= 4 && server_id + nonce <= 19;
        QuicLbCidFormat format(&random_);
        EXPECT_EQ(format.Configure(Configuration(static_cast<uint8_t>(number),
                                                 static_cast<uint8_t>(server_id),
                                                 static_cast<uint8_t>(nonce), cipher_.get())),
                  valid ? QuicLbConfigured::kDone : QuicLbConfigured::kBadParameters)
            << number << " " << server_id << " " << nonce;
        EXPECT_EQ(format.nonces(static_cast<uint8_t>(number)) != nullptr, valid);
      }
    }
  }
}

// REQ-158, REQ-159: octet 0 says the configuration and the length, and is held against it.
TEST_F(QuicLbServer, OctetZeroIsTheConfigurationAndTheLength) {
  for (uint8_t number = 0; number < 7; ++number) {
    ASSERT_EQ(Configure(Configuration(number, 3, static_cast<uint8_t>(4 + number), cipher_.get())),
              QuicLbConfigured::kDone);
    const Bytes cid = Issue();
    ASSERT_EQ(cid.size(), 8u + number);
    EXPECT_EQ(cid[0], number << 5 | (7 + number));
  }
  for (int octet = 0; octet < 256; ++octet) {
    const int number = octet >> 5;
    const int behind = octet & 0x1f;
    const bool ours = number == 7 ? behind == 7 : behind == 7 + number;
    Bytes bytes(40, 0x33);
    bytes[0] = static_cast<uint8_t>(octet);
    EXPECT_EQ(format_.length().Of(bytes), ours ? 1 + behind : 0) << octet;
  }
  EXPECT_EQ(format_.length().Of({}), 0);
}

// REQ-156: the newest configuration issues, all are read; a number that is given out again, and one
// that is forgotten, are not.
TEST_F(QuicLbServer, ConfigurationsRotate) {
  ASSERT_EQ(Configure(Configuration(2, 3, 5, cipher_.get())), QuicLbConfigured::kDone);
  const Bytes by_two = Issue();
  ASSERT_EQ(Configure(Configuration(5, 3, 5, hide_.get())), QuicLbConfigured::kDone);
  const Bytes by_five = Issue();
  EXPECT_EQ(by_five[0] >> 5, 5);
  EXPECT_EQ(Read(by_two), DropReason::kNone);
  EXPECT_EQ(Read(by_five), DropReason::kNone);
  ASSERT_EQ(Configure(Configuration(2, 3, 5, hide_.get())), QuicLbConfigured::kDone);
  EXPECT_EQ(Read(by_two), DropReason::kCidOfOtherServer) << "under another key";
  format_.Forget(2);
  EXPECT_EQ(Read(by_two), DropReason::kCidNotDelineated);
  EXPECT_EQ(Read(by_five), DropReason::kNone);
  EXPECT_EQ(Issue()[0] >> 5, 7) << "none issues";
  format_.Forget(5);
  format_.Forget(7);
  EXPECT_EQ(Read(by_five), DropReason::kCidNotDelineated);
}

// REQ-157: without a configuration, 0b111, the length, and random bytes, 8 in all or more.
TEST_F(QuicLbServer, WithoutAConfigurationCidsAreUnroutable) {
  for (int length = 0; length <= 255; ++length) {
    QuicLbCidFormat format(&random_, static_cast<uint8_t>(length));
    CidIssueResult result;
    const Bytes cid = IssueOne(&format, {}, &result);
    if (length < 8 || length > 32) {
      EXPECT_EQ(result, CidIssueResult::kExhausted);
      continue;
    }
    ASSERT_EQ(cid.size(), static_cast<size_t>(length));
    EXPECT_EQ(cid[0], 7 << 5 | (length - 1));
    EXPECT_EQ(ReadOne(format, cid).reason, DropReason::kNone);
    EXPECT_EQ(format.length().Of(cid), length);
  }
  QuicLbCidFormat none(&random_, 0);
  EXPECT_EQ(ReadOne(none, Bytes{0xe0}).reason, DropReason::kCidNotDelineated);
}

// REQ-163: when the nonces are used up, nothing is issued until there is another configuration, or
// none; and they are not used again.
TEST_F(QuicLbServer, NoncesAreUsedOnceAndTheirEndIsTold) {
  for (const BlockCipher* cipher :
       {static_cast<const BlockCipher*>(cipher_.get()), static_cast<const BlockCipher*>(nullptr)}) {
    QuicLbCidFormat format(&random_);
    QuicLbConfiguration configuration = Configuration(1, 3, 4, cipher);
    configuration.nonce_count = 1000;
    ASSERT_EQ(format.Configure(configuration), QuicLbConfigured::kDone);
    std::set<Bytes> cids;
    for (int i = 0; i < 1000; ++i) cids.insert(IssueOne(&format, {}));
    EXPECT_EQ(cids.size(), 1000u);
    EXPECT_EQ(format.nonces(1)->remaining(), 0u);
    for (int again = 0; again < 3; ++again) {
      CidIssueResult result;
      EXPECT_EQ(IssueOne(&format, {}, &result), Bytes());
      EXPECT_EQ(result, CidIssueResult::kExhausted);
    }
    EXPECT_EQ(ReadOne(format, *cids.begin()).reason, DropReason::kNone);
    format.Forget(1);
    EXPECT_EQ(IssueOne(&format, {})[0] >> 5, 7);
    ASSERT_EQ(format.Configure(Configuration(3, 3, 4, cipher)), QuicLbConfigured::kDone);
    EXPECT_EQ(IssueOne(&format, {})[0] >> 5, 3);
  }
}

// REQ-162: without a key, nonces link nothing: there must be something that hides their order.
TEST_F(QuicLbServer, ServerIdsInClearNeedACipherForTheirNonces) {
  QuicLbConfiguration configuration = Configuration(0, 3, 4, nullptr);
  configuration.nonce_cipher = nullptr;
  EXPECT_EQ(Configure(configuration), QuicLbConfigured::kNoNonceCipher);
  EXPECT_EQ(Issue()[0] >> 5, 7);
  configuration.nonce_cipher = hide_.get();
  EXPECT_EQ(Configure(configuration), QuicLbConfigured::kDone);
  const Bytes first = Issue();
  const Bytes second = Issue();
  EXPECT_EQ(Bytes(first.begin(), first.begin() + 4), Bytes(second.begin(), second.begin() + 4));
  EXPECT_NE(first[4], second[4]);
}

// REQ-164: what is read in clear is encrypted nowhere else.
TEST_F(QuicLbServer, AServerIdIsInClearOrEncryptedNotBoth) {
  QuicLbConfiguration in_clear = Configuration(0, 3, 4, nullptr);
  QuicLbConfiguration encrypted = Configuration(1, 3, 6, cipher_.get());
  encrypted.server_id = in_clear.server_id;
  ASSERT_EQ(Configure(in_clear), QuicLbConfigured::kDone);
  EXPECT_EQ(Configure(encrypted), QuicLbConfigured::kServerIdShared);
  EXPECT_EQ(format_.nonces(1), nullptr);
  // Another ID, another length, and the same number anew are fine.
  EXPECT_EQ(Configure(Configuration(1, 3, 6, cipher_.get())), QuicLbConfigured::kDone);
  QuicLbConfiguration longer = Configuration(2, 4, 6, cipher_.get());
  longer.server_id = in_clear.server_id;
  EXPECT_EQ(Configure(longer), QuicLbConfigured::kDone);
  encrypted.parameters.configuration = 0;
  EXPECT_EQ(Configure(encrypted), QuicLbConfigured::kDone);
  in_clear.parameters.configuration = 4;
  EXPECT_EQ(Configure(in_clear), QuicLbConfigured::kServerIdShared);
}

// REQ-154: nobody without the key can aim at a server: whatever he changes in a CID that he saw
// leads to another one, of which there are many more than servers. 16 bytes of server ID and nonce
// hide even which bit he changed.
TEST_F(QuicLbServer, ChangedCidsLeadToOtherServers) {
  for (const int nonce : {4, 5, 8}) {
    const uint8_t server_id = nonce == 8 ? 8 : 5;
    ASSERT_EQ(Configure(Configuration(0, server_id, static_cast<uint8_t>(nonce), cipher_.get())),
              QuicLbConfigured::kDone);
    Bytes cid = Issue();
    for (size_t bit = 8; bit < 8 * cid.size(); ++bit) {
      cid[bit / 8] ^= 1 << (bit % 8);
      EXPECT_EQ(Read(cid), DropReason::kCidOfOtherServer) << bit;
      cid[bit / 8] ^= 1 << (bit % 8);
    }
  }
}

// REQ-165: a tenant cannot read the server IDs of one who has another key.
TEST_F(QuicLbServer, TenantsHaveKeysOfTheirOwn) {
  ASSERT_EQ(Configure(Configuration(0, 3, 5, cipher_.get())), QuicLbConfigured::kDone);
  const QuicLbParameters of_other = {0, 3, 5, hide_.get()};
  for (int i = 0; i < 100; ++i) {
    QuicLbContent content;
    ASSERT_EQ(DecodeQuicLbCid(of_other, Issue(), &content), DropReason::kNone);
    EXPECT_NE(Bytes(content.server_id.begin(), content.server_id.begin() + 3), Bytes(3, 0xa0));
  }
}

// A load balancer refuses what its configuration cannot be (REQ-159).
TEST_F(QuicLbServer, DecodingRefusesOtherLengthsAndConfigurations) {
  ASSERT_EQ(Configure(Configuration(3, 3, 5, cipher_.get())), QuicLbConfigured::kDone);
  const Bytes cid = Issue();
  QuicLbParameters parameters = {3, 3, 5, cipher_.get()};
  QuicLbContent content;
  EXPECT_EQ(DecodeQuicLbCid(parameters, cid, &content), DropReason::kNone);
  for (size_t length = 0; length < 30; ++length) {
    Bytes other = cid;
    other.resize(length);
    if (length == cid.size()) continue;
    EXPECT_EQ(DecodeQuicLbCid(parameters, other, &content), DropReason::kCidNotDelineated);
  }
  for (int octet = 0; octet < 256; ++octet) {
    Bytes other = cid;
    other[0] = static_cast<uint8_t>(octet);
    const DropReason expected = octet >> 5 != 3           ? DropReason::kForgedCid
                                : (octet & 0x1f) != 3 + 5 ? DropReason::kCidNotDelineated
                                                          : DropReason::kNone;
    EXPECT_EQ(DecodeQuicLbCid(parameters, other, &content), expected) << octet;
  }
  parameters.nonce_length = 3;
  EXPECT_EQ(DecodeQuicLbCid(parameters, cid, &content), DropReason::kForgedCid);
  Bytes out(cid.size());
  EXPECT_FALSE(EncodeQuicLbCid(parameters, content, absl::MakeSpan(out)));
  parameters.nonce_length = 4;
  EXPECT_FALSE(EncodeQuicLbCid(parameters, content, absl::MakeSpan(out)));
}

// BUG-42: without randomness there is no first nonce, and no configuration.
TEST(QuicLbCid, ABrokenSourceConfiguresNothing) {
  FailingSource source(0);
  CheckedRandom random(&source);
  SeededSource keys(1);
  const auto cipher = DrawCipher(&keys);
  QuicLbCidFormat format(&random);
  QuicLbConfiguration configuration;
  configuration.parameters = {0, 3, 4, cipher.get()};
  EXPECT_EQ(format.Configure(configuration), QuicLbConfigured::kNoRandomness);
  EXPECT_EQ(format.nonces(0), nullptr);
  // A first nonce of the caller's needs none.
  const Bytes first(4, 0);
  configuration.first_nonce = first;
  EXPECT_EQ(format.Configure(configuration), QuicLbConfigured::kDone);
  const Bytes wrong(5, 0);
  configuration.first_nonce = wrong;
  EXPECT_EQ(format.Configure(configuration), QuicLbConfigured::kBadParameters);
}

// REQ-166: what a stock load balancer sees in DTLS 1.2, with CIDs as well, is an unroutable CID:
// the octet behind the first byte is the version's 0xfe, whose first three bits name no
// configuration.
TEST(QuicLbCid, Dtls12LooksUnroutable) {
  EXPECT_EQ(0xfe >> 5, QuicLbParameters::kUnroutable);
  SeededSource keys(1);
  const auto cipher = DrawCipher(&keys);
  QuicLbContent content;
  for (uint8_t number = 0; number < 7; ++number) {
    const Bytes record = FromHex("fefd0001000000000001");  // behind the content type
    EXPECT_EQ(DecodeQuicLbCid({number, 3, 6, cipher.get()}, record, &content),
              DropReason::kForgedCid);
  }
}

// REQ-166: in DTLS 1.3 without a CID the octet there is a masked record number: any configuration
// at all, so that a stock load balancer takes such records anywhere.
TEST(QuicLbCid, Dtls13WithoutCidLooksLikeAnyConfiguration) {
  SeededSource keys(1);
  const auto cipher = DrawCipher(&keys);
  const QuicLbParameters parameters = {5, 3, 4, cipher.get()};
  int accepted = 0;
  for (int masked = 0; masked < 256; ++masked) {
    Bytes record(parameters.cid_length(), 0x77);  // what a load balancer takes for the CID
    record[0] = static_cast<uint8_t>(masked);
    QuicLbContent content;
    accepted += DecodeQuicLbCid(parameters, record, &content) == DropReason::kNone;
    record[0] = static_cast<uint8_t>((masked & 0xe0) | (record.size() - 1));
    accepted += DecodeQuicLbCid(parameters, record, &content) == DropReason::kNone;
  }
  EXPECT_EQ(accepted, 1 + 32) << "its length is the only thing that a load balancer can check";
}

}  // namespace
}  // namespace waybill
