// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/context_cache.h"

#include <set>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/protection/aead.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

struct Context {
  uint64_t of_key = 0;
};

// Keys that were made one behind another: their ids count up.
std::vector<AeadKey> MakeKeys(size_t count) {
  std::vector<AeadKey> keys;
  keys.reserve(count);
  for (size_t i = 0; i < count; ++i) keys.emplace_back(Bytes(16));
  return keys;
}

// A cache, and how often what was done.
class Counted {
 public:
  explicit Counted(size_t size) : cache_(size) {}

  Context* Find(const AeadKey& key) {
    return cache_.Find(key.id(), [&](Context* context) {
      ++expanded;
      context->of_key = key.id();
      return true;
    });
  }
  Context* FailToFind(const AeadKey& key) {
    return cache_.Find(key.id(), [&](Context* context) {
      ++expanded;
      context->of_key = 0xdead;
      return false;
    });
  }
  void Forget(const AeadKey& key) {
    cache_.Forget(key.id(), [&](Context* context) {
      ++wiped;
      EXPECT_EQ(context->of_key, key.id());
      context->of_key = 0;
    });
  }
  ContextCache<Context>& cache() { return cache_; }

  int expanded = 0;
  int wiped = 0;

 private:
  ContextCache<Context> cache_;
};

TEST(ContextCache, SizesAreRoundedUpToPowersOfTwo) {
  const size_t sizes[][2] = {{0, 1}, {1, 1}, {2, 2},  {3, 4},       {4, 4},
                             {5, 8}, {8, 8}, {9, 16}, {1000, 1024}, {1024, 1024}};
  for (const auto& [asked, size] : sizes) {
    EXPECT_EQ(ContextCache<Context>(asked).size(), size) << asked;
  }
}

TEST(ContextCache, KeysMadeTogetherHavePlacesOfTheirOwn) {
  Counted counted(8);
  const std::vector<AeadKey> keys = MakeKeys(8);
  std::set<Context*> places;
  for (int round = 0; round < 3; ++round) {
    for (const AeadKey& key : keys) {
      Context* const context = counted.Find(key);
      ASSERT_NE(context, nullptr);
      EXPECT_EQ(context->of_key, key.id());
      EXPECT_EQ(context, &counted.cache().context(key.id() % 8));
      places.insert(context);
    }
  }
  EXPECT_EQ(places.size(), 8u);
  EXPECT_EQ(counted.expanded, 8);
}

TEST(ContextCache, IdsThatAreEqualModuloTheSizeShareAPlace) {
  Counted counted(4);
  const std::vector<AeadKey> keys = MakeKeys(5);
  for (size_t i = 0; i < 4; ++i) counted.Find(keys[i]);
  ASSERT_EQ(keys[4].id(), keys[0].id() + 4);
  Context* const shared = counted.Find(keys[4]);
  EXPECT_EQ(shared->of_key, keys[4].id());
  EXPECT_EQ(counted.expanded, 5);
  for (size_t i = 1; i < 4; ++i) EXPECT_EQ(counted.Find(keys[i])->of_key, keys[i].id());
  EXPECT_EQ(counted.expanded, 5);
  EXPECT_EQ(counted.Find(keys[0]), shared);
  EXPECT_EQ(shared->of_key, keys[0].id());
  EXPECT_EQ(counted.expanded, 6);
}

TEST(ContextCache, ACopyOfAKeyFindsItsContext) {
  Counted counted(4);
  const AeadKey key = MakeKeys(1)[0];
  const AeadKey copy = key;  // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_EQ(counted.Find(key), counted.Find(copy));
  EXPECT_EQ(counted.expanded, 1);
}

TEST(ContextCache, WhatCannotBeExpandedLeavesNoContext) {
  Counted counted(1);
  const std::vector<AeadKey> keys = MakeKeys(2);
  counted.Find(keys[0]);
  EXPECT_EQ(counted.FailToFind(keys[1]), nullptr);
  EXPECT_EQ(counted.FailToFind(keys[1]), nullptr);
  EXPECT_EQ(counted.expanded, 3);
  counted.Forget(keys[0]);
  counted.Forget(keys[1]);
  EXPECT_EQ(counted.wiped, 0);
  // Neither key finds what the failure left there.
  EXPECT_EQ(counted.Find(keys[0])->of_key, keys[0].id());
  EXPECT_EQ(counted.FailToFind(keys[1]), nullptr);
  EXPECT_EQ(counted.Find(keys[1])->of_key, keys[1].id());
  EXPECT_EQ(counted.expanded, 6);
}

TEST(ContextCache, NoKeyHasNoContext) {
  for (const size_t size : {1, 2, 4}) {
    Counted counted(size);
    const AeadKey none;
    EXPECT_EQ(counted.Find(none), nullptr);
    for (const AeadKey& key : MakeKeys(size)) counted.Find(key);
    const int expanded = counted.expanded;
    EXPECT_EQ(counted.Find(none), nullptr);
    EXPECT_EQ(counted.expanded, expanded);
    counted.Forget(none);
    EXPECT_EQ(counted.wiped, 0);
  }
}

TEST(ContextCache, ForgetWipesTheContextOfThatKeyAlone) {
  Counted counted(2);
  const std::vector<AeadKey> keys = MakeKeys(4);
  counted.Forget(keys[0]);
  EXPECT_EQ(counted.wiped, 0) << "it has none yet";
  counted.Find(keys[0]);
  counted.Find(keys[1]);
  counted.Forget(keys[2]);
  EXPECT_EQ(counted.wiped, 0) << "another key is in its place";
  EXPECT_EQ(counted.Find(keys[0])->of_key, keys[0].id());
  EXPECT_EQ(counted.expanded, 2);

  counted.Forget(keys[0]);
  counted.Forget(keys[0]);
  EXPECT_EQ(counted.wiped, 1);
  EXPECT_EQ(counted.cache().context(keys[0].id() % 2).of_key, 0u);
  EXPECT_EQ(counted.Find(keys[1])->of_key, keys[1].id());
  EXPECT_EQ(counted.expanded, 2);
  EXPECT_EQ(counted.Find(keys[0])->of_key, keys[0].id());
  EXPECT_EQ(counted.expanded, 3);
}

}  // namespace
}  // namespace waybill
