// SPDX-License-Identifier: Apache-2.0
//
// For tests: one direction of an association in any form and suite, sealing at one end and opening
// at the other.
#ifndef WAYBILL_PROTECTION_TEST_ASSOCIATION_H_
#define WAYBILL_PROTECTION_TEST_ASSOCIATION_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "waybill/protection/make_aead.h"
#include "waybill/protection/number_mask.h"
#include "waybill/protection/record_opener.h"
#include "waybill/protection/record_sealer.h"
#include "waybill/record/parse_record.h"
#include "waybill/wire/test_hex.h"

namespace waybill {

inline std::unique_ptr<Aead> MakeTestAead(AeadAlgorithm algorithm) {
  return MakeAead(algorithm, 4);
}

// Keys that differ with `seed`, of the right lengths.
inline TrafficKeys MakeTestKeys(DtlsVersion version, AeadAlgorithm algorithm, uint8_t seed) {
  const auto fill = [seed](size_t size, uint8_t salt) {
    Bytes bytes(size);
    for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(31 * i + 17 * seed + salt);
    return bytes;
  };
  const size_t key_length = ParametersOf(algorithm).key_length;
  const bool dtls13 = version == DtlsVersion::kDtls13;
  TrafficKeys keys;
  keys.algorithm = algorithm;
  keys.key = AeadKey(fill(key_length, 1));
  keys.iv.Assign(fill(dtls13 ? kIvLength : Iv12LengthOf(algorithm), 2));
  if (dtls13) keys.number_key.Assign(fill(key_length, 3));
  return keys;
}

struct TestForm {
  DtlsVersion version = DtlsVersion::kDtls12;
  size_t cid_length = 0;
  bool cid_as_extension = false;  // in the authenticated profile
  bool sequence16 = true;
  bool with_length = true;
  std::string name;
};

// Every form, with CIDs of several lengths.
inline std::vector<TestForm> AllTestForms() {
  std::vector<TestForm> forms;
  forms.push_back({DtlsVersion::kDtls12, 0, false, true, true, "dtls_ciphertext"});
  for (const size_t cid : {1, 8, 20, 255}) {
    const std::string suffix = "_cid" + std::to_string(cid);
    forms.push_back({DtlsVersion::kDtls12, cid, false, true, true, "tls12_cid" + suffix});
    forms.push_back({DtlsVersion::kDtls12, cid, true, true, true, "extended12" + suffix});
    forms.push_back({DtlsVersion::kDtls13, cid, true, true, true, "extended13" + suffix});
  }
  for (const size_t cid : {0, 1, 8, 255}) {
    for (const bool sequence16 : {false, true}) {
      for (const bool with_length : {false, true}) {
        forms.push_back({DtlsVersion::kDtls13, cid, false, sequence16, with_length,
                         "unified_cid" + std::to_string(cid) + (sequence16 ? "_S" : "") +
                             (with_length ? "_L" : "")});
      }
    }
  }
  return forms;
}

class TestAssociation {
 public:
  static constexpr uint64_t kEpoch12 = 1;
  static constexpr uint64_t kEpoch13 = 3;

  // Both ends have their keys for the first epoch of application data, and know of the numbers
  // below `next_sequence`.
  TestAssociation(const TestForm& form, AeadAlgorithm algorithm, uint64_t next_sequence = 0)
      : TestAssociation(form, algorithm, Options(form), next_sequence) {}

  TestAssociation(const TestForm& form, AeadAlgorithm algorithm, const OpenerOptions& options,
                  uint64_t next_sequence = 0)
      : form_(form),
        algorithm_(algorithm),
        cid_(form.cid_length),
        rules_(options.extensions),
        aead_(MakeTestAead(algorithm)),
        masker_(form.version == DtlsVersion::kDtls13 ? MakeNumberMasker(algorithm, 4) : nullptr),
        cipher_{aead_.get(), masker()},
        options_(options),
        sealer_(Sealing(options), absl::MakeSpan(send_epochs_)),
        opener_(&options_, receive_epochs_) {
    for (size_t i = 0; i < cid_.size(); ++i) cid_[i] = static_cast<uint8_t>(0xc0 + i);
    Install(first_epoch(), next_sequence);
  }

  static OpenerOptions Options(const TestForm& form) {
    OpenerOptions options;
    options.version = form.version;
    options.extensions.profile = ExtensionProfile::kAuthenticated;
    options.extensions.accepted = ExtensionTypeSet(form.cid_as_extension ? 1 : 0);
    options.max_failed_opens = 1'000'000;
    return options;
  }

  uint64_t first_epoch() const {
    return form_.version == DtlsVersion::kDtls13 ? kEpoch13 : kEpoch12;
  }

