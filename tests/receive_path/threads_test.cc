// SPDX-License-Identifier: Apache-2.0
//
// Threads that read datagrams at the same time do not disturb each other: wire/, ext/ and record/
// keep nothing between two calls. --config=tsan sees what they would share.
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/tests/receive_path/receive_path.h"

namespace waybill {
namespace {

TEST(Threads, ReadAtTheSameTimeAsAlone) {
  constexpr int kRounds = 10;
  const std::vector<ReceivedDatagram> datagrams = AllReceivedDatagrams();
  std::vector<Reception> receptions(4);
  std::vector<std::thread> threads;
  // A thread that ends before the next begins shares nothing with it that could be seen.
  std::atomic<size_t> started{0};
  for (Reception& reception : receptions) {
    threads.emplace_back([&] {
      ++started;
      while (started < receptions.size()) std::this_thread::yield();
      for (int round = 0; round < kRounds; ++round) reception = ReceiveAll(datagrams);
    });
  }
  for (std::thread& thread : threads) thread.join();
  const Reception alone = ReceiveAll(datagrams);
  EXPECT_GT(alone.accepted + alone.refused, datagrams.size() - 1);
  for (const Reception& reception : receptions) EXPECT_EQ(reception, alone);
}

}  // namespace
}  // namespace waybill
