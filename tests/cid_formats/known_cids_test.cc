// SPDX-License-Identifier: Apache-2.0
//
// cid/ against CIDs that another implementation made: issued and read, and changed on their way.
#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "waybill/cid/checked_random.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/cid_tagger.h"
#include "waybill/cid/opaque_cid_format.h"
#include "waybill/cid/quic_lb_cid_format.h"
#include "waybill/cid/random_source.h"
#include "waybill/cid/sealed_cid_format.h"
#include "waybill/cid/siphash.h"
#include "waybill/cid/tagged_cid_format.h"
#include "waybill/protection/aes128.h"
#include "waybill/traffic/datagram_builder.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

using nlohmann::json;

// A list of answers, which is not empty.
const json& Answers(const char* name) {
  static const json answers = json::parse(std::ifstream("tests/cid_formats/known_cids.json"));
  EXPECT_FALSE(answers.at(name).empty());
  return answers.at(name);
}

Bytes BytesAt(const json& object, const char* name) {
  return FromHex(object.at(name).get<std::string>());
}

// As random as CheckedRandom wants it, then the bytes that a CID was made of.
class Script final : public RandomSource {
 public:
  explicit Script(Bytes drawn) : drawn_(std::move(drawn)) {}

  bool Fill(absl::Span<uint8_t> bytes) override {
    for (uint8_t& byte : bytes) {
      const size_t at = served_++;
      if (at < kFirst) {
        byte = static_cast<uint8_t>(at % 8 == 0 ? at / 8 : 0);
      } else {
        byte = at - kFirst < drawn_.size() ? drawn_[at - kFirst] : 0xa5;
      }
    }
    return true;
  }

 private:
  static constexpr size_t kFirst = CheckedRandom::kRemembered * 8;

  Bytes drawn_;
  size_t served_ = 0;
};

std::array<uint8_t, SipHashKey::kLength> KeyBytes(const Bytes& key) {
  std::array<uint8_t, SipHashKey::kLength> bytes = {};
  EXPECT_EQ(key.size(), bytes.size());
  std::memcpy(bytes.data(), key.data(), bytes.size());
  return bytes;
}

// What a format issues for a target, as hex.
std::string Issued(CidFormat* format, const CidTarget& target = {}) {
  uint8_t storage[kMaxCidLength];
  CidIssue job;
  job.target = target;
  job.storage = absl::MakeSpan(storage);
  format->Issue(absl::Span<CidIssue>(&job, 1));
  EXPECT_EQ(job.result, CidIssueResult::kIssued);
  return ToHex(job.cid());
}

// A CID that was read, with its bytes.
struct ReadCid {
  Bytes cid;
  DropReason reason;
  CidTarget target;
};

// Reads all at once.
std::vector<ReadCid> ReadAll(const CidFormat& format, const std::vector<Bytes>& cids) {
  std::vector<CidReading> readings(cids.size());
  for (size_t i = 0; i < cids.size(); ++i) readings[i].cid = cids[i];
  format.Read(absl::MakeSpan(readings));
  std::vector<ReadCid> read;
  for (size_t i = 0; i < cids.size(); ++i) {
    read.push_back({cids[i], readings[i].reason, readings[i].target});
  }
  return read;
}

ReadCid Read(const CidFormat& format, const Bytes& cid) { return ReadAll(format, {cid})[0]; }

// The CID with each of its bits flipped, the first bit of the first byte first.
std::vector<Bytes> WithEachBitFlipped(const Bytes& cid) {
  std::vector<Bytes> changed(8 * cid.size(), cid);
  for (size_t bit = 0; bit < changed.size(); ++bit) changed[bit][bit / 8] ^= 0x80 >> bit % 8;
  return changed;
}

// Every beginning of the CID, and what is a byte longer.
void ExpectOtherLengthsRefused(const CidFormat& format, const Bytes& cid) {
  std::vector<Bytes> others;
  for (size_t length = 0; length <= cid.size() + 1; ++length) {
    if (length == cid.size()) continue;
    others.push_back(cid);
    others.back().resize(length);
  }
  for (const ReadCid& reading : ReadAll(format, others)) {
    EXPECT_EQ(reading.reason, DropReason::kCidNotDelineated) << ToHex(reading.cid);
  }
}

