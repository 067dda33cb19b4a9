// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/dissector.h"

#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/record_view.h"
#include "waybill/tools/test_directions.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/datagram_builder.h"
#include "waybill/traffic/handshake_message.h"
#include "waybill/traffic/hello_builder.h"
#include "waybill/traffic/mix.h"
#include "waybill/traffic/session.h"

namespace waybill {
namespace {

const Bytes kCid = {0xc1, 0xc2, 0xc3, 0xc4, 0xc5};
const Bytes kOtherCid = {0xd1, 0xd2, 0xd3};

// A record with copies of its bytes.
struct Seen : DissectedRecord {
  Bytes cid;
};

class Observer {
 public:
  explicit Observer(const DissectorOptions& options = {}) : dissector_(options) {}

  std::vector<Seen> Read(const ObservedDatagram& datagram) {
    std::vector<Seen> records;
    dissector_.Read(datagram, [&records](const DissectedRecord& record) {
      Seen seen;
      static_cast<DissectedRecord&>(seen) = record;
      seen.datagram = nullptr;  // valid during the call alone
      const auto cid = record.view.cid.In(record.datagram->payload);
      seen.cid.assign(cid.begin(), cid.end());
      records.push_back(seen);
    });
    return records;
  }
  std::vector<Seen> Read(const Bytes& bytes, const FlowDirection& direction = ToServer()) {
    return Read({1, direction, bytes});
  }
  // Of a datagram of one record.
  Seen ReadOne(const Bytes& bytes, const FlowDirection& direction = ToServer()) {
    return Only(Read(bytes, direction));
  }
  Seen ReadCut(Bytes bytes, size_t length, const FlowDirection& direction = ToServer()) {
    bytes.resize(length);
    bytes.shrink_to_fit();
    return Only(Read({1, direction, bytes, /*is_fragment=*/false, /*is_cut=*/true}));
  }

 private:
  static Seen Only(const std::vector<Seen>& records) {
    EXPECT_EQ(records.size(), 1u);
    return records.front();
  }

