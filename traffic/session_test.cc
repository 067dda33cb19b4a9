// SPDX-License-Identifier: Apache-2.0
#include "waybill/traffic/session.h"

#include <map>
#include <set>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/hello.h"
#include "waybill/record/datagram_reader.h"
#include "waybill/record/record_checks.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

constexpr Dialect kDialects[] = {Dialect::kDtls12, Dialect::kDtls12Cid, Dialect::kExtended12,
                                 Dialect::kDtls13, Dialect::kDtls13Cid, Dialect::kExtended13};
const Bytes kServerCid = {1, 2, 3, 4, 5};
const Bytes kClientCid = {6, 7, 8};

bool SpeaksDtls13(Dialect dialect) { return dialect >= Dialect::kDtls13; }

RecordRules RulesOf(Direction direction) {
  const size_t cid_length =
      direction == Direction::kToServer ? kServerCid.size() : kClientCid.size();
  ExtensionRules extensions;
  extensions.profile = ExtensionProfile::kAuthenticated;
  extensions.accepted = NegotiatedExtensions(cid_length);
  return RecordRules(CidLength::Fixed(static_cast<uint8_t>(cid_length)), extensions);
}

// All records of a datagram, each of which must be good, in the form of its version, and with the
// CID of its direction if with any.
std::vector<RecordView> Read(const Bytes& datagram, Dialect dialect, Direction direction) {
  std::vector<RecordView> views;
  DatagramReader reader(datagram, RulesOf(direction));
  RecordView view;
  DropReason reason;
  while (reader.Next(&view, &reason)) {
    EXPECT_EQ(reason, DropReason::kNone) << NameOf(reason);
    EXPECT_EQ(CheckVersion(view), DropReason::kNone);
    EXPECT_EQ(
        CheckContentType(view, SpeaksDtls13(dialect) ? DtlsVersion::kDtls13 : DtlsVersion::kDtls12),
        DropReason::kNone);
    if (!view.cid.empty()) {
      EXPECT_EQ(view.cid.In(absl::MakeConstSpan(datagram)),
                absl::MakeConstSpan(direction == Direction::kToServer ? kServerCid : kClientCid));
    }
    views.push_back(view);
  }
  return views;
}

// The body of the hello that is the only record of a datagram.
Bytes HelloIn(const Bytes& datagram, Dialect dialect, Direction direction) {
  const std::vector<RecordView> views = Read(datagram, dialect, direction);
  EXPECT_EQ(views.size(), 1u);
  EXPECT_EQ(views[0].form, RecordForm::kDtlsPlaintext);
  const absl::Span<const uint8_t> payload = views[0].payload.In(absl::MakeConstSpan(datagram));
  return Bytes(payload.begin() + 12, payload.end());
}

TEST(Session, ShakesHandsFirst) {
  for (const Dialect dialect : kDialects) {
    SCOPED_TRACE(static_cast<int>(dialect));
    Random random(1);
    Session session(dialect, kServerCid, kClientCid);
    std::vector<Bytes> datagrams;
    while (session.InHandshake()) {
      Direction direction;
      datagrams.push_back(session.NextOfHandshake(&random, &direction));
      EXPECT_EQ(direction, datagrams.size() % 2 == 1 ? Direction::kToServer : Direction::kToClient);
    }
    ASSERT_EQ(datagrams.size(), 4u);

    Hello client, server;
    const Bytes client_body = HelloIn(datagrams[0], dialect, Direction::kToServer);
    const Bytes server_body = HelloIn(datagrams[1], dialect, Direction::kToClient);
    ASSERT_EQ(ReadClientHello(client_body, &client), DropReason::kNone);
    ASSERT_EQ(ReadServerHello(server_body, &server), DropReason::kNone);
    ASSERT_EQ(client.cid.has_value(), UsesCids(dialect));
    if (UsesCids(dialect)) {  // each asks for the CID that it wants to receive
      EXPECT_EQ(*client.cid, absl::MakeConstSpan(kClientCid));
      EXPECT_EQ(*server.cid, absl::MakeConstSpan(kServerCid));
    }
    const bool extended = dialect == Dialect::kExtended12 || dialect == Dialect::kExtended13;
    EXPECT_EQ(AgreeOnRecordHeaderExtensions(client, server).profile,
              extended ? ExtensionProfile::kAuthenticated : ExtensionProfile::kOff);

    for (const size_t i : {2, 3}) {
      const Direction direction = i == 2 ? Direction::kToServer : Direction::kToClient;
      const std::vector<RecordView> views = Read(datagrams[i], dialect, direction);
      ASSERT_EQ(views.size(), SpeaksDtls13(dialect) ? 1u : 2u);
      // EXT-13: no extensions yet.
      EXPECT_EQ(views.back().form, SpeaksDtls13(dialect) ? RecordForm::kUnified
                                   : UsesCids(dialect)   ? RecordForm::kTls12Cid
                                                         : RecordForm::kDtlsCiphertext);
      EXPECT_EQ(views.back().cid.empty(), !UsesCids(dialect));
      EXPECT_EQ(views.back().epoch, SpeaksDtls13(dialect) ? 2 : 1);
    }
  }
}