TEST(KnownCids, SipHashIsThatOfItsAuthors) {
  std::array<uint8_t, SipHashKey::kLength> key;
  Bytes message;
  for (uint8_t i = 0; i < key.size(); ++i) key[i] = i;
  std::ifstream table("tests/cid_formats/siphash.txt");
  std::string line;
  for (; std::getline(table, line); message.push_back(static_cast<uint8_t>(message.size()))) {
    const uint64_t hash = SipHash(SipHashKey::FromBytes(key), message);
    Bytes bytes;
    for (int byte = 0; byte < 8; ++byte) bytes.push_back(static_cast<uint8_t>(hash >> (8 * byte)));
    EXPECT_EQ(ToHex(bytes), line) << message.size();
  }
  EXPECT_EQ(message.size(), 64u);
}

std::optional<OpaqueCidFormat> OpaqueFormat(const std::string& kind, CheckedRandom* random,
                                            size_t length) {
  const auto make = kind == "random"         ? &OpaqueCidFormat::Fixed
                    : kind == "length-octet" ? &OpaqueCidFormat::LengthOctet
                                             : &OpaqueCidFormat::Nibble;
  return make(random, static_cast<uint8_t>(length));
}

TEST(KnownCids, OpaqueOnesAreIssuedAndRead) {
  for (const json& answer : Answers("opaque")) {
    SCOPED_TRACE(answer.dump());
    const Bytes cid = BytesAt(answer, "cid");
    Script script(BytesAt(answer, "drawn"));
    CheckedRandom random(&script);
    auto format = OpaqueFormat(answer.at("kind"), &random, cid.size());
    ASSERT_TRUE(format.has_value());
    EXPECT_EQ(Issued(&*format), answer.at("cid"));
    EXPECT_EQ(Read(*format, cid).reason, DropReason::kNone);
    EXPECT_EQ(format->length().Of(cid), cid.size());
    ExpectOtherLengthsRefused(*format, cid);
  }
}

// A flipped bit of a length is refused; any other makes another CID, which a table is asked for.
TEST(KnownCids, OpaqueOnesRefuseAnotherLengthAlone) {
  const std::map<std::string, uint8_t> length_bits = {
      {"random", 0}, {"length-octet", 0xff}, {"nibble", 0x0f}};
  for (const json& answer : Answers("opaque")) {
    SCOPED_TRACE(answer.dump());
    const Bytes cid = BytesAt(answer, "cid");
    const auto format = OpaqueFormat(answer.at("kind"), nullptr, cid.size());
    ASSERT_TRUE(format.has_value());
    for (const ReadCid& reading : ReadAll(*format, WithEachBitFlipped(cid))) {
      const uint8_t flipped = reading.cid[0] ^ cid[0];
      const bool refused = (flipped & length_bits.at(answer.at("kind"))) != 0;
      EXPECT_EQ(reading.reason, refused ? DropReason::kCidNotDelineated : DropReason::kNone)
          << ToHex(reading.cid);
    }
  }
}

TEST(KnownCids, EveryFirstOctetIsDelineated) {
  const json& expected = Answers("delineation");
  for (int octet = 0; octet < 256; ++octet) {
    const uint8_t bytes[] = {static_cast<uint8_t>(octet)};
    EXPECT_EQ(OpaqueCidFormat::LengthByOctet(nullptr, bytes), expected.at("length-octet")[octet]);
    EXPECT_EQ(OpaqueCidFormat::LengthByNibble(nullptr, bytes), expected.at("nibble")[octet]);
  }
}

