// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/cid_inference.h"

#include <map>
#include <utility>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/ext/extension_type_set.h"
#include "waybill/record/datagram_reader.h"
#include "waybill/record/first_byte.h"
#include "waybill/record/record_rules.h"
#include "waybill/record/record_view.h"
#include "waybill/traffic/bytes.h"
#include "waybill/traffic/datagram_builder.h"
#include "waybill/traffic/mix.h"
#include "waybill/traffic/random.h"
#include "waybill/traffic/session.h"
#include "waybill/wire/cid_length.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

ExtensionRules AllExtensions() {
  ExtensionRules rules;
  rules.profile = ExtensionProfile::kAuthenticated;
  rules.accepted = ExtensionTypeSet::All();
  return rules;
}

const ExtensionRules kRules = AllExtensions();

// A CID and a payload none of whose bytes are zero: a length field cannot be imagined within.
Bytes Cid(size_t length) { return Bytes(length, 0xc1); }

Bytes Tls12CidDatagram(size_t cid_length, size_t payload_length = 40) {
  return DatagramBuilder().Tls12Cid(Cid(cid_length)).PayloadOfLength(payload_length).Build();
}

Bytes UnifiedDatagram(size_t cid_length, size_t payload_length = 40) {
  return DatagramBuilder()
      .Unified()
      .Cid(Cid(cid_length))
      .Sequence16(0x0102)
      .PayloadOfLength(payload_length)
      .Build();
}

// A tls12_cid datagram that CIDs of 4 and of 6 bytes fit: the first bytes of the payload are
// another length field, which counts what is behind it.
Bytes AmbiguousDatagram() {
  Bytes payload = {0x00, 0x20};
  AppendBytes(Bytes(0x20, 0xee), &payload);
  return DatagramBuilder().Tls12Cid(Cid(4)).Payload(payload).Build();
}

CidLengthSet LengthsThatFit(const Bytes& datagram, size_t offset = 0) {
  CidLengthSet fitting;
  for (size_t length = 1; length <= kMaxCidLength; ++length) {
    fitting[length] = CidLengthFits(datagram, offset, kRules, static_cast<uint8_t>(length));
  }
  return fitting;
}

CidLengthSet SetOf(std::initializer_list<size_t> lengths) {
  CidLengthSet set;
  for (const size_t length : lengths) set.set(length);
  return set;
}

// BUG-48
TEST(CidInference, EveryLengthFitsItselfAlone) {
  for (size_t length = 1; length <= kMaxCidLength; ++length) {
    SCOPED_TRACE(length);
    for (const Bytes& datagram : {Tls12CidDatagram(length), UnifiedDatagram(length)}) {
      EXPECT_EQ(LengthsThatFit(datagram), SetOf({length}));
      CidCandidates candidates;
      EXPECT_EQ(candidates.Only(), std::nullopt);
      EXPECT_TRUE(candidates.Narrow(datagram, 0, kRules));
      EXPECT_EQ(candidates.Only(), length);
    }
  }
}

TEST(CidInference, CandidatesAreIntersected) {
  EXPECT_EQ(LengthsThatFit(AmbiguousDatagram()), SetOf({4, 6}));
  CidCandidates candidates;
  EXPECT_TRUE(candidates.Narrow(AmbiguousDatagram(), 0, kRules));
  EXPECT_EQ(candidates.Only(), std::nullopt);
  EXPECT_TRUE(candidates.Narrow(AmbiguousDatagram(), 0, kRules));
  EXPECT_EQ(candidates.Only(), std::nullopt) << "the same again says nothing new";
  EXPECT_TRUE(candidates.Narrow(Tls12CidDatagram(6), 0, kRules));
  EXPECT_EQ(candidates.Only(), 6);
  EXPECT_TRUE(candidates.Narrow(AmbiguousDatagram(), 0, kRules));
  EXPECT_EQ(candidates.Only(), 6) << "what is excluded stays so";
}

