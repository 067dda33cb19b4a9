// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/record_sealer.h"

#include <string>

#include "gtest/gtest.h"
#include "waybill/protection/test_association.h"

namespace waybill {
namespace {

TestForm Form12() { return {DtlsVersion::kDtls12, 8, false, true, true, "tls12_cid"}; }
TestForm Form13() { return {DtlsVersion::kDtls13, 8, false, true, true, "unified"}; }

// REQ-042, BUG-08, BUG-09: the numbers end, and stay at their end.
TEST(RecordSealer, NumbersEnd) {
  for (const TestForm& form : AllTestForms()) {
    TestAssociation association(form, AeadAlgorithm::kAes128Gcm, kMaxSequence - 2);
    const Bytes content = {1, 2, 3};
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(association.Seal(content).empty());
    for (int i = 0; i < 5; ++i) {
      absl::Status status;
      EXPECT_TRUE(association.Seal(association.ToSeal(23, content), &status).empty());
      EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
    }
    // The next epoch has numbers again (REQ-038).
    association.Install(association.first_epoch() + 1);
    EXPECT_EQ(association.Open(association.Seal(content)), DropReason::kNone);
    EXPECT_EQ(association.opened().number().sequence, 0u);
  }
}

// REQ-066: told once each, and nothing closes by itself.
TEST(RecordSealer, TellsOfTheLimitOfSeals) {
  for (const AeadAlgorithm algorithm : kAeadAlgorithms) {
    const uint64_t limit = LimitsOf(algorithm).max_seals;
    for (const auto& [count, expected] : {std::pair(limit - limit / 8, KeyEvent::kUpdateSoon),
                                          std::pair(limit, KeyEvent::kLimitReached)}) {
      TestAssociation association(Form13(), algorithm, count - 2);
      const Bytes content = {1};
      for (int i = -1; i <= (count > kMaxSequence ? 0 : 1); ++i) {
        KeyEvent event = KeyEvent::kNone;
        EXPECT_FALSE(association.Seal(association.ToSeal(23, content), nullptr, &event).empty());
        EXPECT_EQ(event, i == 0 ? expected : KeyEvent::kNone);
      }
    }
  }
}

// An AEAD that fails on demand.
class FailingAead final : public Aead {
 public:
  explicit FailingAead(Aead* aead) : aead_(aead) {}
  AeadAlgorithm algorithm() const override { return aead_->algorithm(); }
  bool Seal(const AeadKey& key, const AeadNonce& nonce, absl::Span<const uint8_t> additional_data,
            absl::Span<uint8_t> text, absl::Span<uint8_t> tag) override {
    return !fail && aead_->Seal(key, nonce, additional_data, text, tag);
  }
  bool Open(const AeadKey& key, const AeadNonce& nonce, absl::Span<const uint8_t> additional_data,
            absl::Span<uint8_t> text, absl::Span<const uint8_t> tag) override {
    return aead_->Open(key, nonce, additional_data, text, tag);
  }
  void Forget(const AeadKey& key) override { aead_->Forget(key); }

  bool fail = false;

