// SPDX-License-Identifier: Apache-2.0
//
// protection/ against known answers that another implementation computed: keys, masks, and records
// opened and sealed.
#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "waybill/ext/extension_chain.h"
#include "waybill/protection/key_schedule12.h"
#include "waybill/protection/key_schedule13.h"
#include "waybill/protection/make_aead.h"
#include "waybill/protection/number_mask.h"
#include "waybill/protection/record_opener.h"
#include "waybill/protection/record_sealer.h"
#include "waybill/record/parse_record.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

using nlohmann::json;

const json& KnownAnswers() {
  static const json answers = json::parse(std::ifstream("tests/known_answers/known_answers.json"));
  return answers;
}

Bytes BytesAt(const json& object, const char* name) {
  return FromHex(object.at(name).get<std::string>());
}

AeadAlgorithm AlgorithmNamed(const std::string& name) {
  static const std::map<std::string, AeadAlgorithm> algorithms = {
      {"aes_128_gcm", AeadAlgorithm::kAes128Gcm},
      {"aes_256_gcm", AeadAlgorithm::kAes256Gcm},
      {"chacha20_poly1305", AeadAlgorithm::kChaCha20Poly1305},
      {"aes_128_ccm", AeadAlgorithm::kAes128Ccm},
      {"aes_128_ccm_8", AeadAlgorithm::kAes128Ccm8}};
  return algorithms.at(name);
}

HashAlgorithm HashNamed(const std::string& name) {
  return name == "sha384" ? HashAlgorithm::kSha384 : HashAlgorithm::kSha256;
}

TEST(KnownAnswers, Prf12) {
  ASSERT_FALSE(KnownAnswers().at("prf12").empty());
  for (const json& answer : KnownAnswers().at("prf12")) {
    const Bytes expected = BytesAt(answer, "output");
    Bytes output(expected.size());
    Prf12(HashNamed(answer.at("hash")), BytesAt(answer, "secret"),
          answer.at("label").get<std::string>(), BytesAt(answer, "seed"), absl::MakeSpan(output));
    EXPECT_EQ(ToHex(output), ToHex(expected));
  }
}

TEST(KnownAnswers, KeysOfDtls12) {
  ASSERT_FALSE(KnownAnswers().at("key_blocks12").empty());
  for (const json& answer : KnownAnswers().at("key_blocks12")) {
    TrafficKeys client, server;
    ASSERT_TRUE(DeriveTrafficKeys12(HashNamed(answer.at("hash")), AlgorithmNamed(answer.at("aead")),
                                    BytesAt(answer, "master_secret"),
                                    BytesAt(answer, "client_random"),
                                    BytesAt(answer, "server_random"), &client, &server));
    EXPECT_EQ(ToHex(client.key.bytes()), answer.at("client_write_key"));
    EXPECT_EQ(ToHex(server.key.bytes()), answer.at("server_write_key"));
    EXPECT_EQ(ToHex(client.iv.bytes()), answer.at("client_write_iv"));
    EXPECT_EQ(ToHex(server.iv.bytes()), answer.at("server_write_iv"));
  }
}

// REQ-049: a key for record numbers in each epoch.
TEST(KnownAnswers, KeysOfDtls13) {
  ASSERT_FALSE(KnownAnswers().at("schedule13").empty());
  for (const json& answer : KnownAnswers().at("schedule13")) {
    const HashAlgorithm hash = HashNamed(answer.at("hash"));
    TrafficKeys keys;
    ASSERT_TRUE(DeriveTrafficKeys13(hash, AlgorithmNamed(answer.at("aead")),
                                    BytesAt(answer, "secret"), &keys));
    EXPECT_EQ(ToHex(keys.key.bytes()), answer.at("key"));
    EXPECT_EQ(ToHex(keys.iv.bytes()), answer.at("iv"));
    EXPECT_EQ(ToHex(keys.number_key.bytes()), answer.at("sn"));
    TrafficSecret secret;
    ASSERT_TRUE(secret.Assign(BytesAt(answer, "secret")));
    ASSERT_TRUE(NextTrafficSecret(hash, secret, &secret));
    EXPECT_EQ(ToHex(secret.bytes()), answer.at("next_secret"));
  }
}

// REQ-046, BUG-44.
TEST(KnownAnswers, Masks) {
  const std::map<std::string, AeadAlgorithm> algorithms = {
      {"aes_128", AeadAlgorithm::kAes128Gcm},
      {"aes_256", AeadAlgorithm::kAes256Gcm},
      {"chacha20", AeadAlgorithm::kChaCha20Poly1305}};
  ASSERT_FALSE(KnownAnswers().at("masks").empty());
  for (const json& answer : KnownAnswers().at("masks")) {
    const AeadAlgorithm algorithm = algorithms.at(answer.at("cipher").get<std::string>());
    const Bytes key = BytesAt(answer, "sn_key");
    const Bytes sample = BytesAt(answer, "sample");
    const std::string expected = answer.at("mask").get<std::string>().substr(0, 4);
    for (const NumberMasker* masker :
         {&BoringsslNumberMasker(algorithm), &NumberMaskerFor(algorithm)}) {
      NumberMaskJob job;
      job.key = key.data();
      job.sample = sample.data();
      masker->Compute(absl::MakeSpan(&job, 1));
      EXPECT_EQ(ToHex(job.mask), expected);
    }
  }
}

