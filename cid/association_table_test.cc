// SPDX-License-Identifier: Apache-2.0
#include "waybill/cid/association_table.h"

#include <array>
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/cid/association_store.h"
#include "waybill/cid/keyed_hash.h"
#include "waybill/cid/siphash.h"
#include "waybill/cid/test_memory.h"

namespace waybill {
namespace {

using Answer = CidRegistry::Answer;

constexpr SipHashKey kKey = {1, 2};

TEST(AssociationTable, FindsEveryKeyOfManyAssociations) {
  TestMemory memory;
  AssociationStore store(&memory, 20000, 2);
  AssociationTable table({40000, 20, AssociationTable::Kind::kCids}, KeyedHash(kKey), &store,
                         &memory);
  std::vector<std::vector<uint8_t>> keys;
  std::vector<AssociationHandle> associations;
  for (uint32_t i = 0; i < 40000; ++i) {
    const AssociationHandle association = i % 2 == 0 ? store.Add(0) : associations.back();
    std::vector<uint8_t> key(4 + i % 17, 0);
    for (size_t j = 0; j < 4; ++j) key[j] = static_cast<uint8_t>(i >> 8 * j);
    ASSERT_EQ(table.Add(key, association), Answer::kAdded);
    keys.push_back(key);
    associations.push_back(association);
  }
  EXPECT_EQ(table.Add({9, 9, 9}, associations[0]), Answer::kFull);
  std::vector<AssociationLookup> lookups(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) lookups[i].key = keys[i];
  table.Find(absl::MakeSpan(lookups));
  for (size_t i = 0; i < keys.size(); ++i) EXPECT_EQ(lookups[i].association, associations[i]);
  for (size_t i = 0; i < keys.size(); i += 2) table.RemoveAll(associations[i]);
  EXPECT_EQ(table.size(), 0u);
  for (size_t i = 0; i < keys.size(); ++i) EXPECT_FALSE(table.Find(keys[i]));
}

}  // namespace
}  // namespace waybill