// A routable CID with the parameters and the content that it has.
struct Routable {
  explicit Routable(const json& answer)
      : cid(BytesAt(answer, "cid")),
        server_id(BytesAt(answer, "server_id")),
        nonce(BytesAt(answer, "nonce")) {
    const Bytes key = BytesAt(answer, "key");
    if (!key.empty()) cipher = MakeAes128(key);
    hide = MakeAes128(BytesAt(answer, "hide"));
    parameters.configuration = answer.at("config").get<uint8_t>();
    parameters.server_id_length = static_cast<uint8_t>(server_id.size());
    parameters.nonce_length = static_cast<uint8_t>(nonce.size());
    parameters.cipher = cipher.get();
    std::memcpy(content.server_id.data(), server_id.data(), server_id.size());
    std::memcpy(content.nonce.data(), nonce.data(), nonce.size());
  }

  // The server that it is of, whose next nonce is the one of the CID.
  QuicLbCidFormat Server(CheckedRandom* random) const {
    QuicLbConfiguration configuration;
    configuration.parameters = parameters;
    configuration.server_id = content.server_id;
    configuration.nonce_cipher = hide.get();
    configuration.first_nonce = nonce;
    QuicLbCidFormat format(random);
    EXPECT_EQ(format.Configure(configuration), QuicLbConfigured::kDone);
    return format;
  }

  bool HasServerId(const QuicLbContent& other) const {
    return std::memcmp(other.server_id.data(), server_id.data(), server_id.size()) == 0;
  }

  Bytes cid, server_id, nonce;
  std::unique_ptr<Aes128> cipher;
  std::unique_ptr<Aes128> hide;  // null where there is a cipher
  QuicLbParameters parameters;
  QuicLbContent content;
};

// REQ-156, REQ-158, REQ-160, REQ-161.
TEST(KnownCids, RoutableOnesAreEncodedAndDecoded) {
  for (const json& answer : Answers("quic_lb")) {
    SCOPED_TRACE(answer.dump());
    const Routable known(answer);
    Bytes encoded(known.parameters.cid_length());
    ASSERT_TRUE(EncodeQuicLbCid(known.parameters, known.content, absl::MakeSpan(encoded)));
    EXPECT_EQ(ToHex(encoded), answer.at("cid"));
    QuicLbContent content;
    ASSERT_EQ(DecodeQuicLbCid(known.parameters, known.cid, &content), DropReason::kNone);
    EXPECT_TRUE(known.HasServerId(content));
    EXPECT_EQ(std::memcmp(content.nonce.data(), known.nonce.data(), known.nonce.size()), 0);
  }
}

// REQ-162: the counter behind nonces in clear is not seen, and nothing is appended.
TEST(KnownCids, RoutableOnesAreIssuedByTheirServer) {
  for (const json& answer : Answers("quic_lb")) {
    SCOPED_TRACE(answer.dump());
    const Routable known(answer);
    QuicLbCidFormat format = known.Server(nullptr);
    const std::string issued = Issued(&format);
    EXPECT_EQ(issued, answer.at("issued"));
    EXPECT_EQ(issued == answer.at("cid"), known.cipher != nullptr);
    EXPECT_EQ(issued.size(), 2 * (1 + known.server_id.size() + known.nonce.size()));
    EXPECT_EQ(Read(format, FromHex(issued)).reason, DropReason::kNone);
    EXPECT_EQ(Read(format, known.cid).reason, DropReason::kNone);
  }
}

// REQ-159: a first octet that names another length or configuration is refused; so is any other
// number of bytes.
TEST(KnownCids, RoutableOnesSayTheirLength) {
  for (const json& answer : Answers("quic_lb")) {
    SCOPED_TRACE(answer.dump());
    const Routable known(answer);
    const QuicLbCidFormat format = known.Server(nullptr);
    EXPECT_EQ(format.length().Of(known.cid), known.cid.size());
    ExpectOtherLengthsRefused(format, known.cid);
    for (int octet = 0; octet < 256; ++octet) {
      Bytes changed = known.cid;
      changed[0] = static_cast<uint8_t>(octet);
      const bool own = changed == known.cid;
      // One that cannot be routed may be from before the configuration.
      const bool unroutable = octet == 0xe7 && changed.size() == 8;
      EXPECT_EQ(Read(format, changed).reason,
                own || unroutable ? DropReason::kNone : DropReason::kCidNotDelineated);
      QuicLbContent content;
      EXPECT_EQ(DecodeQuicLbCid(known.parameters, changed, &content) == DropReason::kNone, own);
    }
  }
}

