// SPDX-License-Identifier: Apache-2.0
//
// Records under secret keys. The datagrams are public, for everybody on the way sees them; what
// opening finds is not, until the tag has been found right.
#include <array>
#include <memory>
#include <optional>

#include "waybill/protection/key_schedule12.h"
#include "waybill/protection/key_schedule13.h"
#include "waybill/protection/make_aead.h"
#include "waybill/protection/record_opener.h"
#include "waybill/protection/record_sealer.h"
#include "waybill/record/parse_record.h"
#include "waybill/tests/constant_time/paths.h"
#include "waybill/tests/constant_time/secrets.h"

namespace waybill {
namespace {

constexpr uint64_t kEpoch = 3;
constexpr uint64_t kNextSequence = 1000;

const Bytes kContent = SomeBytes(100, 1);
const Bytes kCid = SomeBytes(8, 2);

// Keys of the client, from a secret that a stack has exported.
TrafficKeys SecretKeys(DtlsVersion version, AeadAlgorithm algorithm) {
  TrafficKeys keys, others;
  const bool derived =
      version == DtlsVersion::kDtls13
          ? DeriveTrafficKeys13(HashAlgorithm::kSha256, algorithm,
                                SecretBytesOf(LengthOf(HashAlgorithm::kSha256), 3), &keys)
          : DeriveTrafficKeys12(
                HashAlgorithm::kSha256, algorithm, SecretBytesOf(kMasterSecretLength, 3),
                SomeBytes(kHelloRandomLength, 4), SomeBytes(kHelloRandomLength, 5), &keys, &others);
  Require(derived, "no keys come of the secret");
  RequireSecret(keys.key.bytes(), "the key");
  RequireSecret(keys.iv.bytes(), "the IV");
  RequireSecret(keys.number_key.bytes(), "the key of the masks");
  return keys;
}

// The place where the verdict over a tag becomes public, and where it is good, what it stood for:
// behind the Open() of the implementation.
class PublicVerdicts final : public Aead {
 public:
  explicit PublicVerdicts(AeadAlgorithm algorithm) : aead_(MakeAead(algorithm, 2)) {}
  AeadAlgorithm algorithm() const override { return aead_->algorithm(); }
  bool Seal(const AeadKey& key, const AeadNonce& nonce, absl::Span<const uint8_t> additional_data,
            absl::Span<uint8_t> text, absl::Span<uint8_t> tag) override {
    return aead_->Seal(key, nonce, additional_data, text, tag);
  }
  bool Open(const AeadKey& key, const AeadNonce& nonce, absl::Span<const uint8_t> additional_data,
            absl::Span<uint8_t> text, absl::Span<const uint8_t> tag) override {
    RequireSecret(absl::MakeConstSpan(nonce).first(kSaltLength), "the nonce");
    const bool right = Public(aead_->Open(key, nonce, additional_data, text, tag));
    if (right) MakePublic(text);
    return right;
  }
  void Forget(const AeadKey& key) override { aead_->Forget(key); }

 private:
  const std::unique_ptr<Aead> aead_;
};

// Masks that are public, and with them the number. That is so once a record has been opened, but
// the opener then has the number in registers, where nobody can declare it public. A record with a
// wrong tag has a secret one, and up to the verdict goes the same way.
class PublicMasks final : public NumberMasker {
 public:
  explicit PublicMasks(const NumberMasker* masker) : masker_(masker) {}
  void Compute(absl::Span<NumberMaskJob> jobs) const override {
    masker_->Compute(jobs);
    for (const NumberMaskJob& job : jobs) MakePublic(job.mask);
  }

 private:
  const NumberMasker* const masker_;
};

struct Form {
  DtlsVersion version = DtlsVersion::kDtls13;
  bool sequence16 = true;
};

const NumberMasker* MaskerOf(Form form, AeadAlgorithm algorithm) {
  return form.version == DtlsVersion::kDtls13 ? &NumberMaskerFor(algorithm) : nullptr;
}

// One end of an association, with secret keys.
class Sender {
 public:
  Sender(Form form, Aead* aead)
      : form_(form),
        cipher_{aead, MaskerOf(form, aead->algorithm())},
        sealer_(Options(form), absl::MakeSpan(epochs_)) {
    const TrafficKeys keys = SecretKeys(form.version, aead->algorithm());
    Require(sealer_.InstallEpoch(kEpoch, keys, &cipher_, kNextSequence).ok(), "keys are refused");
  }
  // A datagram with one record. Its header is made of the public number, and masked.
  Bytes Seal() {
    Bytes content = kContent;
    MakeSecret(content);
    RecordToSeal record;
    record.content_type = 23;
    record.content = content;
    record.cid = kCid;
    record.sequence16 = form_.sequence16;
    Bytes datagram(200);
    ByteWriter writer(absl::MakeSpan(datagram));
    KeyEvent event;
    Require(sealer_.Seal(record, &writer, nullptr, &event).ok(), "does not seal");
    datagram.resize(writer.size());
    RequireSecret(absl::MakeConstSpan(datagram).subspan(datagram.size() - kContent.size()),
                  "the ciphertext");
    MakePublic(datagram);
    return datagram;
  }

