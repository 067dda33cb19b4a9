// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/index_segment.h"

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/cid/index_bucket.h"

namespace waybill {
namespace {

constexpr uint32_t kMaxTag = 0xffff;
constexpr uint32_t kNone = 0xffffffff;

// A segment with its buckets.
struct TestSegment {
  explicit TestSegment(uint32_t size)
      : buckets(std::make_unique<IndexBucket[]>(IndexSegment::CountOf(size))),
        segment(buckets.get(), size) {}
  std::unique_ptr<IndexBucket[]> buckets;
  IndexSegment segment;
};

std::vector<uint32_t> AllSizes() {
  std::vector<uint32_t> sizes;
  for (uint32_t size = 0; size <= IndexSegment::kMaxSize; size = IndexSegment::NextSize(size)) {
    sizes.push_back(size);
  }
  return sizes;
}

// Every bit that counts: tags, the numbers at them, and counters.
std::vector<uint32_t> PictureOf(const IndexSegment& segment) {
  std::vector<uint32_t> picture;
  for (uint32_t i = 0; i < segment.bucket_count(); ++i) {
    const IndexBucket& bucket = segment.buckets()[i];
    for (size_t slot = 0; slot < IndexBucket::kSlots; ++slot) {
      picture.push_back(bucket.TagOf(slot));
      picture.push_back(bucket.TagOf(slot) == 0 ? kNone : bucket.NumberOf(slot));
    }
    for (uint32_t kind = 0; kind < 8; ++kind) picture.push_back(bucket.Counted(kind));
  }
  return picture;
}

// Whether a reader comes upon a number: at home, or elsewhere where the home says so.
bool Finds(const IndexSegment& segment, uint32_t tag, uint32_t number) {
  const auto is_in = [&](const IndexBucket* bucket) {
    return bucket->Match(tag, [&](size_t slot) {
      return bucket->TagOf(slot) == tag && bucket->NumberOf(slot) == number;
    });
  };
  const IndexBucket* const home = segment.Home(tag);
  return is_in(home) || (home->Overflowed(tag) && is_in(segment.Other(tag)));
}

TEST(IndexBucket, FindsEachTagInEachSlot) {
  IndexBucket bucket;
  for (uint32_t i = 0; i < IndexBucket::kSlots; ++i) ASSERT_TRUE(bucket.Put(i + 1, 100 + i));
  EXPECT_FALSE(bucket.Put(77, 0));
  for (uint32_t i = 0; i < IndexBucket::kSlots; ++i) {
    uint32_t first = kNone;
    EXPECT_TRUE(bucket.Match(i + 1, [&](size_t slot) {
      first = bucket.NumberOf(slot);
      EXPECT_EQ(bucket.TagOf(slot), i + 1);
      return true;
    }));
    EXPECT_EQ(first, 100 + i) << "the first one that is found is no other's";
  }
}

// Neighbours in a word, and tags that differ in their lowest bit, are where a comparison of several
// tags at once goes wrong.
TEST(IndexBucket, TheFirstSlotFoundHasTheTag) {
  for (const uint32_t tag : {1u, 2u, 0x7fffu, 0x8000u, 0x8001u, 0xfffeu, 0xffffu}) {
    for (size_t at = 0; at < IndexBucket::kSlots; ++at) {
      IndexBucket bucket;
      const uint32_t other = (tag ^ 1) == 0 ? 2 : tag ^ 1;
      std::vector<size_t> slots;
      for (size_t i = 0; i < IndexBucket::kSlots; ++i) {
        ASSERT_TRUE(bucket.Put(other, static_cast<uint32_t>(i)));
      }
      EXPECT_FALSE(bucket.Match(tag, [](size_t) { return true; })) << tag;
      bucket.Clear(at);
      ASSERT_TRUE(bucket.Put(tag, 1000));
      bucket.Match(tag, [&](size_t slot) {
        slots.push_back(slot);
        return false;
      });
      ASSERT_FALSE(slots.empty());
      EXPECT_EQ(slots[0], at) << tag;
    }
  }
}

TEST(IndexBucket, CountsEachKindForItself) {
  IndexBucket bucket;
  for (uint32_t tag = 0; tag < 8; ++tag) bucket.Count(8 + tag, tag + 8);
  for (uint32_t tag = 0; tag < 8; ++tag) EXPECT_EQ(bucket.Counted(tag), tag + 8);
  bucket.Count(3, 0);
  for (uint32_t tag = 0; tag < 8; ++tag) EXPECT_EQ(bucket.Overflowed(800 + tag), tag != 3);
  for (size_t slot = 0; slot < IndexBucket::kSlots; ++slot) EXPECT_EQ(bucket.TagOf(slot), 0u);
}

TEST(IndexSegment, SizesGrowFourToADoubling) {
  const std::vector<uint32_t> sizes = AllSizes();
  EXPECT_EQ(IndexSegment::CountOf(sizes.front()), 1u);
  EXPECT_EQ(IndexSegment::CountOf(sizes.back()), 256u);
  EXPECT_EQ(sizes.back(), IndexSegment::kMaxSize);
  for (size_t i = 1; i < sizes.size(); ++i) {
    const uint32_t count = IndexSegment::CountOf(sizes[i]);
    const uint32_t before = IndexSegment::CountOf(sizes[i - 1]);
    EXPECT_GT(count, before);
    if (before >= 4) {
      EXPECT_LE(4 * count, 5 * before);
      EXPECT_EQ(sizes[i], sizes[i - 1] + 1);
    }
    if (before >= 8) {
      EXPECT_EQ(count, 2 * IndexSegment::CountOf(sizes[i] - 4));
    }
  }
}

TEST(IndexSegment, KeepsAddressAndSizeInAWord) {
  for (const uint32_t size : AllSizes()) {
    const TestSegment made(size);
    const IndexSegment segment(made.segment.word());
    EXPECT_EQ(segment.buckets(), made.buckets.get());
    EXPECT_EQ(segment.size(), size);
    EXPECT_EQ(segment.bytes(), IndexSegment::CountOf(size) * sizeof(IndexBucket));
  }
}

// All buckets are the home of as many tags, and their overflow is spread over all others.
TEST(IndexSegment, EveryTagHasTwoBuckets) {
  for (const uint32_t size : AllSizes()) {
    const TestSegment made(size);
    const uint32_t count = made.segment.bucket_count();
    std::vector<uint32_t> homes(count, 0);
    std::map<std::pair<size_t, size_t>, uint32_t> pairs;
    for (uint32_t tag = 0; tag <= kMaxTag; ++tag) {
      const size_t home = static_cast<size_t>(made.segment.Home(tag) - made.buckets.get());
      const size_t other = static_cast<size_t>(made.segment.Other(tag) - made.buckets.get());
      ASSERT_LT(home, count);
      ASSERT_LT(other, count);
      ASSERT_EQ(home == other, count == 1);
      ++homes[home];
      ++pairs[{home, other}];
    }
    for (const uint32_t tags : homes) EXPECT_NEAR(tags, 65536.0 / count, 1) << count;
    if (count <= 16) {
      EXPECT_EQ(pairs.size(), count == 1 ? 1 : count * (count - 1)) << count;
    }
  }
}

// Ten at home and ten elsewhere: then one more is refused, and not a bit of what is there changes.
TEST(IndexSegment, HoldsTwentyNumbersOfOneTag) {
  for (const uint32_t size : AllSizes()) {
    const uint32_t room = size == 0 ? 10 : 20;
    for (const uint32_t tag : {1u, 0x1234u, 0x8000u, kMaxTag}) {
      const TestSegment made(size);
      for (uint32_t i = 0; i < room; ++i) ASSERT_TRUE(made.segment.Put(tag, i)) << size;
      const std::vector<uint32_t> before = PictureOf(made.segment);
      EXPECT_FALSE(made.segment.Put(tag, 99));
      EXPECT_EQ(PictureOf(made.segment), before);
      for (uint32_t i = 0; i < room; ++i) EXPECT_TRUE(Finds(made.segment, tag, i));
      EXPECT_FALSE(made.segment.Remove(tag, 99));
      EXPECT_EQ(PictureOf(made.segment), before);
    }
  }
}

// Tags one apart from another, in a segment that is filled to the last slot or until it refuses:
// what was put is found, and when it is removed not a bit is left.
TEST(IndexSegment, IsAsItWasWhenEverythingIsRemoved) {
  for (const uint32_t size : AllSizes()) {
    for (const uint32_t step : {1u, 8u, 0x9e3bu, 0x1001u}) {
      const TestSegment made(size);
      const std::vector<uint32_t> empty = PictureOf(made.segment);
      std::map<uint32_t, uint32_t> tags;  // by number
      uint32_t refused = 0;
      for (uint32_t i = 1; refused < 100; ++i) {
        const uint32_t tag = i * step % kMaxTag + 1;
        if (made.segment.Put(tag, i)) {
          tags[i] = tag;
        } else {
          ++refused;
        }
      }
      for (const auto& [number, tag] : tags) ASSERT_TRUE(Finds(made.segment, tag, number));
      // First every other one, then the rest.
      for (const uint32_t parity : {0u, 1u}) {
        for (const auto& [number, tag] : tags) {
          if (number % 2 != parity) continue;
          ASSERT_TRUE(made.segment.Remove(tag, number));
          ASSERT_FALSE(made.segment.Remove(tag, number));
        }
        if (parity == 1) break;
        for (const auto& [number, tag] : tags) {
          ASSERT_EQ(Finds(made.segment, tag, number), number % 2 == 1);
        }
      }
      EXPECT_EQ(PictureOf(made.segment), empty) << size << ", " << step;
    }
  }
}

// Room at home is made by moving what can stand elsewhere: with all homes' tags spread, a segment
// of two buckets fills to the last slot.
TEST(IndexSegment, MakesRoomAtHome) {
  const uint32_t size = IndexSegment::NextSize(0);
  ASSERT_EQ(IndexSegment::CountOf(size), 2u);
  const TestSegment made(size);
  // All of the first bucket, five of which come to stand in the second; whose own then come.
  for (uint32_t i = 0; i < 15; ++i) ASSERT_TRUE(made.segment.Put(1 + i, i));
  for (uint32_t i = 15; i < 20; ++i) ASSERT_TRUE(made.segment.Put(0x8000 + i, i));
  for (uint32_t i = 0; i < 15; ++i) EXPECT_TRUE(Finds(made.segment, 1 + i, i));
  for (uint32_t i = 15; i < 20; ++i) EXPECT_TRUE(Finds(made.segment, 0x8000 + i, i));
  EXPECT_FALSE(made.segment.Put(0x9000, 20));
}

// Fifteen of one kind stand elsewhere, and no more are counted: a sixteenth finds no place, though
// its other bucket is empty.
TEST(IndexSegment, RefusesWhatItCannotCount) {
  uint32_t size = 0;
  while (IndexSegment::CountOf(size) < 4) ++size;
  const TestSegment made(size);
  IndexBucket* const buckets = made.buckets.get();
  uint32_t put = 0;
  std::vector<uint32_t> left;  // those of the same home and kind whose other bucket is the first
  for (uint32_t tag = 8; tag <= kMaxTag; tag += 8) {
    if (made.segment.Home(tag) != &buckets[2]) continue;
    if (made.segment.Other(tag) == &buckets[0]) {
      left.push_back(tag);
    } else if (put < 25 && made.segment.Put(tag, put)) {
      ++put;
    }
  }
  ASSERT_EQ(put, 25u);
  ASSERT_EQ(buckets[2].Counted(8), IndexBucket::kMaxCounted);
  ASSERT_FALSE(left.empty());
  const std::vector<uint32_t> before = PictureOf(made.segment);
  for (const uint32_t tag : left) EXPECT_FALSE(made.segment.Put(tag, 99));
  EXPECT_EQ(PictureOf(made.segment), before);
}

TEST(IndexSegment, TakesAllOfAnother) {
  for (const uint32_t size : AllSizes()) {
    const TestSegment made(size);
    std::map<uint32_t, uint32_t> tags;
    for (uint32_t i = 1; tags.size() < 8 * made.segment.bucket_count(); ++i) {
      const uint32_t tag = i * 0x9e3b % kMaxTag + 1;
      if (made.segment.Put(tag, i)) tags[i] = tag;
    }
    const TestSegment same(size);
    ASSERT_TRUE(same.segment.PutAllOf(made.segment));
    const TestSegment most(IndexSegment::kMaxSize);
    ASSERT_TRUE(most.segment.PutAllOf(made.segment));
    for (const auto& [number, tag] : tags) {
      ASSERT_TRUE(Finds(same.segment, tag, number));
      ASSERT_TRUE(Finds(most.segment, tag, number));
    }
    const TestSegment one(0);
    EXPECT_EQ(one.segment.PutAllOf(made.segment), size == 0);
  }
}

}  // namespace
}  // namespace waybill