  Dissector dissector_;
};

Bytes HelloRecord(const HelloBuilder& hello) {
  return DatagramBuilder()
      .Plaintext(kHandshake)
      .Payload(FragmentHandshake(hello.Message())[0])
      .Build();
}

Bytes ClientHello(const Bytes& cid) {
  return HelloRecord(HelloBuilder::Client().ConnectionId(cid));
}
Bytes ServerHello(const Bytes& cid) {
  return HelloRecord(HelloBuilder::Server().ConnectionId(cid));
}

// An observer who heard a client ask for `to_client`, and its server for `to_server`.
Observer AfterHellos(const Bytes& to_server, const Bytes& to_client,
                     const DissectorOptions& options = {}) {
  Observer observer(options);
  observer.Read(ClientHello(to_client), ToServer());
  observer.Read(ServerHello(to_server), ToClient());
  return observer;
}

Bytes Tls12Cid(const Bytes& cid) {
  return DatagramBuilder()
      .Tls12Cid(cid)
      .Epoch(2)
      .Sequence(0x010203040506)
      .PayloadOfLength(40)
      .Build();
}

Bytes Unified(const Bytes& cid) {
  return DatagramBuilder().Unified().Cid(cid).PayloadOfLength(40).Build();
}

Bytes UnifiedWithoutLength(const Bytes& cid) {
  return DatagramBuilder().Unified().Cid(cid).WithoutLength().PayloadOfLength(40).Build();
}

void ExpectCid(const Seen& record, const Bytes& cid, CidLengthSource source) {
  EXPECT_EQ(NameOf(record.drop), NameOf(DropReason::kNone));
  EXPECT_FALSE(record.header_unread);
  EXPECT_EQ(record.cid, cid);
  EXPECT_EQ(NameOf(record.cid_length_source), NameOf(source));
}

void ExpectRefused(const Seen& record, DropReason reason) {
  EXPECT_EQ(NameOf(record.drop), NameOf(reason));
  EXPECT_TRUE(record.cid.empty());
  EXPECT_EQ(record.cid_length_source, CidLengthSource::kNone);
}

TEST(Dissector, HellosSayTheLength) {
  Observer observer = AfterHellos(kCid, kOtherCid);
  for (const auto& make : {Tls12Cid, Unified, UnifiedWithoutLength}) {
    ExpectCid(observer.ReadOne(make(kCid), ToServer()), kCid, CidLengthSource::kHello);
    ExpectCid(observer.ReadOne(make(kOtherCid), ToClient()), kOtherCid, CidLengthSource::kHello);
  }
}

TEST(Dissector, HellosMayBeFragmented) {
  const HandshakeMessage client = HelloBuilder::Client().ConnectionId(kOtherCid).Message();
  Observer observer;
  for (const Bytes& fragment : FragmentHandshake(client, {20, 20})) {
    observer.Read(DatagramBuilder().Plaintext(kHandshake).Payload(fragment).Build());
  }
  observer.Read(ServerHello(kCid), ToClient());
  ExpectCid(observer.ReadOne(UnifiedWithoutLength(kCid)), kCid, CidLengthSource::kHello);
}

// A server of DTLS 1.3 may send its hello and what is protected in one datagram.
TEST(Dissector, HelloSaysTheLengthInItsOwnDatagram) {
  Observer observer;
  observer.Read(ClientHello(kOtherCid));
  const Bytes flight = DatagramBuilder()
                           .Raw(ServerHello(kCid))
                           .Raw(Unified(kOtherCid))
                           .Raw(UnifiedWithoutLength(kOtherCid))
                           .Build();
  const std::vector<Seen> records = observer.Read(flight, ToClient());
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].view.form, RecordForm::kDtlsPlaintext);
  for (size_t i = 0; i < records.size(); ++i) EXPECT_EQ(records[i].number, static_cast<int>(i) + 1);
  ExpectCid(records[1], kOtherCid, CidLengthSource::kHello);
  ExpectCid(records[2], kOtherCid, CidLengthSource::kHello);

  const Bytes short_flight =
      DatagramBuilder().Raw(ServerHello(kCid)).Raw(UnifiedWithoutLength(kOtherCid)).Build();
  Observer other;
  other.Read(ClientHello(kOtherCid));
  const std::vector<Seen> two = other.Read(short_flight, ToClient());
  ASSERT_EQ(two.size(), 2u);
  ExpectCid(two[1], kOtherCid, CidLengthSource::kHello);
}

TEST(Dissector, HelloMayStandBehindAProtectedRecord) {
  Observer observer = AfterHellos(kCid, kOtherCid);
  const Bytes datagram =
      DatagramBuilder().Raw(Unified(kCid)).Raw(ClientHello({9})).Raw(Unified(kCid)).Build();
  const std::vector<Seen> records = observer.Read(datagram);
  ASSERT_EQ(records.size(), 3u);
  ExpectCid(records[2], kCid, CidLengthSource::kHello);
  observer.Read(ServerHello(kCid), ToClient());
  ExpectCid(observer.ReadOne(UnifiedWithoutLength({9}), ToClient()), {9}, CidLengthSource::kHello);
}

TEST(Dissector, OptionSaysTheLengthWhateverHellosSay) {
  DissectorOptions options;
  options.cid_length = 5;
  Observer observer = AfterHellos({1, 2}, {}, options);
  for (const FlowDirection& direction : {ToServer(), ToClient(), ToServer(2)}) {
    ExpectCid(observer.ReadOne(UnifiedWithoutLength(kCid), direction), kCid,
              CidLengthSource::kOption);
    ExpectCid(observer.ReadOne(Tls12Cid(kCid), direction), kCid, CidLengthSource::kOption);
  }
  options.cid_length = 0;
  ExpectRefused(Observer(options).ReadOne(Tls12Cid(kCid)), DropReason::kCidNotExpected);
}

