// SPDX-License-Identifier: Apache-2.0
//
// The receive path allocates nothing, whatever arrives.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/tests/receive_path/memory_watch.h"
#include "waybill/tests/receive_path/receive_path.h"

namespace waybill {
namespace {

struct alignas(256) Aligned {
  char bytes[256];
};

// Volatile, so that no compiler can leave an allocation out.
void* volatile kept;

TEST(Allocations, AreCountedHoweverTheyAreMade) {
  EXPECT_EQ(AllocationsOf([] { free(kept = malloc(1)); }), 1u);
  EXPECT_EQ(AllocationsOf([] { free(kept = calloc(1, 1)); }), 1u);
  EXPECT_EQ(AllocationsOf([] { free(kept = realloc(nullptr, 1)); }), 1u);
  EXPECT_EQ(AllocationsOf([] { free(kept = aligned_alloc(64, 64)); }), 1u);
  EXPECT_EQ(AllocationsOf([] { ::operator delete(kept = ::operator new(1)); }), 1u);
  EXPECT_EQ(AllocationsOf([] { ::operator delete[](kept = ::operator new[](1)); }), 1u);
  EXPECT_EQ(AllocationsOf([] { kept = std::make_unique<Aligned>().get(); }), 1u);
  EXPECT_EQ(AllocationsOf([] { kept = std::vector<uint8_t>(1).data(); }), 1u);
  EXPECT_EQ(AllocationsOf([] { kept = std::string(100, 'a').data(); }), 1u);
  EXPECT_EQ(AllocationsOf([] { kept = nullptr; }), 0u);
}

TEST(SecretWatch, FindsASecretWhileItIsKeptAndWhenItIsGivenBack) {
  const std::vector<uint8_t> secret = {0xc0, 0xff, 0xee};
  const SecretWatch watch(secret);
  auto wiped = std::make_unique<std::array<uint8_t, 100>>();
  auto left = std::make_unique<std::array<uint8_t, 100>>();
  EXPECT_EQ(watch.held(), 0u);
  for (auto* const each : {&wiped, &left}) {
    std::copy(secret.begin(), secret.end(), (*each)->end() - secret.size());
  }
  EXPECT_EQ(watch.held(), 2u);
  wiped->fill(0);
  EXPECT_EQ(watch.held(), 1u);
  wiped.reset();
  EXPECT_EQ(watch.given_back(), 0u);
  left.reset();
  EXPECT_EQ(watch.given_back(), 1u);
  EXPECT_EQ(watch.held(), 0u);
}

// BUG-18: not from a claimed length, and not at all: k × the bytes received, with k = 0.
TEST(Allocations, TheReceivePathMakesNone) {
  const std::vector<ReceivedDatagram> datagrams = AllReceivedDatagrams();
  Reception reception;
  EXPECT_EQ(AllocationsOf([&] { reception = ReceiveAll(datagrams); }), 0u);
  EXPECT_GT(reception.accepted, 100u);
  EXPECT_GT(reception.refused, 1000u);
  EXPECT_EQ(reception.hellos, 2u);
}

}  // namespace
}  // namespace waybill