// A changed CID is read as that of whatever server it then names; there is no check behind that.
TEST(KnownCids, RoutableOnesWithAFlippedBitAreOfAnotherServerOrOfNobody) {
  size_t refused = 0;
  size_t read = 0;
  for (const json& answer : Answers("quic_lb")) {
    SCOPED_TRACE(answer.dump());
    const Routable known(answer);
    std::vector<Bytes> changed = WithEachBitFlipped(known.cid);
    changed.erase(changed.begin(), changed.begin() + 8);
    for (const ReadCid& reading : ReadAll(known.Server(nullptr), changed)) {
      QuicLbContent content;
      ASSERT_EQ(DecodeQuicLbCid(known.parameters, reading.cid, &content), DropReason::kNone);
      const bool own = known.HasServerId(content);
      EXPECT_EQ(reading.reason, own ? DropReason::kNone : DropReason::kCidOfOtherServer);
      if (known.cipher == nullptr) {
        // In clear the server ID alone decides.
        const Bytes named(&reading.cid[1], &reading.cid[1] + known.server_id.size());
        EXPECT_EQ(own, named == known.server_id);
      }
      ++(own ? read : refused);
    }
  }
  EXPECT_GT(refused, 10000u);
  EXPECT_GT(read, 5000u);
}

// REQ-156, REQ-157, REQ-160: and no others.
TEST(KnownCids, RoutableOnesHaveTheNumbersThatTheDraftAllows) {
  const std::unique_ptr<Aes128> cipher = MakeAes128(Bytes(16, 0x5a));
  for (int config = 0; config <= 8; ++config) {
    for (int server_id = 0; server_id <= 20; ++server_id) {
      for (int nonce = 0; nonce <= 20; ++nonce) {
        const bool allowed = config < 7 && server_id >= 1 && nonce >= 4 && server_id + nonce <= 19;
        QuicLbParameters parameters;
        parameters.configuration = static_cast<uint8_t>(config);
        parameters.server_id_length = static_cast<uint8_t>(server_id);
        parameters.nonce_length = static_cast<uint8_t>(nonce);
        parameters.cipher = cipher.get();
        Bytes cid(parameters.cid_length());
        QuicLbContent content;
        EXPECT_EQ(EncodeQuicLbCid(parameters, content, absl::MakeSpan(cid)), allowed);
        EXPECT_EQ(DecodeQuicLbCid(parameters, cid, &content) == DropReason::kNone, allowed);
        EXPECT_EQ(cid == Bytes(cid.size()), !allowed) << "nothing is written where it fails";
      }
    }
  }
  for (int length = 0; length < 256; ++length) {
    const QuicLbCidFormat format(nullptr, static_cast<uint8_t>(length));
    EXPECT_EQ(format.max_length(), length >= 8 && length <= 32 ? length : 0);
  }
}

// What a load balancer that knows QUIC alone takes for the CID: all behind the first byte.
absl::Span<const uint8_t> StockView(const Bytes& datagram, size_t length) {
  return absl::MakeConstSpan(datagram).subspan(1, length);
}

// REQ-166.
TEST(KnownCids, StockLoadBalancersRouteDtls13AndNot12) {
  for (const json& answer : Answers("quic_lb")) {
    SCOPED_TRACE(answer.dump());
    const Routable known(answer);
    const size_t length = known.cid.size();
    QuicLbContent content;
    const Bytes dtls13 = DatagramBuilder().Unified().Cid(known.cid).PayloadOfLength(40).Build();
    EXPECT_EQ(DecodeQuicLbCid(known.parameters, StockView(dtls13, length), &content),
              DropReason::kNone);
    EXPECT_TRUE(known.HasServerId(content));
    const Bytes dtls12 = DatagramBuilder().Tls12Cid(known.cid).PayloadOfLength(40).Build();
    EXPECT_EQ(StockView(dtls12, length)[0] >> 5, QuicLbParameters::kUnroutable);
    EXPECT_EQ(DecodeQuicLbCid(known.parameters, StockView(dtls12, length), &content),
              DropReason::kForgedCid);
  }
  // Without a CID it reads the number of the record, which is masked.
  std::set<int> configurations;
  for (int number = 0; number < 256; ++number) {
    const Bytes without = DatagramBuilder()
                              .Unified()
                              .Sequence(static_cast<uint64_t>(number) << 8)
                              .PayloadOfLength(40)
                              .Build();
    configurations.insert(StockView(without, 8)[0] >> 5);
  }
  EXPECT_EQ(configurations.size(), 8u);
}

