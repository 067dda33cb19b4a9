// SPDX-License-Identifier: Apache-2.0
#include "waybill/bench/comparison/captured_records.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "waybill/record/record_view.h"

namespace waybill {
namespace {

const char kDtls12[] = "traffic/captures/openssl-dtls12-no-cid-gcm-cooked.pcap";
const char kDtls12Cid[] = "traffic/captures/mbedtls-dtls12-cid8-ccm8.pcap";
const char kDtls13[] = "traffic/captures/wolfssl-dtls13-cid7-cid3-chacha20.pcapng";

// Every form gives records, and each capture flows of its own.
TEST(CapturedRecordsTest, AllFormsAreUsed) {
  const std::vector<std::string> paths = {kDtls12, kDtls12Cid, kDtls13};
  const absl::StatusOr<CapturedTraffic> traffic = ReadCaptures(paths);
  ASSERT_TRUE(traffic.ok()) << traffic.status().message();
  ASSERT_EQ(traffic->captures.size(), 3u);
  std::set<uint32_t> flows_before;
  size_t next = 0;
  for (const CaptureSummary& capture : traffic->captures) {
    SCOPED_TRACE(capture.path);
    EXPECT_GT(capture.protected_records, 0u);
    EXPECT_GT(capture.records, capture.protected_records);  // hellos
    std::set<uint32_t> flows;
    for (const size_t end = next + capture.protected_records; next < end; ++next) {
      const CapturedRecord& record = traffic->records[next];
      EXPECT_EQ(flows_before.count(record.flow), 0u);
      flows.insert(record.flow);
      EXPECT_GE(record.payload_length, 16);
      EXPECT_LE(record.payload_length, kMaxCiphertextLength13);
    }
    EXPECT_GE(flows.size(), 2u);  // both directions
    flows_before.insert(flows.begin(), flows.end());
  }
  EXPECT_EQ(next, traffic->records.size());
}

TEST(CapturedRecordsTest, AFileThatCannotBeReadIsNamed) {
  const std::vector<std::string> paths = {kDtls12, "/nowhere.pcap"};
  const absl::Status status = ReadCaptures(paths).status();
  EXPECT_FALSE(status.ok());
  EXPECT_NE(std::string(status.message()).find("/nowhere.pcap"), std::string::npos);
}

}  // namespace
}  // namespace waybill
