// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/retired_memory.h"

#include <optional>

#include "gtest/gtest.h"
#include "waybill/cid/test_memory.h"

namespace waybill {
namespace {

// One thread plays owner and readers, in the orders that matter: what several threads see is shown
// elsewhere.
class RetiredPieces : public testing::Test {
 protected:
  static constexpr size_t kBytes = 100;

  void RetireOne() {
    ASSERT_TRUE(retired_.Prepare());
    retired_.Retire(memory_.Allocate(kBytes), kBytes);
  }
  // Pieces that were not given back yet. Each has a record of its own.
  size_t held() const { return memory_.live_bytes() / kBytes; }

  TestMemory memory_;
  ForeignReader first_;
  ForeignReader second_;
  RetiredMemory retired_{&memory_};
  std::optional<ForeignReading> reading_;
  std::optional<ForeignReading> other_reading_;
};

TEST_F(RetiredPieces, WithoutReadersGoBackAtOnce) {
  RetireOne();
  EXPECT_EQ(memory_.live_bytes(), 0u);
  EXPECT_EQ(memory_.allocations(), 1u) << "nothing is kept, and needs no record";
}

TEST_F(RetiredPieces, GoBackAtOnceWhereNobodyReads) {
  retired_.Register(&first_);
  retired_.Register(&second_);
  { const ForeignReading reading(&first_); }
  RetireOne();
  EXPECT_EQ(memory_.live_bytes(), 0u);
}

TEST_F(RetiredPieces, WaitForAReaderThatBeganBefore) {
  for (ForeignReader* const reader : {&first_, &second_}) {
    retired_.Register(&first_);
    retired_.Register(&second_);
    reading_.emplace(reader);
    RetireOne();
    RetireOne();
    retired_.Reclaim();
    EXPECT_EQ(held(), 2u);
    reading_.reset();
    EXPECT_EQ(held(), 2u) << "the owner gives back, not a reader";
    retired_.Reclaim();
    EXPECT_EQ(memory_.live_bytes(), 0u);
    retired_.Unregister(&first_);
    retired_.Unregister(&second_);
  }
}

// Whoever begins behind the replacement does not find what was replaced.
TEST_F(RetiredPieces, DoNotWaitForAReaderThatBeganLater) {
  retired_.Register(&first_);
  retired_.Register(&second_);
  reading_.emplace(&first_);
  RetireOne();
  other_reading_.emplace(&second_);
  reading_.reset();
  retired_.Reclaim();
  EXPECT_EQ(memory_.live_bytes(), 0u);
}

// Of several pieces each waits for its own readers.
TEST_F(RetiredPieces, GoBackEachWhenItsReadersHaveEnded) {
  retired_.Register(&first_);
  retired_.Register(&second_);
  reading_.emplace(&first_);
  RetireOne();
  other_reading_.emplace(&second_);
  RetireOne();
  EXPECT_EQ(held(), 2u);
  reading_.reset();
  retired_.Reclaim();
  EXPECT_EQ(held(), 1u) << "the second reader may be at the second piece";
  reading_.emplace(&first_);
  RetireOne();
  EXPECT_EQ(held(), 2u);
  other_reading_.reset();
  retired_.Reclaim();
  EXPECT_EQ(held(), 1u);
  reading_.reset();
  retired_.Reclaim();
  EXPECT_EQ(memory_.live_bytes(), 0u);
}

TEST_F(RetiredPieces, GoBackWhenTheNextOneIsRetired) {
  retired_.Register(&first_);
  for (int i = 0; i < 1000; ++i) {
    reading_.emplace(&first_);
    RetireOne();
    EXPECT_EQ(held(), 1u);
    reading_.reset();
  }
  RetireOne();
  EXPECT_EQ(memory_.live_bytes(), 0u);
}

TEST_F(RetiredPieces, GoBackWhenTheirReaderIsRemoved) {
  retired_.Register(&first_);
  retired_.Register(&second_);
  reading_.emplace(&second_);
  RetireOne();
  reading_.reset();
  retired_.Unregister(&second_);
  EXPECT_EQ(memory_.live_bytes(), 0u);
  RetireOne();
  retired_.Unregister(&second_);  // was removed before
  retired_.Unregister(&first_);
  RetireOne();
  EXPECT_EQ(memory_.live_bytes(), 0u);
}

// The rest goes with the owner: TestMemory says whether all came back.
TEST_F(RetiredPieces, GoBackAtTheEnd) {
  retired_.Register(&first_);
  reading_.emplace(&first_);
  for (int i = 0; i < 5; ++i) RetireOne();
  EXPECT_TRUE(retired_.Prepare());
  reading_.reset();
  EXPECT_GE(held(), 5u);
}

TEST_F(RetiredPieces, NeedARecordOnlyWhereThereAreReaders) {
  memory_.FailAfter(0);
  EXPECT_TRUE(retired_.Prepare());
  EXPECT_FALSE(memory_.failed());
  retired_.Register(&first_);
  EXPECT_FALSE(retired_.Prepare());
  EXPECT_TRUE(memory_.failed());
  EXPECT_TRUE(retired_.Prepare());
  const size_t allocations = memory_.allocations();
  EXPECT_TRUE(retired_.Prepare());
  EXPECT_EQ(memory_.allocations(), allocations) << "the record was not used yet";
  RetireOne();
}

// One that was prepared for readers that are gone serves later ones.
TEST_F(RetiredPieces, KeepARecordThatWasNotUsed) {
  retired_.Register(&first_);
  ASSERT_TRUE(retired_.Prepare());
  retired_.Unregister(&first_);
  RetireOne();
  retired_.Register(&second_);
  memory_.FailAfter(0);
  EXPECT_TRUE(retired_.Prepare());
  EXPECT_FALSE(memory_.failed());
  memory_.FailAfter(TestMemory::kNever);
}

}  // namespace
}  // namespace waybill
