// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/storage_memory.h"

#include <array>
#include <cstring>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/cid/memory_source.h"

namespace waybill {
namespace {

constexpr size_t kLine = MemorySource::kAlignment;

struct Storage {
  absl::Span<uint8_t> Part(size_t begin, size_t length) {
    return absl::MakeSpan(bytes).subspan(begin, length);
  }
  alignas(kLine) std::array<uint8_t, 16 * kLine> bytes;
};

// Wherever the storage begins, and however many bytes were asked for before.
TEST(StorageMemory, EveryPieceBeginsALine) {
  Storage storage;
  for (size_t begin = 0; begin < kLine; ++begin) {
    StorageMemory memory(storage.Part(begin, storage.bytes.size() - begin));
    uint8_t* end = storage.bytes.data() + begin;
    for (const size_t bytes : {1, 64, 63, 65, 100}) {
      uint8_t* const piece = static_cast<uint8_t*>(memory.Allocate(bytes));
      ASSERT_NE(piece, nullptr);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(piece) % kLine, 0u);
      EXPECT_GE(piece, end);
      std::memset(piece, 1, bytes);  // a sanitizer's to say whether they are there
      end = piece + bytes;
      EXPECT_EQ(memory.left(), static_cast<size_t>(&*storage.bytes.end() - end));
    }
  }
}

TEST(StorageMemory, IsUsedToTheLastByte) {
  Storage storage;
  StorageMemory memory(storage.Part(0, 3 * kLine));
  EXPECT_NE(memory.Allocate(kLine), nullptr);
  EXPECT_EQ(memory.Allocate(2 * kLine + 1), nullptr);
  EXPECT_EQ(memory.left(), 2 * kLine) << "what was refused took nothing";
  EXPECT_NE(memory.Allocate(2 * kLine), nullptr);
  EXPECT_EQ(memory.left(), 0u);
  EXPECT_EQ(memory.Allocate(1), nullptr);
}

// Bytes that alignment wants do not count as memory.
TEST(StorageMemory, HasNoneWhereOnlyAlignmentIsLeft) {
  Storage storage;
  StorageMemory memory(storage.Part(1, kLine));
  EXPECT_EQ(memory.left(), kLine);
  EXPECT_EQ(memory.Allocate(2), nullptr);
  EXPECT_NE(memory.Allocate(1), nullptr);
  EXPECT_EQ(memory.left(), 0u);
  StorageMemory less(storage.Part(1, kLine - 2));
  EXPECT_EQ(less.Allocate(1), nullptr);
}

TEST(StorageMemory, RefusesSizesBeyondAllMemory) {
  Storage storage;
  StorageMemory memory(storage.Part(1, 10 * kLine));
  for (size_t less = 0; less < 2 * kLine; ++less) {
    EXPECT_EQ(memory.Allocate(~size_t{0} - less), nullptr);
  }
  EXPECT_EQ(memory.left(), 10 * kLine);
}

TEST(StorageMemory, OfNoStorageHasNone) {
  StorageMemory memory({});
  EXPECT_EQ(memory.left(), 0u);
  EXPECT_EQ(memory.Allocate(1), nullptr);
}

TEST(StorageMemory, GivesNothingTwice) {
  Storage storage;
  StorageMemory memory(storage.Part(0, 2 * kLine));
  void* const first = memory.Allocate(kLine);
  memory.Free(first, kLine);
  void* const second = memory.Allocate(kLine);
  EXPECT_NE(second, nullptr);
  EXPECT_NE(second, first);
  EXPECT_EQ(memory.Allocate(kLine), nullptr);
}

}  // namespace
}  // namespace waybill