// REQ-157.
TEST(KnownCids, UnroutableOnesAreIssuedAndRead) {
  for (const json& answer : Answers("unroutable")) {
    SCOPED_TRACE(answer.dump());
    const Bytes cid = BytesAt(answer, "cid");
    Script script(BytesAt(answer, "drawn"));
    CheckedRandom random(&script);
    QuicLbCidFormat format(&random, static_cast<uint8_t>(cid.size()));
    EXPECT_EQ(Issued(&format), answer.at("cid"));
    EXPECT_EQ(format.length().Of(cid), cid.size());
    ExpectOtherLengthsRefused(format, cid);
    const std::vector<ReadCid> readings = ReadAll(format, WithEachBitFlipped(cid));
    for (size_t bit = 0; bit < readings.size(); ++bit) {
      EXPECT_EQ(readings[bit].reason, bit < 8 ? DropReason::kCidNotDelineated : DropReason::kNone);
    }
  }
}

CidTarget TargetOf(const json& answer) {
  CidTarget target;
  target.core = answer.at("core").get<uint8_t>();
  target.slot = answer.at("slot").get<uint32_t>();
  target.generation = answer.at("generation").get<uint32_t>();
  target.ordinal = answer.at("ordinal").get<uint16_t>();
  return target;
}

// The answers of one format: of a key, a length and a server.
struct Sealed {
  std::unique_ptr<Aes128> cipher;
  std::optional<SealedCidFormat> format;
  uint16_t server = 0;
  std::vector<json> answers;
  std::vector<Bytes> cids;
};

std::vector<Sealed> SealedGroups() {
  std::map<std::tuple<std::string, size_t, uint16_t>, Sealed> groups;
  for (const json& answer : Answers("sealed")) {
    const Bytes cid = BytesAt(answer, "cid");
    const uint16_t server = answer.at("server").get<uint16_t>();
    Sealed& group = groups[{answer.at("key").get<std::string>(), cid.size(), server}];
    if (group.cipher == nullptr) {
      group.cipher = MakeAes128(BytesAt(answer, "key"));
      group.format =
          SealedCidFormat::Make(group.cipher.get(), static_cast<uint8_t>(cid.size()), server);
      EXPECT_TRUE(group.format.has_value());
      group.server = server;
    }
    group.answers.push_back(answer);
    group.cids.push_back(cid);
  }
  std::vector<Sealed> list;
  for (auto& [key, group] : groups) list.push_back(std::move(group));
  return list;
}

TEST(KnownCids, SealedOnesAreIssuedAndRead) {
  for (Sealed& group : SealedGroups()) {
    // All at once, as a server takes them, and each for itself.
    std::vector<Bytes> storage(group.answers.size(), Bytes(group.format->max_length()));
    std::vector<CidIssue> jobs(group.answers.size());
    for (size_t i = 0; i < jobs.size(); ++i) {
      jobs[i].target = TargetOf(group.answers[i]);
      jobs[i].storage = absl::MakeSpan(storage[i]);
    }
    group.format->Issue(absl::MakeSpan(jobs));
    const std::vector<ReadCid> readings = ReadAll(*group.format, group.cids);
    for (size_t i = 0; i < jobs.size(); ++i) {
      const json& answer = group.answers[i];
      SCOPED_TRACE(answer.dump());
      EXPECT_EQ(jobs[i].result, CidIssueResult::kIssued);
      EXPECT_EQ(ToHex(jobs[i].cid()), answer.at("cid"));
      EXPECT_EQ(Issued(&*group.format, TargetOf(answer)), answer.at("cid"));
      EXPECT_EQ(readings[i].reason, DropReason::kNone);
      EXPECT_EQ(readings[i].target, TargetOf(answer));
    }
  }
}

