// SPDX-License-Identifier: Apache-2.0
//
// A peer that sends nothing but messages about connection IDs, without end.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/cid_issuer.h"
#include "waybill/cid/connection_id.h"
#include "waybill/cid/connection_id_messages.h"
#include "waybill/cid/connection_id_updates.h"
#include "waybill/cid/test_cids.h"
#include "waybill/tests/receive_path/memory_watch.h"
#include "waybill/wire/byte_writer.h"

namespace waybill {
namespace {

// 10^6 messages of a kind; WAYBILL_FLOOD_MESSAGES says another number.
uint32_t Messages() {
  const char* const text = std::getenv("WAYBILL_FLOOD_MESSAGES");
  return text == nullptr ? 1000000 : static_cast<uint32_t>(std::strtoul(text, nullptr, 10));
}

// A table that counts, and allocates nothing itself.
class CountingRegistry final : public CidRegistry {
 public:
  Answer Add(absl::Span<const uint8_t>, const CidTarget&) override {
    ++live;
    most = live > most ? live : most;
    return Answer::kAdded;
  }
  void Remove(absl::Span<const uint8_t>) override { --live; }

  int64_t live = 0;
  int64_t most = 0;
};

class ConnectionIdFloodTest : public testing::Test {
 protected:
  static constexpr size_t kPlaces = 4;
  static constexpr uint8_t kLength = 30;  // of CIDs that stand in the storage for long ones

  ConnectionIdFloodTest() {
    absl::Span<const uint8_t> first;
    EXPECT_EQ(updates_.IssueFirst(&first), CidIssueResult::kIssued);
    EXPECT_TRUE(updates_.SetPeerCid(first));
  }

  static void TearDownTestSuite() { std::printf("%u messages of each kind\n", Messages()); }

  // A NewConnectionId with ten CIDs that were not there before.
  absl::Span<const uint8_t> NewCids(ConnectionIdUsage usage) {
    ByteWriter writer(absl::MakeSpan(body_));
    NewConnectionIdWriter message(&writer);
    message.Begin();
    for (int i = 0; i < 10; ++i) {
      uint8_t cid[8];
      ++peers_;
      for (size_t byte = 0; byte < sizeof(cid); ++byte) {
        cid[byte] = static_cast<uint8_t>(peers_ >> (8 * byte));
      }
      message.Add(cid);
    }
    message.End(usage);
    return writer.written();
  }

  // What is to be sent is sent, and acknowledged at once.
  bool SendNext() {
    ByteWriter writer(absl::MakeSpan(body_));
    const uint8_t type = updates_.NextMessage(&writer);
    updates_.OnAcknowledged(type);
    return type != 0;
  }

  const uint32_t messages_ = Messages();
  CountingCidFormat format_{kLength};
  CountingRegistry registry_;
  CidIssuer issuer_{&format_, &registry_};
  std::array<uint8_t, kPlaces * kLength> long_bytes_;
  LongCidStorage longer_{absl::MakeSpan(long_bytes_), kLength};
  std::array<OwnCid, kPlaces> own_;
  std::array<PeerConnectionId, kPlaces> peer_;
  ConnectionIdUpdates updates_{
      &issuer_, CidTarget(), {absl::MakeSpan(own_), absl::MakeSpan(peer_), &longer_}};
  std::array<uint8_t, 1000> body_;
  uint64_t peers_ = 0;
};

// BUG-35, REQ-095, REQ-139: neither when nothing is answered, nor when everything is.
TEST_F(ConnectionIdFloodTest, OfRequestsTakesNoMemory) {
  size_t refused = 0;
  EXPECT_EQ(AllocationsOf([&] {
              for (uint32_t i = 0; i < messages_; ++i) {
                const uint8_t count = static_cast<uint8_t>(i);
                refused += updates_.OnRequestConnectionId(absl::MakeConstSpan(&count, 1)) !=
                           CidAlert::kNone;
                if (i % 2 == 0) SendNext();
              }
            }),
            0u);
  EXPECT_EQ(registry_.most, static_cast<int64_t>(kPlaces) - 1) << "one place is never given";
  EXPECT_GT(refused, messages_ - 100);
}

// BUG-35: the worst that a peer can do that the association survives: each request is given CIDs,
// for the endpoint changes to others all the time.
TEST_F(ConnectionIdFloodTest, OfRequestsThatAreGivenCidsTakesNoMemory) {
  size_t given = 0;
  const size_t allocations = AllocationsOf([&] {
    for (uint32_t i = 0; i < messages_; ++i) {
      const uint8_t count = 1;
      if (updates_.OnRequestConnectionId(absl::MakeConstSpan(&count, 1)) != CidAlert::kNone) break;
      given += SendNext() && updates_.last_issue() == CidIssueResult::kIssued;
      updates_.Offer(1, ConnectionIdUsage::kImmediate);
      SendNext();
      for (const OwnCid& own : own_) updates_.OnOwnCidUsed(own.cid.bytes());
      updates_.RetireReplaced();
    }
  });
  EXPECT_EQ(allocations, 0u);
  EXPECT_LE(registry_.most, static_cast<int64_t>(kPlaces));
  EXPECT_GT(given, 30000u) << "until the ordinals are used up";
}

// BUG-35, REQ-092: spares beyond the places are dropped, and immediate ones replace what was there.
TEST_F(ConnectionIdFloodTest, OfNewCidsTakesNoMemory) {
  size_t changes = 0;
  EXPECT_EQ(AllocationsOf([&] {
              for (uint32_t i = 0; i < messages_; ++i) {
                const auto usage =
                    i % 3 == 0 ? ConnectionIdUsage::kImmediate : ConnectionIdUsage::kSpare;
                if (updates_.OnNewConnectionId(NewCids(usage)) != CidAlert::kNone) break;
                changes += updates_.UseNextPeerCid();
              }
            }),
            0u);
  EXPECT_EQ(changes, messages_);
  EXPECT_EQ(registry_.live, 1) << "what the peer sends issues nothing";
}

// BUG-35: what is refused leaves nothing behind, either.
TEST_F(ConnectionIdFloodTest, OfMalformedMessagesTakesNoMemory) {
  size_t refused = 0;
  EXPECT_EQ(AllocationsOf([&] {
              for (uint32_t i = 0; i < messages_; ++i) {
                const absl::Span<const uint8_t> good = NewCids(ConnectionIdUsage::kImmediate);
                const absl::Span<const uint8_t> cut(good.data(), i % good.size());
                refused += updates_.OnNewConnectionId(cut) != CidAlert::kNone;
                refused +=
                    i % good.size() == 1 || updates_.OnRequestConnectionId(cut) != CidAlert::kNone;
              }
            }),
            0u);
  EXPECT_EQ(refused, 2u * messages_);
  EXPECT_EQ(updates_.spare_peer_cids(), 0u);
}

}  // namespace
}  // namespace waybill