// One of the records, and what it takes to make it anew.
struct Record {
  explicit Record(const json& record_answer) : answer(record_answer) {
    dtls13 = !answer.at("sn_key").get<std::string>().empty();
    keys.algorithm = AlgorithmNamed(answer.at("aead"));
    keys.key = AeadKey(BytesAt(answer, "key"));
    keys.iv.Assign(BytesAt(answer, "iv"));
    keys.number_key.Assign(BytesAt(answer, "sn_key"));
    aead = MakeAead(keys.algorithm, 1);
    cipher = {aead.get(), dtls13 ? &NumberMaskerFor(keys.algorithm) : nullptr};
    number = {answer.at("epoch").get<uint64_t>(), answer.at("sequence").get<uint64_t>()};
    const std::string name = answer.at("profile");
    rules.profile = name == "authenticated" ? ExtensionProfile::kAuthenticated
                    : name == "strict"      ? ExtensionProfile::kStrict
                                            : ExtensionProfile::kOff;
    for (const json& extension : answer.at("extensions")) {
      values.push_back(BytesAt(extension, "value"));
      types.push_back(extension.at("type").get<uint8_t>());
      rules.accepted.Add(types.back());
    }
  }

  DtlsVersion version() const { return dtls13 ? DtlsVersion::kDtls13 : DtlsVersion::kDtls12; }

  json answer;
  bool dtls13;
  TrafficKeys keys;
  std::unique_ptr<Aead> aead;
  RecordCipher cipher;
  RecordNumber number;
  ExtensionRules rules;
  std::vector<uint8_t> types;
  std::vector<Bytes> values;
};

// REQ-016, REQ-035, EXT-14, EXT-15, EXT-16.
TEST(KnownAnswers, RecordsOpen) {
  size_t count = 0;
  for (const json& answer : KnownAnswers().at("records")) {
    SCOPED_TRACE(answer.at("name").get<std::string>() + " " +
                 answer.at("profile").get<std::string>());
    const Record record(answer);
    Bytes datagram = BytesAt(answer, "record");
    const size_t cid_length = BytesAt(answer, "cid").size();
    const bool cid_in_header = record.types.empty() || record.types.front() != 0;
    RecordView view;
    ASSERT_EQ(
        ParseRecord(datagram, 0,
                    RecordRules(cid_in_header && cid_length != 0 ? CidLength::Fixed(cid_length)
                                                                 : CidLength::Absent(),
                                record.rules),
                    &view),
        DropReason::kNone);
    OpenerOptions options;
    options.version = record.version();
    options.extensions = record.rules;
    options.max_failed_opens = 1000;
    ReceiveEpochs<1> storage;
    RecordOpener opener(&options, storage);
    ASSERT_TRUE(
        opener
            .InstallEpoch(record.number.epoch, record.keys, &record.cipher, record.number.sequence)
            .ok());
    std::optional<OpenedRecord> opened;
    ASSERT_EQ(opener.Open(absl::MakeSpan(datagram), view, &opened), DropReason::kNone);
    EXPECT_EQ(ToHex(opened->content()), answer.at("content"));
    EXPECT_EQ(opened->content_type(), answer.at("content_type"));
    EXPECT_TRUE(opened->number() == record.number);
    ++count;
  }
  EXPECT_GE(count, 300u);
}

TEST(KnownAnswers, RecordsSeal) {
  size_t count = 0;
  for (const json& answer : KnownAnswers().at("records")) {
    SCOPED_TRACE(answer.at("name").get<std::string>() + " " +
                 answer.at("profile").get<std::string>());
    const Record record(answer);
    const Bytes explicit_nonce = BytesAt(answer, "explicit_nonce");
    const uint64_t number12 = record.number.epoch << 48 | record.number.sequence;
    uint64_t nonce_number = 0;
    for (const uint8_t byte : explicit_nonce) nonce_number = nonce_number << 8 | byte;
    // A nonce of another sender's choice: ours is the record's number.
    if (!explicit_nonce.empty() && nonce_number != number12) continue;

    SealerOptions options;
    options.version = record.version();
    options.profile = record.rules.profile;
    SendEpoch storage;
    RecordSealer sealer(options, absl::MakeSpan(&storage, 1));
    ASSERT_TRUE(
        sealer
            .InstallEpoch(record.number.epoch, record.keys, &record.cipher, record.number.sequence)
            .ok());
    std::vector<RecordExtension> extensions;
    for (size_t i = 0; i < record.types.size(); ++i) {
      extensions.push_back({record.types[i], record.values[i]});
    }
    const Bytes content = BytesAt(answer, "content");
    const Bytes cid = BytesAt(answer, "cid");
    RecordToSeal to_seal;
    to_seal.content_type = answer.at("content_type").get<uint8_t>();
    to_seal.content = content;
    to_seal.padding = answer.at("padding").get<size_t>();
    if (record.types.empty() || record.types.front() != 0) to_seal.cid = cid;
    to_seal.extensions = extensions;
    to_seal.sequence16 = answer.at("sequence_length") == 2;
    to_seal.with_length = answer.at("has_length").get<bool>();
    uint8_t datagram[2048];
    ByteWriter writer{absl::MakeSpan(datagram)};
    const size_t length = sealer.SealedLength(to_seal);
    const absl::Status status = sealer.Seal(to_seal, &writer);
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(ToHex(writer.written()), answer.at("record"));
    EXPECT_EQ(writer.size(), length);
    ++count;
  }
  EXPECT_GE(count, 250u);
}

}  // namespace
}  // namespace waybill
