// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/cid_issuing.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/cid/checked_random.h"
#include "waybill/cid/random_source.h"
#include "waybill/tools/cid_options.h"

namespace waybill {
namespace {

// Always the same bytes.
class Stuck final : public RandomSource {
 public:
  bool Fill(absl::Span<uint8_t> bytes) override {
    std::fill(bytes.begin(), bytes.end(), 0x42);
    return true;
  }
};

CidOptions OptionsOf(CidKind kind) {
  CidOptions options;
  options.kind = kind;
  if (kind == CidKind::kQuicLb) options.server_id = std::vector<uint8_t>{1, 2, 3};
  if (kind == CidKind::kSealed || kind == CidKind::kTagged) {
    options.key = std::vector<uint8_t>(16, 7);
  }
  return options;
}

absl::Status IssueFromStuckSource(const CidOptions& options) {
  Stuck source;
  CheckedRandom random(&source);
  return IssueCids(options, &random).status();
}

// BUG-42.
TEST(CidIssuing, IssuesNothingFromASourceThatIsStuck) {
  for (const CidKind kind : {CidKind::kRandom, CidKind::kLengthOctet, CidKind::kNibble,
                             CidKind::kQuicLb, CidKind::kTagged}) {
    EXPECT_TRUE(absl::IsInternal(IssueFromStuckSource(OptionsOf(kind)))) << static_cast<int>(kind);
  }
  CidOptions encrypted = OptionsOf(CidKind::kQuicLb);
  encrypted.key = std::vector<uint8_t>(16, 7);
  EXPECT_TRUE(absl::IsInternal(IssueFromStuckSource(encrypted)));
  CidOptions unroutable;
  unroutable.kind = CidKind::kQuicLb;
  unroutable.config = 7;
  EXPECT_TRUE(absl::IsInternal(IssueFromStuckSource(unroutable)));
}

TEST(CidIssuing, NeedsNoRandomnessWhereAllIsGiven) {
  EXPECT_TRUE(IssueFromStuckSource(OptionsOf(CidKind::kSealed)).ok());
  CidOptions routable = OptionsOf(CidKind::kQuicLb);
  routable.nonce = std::vector<uint8_t>{1, 2, 3, 4};
  EXPECT_TRUE(IssueFromStuckSource(routable).ok());
}

}  // namespace
}  // namespace waybill
