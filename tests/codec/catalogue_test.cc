// SPDX-License-Identifier: Apache-2.0
//
// What traffic/ makes and has: the catalogue of good records and every prefix of them, their
// mutations, the mixes, and the captures of real stacks.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/capture/capture_reader.h"
#include "waybill/ext/extension_chain.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/record/datagram_reader.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/tests/codec/agreement.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/handshake_message.h"
#include "waybill/traffic/mix.h"
#include "waybill/traffic/mutation.h"
#include "waybill/traffic/well_formed.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

constexpr ExtensionProfile kProfiles[] = {ExtensionProfile::kOff, ExtensionProfile::kStrict,
                                          ExtensionProfile::kAuthenticated};

TEST(WellFormedRecords, AndTheirPrefixesAreReadAlike) {
  for (const WellFormedRecord& record : WellFormedRecords()) {
    SCOPED_TRACE(record.name);
    Bytes bytes = record.builder.Build();
    EXPECT_EQ(Disagreement(bytes, record.rules), "");
    bytes.resize(std::min<size_t>(bytes.size(), 600));
    for (; !bytes.empty(); bytes.pop_back()) {
      ASSERT_EQ(Disagreement(bytes, record.rules), "") << bytes.size();
    }
  }
}

TEST(Mutations, AreRefusedAlikeAndForTheirReason) {
  for (const Mutation& mutation : AllMutations()) {
    SCOPED_TRACE(mutation.name);
    EXPECT_EQ(Disagreement(mutation.datagram, mutation.rules), "");
    DatagramReader reader(mutation.datagram, mutation.rules);
    RecordView view;
    DropReason reason = DropReason::kNone;
    for (size_t i = 0; i <= mutation.accepted_before; ++i) {
      ASSERT_TRUE(reader.Next(&view, &reason));
    }
    EXPECT_EQ(reason, mutation.reason) << NameOf(reason);
  }
}

TEST(Mixes, AreReadAlike) {
  for (const Mix& mix : AllMixes()) {
    MixGenerator generator(mix, /*seed=*/7);
    for (int i = 0; i < 2000; ++i) {
      const GeneratedDatagram datagram = generator.Next();
      ASSERT_EQ(Disagreement(datagram.bytes, RulesOf(mix, datagram.direction)), "")
          << mix.name << ", datagram " << i;
    }
  }
}

// Reads the captures that are in the test's data.
class Captures : public testing::Test {
 protected:
  static std::vector<Bytes> Datagrams() {
    std::vector<Bytes> datagrams;
    for (const auto& entry : std::filesystem::directory_iterator("traffic/captures")) {
      const std::string extension = entry.path().extension();
      if (extension != ".pcap" && extension != ".pcapng") continue;
      SCOPED_TRACE(entry.path());
      absl::StatusOr<CaptureReader> reader = CaptureReader::Open(entry.path());
      EXPECT_TRUE(reader.ok()) << reader.status();
      CapturedPacket packet;
      absl::StatusOr<bool> more = reader->Next(&packet);
      for (; more.ok() && *more; more = reader->Next(&packet)) {
        datagrams.emplace_back(packet.udp.payload.begin(), packet.udp.payload.end());
      }
      EXPECT_TRUE(more.ok()) << more.status();
    }
    return datagrams;
  }
};

TEST_F(Captures, AreReadAlikeWithEveryCidLength) {
  const std::vector<Bytes> datagrams = Datagrams();
  EXPECT_GT(datagrams.size(), 200u);
  for (const Bytes& datagram : datagrams) {
    // mbedTLS takes CIDs of up to 32 bytes.
    for (uint8_t cid_length = 0; cid_length <= 32; ++cid_length) {
      for (const ExtensionProfile profile : kProfiles) {
        ExtensionRules extensions;
        extensions.profile = profile;
        extensions.accepted = ExtensionTypeSet::All();
        ASSERT_EQ(Disagreement(datagram, RecordRules(CidLength::Fixed(cid_length), extensions)),
                  "");
      }
    }
  }
}

// The hellos in them that are one fragment, and the front of every other one.
TEST_F(Captures, HaveHellosThatAreReadAlike) {
  size_t hellos = 0;
  for (const Bytes& datagram : Datagrams()) {
    DatagramReader reader(datagram, RecordRules(CidLength::Absent()));
    RecordView view;
    DropReason reason;
    while (reader.Next(&view, &reason)) {
      const absl::Span<const uint8_t> fragment = view.payload.In(datagram);
      if (view.form != RecordForm::kDtlsPlaintext || fragment.size() <= 12) continue;
      const bool client = fragment[0] == kClientHelloMessage;
      if (view.first_byte != kHandshake || (!client && fragment[0] != kServerHelloMessage))
        continue;
      const Bytes body(fragment.begin() + 12, fragment.end());
      EXPECT_EQ(HelloDisagreement(body, client ? HelloKind::kClient : HelloKind::kServer), "");
      ++hellos;
    }
  }
  EXPECT_GT(hellos, 40u);
}

}  // namespace
}  // namespace waybill