TEST(Session, LabelsApplicationDataInItsDialect) {
  const std::map<Dialect, RecordForm> forms = {{Dialect::kDtls12, RecordForm::kDtlsCiphertext},
                                               {Dialect::kDtls12Cid, RecordForm::kTls12Cid},
                                               {Dialect::kExtended12, RecordForm::kExtended12},
                                               {Dialect::kDtls13, RecordForm::kUnified},
                                               {Dialect::kDtls13Cid, RecordForm::kUnified},
                                               {Dialect::kExtended13, RecordForm::kExtended13}};
  for (const auto& [dialect, form] : forms) {
    SCOPED_TRACE(static_cast<int>(dialect));
    Random random(2);
    Session session(dialect, kServerCid, kClientCid);
    for (const Direction direction : {Direction::kToServer, Direction::kToClient}) {
      const size_t lengths[] = {16, 40, 1000};
      const std::vector<RecordView> views =
          Read(session.Application(direction, lengths, &random), dialect, direction);
      ASSERT_EQ(views.size(), 3u);
      for (size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(views[i].form, form);
        EXPECT_EQ(views[i].payload.length, lengths[i]);
        EXPECT_EQ(views[i].cid.empty(), !UsesCids(dialect));
        EXPECT_EQ(views[i].epoch, SpeaksDtls13(dialect) ? 3 : 1);
        if (!SpeaksDtls13(dialect)) {
          EXPECT_EQ(views[i].sequence, i);
        }
      }
    }
  }
}

// REQ-029, REQ-030: both lengths of number, with and without a length field, occur.
TEST(Session, MixesTheOptionsOfTheUnifiedHeader) {
  Random random(3);
  Session session(Dialect::kDtls13Cid, kServerCid, kClientCid);
  std::set<std::pair<int, bool>> seen;
  for (int i = 0; i < 100; ++i) {
    const Bytes datagram = session.Application(Direction::kToServer, {16}, &random);
    const std::vector<RecordView> views = Read(datagram, Dialect::kDtls13Cid, Direction::kToServer);
    seen.emplace(views[0].number().length, views[0].has_length());
  }
  EXPECT_EQ(seen.size(), 4u);
}

// REQ-006: towards a side that asked for an empty CID, records are those without CIDs.
TEST(Session, SendsNoCidWhereNoneWasAskedFor) {
  const std::map<Dialect, RecordForm> forms = {{Dialect::kDtls12Cid, RecordForm::kDtlsCiphertext},
                                               {Dialect::kExtended12, RecordForm::kDtlsCiphertext},
                                               {Dialect::kDtls13Cid, RecordForm::kUnified},
                                               {Dialect::kExtended13, RecordForm::kUnified}};
  for (const auto& [dialect, form] : forms) {
    Random random(4);
    Session session(dialect, kServerCid, /*client_cid=*/{});
    const Bytes datagram = session.Application(Direction::kToClient, {20}, &random);
    DatagramReader reader(datagram, RecordRules(CidLength::Absent()));
    RecordView view;
    DropReason reason;
    ASSERT_TRUE(reader.Next(&view, &reason));
    EXPECT_EQ(reason, DropReason::kNone);
    EXPECT_EQ(view.form, form);
  }
}

}  // namespace
}  // namespace waybill