 private:
  static SealerOptions Options(Form form) {
    SealerOptions options;
    options.version = form.version;
    return options;
  }

  const Form form_;
  const RecordCipher cipher_;
  std::array<SendEpoch, 1> epochs_;
  RecordSealer sealer_;
};

// The other.
class Receiver {
 public:
  Receiver(Form form, Aead* aead, const NumberMasker* masker, bool check_replay_first = false)
      : cipher_{aead, masker},
        options_(Options(form, check_replay_first)),
        opener_(&options_, epochs_) {
    const TrafficKeys keys = SecretKeys(form.version, aead->algorithm());
    Require(opener_.InstallEpoch(kEpoch, keys, &cipher_, kNextSequence).ok(), "keys are refused");
  }
  DropReason Open(Bytes datagram) {
    RecordView view;
    const RecordRules rules(CidLength::Fixed(static_cast<uint8_t>(kCid.size())));
    Require(ParseRecord(datagram, 0, rules, &view) == DropReason::kNone, "is no record");
    std::optional<OpenedRecord> opened;
    KeyEvent event;
    const DropReason reason = opener_.Open(absl::MakeSpan(datagram), view, &opened, &event);
    Require(opened.has_value() == (reason == DropReason::kNone), "opened, or not?");
    if (opened.has_value()) {
      Require(opened->content() == absl::MakeConstSpan(kContent), "another content");
    }
    return reason;
  }

 private:
  static OpenerOptions Options(Form form, bool check_replay_first) {
    OpenerOptions options;
    options.version = form.version;
    options.check_replay_first = check_replay_first;
    options.max_failed_opens = 1000;
    return options;
  }

  const RecordCipher cipher_;
  const OpenerOptions options_;
  ReceiveEpochs<1> epochs_;
  RecordOpener opener_;
};

void OpenWrongTags(Receiver* receiver, const Bytes& datagram, size_t tag_length) {
  for (const size_t from_end : {size_t{1}, tag_length, tag_length + 1}) {
    Bytes wrong = datagram;
    wrong[wrong.size() - from_end] ^= 1;
    Require(receiver->Open(wrong) == DropReason::kAuthenticationFailed, "opens what is wrong");
  }
}

void Records(Form form, AeadAlgorithm algorithm) {
  PublicVerdicts aead(algorithm);
  Sender sender(form, &aead);
  const NumberMasker* const masker = MaskerOf(form, algorithm);
  Receiver of_wrong_tags(form, &aead, masker);
  OpenWrongTags(&of_wrong_tags, sender.Seal(), ParametersOf(algorithm).tag_length);

  const PublicMasks public_masks(masker);
  Receiver of_right_tags(form, &aead, masker == nullptr ? nullptr : &public_masks);
  const Bytes first = sender.Seal();
  const Bytes second = sender.Seal();
  for (const Bytes& datagram : {second, first}) {
    Require(of_right_tags.Open(datagram) == DropReason::kNone, "does not open");
  }
  Require(of_right_tags.Open(first) == DropReason::kReplayed, "opens twice");
}

// A window that is asked first branches on the number, before anybody has shown that it is the
// sender's: what OpenerOptions says of it.
void CheckReplayFirst() {
  constexpr AeadAlgorithm kAlgorithm = AeadAlgorithm::kAes128Gcm;
  PublicVerdicts aead(kAlgorithm);
  Sender sender({}, &aead);
  Receiver receiver({}, &aead, MaskerOf({}, kAlgorithm), /*check_replay_first=*/true);
  Bytes wrong = sender.Seal();
  wrong.back() ^= 1;
  Require(receiver.Open(wrong) == DropReason::kAuthenticationFailed, "opens what is wrong");
}

}  // namespace

void AddRecordPaths(std::vector<Path>* paths) {
  for (const AeadAlgorithm algorithm : kAeadAlgorithms) {
    const std::string with = " records with " + std::string(ParametersOf(algorithm).name);
    paths->push_back({"DTLS 1.2" + with, [=] { Records({DtlsVersion::kDtls12}, algorithm); }});
    paths->push_back({"DTLS 1.3" + with, [=] {
                        Records({DtlsVersion::kDtls13, true}, algorithm);
                        Records({DtlsVersion::kDtls13, false}, algorithm);
                      }});
  }
  paths->push_back({"a replay window that is asked first", CheckReplayFirst, /*leaks=*/true});
}

}  // namespace waybill
