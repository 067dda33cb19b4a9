// SPDX-License-Identifier: Apache-2.0
//
// Random structures at scale. WAYBILL_CODEC_DATAGRAMS says how many datagrams, and
// WAYBILL_CODEC_SEED which:
//
//   bazel test --test_env=WAYBILL_CODEC_DATAGRAMS=100000000 //tests/codec:plausible_datagrams_test
#include "waybill/tests/codec/plausible_datagrams.h"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/numbers.h"
#include "gtest/gtest.h"
#include "waybill/record/datagram_reader.h"
#include "waybill/record/record_view.h"
#include "waybill/tests/codec/agreement.h"
#include "waybill/traffic/random.h"
#include "waybill/wire/drop_reason.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

uint64_t Environment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  uint64_t number = otherwise;
  EXPECT_TRUE(text == nullptr || absl::SimpleAtoi(text, &number)) << name << "=" << text;
  return number;
}

// What became of the records: a comparison that never gets behind the first byte shows nothing.
class Coverage {
 public:
  void Count(const PlausibleDatagram& datagram) {
    DatagramReader reader(datagram.bytes, datagram.rules, datagram.same_association, nullptr);
    RecordView view;
    DropReason reason;
    while (reader.Next(&view, &reason)) {
      ++reasons_[static_cast<size_t>(reason)];
      if (reason == DropReason::kNone) ++accepted_[static_cast<size_t>(view.form)];
    }
  }
  // Every refusal that headers alone can cause, but for the datagram that is too long, and every
  // form. To be asked where there were datagrams enough.
  void ExpectAllMet() const {
    for (size_t i = 0; i <= static_cast<size_t>(DropReason::kExtensionSecondCid); ++i) {
      const auto reason = static_cast<DropReason>(i);
      EXPECT_TRUE(reasons_[i] > 0 || reason == DropReason::kDatagramTooLong) << NameOf(reason);
    }
    for (size_t i = static_cast<size_t>(RecordForm::kOther) + 1; i < accepted_.size(); ++i) {
      EXPECT_GT(accepted_[i], 0u) << NameOf(static_cast<RecordForm>(i));
    }
  }

 private:
  std::array<uint64_t, kDropReasonCount> reasons_ = {};
  std::array<uint64_t, static_cast<size_t>(RecordForm::kExtended13) + 1> accepted_ = {};
};

TEST(PlausibleDatagrams, AreReadAlikeByBothCodecs) {
  const uint64_t count = Environment("WAYBILL_CODEC_DATAGRAMS", 1000000);
  const uint64_t seed = Environment("WAYBILL_CODEC_SEED", 1);
  Coverage coverage;
  for (uint64_t i = 0; i < count; ++i) {
    Random random(seed + i);
    const PlausibleDatagram datagram = MakePlausibleDatagram(&random);
    const std::string disagreement =
        Disagreement(datagram.bytes, datagram.rules, datagram.same_association);
    ASSERT_EQ(disagreement, "") << "WAYBILL_CODEC_SEED=" << seed + i << " "
                                << ToHex(datagram.bytes).substr(0, 2000);
    coverage.Count(datagram);
  }
  if (count >= 100000) coverage.ExpectAllMet();
}

}  // namespace
}  // namespace waybill
