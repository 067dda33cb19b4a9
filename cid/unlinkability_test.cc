// SPDX-License-Identifier: Apache-2.0
//
// What an observer of a million connection IDs sees. A statistical test can find that something
// shows, and cannot show that nothing does: the proofs are AES's and SipHash's. Keys and targets
// are fixed, so that the answers are.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/cid/test_formats.h"

namespace waybill {
namespace {

constexpr size_t kCids = 1000000;

// CIDs behind one another, all of one length.
struct Issued {
  size_t length;
  std::vector<uint8_t> bytes;
  const uint8_t* At(size_t i) const { return &bytes[i * length]; }
};

// The worst that can be linked: the CIDs of one association and of its neighbours, in the order of
// their targets, of which two that follow each other differ in a bit or two.
Issued IssueInOrder(TestFormat* made) {
  Issued issued = {made->length, std::vector<uint8_t>(kCids * made->length)};
  constexpr size_t kAtOnce = 32;
  std::array<CidIssue, kAtOnce> jobs;
  for (size_t done = 0; done < kCids; done += kAtOnce) {
    for (size_t i = 0; i < kAtOnce; ++i) {
      const size_t number = done + i;
      jobs[i].target = CidTarget();
      jobs[i].target.slot = static_cast<uint32_t>(number / 16);
      jobs[i].target.ordinal = static_cast<uint16_t>(number % 16);
      jobs[i].storage = absl::Span<uint8_t>(&issued.bytes[number * made->length], made->length);
    }
    made->format->Issue(absl::MakeSpan(jobs));
    for (const CidIssue& job : jobs) EXPECT_EQ(job.result, CidIssueResult::kIssued);
  }
  return issued;
}

// Chi square over the 256 values of a byte, as standard deviations from what random bytes give.
double Deviation(const std::array<size_t, 256>& counts, size_t total) {
  const double expected = static_cast<double>(total) / 256;
  double chi_square = 0;
  for (const size_t count : counts) {
    const double difference = static_cast<double>(count) - expected;
    chi_square += difference * difference / expected;
  }
  return std::abs(chi_square - 255) / std::sqrt(2.0 * 255);
}

// The greatest deviation of a byte: of the CIDs themselves, and of the XOR of CIDs that are
// `distance` apart, which is where a relation of their targets would show.
double WorstByte(const Issued& issued, size_t first_byte, size_t distance) {
  double worst = 0;
  for (size_t byte = first_byte; byte < issued.length; ++byte) {
    std::array<size_t, 256> counts = {};
    for (size_t i = 0; i + distance < kCids; ++i) {
      const uint8_t other = distance == 0 ? 0 : issued.At(i + distance)[byte];
      ++counts[issued.At(i)[byte] ^ other];
    }
    worst = std::max(worst, Deviation(counts, kCids - distance));
  }
  return worst;
}

size_t Repeated(const Issued& issued) {
  std::vector<std::string> cids;
  cids.reserve(kCids);
  for (size_t i = 0; i < kCids; ++i) {
    cids.emplace_back(reinterpret_cast<const char*>(issued.At(i)), issued.length);
  }
  std::sort(cids.begin(), cids.end());
  size_t repeated = 0;
  for (size_t i = 1; i < kCids; ++i) repeated += cids[i] == cids[i - 1];
  return repeated;
}

// REQ-134, REQ-149: CIDs cannot be linked, and none is issued twice.
void CheckUnlinkable(TestFormat* made, size_t first_byte) {
  SCOPED_TRACE(made->name);
  const Issued issued = IssueInOrder(made);
  EXPECT_EQ(Repeated(issued), 0u);
  // Some 100 values are looked at; one of them beyond five deviations is a chance of 1 in 10^4.
  for (const size_t distance : {0, 1, 2, 16, 256}) {
    EXPECT_LT(WorstByte(issued, first_byte, distance), 5) << "CIDs " << distance << " apart";
  }
}

// Checks the formats of these names, from the byte on that stands beside each.
void CheckNamed(const TestFormats& formats, const std::map<std::string, size_t>& first_bytes) {
  size_t checked = 0;
  for (const auto& made : formats) {
    const auto named = first_bytes.find(made->name);
    if (named == first_bytes.end()) continue;
    CheckUnlinkable(made.get(), named->second);
    ++checked;
  }
  EXPECT_EQ(checked, first_bytes.size());
}

TEST(Unlinkability, SealedCidsLookRandom) {
  TestFormats formats;
  AddSealedFormats(1, &formats);
  ASSERT_EQ(formats.size(), 3u);
  CheckNamed(formats, {{"sealed_8", 0}, {"sealed_12", 0}, {"sealed_16", 0}});
}

// Octet 0 is the configuration and the length, the same for all.
TEST(Unlinkability, EncryptedRoutableCidsLookRandomBehindTheirFirstOctet) {
  TestFormats formats;
  AddQuicLbFormats(1, &formats);
  CheckNamed(formats, {{"quic_lb_aes_3_4", 1},
                       {"quic_lb_aes_8_8", 1},
                       {"quic_lb_aes_10_6", 1},
                       {"quic_lb_aes_9_10", 1}});
}

// REQ-162: in clear, the nonce alone.
TEST(Unlinkability, NoncesInClearLookRandom) {
  TestFormats formats;
  AddQuicLbFormats(1, &formats);
  CheckNamed(formats, {{"quic_lb_clear_3_4", 4}, {"quic_lb_clear_1_18", 2}});
}

TEST(Unlinkability, TaggedCidsLookRandom) {
  TestFormats formats;
  AddTaggedFormats(1, &formats);
  CheckNamed(formats, {{"tagged_siphash_8_3", 0}, {"tagged_aes_8_8", 0}});
}

// The test can fail: targets masked by a constant are found out.
TEST(Unlinkability, TheTestSeesCidsThatAreOnlyMasked) {
  Issued issued = {8, std::vector<uint8_t>(kCids * 8)};
  for (size_t i = 0; i < kCids; ++i) {
    for (size_t byte = 0; byte < 8; ++byte) {
      issued.bytes[i * 8 + byte] = static_cast<uint8_t>(i >> (8 * byte)) ^ 0x5a;
    }
  }
  EXPECT_GT(WorstByte(issued, 0, 0), 100);
  EXPECT_GT(WorstByte(issued, 0, 1), 100);
}

}  // namespace
}  // namespace waybill