  // Gives both ends the keys of another epoch.
  void Install(uint64_t epoch, uint64_t next_sequence = 0) {
    InstallAtSealer(epoch, next_sequence);
    const absl::Status opening = InstallAtOpener(epoch, next_sequence);
    if (!opening.ok()) throw std::runtime_error(opening.ToString());
  }
  void InstallAtSealer(uint64_t epoch, uint64_t next_sequence = 0) {
    const absl::Status sealing =
        sealer_.InstallEpoch(epoch, KeysOf(epoch), &cipher_, next_sequence);
    if (!sealing.ok()) throw std::runtime_error(sealing.ToString());
  }
  absl::Status InstallAtOpener(uint64_t epoch, uint64_t next_sequence = 0) {
    return opener_.InstallEpoch(epoch, KeysOf(epoch), &cipher_, next_sequence);
  }
  TrafficKeys KeysOf(uint64_t epoch) const {
    return MakeTestKeys(form_.version, algorithm_, static_cast<uint8_t>(epoch));
  }

  // What Seal() is given; content must live until then.
  RecordToSeal ToSeal(uint8_t content_type, const Bytes& content) {
    RecordToSeal record;
    record.content_type = content_type;
    record.content = content;
    record.sequence16 = form_.sequence16;
    record.with_length = form_.with_length;
    if (form_.cid_as_extension) {
      extension_ = {0, cid_};
      record.extensions = absl::MakeConstSpan(&extension_, 1);
    } else {
      record.cid = cid_;
    }
    return record;
  }
  // The datagram of one record; empty where the sealer refuses it.
  Bytes Seal(const RecordToSeal& record, absl::Status* status = nullptr,
             KeyEvent* event = nullptr) {
    Bytes datagram(20000);
    ByteWriter writer(absl::MakeSpan(datagram));
    RecordSealer sealer(Sealing(options_), absl::MakeSpan(send_epochs_));
    const absl::Status sealed = sealer.Seal(record, &writer, nullptr, event);
    if (status != nullptr) *status = sealed;
    datagram.resize(writer.size());
    return datagram;
  }
  Bytes Seal(const Bytes& content, uint8_t content_type = 23) {
    return Seal(ToSeal(content_type, content));
  }

  RecordRules rules() const {
    return RecordRules(form_.cid_as_extension || cid_.empty()
                           ? CidLength::Absent()
                           : CidLength::Fixed(static_cast<uint8_t>(cid_.size())),
                       rules_);
  }
  // Parses the datagram's first record and opens it in a copy, of which `content()` is part.
  DropReason Open(const Bytes& datagram, KeyEvent* event = nullptr) {
    copy_ = datagram;
    RecordView view;
    const DropReason reason = ParseRecord(copy_, 0, rules(), &view);
    if (reason != DropReason::kNone) return reason;
    opened_.reset();
    // One for each datagram: it keeps nothing but in its storage.
    RecordOpener opener(&options_, receive_epochs_);
    return opener.Open(absl::MakeSpan(copy_), view, &opened_, event);
  }
  const OpenedRecord& opened() const { return *opened_; }
  Bytes content() const { return Bytes(opened_->content().begin(), opened_->content().end()); }

  // All that the opener keeps, as bytes.
  std::string State() {
    const ReceiveStorage storage = receive_epochs_;
    std::string state;
    for (const ReceiveEpoch& epoch : storage.epochs) {
      state.append(reinterpret_cast<const char*>(&epoch), sizeof(epoch));
    }
    for (const ReplayWindow& window : storage.windows) {
      state.append(reinterpret_cast<const char*>(&window), sizeof(window));
    }
    return state;
  }
  // Whether the states differ in nothing, or in nothing but a count that went up by one.
  static bool AlikeButForOneCount(const std::string& before, const std::string& after) {
    if (before == after) return true;
    const size_t first =
        static_cast<size_t>(std::mismatch(before.begin(), before.end(), after.begin()).first -
                            before.begin()) /
        sizeof(uint64_t) * sizeof(uint64_t);
    uint64_t old_count, new_count;
    std::memcpy(&old_count, &before[first], sizeof(old_count));
    std::memcpy(&new_count, &after[first], sizeof(new_count));
    std::string restored = after;
    std::memcpy(&restored[first], &old_count, sizeof(old_count));
    return new_count == old_count + 1 && restored == before;
  }

  RecordSealer& sealer() { return sealer_; }
  RecordOpener& opener() { return opener_; }
  Aead* aead() { return aead_.get(); }
  const NumberMasker* masker() const { return masker_.get(); }
  const Bytes& cid() const { return cid_; }

 private:
  static SealerOptions Sealing(const OpenerOptions& options) {
    SealerOptions sealing;
    sealing.version = options.version;
    sealing.profile = options.extensions.profile;
    return sealing;
  }

  const TestForm form_;
  const AeadAlgorithm algorithm_;
  Bytes cid_;
  const ExtensionRules rules_;
  RecordExtension extension_;
  const std::unique_ptr<Aead> aead_;
  const std::unique_ptr<NumberMasker> masker_;
  const RecordCipher cipher_;
  const OpenerOptions options_;
  std::array<SendEpoch, 2> send_epochs_;
  ReceiveEpochs<2> receive_epochs_;
  RecordSealer sealer_;
  RecordOpener opener_;
  Bytes copy_;
  std::optional<OpenedRecord> opened_;
};

}  // namespace waybill

#endif  // WAYBILL_PROTECTION_TEST_ASSOCIATION_H_