// BUG-48: forms that describe themselves are read without any hello.
TEST(Dissector, ExtensionSaysTheLength) {
  Observer observer;
  const Bytes extended12 =
      DatagramBuilder().Extended12().CidExtension(kCid).PayloadOfLength(40).Build();
  const Bytes extended13 =
      DatagramBuilder().Extended13().CidExtension(kCid).PayloadOfLength(40).Build();
  ExpectCid(observer.ReadOne(extended12), kCid, CidLengthSource::kHeader);
  ExpectCid(observer.ReadOne(extended13), kCid, CidLengthSource::kHeader);

  const Bytes other_extension =
      DatagramBuilder().Extended13().Cid(kCid).Extension(3, {1}).PayloadOfLength(40).Build();
  ExpectCid(observer.ReadOne(other_extension), kCid, CidLengthSource::kInferred);
  const Bytes no_cid = DatagramBuilder().Extended12().Extension(3, {1}).PayloadOfLength(40).Build();
  ExpectCid(observer.ReadOne(no_cid), {}, CidLengthSource::kNone);
}

// BUG-48
TEST(Dissector, LengthIsInferredWithoutHellos) {
  Observer observer;
  ExpectCid(observer.ReadOne(Tls12Cid(kCid)), kCid, CidLengthSource::kInferred);
  ExpectCid(observer.ReadOne(Unified(kOtherCid), ToClient()), kOtherCid,
            CidLengthSource::kInferred);
  const Bytes behind =
      DatagramBuilder().Plaintext(kChangeCipherSpec).Payload({1}).Raw(Tls12Cid(kOtherCid)).Build();
  const std::vector<Seen> records = observer.Read(behind, ToServer(2));
  ASSERT_EQ(records.size(), 2u);
  ExpectCid(records[0], {}, CidLengthSource::kNone);
  ExpectCid(records[1], kOtherCid, CidLengthSource::kInferred);
}

// Neither fields behind the CID nor a CID are made up; RFC 9146 puts version and number first.
TEST(Dissector, UnknownLengthLeavesWhatStandsInFront) {
  Bytes payload = {0x00, 0x20};  // another length field that would do
  payload.resize(0x22, 0xee);
  const Bytes ambiguous =
      DatagramBuilder().Tls12Cid(kCid).Epoch(2).Sequence(0x010203040506).Payload(payload).Build();
  const Seen tls12_cid = Observer().ReadOne(ambiguous);
  ExpectRefused(tls12_cid, DropReason::kCidNotDelineated);
  EXPECT_TRUE(tls12_cid.header_unread);
  EXPECT_EQ(tls12_cid.view.form, RecordForm::kTls12Cid);
  EXPECT_EQ(tls12_cid.view.version, 0xfefd);
  EXPECT_EQ(tls12_cid.view.epoch, 2);
  EXPECT_EQ(tls12_cid.view.sequence, 0x010203040506u);

  const Seen unified = Observer().ReadOne(UnifiedWithoutLength(kCid));
  ExpectRefused(unified, DropReason::kCidNotDelineated);
  EXPECT_TRUE(unified.header_unread);
  EXPECT_EQ(unified.view.form, RecordForm::kUnified);
}

// The server may have issued a new CID of another length, or the hellos were not those of this
// association.
TEST(Dissector, HelloThatStopsFittingFallsBackToInference) {
  Observer observer = AfterHellos(kCid, {});
  ExpectCid(observer.ReadOne(Tls12Cid(kOtherCid)), kOtherCid, CidLengthSource::kInferred);
  ExpectCid(observer.ReadOne(Tls12Cid(kCid)), kCid, CidLengthSource::kHello);
}