TEST(CidInference, AllRecordsOfTheDatagramMustFit) {
  // A CID that reaches to the length field of the second record, 2 + 16 bytes before its end, fits
  // as well: it is for other datagrams to exclude.
  const Bytes two = DatagramBuilder().Raw(AmbiguousDatagram()).Raw(Tls12CidDatagram(4, 16)).Build();
  EXPECT_EQ(LengthsThatFit(two), SetOf({4, two.size() - 11 - 18}));
  const Bytes unified = DatagramBuilder().Raw(UnifiedDatagram(7)).Raw(UnifiedDatagram(7)).Build();
  const CidLengthSet fitting = LengthsThatFit(unified);
  EXPECT_TRUE(fitting[7]);
  EXPECT_EQ(fitting.count(), 2u);

  const Bytes of_different_lengths =
      DatagramBuilder().Raw(Tls12CidDatagram(4)).Raw(Tls12CidDatagram(5)).Build();
  EXPECT_FALSE(LengthsThatFit(of_different_lengths)[4]);
  EXPECT_FALSE(LengthsThatFit(of_different_lengths)[5]);
}

TEST(CidInference, BeginsAtTheRecordWithTheCid) {
  const Bytes datagram = DatagramBuilder()
                             .Plaintext(kChangeCipherSpec)
                             .Payload({1})
                             .Tls12Cid(Cid(8))
                             .PayloadOfLength(40)
                             .Build();
  EXPECT_EQ(LengthsThatFit(datagram, 14), SetOf({8}));
}

// A record that is refused by itself still ends where its length says.
TEST(CidInference, RecordsThatAreRefusedAloneCount) {
  const Bytes in_clear = DatagramBuilder().Tls12Cid(Cid(5)).Epoch(0).PayloadOfLength(40).Build();
  EXPECT_EQ(LengthsThatFit(in_clear), SetOf({5}));
  const Bytes with_chain =
      DatagramBuilder().Tls12Cid(Cid(5)).Extension(1, {2}).PayloadOfLength(40).Build();
  EXPECT_EQ(LengthsThatFit(with_chain), SetOf({5}));
}

TEST(CidInference, NothingProtectedIsThatShort) {
  EXPECT_TRUE(LengthsThatFit(Tls12CidDatagram(5, 0)).none());
  EXPECT_EQ(LengthsThatFit(Tls12CidDatagram(5, 1)), SetOf({5}));
  EXPECT_TRUE(LengthsThatFit(UnifiedDatagram(5, 15)).none());
  EXPECT_EQ(LengthsThatFit(UnifiedDatagram(5, 16)), SetOf({5}));
}

TEST(CidInference, NothingIsInferredFromAHeaderWithoutLength) {
  const Bytes without =
      DatagramBuilder().Unified().Cid(Cid(8)).WithoutLength().PayloadOfLength(40).Build();
  EXPECT_FALSE(CidLengthCanBeInferred(without, 0));
  EXPECT_TRUE(CidLengthCanBeInferred(UnifiedDatagram(8), 0));
  EXPECT_TRUE(CidLengthCanBeInferred(Tls12CidDatagram(8), 0));
  EXPECT_FALSE(CidLengthCanBeInferred(without, without.size()));
  EXPECT_FALSE(CidLengthCanBeInferred({}, 0));
  EXPECT_GT(LengthsThatFit(without).count(), 30u) << "any length that leaves 16 bytes";

  const Bytes behind = DatagramBuilder().Raw(UnifiedDatagram(8)).Raw(without).Build();
  EXPECT_TRUE(CidLengthCanBeInferred(behind, 0));
  EXPECT_EQ(LengthsThatFit(behind), SetOf({8})) << "the record in front says it";
}

TEST(CidInference, DamagedDatagramSaysNothing) {
  CidCandidates candidates;
  candidates.Narrow(AmbiguousDatagram(), 0, kRules);
  Bytes cut = Tls12CidDatagram(4);
  cut.pop_back();
  EXPECT_FALSE(candidates.Narrow(cut, 0, kRules));
  EXPECT_TRUE(candidates.Narrow(Tls12CidDatagram(4), 0, kRules));
  EXPECT_EQ(candidates.Only(), 4);
  EXPECT_FALSE(candidates.Narrow(cut, 0, kRules));
  EXPECT_EQ(candidates.Only(), 4) << "what is known stays known";
}

