// SPDX-License-Identifier: Apache-2.0
//
// Input: rules (fuzzed_rules.h), then a datagram. Its records are opened by keys that forgers have:
// an AEAD that takes every tag whose first byte is even, so that what stands behind it is reached.
// What opens is inside its record, once, and nothing else of the datagram changes; what does not
// changes no state but its key's count.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "waybill/fuzz/fuzz_check.h"
#include "waybill/fuzz/fuzzed_rules.h"
#include "waybill/protection/number_mask.h"
#include "waybill/protection/record_opener.h"
#include "waybill/record/datagram_reader.h"
#include "waybill/record/record_view.h"
#include "waybill/wire/byte_reader.h"
#include "waybill/wire/drop_reason.h"

namespace waybill {
namespace {

class OpenToForgers final : public Aead {
 public:
  explicit OpenToForgers(AeadAlgorithm algorithm) : algorithm_(algorithm) {}
  AeadAlgorithm algorithm() const override { return algorithm_; }
  bool Seal(const AeadKey&, const AeadNonce&, absl::Span<const uint8_t>, absl::Span<uint8_t>,
            absl::Span<uint8_t>) override {
    return false;
  }
  bool Open(const AeadKey&, const AeadNonce&, absl::Span<const uint8_t>, absl::Span<uint8_t>,
            absl::Span<const uint8_t> tag) override {
    return tag[0] % 2 == 0;
  }
  void Forget(const AeadKey&) override {}

 private:
  const AeadAlgorithm algorithm_;
};

class TheSampleIsTheMask final : public NumberMasker {
 public:
  void Compute(absl::Span<NumberMaskJob> jobs) const override {
    for (NumberMaskJob& job : jobs) job.mask = {job.sample[0], job.sample[1]};
  }
};

TrafficKeys KeysOf(DtlsVersion version, AeadAlgorithm algorithm) {
  const std::vector<uint8_t> bytes(ParametersOf(algorithm).key_length);
  const bool dtls13 = version == DtlsVersion::kDtls13;
  TrafficKeys keys;
  keys.algorithm = algorithm;
  keys.key = AeadKey(bytes);
  keys.iv.Resize(dtls13 ? kIvLength : Iv12LengthOf(algorithm));
  if (dtls13) keys.number_key.Assign(bytes);
  return keys;
}

void OpenDatagram(DtlsVersion version, AeadAlgorithm algorithm, const FuzzedRules& rules,
                  absl::Span<const uint8_t> input) {
  OpenToForgers aead(algorithm);
  const TheSampleIsTheMask masker;
  const RecordCipher cipher{&aead, &masker};
  OpenerOptions options;
  options.version = version;
  options.extensions = rules.rules.extensions;
  options.max_failed_opens = 100;
  ReceiveEpochs<3> storage;
  RecordOpener opener(&options, storage);
  for (const uint64_t epoch : {1, 2, 3}) {
    WAYBILL_FUZZ_CHECK(opener.InstallEpoch(epoch, KeysOf(version, algorithm), &cipher).ok());
  }
  const auto failures = [&opener] {
    return opener.FailedOpens(1) + opener.FailedOpens(2) + opener.FailedOpens(3);
  };

  std::vector<uint8_t> datagram(input.begin(), input.end());
  DatagramReader reader(absl::MakeConstSpan(datagram), rules.rules, rules.same_association,
                        nullptr);
  RecordView view;
  DropReason reason;
  while (reader.Next(&view, &reason)) {
    if (reason != DropReason::kNone) continue;
    const std::vector<uint8_t> before = datagram;
    const uint64_t failures_before = failures();
    std::optional<OpenedRecord> opened;
    const DropReason verdict = opener.Open(absl::MakeSpan(datagram), view, &opened);
    WAYBILL_FUZZ_CHECK(opened.has_value() == (verdict == DropReason::kNone));
    WAYBILL_FUZZ_CHECK(ScopeOf(verdict) != DropScope::kRestOfDatagram);
    WAYBILL_FUZZ_CHECK(failures() ==
                       failures_before + (verdict == DropReason::kAuthenticationFailed));
    WAYBILL_FUZZ_CHECK(
        std::equal(before.begin(), before.begin() + view.record.offset, datagram.begin()));
    WAYBILL_FUZZ_CHECK(std::equal(before.begin() + static_cast<long>(view.record.end()),
                                  before.end(),
                                  datagram.begin() + static_cast<long>(view.record.end())));
    if (!opened.has_value()) continue;
    const uint8_t* const payload = datagram.data() + view.payload.offset;
    WAYBILL_FUZZ_CHECK(
        opened->content().empty() ||
        (opened->content().data() >= payload &&
         opened->content().data() + opened->content().size() <= payload + view.payload.length));
    WAYBILL_FUZZ_CHECK(opened->number().epoch >= 1 && opened->number().epoch <= 3 &&
                       opened->number().sequence <= kMaxSequence);
    // BUG-05: nothing that travelled in the clear.
    WAYBILL_FUZZ_CHECK(view.form != RecordForm::kDtlsPlaintext);
    // The same bytes again are a replay, whatever they say.
    datagram = before;
    WAYBILL_FUZZ_CHECK(opener.Open(absl::MakeSpan(datagram), view, &opened) ==
                       DropReason::kReplayed);
    datagram = before;
  }
}

}  // namespace
}  // namespace waybill

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace waybill;
  ByteReader input(absl::Span<const uint8_t>(data, size));
  const std::optional<FuzzedRules> rules = ReadFuzzedRules(&input);
  if (!rules.has_value()) return 0;
  for (const AeadAlgorithm algorithm : kAeadAlgorithms) {
    OpenDatagram(DtlsVersion::kDtls12, algorithm, *rules, input.rest());
    OpenDatagram(DtlsVersion::kDtls13, algorithm, *rules, input.rest());
  }
  return 0;
}