// Two other decoders lose an association here.
TEST(Dissector, ChangeOfAddressLosesNothing) {
  Observer observer = AfterHellos(kCid, {});
  ExpectCid(observer.ReadOne(UnifiedWithoutLength(kCid), ToServer(2)), kCid,
            CidLengthSource::kHello);
  observer.ReadOne(Unified(kOtherCid), ToServer(3));
  ExpectCid(observer.ReadOne(UnifiedWithoutLength(kOtherCid), ToServer(4)), kOtherCid,
            CidLengthSource::kInferred);
}

// REQ-002, REQ-006
TEST(Dissector, CidThatWasNotAgreedIsNotExpected) {
  Observer empty = AfterHellos(kCid, {});
  ExpectRefused(empty.ReadOne(Tls12Cid(kCid), ToClient()), DropReason::kCidNotExpected);
  ExpectCid(empty.ReadOne(Tls12Cid(kCid), ToServer()), kCid, CidLengthSource::kHello);

  Observer one_sided;
  one_sided.Read(ClientHello(kOtherCid));
  one_sided.Read(HelloRecord(HelloBuilder::Server()), ToClient());
  const Seen record = one_sided.ReadOne(Tls12Cid(kOtherCid), ToClient());
  ExpectRefused(record, DropReason::kCidNotExpected);
  EXPECT_EQ(record.view.sequence, 0x010203040506u);
}

// REQ-005
TEST(Dissector, NewHandshakeOnTheSameAddressesCounts) {
  Observer observer = AfterHellos(kCid, kOtherCid);
  observer.Read(ClientHello({9}));
  ExpectCid(observer.ReadOne(UnifiedWithoutLength(kCid)), kCid, CidLengthSource::kHello);
  observer.Read(ServerHello({8, 8}), ToClient());
  ExpectCid(observer.ReadOne(UnifiedWithoutLength({8, 8})), {8, 8}, CidLengthSource::kHello);
  ExpectCid(observer.ReadOne(UnifiedWithoutLength({9}), ToClient()), {9}, CidLengthSource::kHello);
}

// Some claim hellos and are none: not handshake, not in the clear, refused.
TEST(Dissector, HellosAreReadFromPlaintextHandshakeRecordsAlone) {
  const Bytes hello = FragmentHandshake(HelloBuilder::Server().ConnectionId(kCid).Message())[0];
  for (const Bytes& not_a_hello :
       {DatagramBuilder().Plaintext(kAlert).Payload(hello).Build(),
        DatagramBuilder().Ciphertext(kHandshake).Payload(hello).Build(),
        DatagramBuilder().Plaintext(kHandshake).Extension(1, {1}).Payload(hello).Build()}) {
    Observer observer;
    observer.Read(ClientHello(kOtherCid));
    observer.Read(not_a_hello, ToClient());
    ExpectRefused(observer.ReadOne(UnifiedWithoutLength(kCid)), DropReason::kCidNotDelineated);
  }
}

TEST(Dissector, WithoutAddressesLengthsAreInferredAlone) {
  Observer observer;
  const auto read = [&observer](const Bytes& bytes) {
    return observer.Read({1, std::nullopt, bytes});
  };
  read(ClientHello(kOtherCid));
  read(ServerHello(kOtherCid));
  ExpectRefused(read(UnifiedWithoutLength(kOtherCid))[0], DropReason::kCidNotDelineated);
  ExpectCid(read(Tls12Cid(kCid))[0], kCid, CidLengthSource::kInferred);
}

TEST(Dissector, FragmentsAreNotParsed) {
  Observer observer;
  observer.Read(ClientHello(kOtherCid));
  const Bytes hello = ServerHello(kCid);
  const std::vector<Seen> records =
      observer.Read({1, ToClient(), hello, /*is_fragment=*/true, /*is_cut=*/false});
  ASSERT_EQ(records.size(), 1u);
  ExpectRefused(records[0], DropReason::kNone);
  EXPECT_TRUE(records[0].header_unread);
  EXPECT_EQ(records[0].view.form, RecordForm::kOther);
  EXPECT_EQ(records[0].protocol, Protocol::kUnknown);
  ExpectRefused(observer.ReadOne(UnifiedWithoutLength(kCid)), DropReason::kCidNotDelineated);
}