 private:
  Aead* aead_;
};

// BUG-45: a number is spent whatever follows its reservation.
TEST(RecordSealer, ANumberIsSpentWhateverFollows) {
  const auto boringssl = MakeTestAead(AeadAlgorithm::kAes128Gcm);
  FailingAead aead(boringssl.get());
  const RecordCipher cipher{&aead, nullptr};
  SealerOptions options;
  std::array<SendEpoch, 1> storage;
  RecordSealer sealer(options, absl::MakeSpan(storage));
  ASSERT_TRUE(
      sealer.InstallEpoch(1, MakeTestKeys(options.version, AeadAlgorithm::kAes128Gcm, 1), &cipher)
          .ok());
  const Bytes content = {1, 2, 3};
  RecordToSeal record;
  record.content_type = 23;
  record.content = content;
  Bytes datagram(200);
  RecordNumber number;
  const auto seal = [&](ByteWriter* writer) { return sealer.Seal(record, writer, &number).code(); };
  ByteWriter writer(absl::MakeSpan(datagram));
  EXPECT_EQ(seal(&writer), absl::StatusCode::kOk);
  EXPECT_EQ(number.sequence, 0u);
  const size_t written = writer.size();
  aead.fail = true;
  EXPECT_EQ(seal(&writer), absl::StatusCode::kInternal);
  aead.fail = false;
  record.content_type = 25;  // no header without a CID has it
  EXPECT_EQ(seal(&writer), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(writer.size(), written);
  record.content_type = 23;
  EXPECT_EQ(seal(&writer), absl::StatusCode::kOk);
  EXPECT_EQ(number.sequence, 3u);
  EXPECT_EQ(writer.size(), 2 * written);
}

// REQ-053: what does not fit spends no number and leaves the datagram alone.
TEST(RecordSealer, KnowsEveryLengthBeforeItWrites) {
  for (const TestForm& form : AllTestForms()) {
    for (const AeadAlgorithm algorithm : kAeadAlgorithms) {
      TestAssociation association(form, algorithm);
      const Bytes content(10);
      const RecordToSeal record = association.ToSeal(23, content);
      const size_t length = association.sealer().SealedLength(record);
      Bytes datagram(length + 5);
      for (size_t room = 0; room < length; ++room) {
        ByteWriter writer(absl::MakeSpan(datagram.data(), room));
        EXPECT_EQ(association.sealer().Seal(record, &writer).code(), absl::StatusCode::kOutOfRange);
        EXPECT_EQ(writer.size(), 0u);
      }
      ByteWriter writer(absl::MakeSpan(datagram));
      RecordNumber number;
      ASSERT_TRUE(association.sealer().Seal(record, &writer, &number).ok());
      EXPECT_EQ(writer.size(), length);
      EXPECT_EQ(number.sequence, 0u);
    }
  }
}

TEST(RecordSealer, RefusesWhatARecordCannotHold) {
  const Bytes longest(1 << 14), too_long((1 << 14) + 1);
  for (const TestForm& form : AllTestForms()) {
    TestAssociation association(form, AeadAlgorithm::kAes128Gcm);
    absl::Status status;
    EXPECT_TRUE(association.Seal(association.ToSeal(23, too_long), &status).empty());
    EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
    EXPECT_EQ(association.sealer().SealedLength(association.ToSeal(23, too_long)), 0u);
    // REQ-015: in tls12_cid the content type counts; in DTLS 1.3 it does not (RFC 8446).
    const bool fits = form.name.rfind("tls12_cid", 0) != 0;
    EXPECT_EQ(!association.Seal(longest).empty(), fits) << form.name;
    // REQ-014: padding counts, and has no place where the type stands outside.
    RecordToSeal padded = association.ToSeal(23, longest);
    padded.padding = 1;
    EXPECT_TRUE(association.Seal(padded).empty());
    RecordToSeal of_epoch = association.ToSeal(23, longest);
    of_epoch.epoch = 77;
    EXPECT_TRUE(association.Seal(of_epoch, &status).empty());
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  }
}

// REQ-048: no record of DTLS 1.3 is too short to be unmasked.
TEST(RecordSealer, PadsToWhatRecordNumberEncryptionSamples) {
  for (const AeadAlgorithm algorithm : kAeadAlgorithms) {
    for (size_t size = 0; size < 20; ++size) {
      TestAssociation association(Form13(), algorithm);
      const Bytes content(size, 0xaa);
      const Bytes datagram = association.Seal(content);
      RecordView view;
      ASSERT_EQ(ParseRecord(datagram, 0, association.rules(), &view), DropReason::kNone);
      EXPECT_EQ(view.payload.length,
                std::max<size_t>(16, size + 1 + ParametersOf(algorithm).tag_length));
      ASSERT_EQ(association.Open(datagram), DropReason::kNone);
      EXPECT_EQ(association.content(), content);
    }
  }
}

// REQ-007, REQ-107, BUG-28: whatever the content type, a record with a CID has the form for it, and
// the type is inside.
TEST(RecordSealer, EveryContentTypeIsWrapped) {
  for (const uint8_t type : {21, 22, 23, 24, 27}) {
    TestAssociation association(Form12(), AeadAlgorithm::kAes128Gcm);
    const Bytes datagram = association.Seal({1, 2}, type);
    EXPECT_EQ(datagram[0], 25);
    ASSERT_EQ(association.Open(datagram), DropReason::kNone);
    EXPECT_EQ(association.opened().content_type(), type);
  }
}

// REQ-014: padding is zeros that the receiver takes away.
TEST(RecordSealer, PaddingGoesAsItCame) {
  for (const TestForm& form : {Form12(), Form13()}) {
    TestAssociation association(form, AeadAlgorithm::kAes128Gcm);
    const Bytes content = {1, 0, 0};
    for (const size_t padding : {0, 1, 100, 1000}) {
      RecordToSeal record = association.ToSeal(23, content);
      record.padding = padding;
      const Bytes datagram = association.Seal(record);
      EXPECT_EQ(datagram.size(), association.Seal(content).size() + padding);
      ASSERT_EQ(association.Open(datagram), DropReason::kNone);
      EXPECT_EQ(association.content(), content);
    }
  }
}

// A retransmission is sealed under the epoch that it belongs to.
TEST(RecordSealer, SealsUnderTheEpochThatIsAskedFor) {
  TestAssociation association(Form13(), AeadAlgorithm::kAes128Gcm);
  const uint64_t first = association.first_epoch();
  association.Install(first + 1);
  const Bytes content = {1};
  RecordToSeal record = association.ToSeal(23, content);
  for (const uint64_t epoch : {first, first + 1}) {
    record.epoch = epoch;
    ASSERT_EQ(association.Open(association.Seal(record)), DropReason::kNone);
    EXPECT_EQ(association.opened().number().epoch, epoch);
  }
  association.sealer().DropEpoch(first);
  record.epoch = first;
  EXPECT_TRUE(association.Seal(record).empty());
  // The oldest goes where there is no room for a third.
  association.InstallAtSealer(first + 2);
  association.InstallAtSealer(first + 3);
  record.epoch = first + 1;
  EXPECT_TRUE(association.Seal(record).empty());
}

// What was used before is as good as new: no epoch of an earlier sealer, nor a dropped one, takes
// the place of one in use.
TEST(RecordSealer, StorageThatWasUsedIsAsGoodAsNew) {
  const auto aead = MakeTestAead(AeadAlgorithm::kAes128Gcm);
  const RecordCipher cipher{aead.get(), nullptr};
  const SealerOptions options;
  const TrafficKeys keys = MakeTestKeys(options.version, AeadAlgorithm::kAes128Gcm, 1);
  std::array<SendEpoch, 2> storage;
  for (int life = 0; life < 3; ++life) {
    RecordSealer sealer(options, absl::MakeSpan(storage));
    for (const uint64_t epoch : {1, 2, 3}) {
      ASSERT_TRUE(sealer.InstallEpoch(epoch, keys, &cipher).ok());
      if (epoch == 2 && life == 1) sealer.DropEpoch(2);
    }
    RecordToSeal record;
    record.content_type = 23;
    for (const uint64_t epoch : {1, 2, 3}) {
      record.epoch = epoch;
      const bool kept = epoch == 3 || (epoch == 1) == (life == 1);
      EXPECT_EQ(sealer.SealedLength(record) != 0, kept) << epoch << " in life " << life;
    }
    sealer.Reset();
  }
}

// REQ-029, REQ-030, REQ-031: several records in a datagram, of mixed headers, the last without a
// length.
TEST(RecordSealer, RecordsShareADatagram) {
  TestAssociation association(Form13(), AeadAlgorithm::kAes128Gcm);
  Bytes datagram(500);
  ByteWriter writer(absl::MakeSpan(datagram));
  const Bytes content = {7, 8, 9};
  for (int i = 0; i < 4; ++i) {
    RecordToSeal record = association.ToSeal(23, content);
    record.sequence16 = i % 2 == 0;
    record.with_length = i < 3;
    ASSERT_TRUE(association.sealer().Seal(record, &writer).ok());
  }
  datagram.resize(writer.size());
  size_t offset = 0;
  for (int i = 0; i < 4; ++i) {
    RecordView view;
    ASSERT_EQ(ParseRecord(datagram, offset, association.rules(), &view), DropReason::kNone);
    std::optional<OpenedRecord> opened;
    ASSERT_EQ(association.opener().Open(absl::MakeSpan(datagram), view, &opened),
              DropReason::kNone);
    EXPECT_EQ(opened->number().sequence, static_cast<uint64_t>(i));
    offset = view.record.end();
  }
  EXPECT_EQ(offset, datagram.size());
}

// A chain needs a profile; in DTLS 1.3 it needs a length field, and a CID stands in one place.
TEST(RecordSealer, ExtensionsHaveTheirPlace) {
  for (const DtlsVersion version : {DtlsVersion::kDtls12, DtlsVersion::kDtls13}) {
    TestForm form = {version, 8, true, true, true, ""};
    OpenerOptions off = TestAssociation::Options(form);
    off.extensions.profile = ExtensionProfile::kOff;
    TestAssociation without_profile(form, AeadAlgorithm::kAes128Gcm, off);
    absl::Status status;
    EXPECT_TRUE(without_profile.Seal(without_profile.ToSeal(23, {}), &status).empty());
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    TestAssociation association(form, AeadAlgorithm::kAes128Gcm);
    RecordToSeal twice = association.ToSeal(23, {});
    twice.cid = association.cid();
    EXPECT_TRUE(association.Seal(twice).empty());
    RecordToSeal without_length = association.ToSeal(23, {});
    without_length.with_length = false;
    EXPECT_EQ(association.Seal(without_length).empty(), version == DtlsVersion::kDtls13);
  }
}

}  // namespace
}  // namespace waybill
