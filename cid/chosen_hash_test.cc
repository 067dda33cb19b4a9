// SPDX-License-Identifier: Apache-2.0
//
// Keys that all meet in a table, as those of an attacker would who knew its key.
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/cid/association_shard.h"
#include "waybill/cid/test_chosen_hash.h"
#include "waybill/cid/test_memory.h"

namespace waybill {
namespace {

using Answer = CidRegistry::Answer;

const std::vector<uint8_t> kEmpty;

class ChosenHashTest : public testing::Test {
 protected:
  static AssociationShard::Options Options() {
    AssociationShard::Options options;
    options.associations = 30;
    options.cids = 30;
    options.addresses = 30;
    return options;
  }

  TestMemory memory_;
  AssociationShard shard_{Options(), ChosenHash(), &memory_};
};

// A slot that is free must not pass for one with tag 1, which differs from "free" in one bit.
TEST_F(ChosenHashTest, AKeyIsNotFoundByWayOfASlotThatIsFree) {
  const AssociationHandle first = shard_.store.Add(0);
  const AssociationHandle second = shard_.store.Add(0);
  const std::vector<uint8_t> cid = {1}, address = {2};
  ASSERT_EQ(shard_.cids.Add(cid, first), Answer::kAdded);
  ASSERT_EQ(shard_.addresses.Add(address, second), Answer::kAdded);
  EXPECT_EQ(shard_.cids.Find(cid), first);
  EXPECT_EQ(shard_.addresses.Find(address), second);
  EXPECT_FALSE(shard_.addresses.Find(cid)) << "is no address";
  EXPECT_EQ(shard_.addresses.Add(cid, second), Answer::kAdded);
}

// … so that the empty key, whose tag it is here, found an association that has no CID.
TEST_F(ChosenHashTest, TheEmptyKeyIsNobodys) {
  const AssociationHandle without = shard_.store.Add(0);
  const AssociationHandle with = shard_.store.Add(0);
  ASSERT_EQ(shard_.cids.Add(std::vector<uint8_t>{0}, with), Answer::kAdded);
  EXPECT_FALSE(shard_.cids.Find(kEmpty));
  shard_.cids.Remove(kEmpty);
  EXPECT_EQ(shard_.cids.size(), 1u);
  EXPECT_EQ(shard_.cids.Add(std::vector<uint8_t>{0, 0}, without), Answer::kAdded);
  EXPECT_FALSE(shard_.cids.Find(kEmpty));
}

}  // namespace
}  // namespace waybill