TEST(Dissector, WhatTheCaptureCutIsNoFault) {
  Observer observer = AfterHellos(kCid, {});
  const auto expect_cut = [](const Seen& record) {
    EXPECT_EQ(NameOf(record.drop), NameOf(DropReason::kNone));
    EXPECT_TRUE(record.cut_by_capture);
  };
  const Bytes tls12_cid = Tls12Cid(kCid);
  const Bytes ciphertext = DatagramBuilder().Ciphertext().PayloadOfLength(40).Build();
  const Bytes unified = Unified(kCid);
  const Bytes without_length = UnifiedWithoutLength(kCid);
  for (const Bytes& whole : {tls12_cid, ciphertext, unified, without_length}) {
    for (size_t length = 0; length < whole.size(); ++length) {
      SCOPED_TRACE(testing::Message() << "byte " << int{whole[0]} << ", cut at " << length);
      expect_cut(observer.ReadCut(whole, length));
    }
  }

  const Seen in_payload = observer.ReadCut(tls12_cid, 30);
  ExpectCid(in_payload, kCid, CidLengthSource::kHello);
  EXPECT_EQ(in_payload.view.length(), 40) << "what the header says, not what is there";
  const Seen in_header = observer.ReadCut(tls12_cid, 14);
  EXPECT_TRUE(in_header.header_unread);
  EXPECT_EQ(in_header.view.sequence, 0x010203040506u);
}

TEST(Dissector, CutDatagramsStillHaveFaultsAndSecrets) {
  Observer observer;
  const Seen unknown = observer.ReadCut(Tls12Cid(kCid), 40);
  ExpectRefused(unknown, DropReason::kCidNotDelineated);
  EXPECT_FALSE(unknown.cut_by_capture);
  const Seen other_protocol = observer.ReadCut({0x80, 1, 2, 3}, 2);
  ExpectRefused(other_protocol, DropReason::kNotDtls);
  EXPECT_FALSE(other_protocol.cut_by_capture);

  const Bytes two =
      DatagramBuilder().Ciphertext().PayloadOfLength(20).Ciphertext().PayloadOfLength(20).Build();
  const std::vector<Seen> records =
      observer.Read({1, ToServer(), absl::MakeConstSpan(two).first(40), false, /*is_cut=*/true});
  ASSERT_EQ(records.size(), 2u);
  EXPECT_FALSE(records[0].cut_by_capture) << "the first one is all there";
  EXPECT_TRUE(records[1].cut_by_capture);
}

TEST(Dissector, CutByThePeerIsAFault) {
  Observer observer;
  Bytes bytes = DatagramBuilder().Ciphertext().PayloadOfLength(40).Build();
  bytes.pop_back();
  const Seen record = observer.ReadOne(bytes);
  EXPECT_EQ(record.drop, DropReason::kLengthPastEnd);
  EXPECT_FALSE(record.cut_by_capture);
  bytes.resize(5);
  EXPECT_EQ(observer.ReadOne(bytes).drop, DropReason::kHeaderTruncated);
  EXPECT_TRUE(observer.ReadOne(bytes).header_unread);
}

