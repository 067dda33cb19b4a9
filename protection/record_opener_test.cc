// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/record_opener.h"

#include <algorithm>
#include <list>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/protection/nonce.h"
#include "waybill/protection/test_association.h"
#include "waybill/record/additional_data.h"

namespace waybill {
namespace {

constexpr DropReason kNone = DropReason::kNone;

TestForm Plain12() { return AllTestForms().front(); }
TestForm Form12() { return {DtlsVersion::kDtls12, 8, false, true, true, "tls12_cid"}; }
TestForm Form13() { return {DtlsVersion::kDtls13, 8, false, true, true, "unified"}; }

Bytes Content(size_t size) {
  Bytes content(size);
  for (size_t i = 0; i < size; ++i) content[i] = static_cast<uint8_t>(i * 7 + size);
  return content;
}

// Each test of every form, suite by suite.
class EverySuite : public testing::TestWithParam<AeadAlgorithm> {};

INSTANTIATE_TEST_SUITE_P(All, EverySuite, testing::ValuesIn(kAeadAlgorithms), [](const auto& test) {
  return std::string(ParametersOf(test.param).name);
});

TEST_P(EverySuite, OpensWhatWasSealed) {
  for (const TestForm& form : AllTestForms()) {
    SCOPED_TRACE(form.name);
    TestAssociation association(form, GetParam());
    uint64_t sequence = 0;
    for (const size_t size : {0, 1, 6, 7, 8, 15, 16, 17, 100, 1200, 1 << 14}) {
      // RFC 9146 counts the content type within the limit.
      const bool too_long = form.name.rfind("tls12_cid", 0) == 0 && size == 1 << 14;
      const Bytes content = Content(too_long ? size - 1 : size);
      ASSERT_EQ(association.Open(association.Seal(content)), kNone) << size;
      EXPECT_EQ(association.content(), content);
      EXPECT_EQ(association.opened().content_type(), 23);
      EXPECT_TRUE(association.opened().number() ==
                  (RecordNumber{association.first_epoch(), sequence++}));
      EXPECT_TRUE(association.opened().newest());
    }
  }
}

// BUG-01, BUG-11, REQ-024, REQ-059, REQ-061, REQ-064, REQ-065: whichever bit is changed, the record
// is refused, and no state changes but the count of failed opens.
TEST_P(EverySuite, EveryFlippedBitIsRefusedAndChangesNothing) {
  for (const TestForm& form : AllTestForms()) {
    SCOPED_TRACE(form.name);
    TestAssociation association(form, GetParam());
    ASSERT_EQ(association.Open(association.Seal(Content(3))), kNone);
    const Bytes datagram = association.Seal(Content(5));
    uint64_t failed = 0;
    for (size_t bit = 0; bit < 8 * datagram.size(); ++bit) {
      Bytes changed = datagram;
      changed[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
      const std::string before = association.State();
      const DropReason reason = association.Open(changed);
      ASSERT_NE(reason, kNone) << bit;
      ASSERT_TRUE(TestAssociation::AlikeButForOneCount(before, association.State())) << bit;
      failed += reason == DropReason::kAuthenticationFailed;
      ASSERT_EQ(association.opener().FailedOpens(association.first_epoch()), failed) << bit;
    }
    EXPECT_GT(failed, 0u);
    EXPECT_EQ(association.Open(datagram), kNone);
  }
}

// BUG-10, REQ-047: a payload of any length around IV and tag is refused in silence.
TEST_P(EverySuite, EveryShortPayloadIsRefused) {
  for (const TestForm& form : AllTestForms()) {
    SCOPED_TRACE(form.name);
    TestAssociation association(form, GetParam());
    const Bytes datagram = association.Seal(Content(40));
    RecordView view;
    ASSERT_EQ(ParseRecord(datagram, 0, association.rules(), &view), kNone);
    const size_t added =
        (form.version == DtlsVersion::kDtls13 ? 0 : 12 - Iv12LengthOf(GetParam())) +
        ParametersOf(GetParam()).tag_length;
    std::set<DropReason> reasons;
    for (size_t length = 0; length <= std::max<size_t>(added, 16) + 2; ++length) {
      Bytes cut(datagram.begin(),
                datagram.begin() + view.payload.offset + static_cast<long>(length));
      if (form.with_length) {
        // The length field is in front of the payload, or of the chain.
        const size_t field = view.payload.offset - view.extensions.length - 2;
        const size_t value = length + view.extensions.length;
        cut[field] = static_cast<uint8_t>((cut[field] & 0x80) | value >> 8);
        cut[field + 1] = static_cast<uint8_t>(value);
      }
      const std::string before = association.State();
      const DropReason reason = association.Open(cut);
      ASSERT_TRUE(reason == DropReason::kPayloadTooShort ||
                  reason == DropReason::kCiphertextTooShort ||
                  reason == DropReason::kAuthenticationFailed)
          << length << " " << NameOf(reason);
      EXPECT_FALSE(length < added && reason == DropReason::kAuthenticationFailed) << length;
      ASSERT_TRUE(TestAssociation::AlikeButForOneCount(before, association.State())) << length;
      reasons.insert(reason);
    }
    EXPECT_EQ(reasons.count(DropReason::kAuthenticationFailed), 1u);
    EXPECT_EQ(association.Open(datagram), kNone);
  }
}

// REQ-055, REQ-057, REQ-060: reordered and repeated, every record is delivered once.
TEST_P(EverySuite, EveryRecordIsDeliveredOnce) {
  for (const TestForm& form : AllTestForms()) {
    SCOPED_TRACE(form.name);
    TestAssociation association(form, GetParam());
    std::vector<Bytes> datagrams;
    for (int i = 0; i < 200; ++i) datagrams.push_back(association.Seal(Content(i % 9)));
    std::vector<size_t> order;
    for (size_t i = 0; i < datagrams.size(); ++i) order.insert(order.end(), 3, i);
    std::mt19937 random(7);
    for (size_t i = 0; i + 40 < order.size(); i += 20) {
      std::shuffle(order.begin() + static_cast<long>(i), order.begin() + static_cast<long>(i + 40),
                   random);
    }
    std::set<uint64_t> delivered;
    for (const size_t i : order) {
      const DropReason reason = association.Open(datagrams[i]);
      if (delivered.count(i) != 0) {
        EXPECT_EQ(reason, DropReason::kReplayed) << i;
      } else {
        ASSERT_EQ(reason, kNone) << i;
        EXPECT_EQ(association.opened().number().sequence, i);
        delivered.insert(i);
      }
    }
    EXPECT_EQ(delivered.size(), datagrams.size());
    EXPECT_EQ(association.opener().FailedOpens(association.first_epoch()), 0u);
  }
}

// BUG-08's other side: the last numbers open like any other.
TEST_P(EverySuite, OpensUpToTheLastNumber) {
  for (const TestForm& form : AllTestForms()) {
    SCOPED_TRACE(form.name);
    TestAssociation association(form, GetParam(), kMaxSequence - 3);
    for (uint64_t sequence = kMaxSequence - 3; sequence <= kMaxSequence; ++sequence) {
      ASSERT_EQ(association.Open(association.Seal(Content(9))), kNone) << sequence;
      EXPECT_EQ(association.opened().number().sequence, sequence);
    }
    EXPECT_TRUE(association.Seal(Content(9)).empty());
  }
}

// DTLS 1.2 asks for a replay before it opens, so a damaged one costs no open; DTLS 1.3 asks behind,
// or before where it is told to (REQ-058).
TEST(RecordOpener, AsksForReplaysInTheirPlace) {
  for (const bool dtls13 : {false, true}) {
    for (const bool first : {false, true}) {
      const TestForm form = dtls13 ? Form13() : Form12();
      OpenerOptions options = TestAssociation::Options(form);
      options.check_replay_first = first;
      TestAssociation association(form, AeadAlgorithm::kAes128Gcm, options);
      const Bytes datagram = association.Seal(Content(30));
      Bytes damaged = datagram;
      damaged.back() ^= 1;
      ASSERT_EQ(association.Open(datagram), kNone);
      const bool seen_first = !dtls13 || first;
      EXPECT_EQ(association.Open(damaged),
                seen_first ? DropReason::kReplayed : DropReason::kAuthenticationFailed);
      EXPECT_EQ(association.opener().FailedOpens(association.first_epoch()), seen_first ? 0u : 1u);
      EXPECT_EQ(association.Open(datagram), DropReason::kReplayed);
    }
  }
}

TEST(RecordOpener, TooOldIsLeftOfTheWindow) {
  for (const TestForm& form : {Form12(), Form13()}) {
    TestAssociation association(form, AeadAlgorithm::kAes128Gcm);
    const Bytes old = association.Seal(Content(1));
    for (int i = 0; i < 256; ++i) ASSERT_EQ(association.Open(association.Seal(Content(1))), kNone);
    EXPECT_EQ(association.Open(old), DropReason::kLeftOfWindow);
  }
}

// REQ-022: a record that is not the newest is delivered, and says so.
TEST(RecordOpener, SaysWhichRecordIsTheNewest) {
  for (const TestForm& form : {Form12(), Form13()}) {
    TestAssociation association(form, AeadAlgorithm::kAes128Gcm);
    const Bytes older = association.Seal(Content(1));
    const Bytes newer = association.Seal(Content(1));
    ASSERT_EQ(association.Open(newer), kNone);
    EXPECT_TRUE(association.opened().newest());
    ASSERT_EQ(association.Open(older), kNone);
    EXPECT_FALSE(association.opened().newest());
    // An epoch goes before a sequence number.
    const Bytes last_of_epoch = association.Seal(Content(1));
    association.Install(association.first_epoch() + 1);
    ASSERT_EQ(association.Open(association.Seal(Content(1))), kNone);
    EXPECT_TRUE(association.opened().newest());
    ASSERT_EQ(association.Open(last_of_epoch), kNone);
    EXPECT_FALSE(association.opened().newest());
  }
}

// REQ-010: with a CID agreed on, a protected record without one is no record of the association.
TEST(RecordOpener, WantsTheCidThatWasAgreedOn) {
  OpenerOptions options = TestAssociation::Options(Plain12());
  options.cid_expected = true;
  TestAssociation association(Plain12(), AeadAlgorithm::kAes128Gcm, options);
  EXPECT_EQ(association.Open(association.Seal(Content(5))), DropReason::kCidMissing);
  TestAssociation with_cid(Form12(), AeadAlgorithm::kAes128Gcm, [] {
    OpenerOptions expecting = TestAssociation::Options(Form12());
    expecting.cid_expected = true;
    return expecting;
  }());
  EXPECT_EQ(with_cid.Open(with_cid.Seal(Content(5))), kNone);
}

// BUG-24: a record whose type was rewritten to 23 and whose CID was taken out does not open.
TEST(RecordOpener, ARecordWithoutItsCidDoesNotOpen) {
  TestAssociation association(Form12(), AeadAlgorithm::kAes128Gcm);
  Bytes stripped = association.Seal(Content(5));
  stripped[0] = 23;
  stripped.erase(stripped.begin() + 11, stripped.begin() + 11 + 8);
  EXPECT_EQ(association.Open(stripped), DropReason::kAuthenticationFailed);
}

// EXT-4: the strict profile is the draft to the letter, and protects neither E nor the chain.
TEST(RecordOpener, TheStrictProfileDoesNotCoverTheChain) {
  TestForm form = {DtlsVersion::kDtls12, 8, true, true, true, ""};
  for (const ExtensionProfile profile :
       {ExtensionProfile::kStrict, ExtensionProfile::kAuthenticated}) {
    OpenerOptions options = TestAssociation::Options(form);
    options.extensions.profile = profile;
    TestAssociation association(form, AeadAlgorithm::kAes128Gcm, options);
    Bytes changed = association.Seal(Content(5));
    changed[15] ^= 1;  // the CID's first byte
    EXPECT_EQ(association.Open(changed),
              profile == ExtensionProfile::kStrict ? kNone : DropReason::kAuthenticationFailed);
  }
}

// BUG-06: every inner type under every epoch.
TEST(RecordOpener, EveryInnerTypeUnderEveryEpoch) {
  const std::set<int> early_data = {21, 23}, handshake = {21, 22, 26};
  const std::set<int> later = {21, 22, 23, 24, 26, 27}, in_tls12_cid = {21, 22, 23, 24, 27};
  const auto aead = MakeTestAead(AeadAlgorithm::kAes128Gcm);
  const RecordCipher cipher{aead.get(), &NumberMaskerFor(AeadAlgorithm::kAes128Gcm)};
  for (const uint64_t epoch : {1, 2, 3, 4, 5}) {
    for (int type = 1; type < 256; ++type) {
      OpenerOptions options = TestAssociation::Options(Form13());
      std::array<SendEpoch, 1> send;
      ReceiveEpochs<1> receive;
      SealerOptions sealing;
      sealing.version = DtlsVersion::kDtls13;
      RecordSealer sealer(sealing, absl::MakeSpan(send));
      RecordOpener opener(&options, receive);
      const TrafficKeys keys = MakeTestKeys(options.version, AeadAlgorithm::kAes128Gcm, 1);
      ASSERT_TRUE(sealer.InstallEpoch(epoch, keys, &cipher).ok());
      ASSERT_TRUE(opener.InstallEpoch(epoch, keys, &cipher).ok());
      RecordToSeal record;
      record.content_type = static_cast<uint8_t>(type);
      Bytes datagram(100);
      ByteWriter writer(absl::MakeSpan(datagram));
      ASSERT_TRUE(sealer.Seal(record, &writer).ok());
      RecordView view;
      ASSERT_EQ(ParseRecord(writer.written(), 0, RecordRules(CidLength::Absent()), &view), kNone);
      std::optional<OpenedRecord> opened;
      const std::set<int>& allowed = epoch == 1 ? early_data : epoch == 2 ? handshake : later;
      EXPECT_EQ(opener.Open(absl::MakeSpan(datagram), view, &opened),
                allowed.count(type) != 0 ? kNone : DropReason::kInnerTypeNotAllowed)
          << type << " under " << epoch;
      EXPECT_EQ(opened.has_value(), allowed.count(type) != 0);
    }
  }
  for (int type = 1; type < 256; ++type) {
    TestAssociation association(Form12(), AeadAlgorithm::kAes128Gcm);
    EXPECT_EQ(association.Open(association.Seal(Content(3), static_cast<uint8_t>(type))),
              in_tls12_cid.count(type) != 0 ? kNone : DropReason::kInnerTypeNotAllowed)
        << type;
  }
}

// REQ-013, REQ-065: an inner plaintext of zeros alone, authentic as it is, changes nothing.
TEST(RecordOpener, AnInnerPlaintextWithoutATypeChangesNothing) {
  for (const TestForm& form : {Form12(), Form13()}) {
    TestAssociation association(form, AeadAlgorithm::kChaCha20Poly1305);
    Bytes datagram = association.Seal(Bytes(40), 23);
    RecordView view;
    ASSERT_EQ(ParseRecord(datagram, 0, association.rules(), &view), kNone);
    // ChaCha20 is a stream: the type can be cleared under it, and the tag made anew by the key.
    const TrafficKeys keys = association.KeysOf(association.first_epoch());
    const bool dtls13 = form.version == DtlsVersion::kDtls13;
    const AeadNonce nonce = NonceOfNumber(keys.iv.bytes(), dtls13 ? 0 : NumberOf12(1, 0));
    Bytes zeros(view.payload.length - 16u);
    Bytes header = datagram;
    if (dtls13) {
      NumberMaskJob job;
      job.key = keys.number_key.bytes().data();
      job.sample = &datagram[view.payload.offset];
      association.masker()->Compute(absl::MakeSpan(&job, 1));
      for (size_t i = 0; i < 2; ++i) header[view.number().offset + i] ^= job.mask[i];
    }
    uint8_t storage[MaxAdditionalDataLength12(0)];
    ByteWriter additional_data12{absl::MakeSpan(storage)};
    WriteAdditionalData12(view, header, ExtensionProfile::kOff, static_cast<uint16_t>(zeros.size()),
                          &additional_data12);
    ASSERT_TRUE(association.aead()->Seal(
        keys.key, nonce, dtls13 ? AdditionalData13(view, header) : additional_data12.written(),
        absl::MakeSpan(zeros), absl::MakeSpan(&datagram[datagram.size() - 16], 16)));
    std::copy(zeros.begin(), zeros.end(), datagram.begin() + view.payload.offset);
    if (dtls13) {
      NumberMaskJob job;
      job.key = keys.number_key.bytes().data();
      job.sample = &datagram[view.payload.offset];
      association.masker()->Compute(absl::MakeSpan(&job, 1));
      for (size_t i = 0; i < 2; ++i) {
        datagram[view.number().offset + i] = header[view.number().offset + i] ^ job.mask[i];
      }
    }
    const std::string before = association.State();
    EXPECT_EQ(association.Open(datagram), DropReason::kInnerTypeMissing);
    EXPECT_EQ(association.State(), before);
  }
}

// BUG-04: an epoch far ahead is refused, and blocks nothing.
TEST(RecordOpener, AnEpochBombBlocksNothing) {
  TestAssociation association(Form12(), AeadAlgorithm::kAes128Gcm);
  Bytes bomb = association.Seal(Content(5));
  bomb[3] = bomb[4] = 0xff;
  const std::string before = association.State();
  // REQ-040, BUG-07: nothing of a future epoch is kept.
  for (int i = 0; i < 1'000'000; ++i) {
    ASSERT_EQ(association.Open(bomb), DropReason::kEpochWithoutKeys);
  }
  EXPECT_EQ(association.State(), before);
  EXPECT_EQ(association.Open(association.Seal(Content(5))), kNone);
}

// BUG-05: what travels in the clear is never opened.
TEST(RecordOpener, PlaintextIsNotOpened) {
  for (const TestForm& form : {Form12(), Form13()}) {
    TestAssociation association(form, AeadAlgorithm::kAes128Gcm);
    for (const uint8_t type : {20, 21, 22, 23, 26}) {
      const Bytes datagram = FromHex("00 fefd 0000 000000000001 0003 616263");
      Bytes plaintext = datagram;
      plaintext[0] = type;
      EXPECT_NE(association.Open(plaintext), kNone) << int{type};
    }
  }
}

TEST(RecordOpener, OtherVersionsAreRefused) {
  TestAssociation association12(Form12(), AeadAlgorithm::kAes128Gcm);
  TestAssociation association13(Form13(), AeadAlgorithm::kAes128Gcm);
  EXPECT_EQ(association12.Open(association13.Seal(Content(20))),
            DropReason::kContentTypeNotAllowed);
  EXPECT_EQ(association13.Open(association12.Seal(Content(20))),
            DropReason::kContentTypeNotAllowed);
  Bytes old = association12.Seal(Content(20));
  old[2] = 0xff;
  EXPECT_EQ(association12.Open(old), DropReason::kWrongVersion);
}

// REQ-039, REQ-045, REQ-056, REQ-081: each epoch has keys and a window of its own, and the record's
// bits choose among the newest.
TEST(RecordOpener, OldEpochsOpenUntilTheyAreDropped) {
  for (const TestForm& form : {Form12(), Form13()}) {
    TestAssociation association(form, AeadAlgorithm::kAes128Gcm);
    const uint64_t first = association.first_epoch();
    const Bytes early = association.Seal(Content(4));
    const Bytes late = association.Seal(Content(4));
    association.Install(first + 1);
    ASSERT_EQ(association.Open(association.Seal(Content(4))), kNone);
    EXPECT_EQ(association.opened().number().epoch, first + 1);
    ASSERT_EQ(association.Open(early), kNone);
    EXPECT_EQ(association.opened().number().epoch, first);
    association.opener().DropEpoch(first);
    EXPECT_EQ(association.Open(late), DropReason::kEpochWithoutKeys);
    EXPECT_EQ(association.Open(association.Seal(Content(4))), kNone);
  }
}

// REQ-087: with storage for two epochs, the third waits until a record under the second was opened.
TEST(RecordOpener, OldKeysStayUntilARecordUnderNewerOnesOpens) {
  for (const TestForm& form : {Form12(), Form13()}) {
    TestAssociation association(form, AeadAlgorithm::kAes128Gcm);
    const uint64_t first = association.first_epoch();
    const Bytes under_first = association.Seal(Content(4));
    association.Install(first + 1);
    const Bytes under_second = association.Seal(Content(4));
    EXPECT_EQ(association.InstallAtOpener(first + 2).code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(association.Open(under_first), kNone);
    EXPECT_EQ(association.InstallAtOpener(first + 2).code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(association.Open(under_second), kNone);
    EXPECT_TRUE(association.InstallAtOpener(first + 2).ok());
    association.InstallAtSealer(first + 2);
    EXPECT_EQ(association.Open(association.Seal(Content(4))), kNone);
    EXPECT_EQ(association.opened().number().epoch, first + 2);
    EXPECT_EQ(association.Open(under_first), DropReason::kEpochWithoutKeys);
  }
}

// BUG-15: bad records, replays and records of other epochs in any order, between good ones: what
// counts forgeries counts nothing else, and nothing else counts them.
TEST(RecordOpener, CountsAreNotMixed) {
  for (const TestForm& form : {Form12(), Form13()}) {
    TestAssociation association(form, AeadAlgorithm::kAes128Gcm);
    const uint64_t first = association.first_epoch();
    std::mt19937 random(11);
    Bytes last = association.Seal(Content(20));
    ASSERT_EQ(association.Open(last), kNone);
    uint64_t forgeries = 0, opened = 1;
    for (int i = 0; i < 2000; ++i) {
      Bytes datagram = last;
      switch (random() % 4) {
        case 0:
          last = association.Seal(Content(20));
          ASSERT_EQ(association.Open(last), kNone);
          EXPECT_EQ(association.opened().number().sequence, opened++);
          break;
        case 1:
          ASSERT_EQ(association.Open(datagram), DropReason::kReplayed);
          break;
        case 2:
          // Of another epoch: 3 in DTLS 1.2, 1 in DTLS 1.3.
          datagram[form.version == DtlsVersion::kDtls13 ? 0 : 4] ^= 2;
          ASSERT_EQ(association.Open(datagram), DropReason::kEpochWithoutKeys);
          break;
        case 3: {
          Bytes forged = association.Seal(Content(20));
          ++opened;  // a number that was spent
          forged.back() ^= 1;
          ASSERT_EQ(association.Open(forged), DropReason::kAuthenticationFailed);
          ++forgeries;
          break;
        }
      }
      ASSERT_EQ(association.opener().FailedOpens(first), forgeries);
    }
    EXPECT_GT(forgeries, 300u);
  }
}

// BUG-16: storage that was used before is as good as new.
TEST(RecordOpener, StorageThatWasUsedIsAsGoodAsNew) {
  for (const TestForm& form : {Form12(), Form13()}) {
    TestAssociation association(form, AeadAlgorithm::kAes128Gcm);
    const uint64_t epoch = association.first_epoch();
    const OpenerOptions options = TestAssociation::Options(form);
    const RecordCipher cipher{association.aead(), association.masker()};
    const TrafficKeys keys = association.KeysOf(epoch);
    const auto bytes = [](const ReceiveStorage& storage) {
      return std::string(reinterpret_cast<const char*>(&storage.epochs[0]), sizeof(ReceiveEpoch)) +
             std::string(reinterpret_cast<const char*>(&storage.windows[0]), sizeof(ReplayWindow));
    };
    ReceiveEpochs<1> used, fresh;
    std::string after_use;
    for (int life = 0; life < 2; ++life) {
      RecordOpener opener(&options, used);
      ASSERT_TRUE(opener.InstallEpoch(epoch, keys, &cipher).ok());
      after_use = bytes(used);
      for (int i = 0; i < 300; ++i) {
        Bytes datagram = association.Seal(Content(20));
        if (i % 3 == 0) datagram.back() ^= 1;
        RecordView view;
        ASSERT_EQ(ParseRecord(datagram, 0, association.rules(), &view), kNone);
        std::optional<OpenedRecord> opened;
        EXPECT_EQ(opener.Open(absl::MakeSpan(datagram), view, &opened),
                  i % 3 == 0 ? DropReason::kAuthenticationFailed : kNone);
      }
      EXPECT_NE(bytes(used), after_use);
      opener.Reset();
    }
    RecordOpener opener(&options, fresh);
    ASSERT_TRUE(opener.InstallEpoch(epoch, keys, &cipher).ok());
    EXPECT_EQ(after_use, bytes(fresh));
  }
}

// REQ-089: epochs have 64 bits, of which a header of DTLS 1.3 carries two.
TEST(RecordOpener, LateEpochsOpen) {
  TestAssociation association(Form13(), AeadAlgorithm::kAes128Gcm);
  for (const uint64_t epoch :
       {uint64_t{70'000}, uint64_t{1} << 40, MaxEpochOf(DtlsVersion::kDtls13)}) {
    association.Install(epoch);
    ASSERT_EQ(association.Open(association.Seal(Content(4))), kNone);
    EXPECT_EQ(association.opened().number().epoch, epoch);
  }
}

// REQ-043, REQ-088, REQ-082.
TEST(RecordOpener, EpochsAscendAndEnd) {
  for (const TestForm& form : {Form12(), Form13()}) {
    TestAssociation association(form, AeadAlgorithm::kAes128Gcm);
    const uint64_t first = association.first_epoch();
    for (const uint64_t epoch : {uint64_t{0}, first, MaxEpochOf(form.version) + 1}) {
      EXPECT_EQ(association.InstallAtOpener(epoch).code(), absl::StatusCode::kInvalidArgument);
    }
    EXPECT_TRUE(association.InstallAtOpener(MaxEpochOf(form.version)).ok());
    EXPECT_EQ(association.InstallAtOpener(MaxEpochOf(form.version)).code(),
              absl::StatusCode::kInvalidArgument);
  }
}

TEST(RecordOpener, KeysMustGoWithTheVersionAndTheAead) {
  std::list<RecordCipher> ciphers;
  const auto gcm = MakeTestAead(AeadAlgorithm::kAes128Gcm);
  const auto chacha = MakeTestAead(AeadAlgorithm::kChaCha20Poly1305);
  const NumberMasker* const masker = &NumberMaskerFor(AeadAlgorithm::kAes128Gcm);
  const auto keys = [](DtlsVersion version) {
    return MakeTestKeys(version, AeadAlgorithm::kAes128Gcm, 1);
  };
  for (const DtlsVersion version : {DtlsVersion::kDtls12, DtlsVersion::kDtls13}) {
    const DtlsVersion other =
        version == DtlsVersion::kDtls12 ? DtlsVersion::kDtls13 : DtlsVersion::kDtls12;
    OpenerOptions options;
    options.version = version;
    ReceiveEpochs<1> storage;
    RecordOpener opener(&options, storage);
    // An epoch keeps the cipher: one for each call, which outlives the openers.
    const auto code = [&](const TrafficKeys& given, Aead* aead, const NumberMasker* number_masker) {
      ciphers.push_back({aead, number_masker});
      return opener.InstallEpoch(3, given, &ciphers.back()).code();
    };
    EXPECT_EQ(opener.InstallEpoch(3, keys(version), nullptr).code(),
              absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(code(keys(other), gcm.get(), masker), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(code(keys(version), chacha.get(), masker), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(code(keys(version), nullptr, masker), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(code(TrafficKeys(), gcm.get(), masker), absl::StatusCode::kInvalidArgument);
    if (version == DtlsVersion::kDtls13) {
      EXPECT_EQ(code(keys(version), gcm.get(), nullptr), absl::StatusCode::kInvalidArgument);
    }
    EXPECT_EQ(code(keys(version), gcm.get(), masker), absl::StatusCode::kOk);
    RecordOpener without_storage(&options, {});
    EXPECT_EQ(without_storage.InstallEpoch(3, keys(version), &ciphers.back()).code(),
              absl::StatusCode::kFailedPrecondition);
  }
}

// REQ-071: CCM_8 under DTLS 1.3 needs a limit that the embedder sets.
TEST(RecordOpener, Ccm8UnderDtls13NeedsALimit) {
  const auto aead = MakeTestAead(AeadAlgorithm::kAes128Ccm8);
  const RecordCipher cipher{aead.get(), &NumberMaskerFor(AeadAlgorithm::kAes128Ccm8)};
  for (const bool limited : {false, true}) {
    OpenerOptions options;
    options.version = DtlsVersion::kDtls13;
    if (limited) options.max_failed_opens = 100;
    ReceiveEpochs<1> storage;
    RecordOpener opener(&options, storage);
    EXPECT_EQ(
        opener
            .InstallEpoch(3, MakeTestKeys(options.version, AeadAlgorithm::kAes128Ccm8, 1), &cipher)
            .ok(),
        limited);
  }
}

// REQ-068, REQ-069, BUG-17: failures are counted by key, and each event is told once.
TEST(RecordOpener, CountsFailuresByKeyAndTellsOfTheLimit) {
  for (const TestForm& form : {Form12(), Form13()}) {
    OpenerOptions options = TestAssociation::Options(form);
    options.max_failed_opens = 16;
    TestAssociation association(form, AeadAlgorithm::kAes128Gcm, options);
    const uint64_t first = association.first_epoch();
    Bytes forged = association.Seal(Content(5));
    forged.back() ^= 1;
    for (int count = 1; count <= 20; ++count) {
      KeyEvent event = KeyEvent::kNone;
      ASSERT_EQ(association.Open(forged, &event), DropReason::kAuthenticationFailed);
      EXPECT_EQ(event, count == 14   ? KeyEvent::kUpdateSoon
                       : count == 16 ? KeyEvent::kLimitReached
                                     : KeyEvent::kNone)
          << count;
    }
    EXPECT_EQ(association.opener().FailedOpens(first), 20u);
    association.Install(first + 1);
    EXPECT_EQ(association.opener().FailedOpens(first + 1), 0u);
    EXPECT_EQ(association.opener().FailedOpens(first + 2), 0u);
    // REQ-099: nothing closes by itself.
    EXPECT_EQ(association.Open(association.Seal(Content(5))), kNone);
  }
}

// REQ-067, REQ-070.
TEST(KeyLimits, AreThoseOfTheRfc) {
  for (const AeadAlgorithm algorithm :
       {AeadAlgorithm::kAes128Gcm, AeadAlgorithm::kAes256Gcm, AeadAlgorithm::kChaCha20Poly1305}) {
    EXPECT_EQ(LimitsOf(algorithm).max_failed_opens, uint64_t{1} << 36);
  }
  EXPECT_EQ(LimitsOf(AeadAlgorithm::kAes128Ccm).max_seals, uint64_t{1} << 23);
  EXPECT_EQ(LimitsOf(AeadAlgorithm::kAes128Ccm).max_failed_opens, 11863283u);  // 2^23.5
  EXPECT_EQ(LimitsOf(AeadAlgorithm::kAes128Gcm).max_seals, 23726566u);         // 2^24.5
  EXPECT_EQ(LimitsOf(AeadAlgorithm::kAes128Ccm8).max_failed_opens, 0u);
}

}  // namespace
}  // namespace waybill