TEST(KnownCids, SealedOnesSayTheirServerToWhoeverRoutes) {
  for (const Sealed& group : SealedGroups()) {
    const uint8_t length = group.format->max_length();
    const uint16_t other_server = group.server == 0 ? group.format->limits().server : 0;
    const auto other = SealedCidFormat::Make(group.cipher.get(), length, other_server);
    ASSERT_TRUE(other.has_value());
    for (size_t i = 0; i < group.cids.size(); ++i) {
      const bool own = other_server == group.server;  // where there is one server alone
      EXPECT_EQ(Read(*other, group.cids[i]).reason,
                own ? DropReason::kNone : DropReason::kCidOfOtherServer);
      CidTarget target;
      uint16_t server = 1;
      EXPECT_EQ(other->ReadOfAnyServer(group.cids[i], &target, &server), DropReason::kNone);
      EXPECT_EQ(server, group.server);
      EXPECT_EQ(target, TargetOf(group.answers[i]));
    }
    CidTarget target;
    uint16_t server;
    EXPECT_EQ(other->ReadOfAnyServer(Bytes(length, 0x11), &target, &server),
              DropReason::kForgedCid);
    EXPECT_EQ(other->ReadOfAnyServer(Bytes(length + 1), &target, &server),
              DropReason::kCidNotDelineated);
  }
}

TEST(KnownCids, SealedOnesWithAFlippedBitAreForged) {
  for (const Sealed& group : SealedGroups()) {
    for (const Bytes& cid : group.cids) {
      for (const ReadCid& reading : ReadAll(*group.format, WithEachBitFlipped(cid))) {
        EXPECT_EQ(reading.reason, DropReason::kForgedCid) << ToHex(reading.cid);
      }
      ExpectOtherLengthsRefused(*group.format, cid);
    }
  }
}

TEST(KnownCids, SealedOnesAreForgedUnderAnotherKey) {
  const std::unique_ptr<Aes128> cipher = MakeAes128(Bytes(16, 0x77));
  for (const Sealed& group : SealedGroups()) {
    const auto format = SealedCidFormat::Make(cipher.get(), group.format->max_length());
    for (const ReadCid& reading : ReadAll(*format, group.cids)) {
      EXPECT_EQ(reading.reason, DropReason::kForgedCid) << ToHex(reading.cid);
    }
  }
}

TEST(KnownCids, TaggedOnesAreIssuedAndReadAndRefusedWithAFlippedBit) {
  for (const json& answer : Answers("tagged")) {
    SCOPED_TRACE(answer.dump());
    const Bytes key = BytesAt(answer, "key");
    const Bytes cid = BytesAt(answer, "cid");
    const Bytes opaque = BytesAt(answer, "opaque");
    const SipHashCidTagger siphash(SipHashKey::FromBytes(KeyBytes(key)));
    const std::unique_ptr<Aes128> cipher = MakeAes128(key);
    const BlockCidTagger block(cipher.get());
    const CidTagger* tagger = &siphash;
    if (answer.at("by") == "aes") tagger = &block;

    Script script(opaque);
    CheckedRandom random(&script);
    auto format = TaggedCidFormat::Make(tagger, &random, static_cast<uint8_t>(opaque.size()),
                                        answer.at("tag_length").get<uint8_t>());
    ASSERT_TRUE(format.has_value());
    EXPECT_EQ(Issued(&*format), answer.at("cid"));
    EXPECT_EQ(Read(*format, cid).reason, DropReason::kNone);
    for (const ReadCid& reading : ReadAll(*format, WithEachBitFlipped(cid))) {
      EXPECT_EQ(reading.reason, DropReason::kForgedCid) << ToHex(reading.cid);
    }
    ExpectOtherLengthsRefused(*format, cid);
  }
}

}  // namespace
}  // namespace waybill