// EXT-4, EXT-5, EXT-7
TEST(Dissector, ProfileSaysHowExtensionsAreRead) {
  const Bytes descending = DatagramBuilder()
                               .Extended12()
                               .Extension(5, {1})
                               .CidExtension(kCid)
                               .PayloadOfLength(40)
                               .Build();
  const Bytes extended13 =
      DatagramBuilder().Extended13().CidExtension(kCid).PayloadOfLength(40).Build();
  DissectorOptions options;
  EXPECT_EQ(Observer(options).ReadOne(descending).drop, DropReason::kExtensionOrder);

  options.profile = ExtensionProfile::kStrict;
  ExpectCid(Observer(options).ReadOne(descending), kCid, CidLengthSource::kHeader);
  EXPECT_EQ(Observer(options).ReadOne(extended13).drop, DropReason::kLengthPastEnd)
      << "the strict profile is for DTLS 1.2";

  options.profile = ExtensionProfile::kOff;
  EXPECT_EQ(Observer(options).ReadOne(descending).drop, DropReason::kLengthPastEnd);
  EXPECT_EQ(Observer(options).ReadOne(extended13).drop, DropReason::kLengthPastEnd);
  ExpectCid(Observer(options).ReadOne(Tls12Cid(kCid)), kCid, CidLengthSource::kInferred);
}

// RFC 9443
TEST(Dissector, OtherProtocolsAreNamed) {
  const struct {
    uint8_t first_byte;
    Protocol protocol;
    DropReason drop;
  } cases[] = {{0, Protocol::kStun, DropReason::kNotDtls},
               {5, Protocol::kUnknown, DropReason::kNotDtls},
               {16, Protocol::kZrtp, DropReason::kNotDtls},
               {30, Protocol::kDtls, DropReason::kUnknownContentType},
               {64, Protocol::kTurnChannel, DropReason::kNotDtls},
               {0x40 | 0x20, Protocol::kQuic, DropReason::kNotDtls},
               {0x80, Protocol::kRtp, DropReason::kNotDtls},
               {0xc0, Protocol::kQuic, DropReason::kNotDtls}};
  for (const auto& expected : cases) {
    const Seen record = Observer().ReadOne({expected.first_byte, 1, 2, 3});
    EXPECT_EQ(NameOf(record.protocol), NameOf(expected.protocol)) << int{expected.first_byte};
    ExpectRefused(record, expected.drop);
    EXPECT_EQ(record.view.form, RecordForm::kOther);
    EXPECT_TRUE(record.header_unread);
  }
}

// BUG-33: a datagram without bytes is seen.
TEST(Dissector, EmptyDatagramIsOneRecord) {
  const Seen record = Observer().ReadOne({});
  ExpectRefused(record, DropReason::kEmptyDatagram);
  EXPECT_EQ(record.protocol, Protocol::kUnknown);
  EXPECT_FALSE(record.cut_by_capture);
}

TEST(Dissector, TooLongDatagramIsNamedByItsFirstByte) {
  const Seen record = Observer().ReadOne(Bytes(65536, kApplicationData));
  ExpectRefused(record, DropReason::kDatagramTooLong);
  EXPECT_EQ(record.protocol, Protocol::kDtls);
  EXPECT_EQ(Observer().ReadOne(Bytes(65536, 0x80)).protocol, Protocol::kRtp);
}

// BUG-48: what is said of a good datagram's CID is right in every form, with trash in between, and
// it is said of most.
TEST(Dissector, IsRightOverGeneratedTraffic) {
  for (const Mix& mix : AllMixes()) {
    SCOPED_TRACE(std::string(mix.name));
    Observer observer;
    MixGenerator generator(mix, 5);
    int with_cid = 0, said = 0, wrong = 0;
    for (int i = 0; i < 10000; ++i) {
      const GeneratedDatagram datagram = generator.Next();
      const auto port = static_cast<uint16_t>(1 + datagram.flow);
      const auto records = observer.Read(datagram.bytes, datagram.direction == Direction::kToServer
                                                             ? ToServer(port)
                                                             : ToClient(port));
      if (datagram.trash.has_value() || datagram.cid.empty()) continue;
      ++with_cid;
      if (records[0].cid.empty()) continue;
      ++said;
      if (records[0].view.cid != datagram.cid) ++wrong;
    }
    EXPECT_EQ(wrong, 0);
    if (mix.trash_percent < 100) {
      EXPECT_GT(with_cid, 100);
      EXPECT_GT(said * 100, with_cid * 70);
    }
  }
}

}  // namespace
}  // namespace waybill
