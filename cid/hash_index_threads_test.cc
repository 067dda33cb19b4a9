// SPDX-License-Identifier: Apache-2.0
//
// What readers on other threads rely on, in places where little time is left for it to go wrong.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/cid/hash_index.h"
#include "waybill/cid/index_bucket.h"
#include "waybill/cid/index_segment.h"
#include "waybill/cid/retired_memory.h"
#include "waybill/cid/test_memory.h"
#include "waybill/traffic/random.h"

namespace waybill {
namespace {

// A reader goes on as long as the owner, and does no less than this.
constexpr uint32_t kLooks = 100000;

constexpr uint32_t kBuckets = 4;
constexpr uint32_t kSize = 8;
static_assert(IndexSegment::CountOf(kSize) == kBuckets);
constexpr uint32_t kCapacity = 8 * kBuckets;

// Tags with their home in the first bucket: as many as it and the second one hold, to which they
// give way, and as many as the third one holds. So there is always room, but often only when one of
// the latter moves.
std::vector<uint32_t> Tags() {
  static IndexBucket buckets[kBuckets];
  const IndexSegment segment(buckets, kSize);
  std::vector<uint32_t> tags;
  for (const size_t other : {1, 2}) {
    const size_t wanted = tags.size() + (3 - other) * IndexBucket::kSlots;
    for (uint32_t tag = 1; tags.size() < wanted; tag += 7) {
      if (segment.Home(tag) == buckets && segment.Other(tag) == buckets + other) {
        tags.push_back(tag);
      }
    }
  }
  return tags;
}

// A number is its tag's place among the tags. Who sees the same stage before and behind a lookup
// knows whether it was there all the while.
enum Stage : uint32_t { kAbsent, kComing, kPresent, kGoing, kStages };

// Of a bucket that is always full, out of which the owner moves numbers to make room.
TEST(HashIndexThreads, ANumberThatIsMovedIsFoundAllTheWhile) {
  constexpr size_t kReaders = 2;
  constexpr uint32_t kChanges = 2000000;
  const std::vector<uint32_t> tags = Tags();
  ASSERT_EQ(tags.size(), 3 * IndexBucket::kSlots);
  TestMemory memory;
  HashIndex index(&memory, nullptr, kCapacity);
  const size_t bytes = index.bytes();
  ASSERT_EQ(bytes, kBuckets * sizeof(IndexBucket));
  std::vector<std::atomic<uint32_t>> stages(tags.size());

  std::atomic<size_t> started{0};
  std::atomic<bool> done{false};
  const auto wait_for_all = [&] {
    ++started;
    while (started < 1 + kReaders) std::this_thread::yield();
  };
  struct Seen {
    uint64_t present = 0, absent = 0, wrong = 0;
  };
  std::array<Seen, kReaders> seen;
  std::vector<std::thread> readers;
  for (size_t i = 0; i < kReaders; ++i) {
    readers.emplace_back([&, i] {
      wait_for_all();
      Random random(i);
      for (uint32_t looked = 0; !done || looked < kLooks; ++looked) {
        const uint32_t number = static_cast<uint32_t>(random.Below(tags.size()));
        const uint32_t stage = stages[number];
        const uint32_t found = HashIndex::Find(index.Locate(tags[number]),
                                               [&](uint32_t each) { return each == number; });
        if (stages[number] != stage || stage % 2 != 0) continue;
        if (stage % kStages == kPresent) ++(found == number ? seen[i].present : seen[i].wrong);
        if (stage % kStages == kAbsent) {
          ++(found == HashIndex::kNone ? seen[i].absent : seen[i].wrong);
        }
      }
    });
  }
  wait_for_all();
  Random random(99);
  std::vector<uint32_t> out(tags.size());  // of the index, a few as soon as it is full
  std::iota(out.begin(), out.end(), 0);
  bool all_added = true;
  for (uint32_t i = 0; i < kChanges; ++i) {
    const bool add = out.size() > 2;
    uint32_t number = static_cast<uint32_t>(random.Below(tags.size()));
    if (add) {
      std::swap(out[random.Below(out.size())], out.back());
      number = out.back();
      out.pop_back();
    } else if (std::find(out.begin(), out.end(), number) == out.end()) {
      out.push_back(number);
    } else {
      continue;
    }
    ++stages[number];
    if (add) {
      all_added = index.Add(tags[number], number) && all_added;
    } else {
      index.Remove(tags[number], number);
    }
    ++stages[number];
  }
  done = true;
  for (std::thread& reader : readers) reader.join();

  EXPECT_TRUE(all_added);
  EXPECT_EQ(index.bytes(), bytes) << "it has grown, and fewer numbers are moved";
  for (const Seen& each : seen) {
    EXPECT_EQ(each.wrong, 0u);
    EXPECT_GT(each.present, 1000u);
    EXPECT_GT(each.absent, 0u);
  }
}

// What was written before a number was added is there for whoever finds it, also in a segment that
// has grown: plain memory, so that tsan sees where nothing orders the two.
TEST(HashIndexThreads, WhoFindsANumberSeesWhatWasThereBefore) {
  constexpr size_t kReaders = 2;
  constexpr uint32_t kNumbers = 20000;
  TestMemory memory;
  RetiredMemory retired(&memory);
  HashIndex index(&memory, &retired, kNumbers);
  std::array<ForeignReader, kReaders> foreign;
  for (ForeignReader& reader : foreign) retired.Register(&reader);
  const auto hash_of = [](uint32_t number) { return Random(number).Next(); };
  std::vector<uint32_t> written(kNumbers);

  std::atomic<uint32_t> added{0};
  std::array<uint64_t, kReaders> found = {}, wrong = {};
  std::vector<std::thread> readers;
  for (size_t i = 0; i < kReaders; ++i) {
    readers.emplace_back([&, i] {
      Random random(i);
      for (uint32_t looked = 0; looked < kLooks || added.load(std::memory_order_relaxed) < kNumbers;
           ++looked) {
        // Among the last ones, of which it may know by way of the index alone.
        const uint32_t last = added.load(std::memory_order_relaxed);
        const uint32_t number =
            last + 2 - static_cast<uint32_t>(random.Below(std::min(last, 50u) + 3));
        const ForeignReading reading(&foreign[i]);
        const uint32_t answer = HashIndex::Find(index.Locate(hash_of(number)),
                                                [&](uint32_t each) { return each == number; });
        if (answer == HashIndex::kNone) continue;
        ++(written[answer] == ~number ? found[i] : wrong[i]);
      }
    });
  }
  for (uint32_t number = 0; number < kNumbers; ++number) {
    written[number] = ~number;
    EXPECT_TRUE(index.Add(hash_of(number), number));
    added.store(number + 1, std::memory_order_relaxed);
  }
  for (std::thread& reader : readers) reader.join();
  for (ForeignReader& reader : foreign) retired.Unregister(&reader);
  for (size_t i = 0; i < kReaders; ++i) {
    EXPECT_GT(found[i], 0u);
    EXPECT_EQ(wrong[i], 0u);
  }
}

}  // namespace
}  // namespace waybill