// A new association on the same addresses may have CIDs of another length; so may a datagram that
// is damaged and fits by chance. The difference is that the former goes on.
TEST(CidInference, ContradictionIsBelievedOnceConfirmed) {
  CidCandidates candidates;
  candidates.Narrow(Tls12CidDatagram(4), 0, kRules);
  EXPECT_TRUE(candidates.Narrow(Tls12CidDatagram(9), 0, kRules));
  EXPECT_EQ(candidates.Only(), std::nullopt);
  EXPECT_TRUE(candidates.Narrow(Tls12CidDatagram(9), 0, kRules));
  EXPECT_EQ(candidates.Only(), 9);

  candidates.Narrow(Tls12CidDatagram(3), 0, kRules);  // by chance
  EXPECT_EQ(candidates.Only(), std::nullopt);
  candidates.Narrow(Tls12CidDatagram(9), 0, kRules);
  EXPECT_EQ(candidates.Only(), std::nullopt);
  candidates.Narrow(Tls12CidDatagram(9), 0, kRules);
  EXPECT_EQ(candidates.Only(), 9);
}

struct Score {
  int protected_datagrams = 0;  // in which a length can be inferred
  int inferred = 0;
  int wrong = 0;
};

// The place of the first record with a CID, which needs no length to be reached.
std::optional<size_t> FirstCid(const Bytes& datagram) {
  DatagramReader reader(datagram, RecordRules(CidLength::Absent(), kRules));
  RecordView view;
  DropReason reason;
  while (reader.Next(&view, &reason)) {
    if (reason == DropReason::kCidNotExpected) return view.record.offset;
  }
  return std::nullopt;
}

Score Observe(Dialect dialect, uint8_t cid_length) {
  Mix mix = *FindMix("gateway-13");
  mix.flows = 50;
  mix.dialects = {};
  mix.dialects[static_cast<size_t>(dialect)] = 1;
  mix.server_cid_length = cid_length;
  mix.client_cid_length = cid_length;
  mix.min_payload = 16;
  std::map<std::pair<uint32_t, Direction>, CidCandidates> directions;
  MixGenerator generator(mix, cid_length);
  Score score;
  for (int i = 0; i < 3000; ++i) {
    const GeneratedDatagram datagram = generator.Next();
    const std::optional<size_t> first_cid = FirstCid(datagram.bytes);
    if (!first_cid.has_value() || !CidLengthCanBeInferred(datagram.bytes, *first_cid)) continue;
    CidCandidates& candidates = directions[{datagram.flow, datagram.direction}];
    EXPECT_TRUE(candidates.Narrow(datagram.bytes, *first_cid, kRules)) << "datagram " << i;
    ++score.protected_datagrams;
    const std::optional<uint8_t> only = candidates.Only();
    if (only.has_value()) ++score.inferred;
    if (only.has_value() && *only != cid_length) ++score.wrong;
  }
  return score;
}

// BUG-48: over generated flows, a length that is given is right, and mostly one is given.
TEST(CidInference, IsRightOverGeneratedFlows) {
  for (const Dialect dialect : {Dialect::kDtls12Cid, Dialect::kDtls13Cid}) {
    for (const uint8_t cid_length : {1, 2, 4, 8, 20, 100, 255}) {
      SCOPED_TRACE(testing::Message()
                   << "dialect " << static_cast<int>(dialect) << ", CIDs of " << int{cid_length});
      const Score score = Observe(dialect, cid_length);
      EXPECT_GT(score.protected_datagrams, 1000);
      EXPECT_EQ(score.wrong, 0);
      // The longer a CID is, the likelier it is to hold what looks like the end of one and a record
      // without a length field behind it, in every datagram alike.
      const int percent = cid_length <= 20 ? 98 : 85;
      EXPECT_GT(score.inferred * 100, score.protected_datagrams * percent);
    }
  }
}

// Damage is believed by nobody for long: flipped bits and cut datagrams in the midst of good ones.
TEST(CidInference, SurvivesDamage) {
  Random random(4);
  CidCandidates candidates;
  int right = 0, wrong = 0, good = 0;
  for (int i = 0; i < 20000; ++i) {
    Bytes datagram =
        DatagramBuilder().Tls12Cid(random.MakeBytes(8)).Payload(random.MakeBytes(40)).Build();
    if (random.Percent(20)) {
      datagram[1 + random.Below(datagram.size() - 1)] ^= static_cast<uint8_t>(random.Next());
      if (random.Percent(50)) datagram.resize(12 + random.Below(datagram.size() - 12));
      datagram.shrink_to_fit();
      candidates.Narrow(datagram, 0, kRules);
      continue;
    }
    ++good;
    candidates.Narrow(datagram, 0, kRules);
    const std::optional<uint8_t> only = candidates.Only();
    if (only == 8) ++right;
    if (only.has_value() && only != 8) ++wrong;
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(right * 100, good * 95);
}

}  // namespace
}  // namespace waybill
