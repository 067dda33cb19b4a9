// SPDX-License-Identifier: Apache-2.0
#include "waybill/tools/bounded_map.h"

#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "waybill/traffic/random.h"

namespace waybill {
namespace {

using Map = BoundedMap<int, int>;

TEST(BoundedMap, FindsWhatWasAdded) {
  Map map(8);
  EXPECT_EQ(map.size(), 0u);
  EXPECT_EQ(map.Find(1), nullptr);
  EXPECT_EQ(map.FindOrAdd(1), 0) << "a new value is the default one";
  map.FindOrAdd(1) = 10;
  EXPECT_EQ(map.FindOrAdd(1), 10);
  ASSERT_NE(map.Find(1), nullptr);
  *map.Find(1) = 11;
  EXPECT_EQ(map.FindOrAdd(1), 11);
  EXPECT_EQ(map.size(), 1u);
}

TEST(BoundedMap, ErasesFromBothGenerations) {
  Map map(4);
  for (int key = 1; key <= 3; ++key) map.FindOrAdd(key) = key;  // 1 and 2 are old, 3 is young
  map.Erase(1);
  map.Erase(3);
  map.Erase(99);
  EXPECT_EQ(map.size(), 1u);
  EXPECT_EQ(map.Find(1), nullptr);
  ASSERT_NE(map.Find(2), nullptr);
  EXPECT_EQ(*map.Find(2), 2);
  EXPECT_EQ(map.Find(3), nullptr);
  EXPECT_EQ(map.FindOrAdd(1), 0) << "nothing is left of the one that was erased";
}

TEST(BoundedMap, ForgetsWhatWasNotUsed) {
  Map map(8);
  for (int key = 0; key < 100; ++key) {
    map.FindOrAdd(key);
    EXPECT_LE(map.size(), 8u);
  }
  EXPECT_EQ(map.Find(0), nullptr);
  EXPECT_EQ(map.Find(91), nullptr) << "eight others were used since";
  for (int key = 96; key < 100; ++key) EXPECT_NE(map.Find(key), nullptr) << key;
}

// The promise of the header, wherever in a generation the entry happens to stand: it survives
// while fewer than capacity / 2 others are used between two uses of it.
TEST(BoundedMap, KeepsWhatIsUsed) {
  constexpr size_t kCapacity = 10;
  for (const bool found : {false, true}) {
    for (int before = 0; before < 10; ++before) {
      Map map(kCapacity);
      for (int i = 0; i < before; ++i) map.FindOrAdd(-1 - i);
      map.FindOrAdd(0) = 7;
      int next = 1;
      for (int round = 0; round < 50; ++round) {
        for (size_t other = 0; other < kCapacity / 2 - 1; ++other) map.FindOrAdd(next++);
        int* value = found ? map.Find(0) : &map.FindOrAdd(0);
        ASSERT_NE(value, nullptr) << "before " << before << ", round " << round;
        ASSERT_EQ(*value, 7) << "before " << before << ", round " << round;
      }
    }
  }
}

TEST(BoundedMap, StaysWithinItsCapacity) {
  Random random(1);
  for (const size_t capacity : {size_t{2}, size_t{3}, size_t{16}, size_t{257}}) {
    Map map(capacity);
    for (int i = 0; i < 20000; ++i) {
      const int key = static_cast<int>(random.Below(2 * capacity));
      switch (random.Below(3)) {
        case 0:
          map.Erase(key);
          ASSERT_EQ(map.Find(key), nullptr);
          break;
        case 1:
          if (const int* value = map.Find(key)) {
            ASSERT_EQ(*value, key);
          }
          break;
        default:
          map.FindOrAdd(key) = key;
          ASSERT_EQ(map.FindOrAdd(key), key);
      }
      ASSERT_LE(map.size(), capacity);
    }
  }
}

TEST(BoundedMap, LooksUpWithoutMakingAKey) {
  BoundedMap<std::string, int> map(4);
  map.FindOrAdd(absl::string_view("connection")) = 1;
  EXPECT_NE(map.Find(absl::string_view("connection")), nullptr);
  map.Erase(absl::string_view("connection"));
  EXPECT_EQ(map.size(), 0u);
}

}  // namespace
}  // namespace waybill
