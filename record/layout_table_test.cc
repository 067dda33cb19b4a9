// SPDX-License-Identifier: Apache-2.0
#include "waybill/record/layout_table.h"

#include "gtest/gtest.h"

namespace waybill {
namespace {

bool HasCid(uint8_t first_byte) {
  return first_byte == kTls12CidType ||
         (HeaderLayoutOf(first_byte) == HeaderLayout::kUnified && (first_byte & 0x10) != 0);
}

// A table made now, as the compiler's was: first bytes that share a layout announce the same.
TEST(LayoutTable, EveryFirstByteHasTheLayoutThatItAnnounces) {
  const LayoutTable table;
  for (int byte = 0; byte < 256; ++byte) {
    const uint8_t first_byte = static_cast<uint8_t>(byte);
    ASSERT_LT(table.IndexOf(first_byte), LayoutTable::kSize);
    EXPECT_EQ(table.IndexOf(first_byte), kLayouts.IndexOf(first_byte));
    const FieldLayout& layout = table.Of(first_byte);
    const HeaderLayout announced = HeaderLayoutOf(first_byte);
    EXPECT_EQ(layout.last_byte == FieldLayout::kNoRecord, announced == HeaderLayout::kNone) << byte;
    EXPECT_EQ(layout.form == RecordForm::kUnified, announced == HeaderLayout::kUnified) << byte;
    EXPECT_EQ(layout.form == RecordForm::kTls12Cid, announced == HeaderLayout::kTls12Cid) << byte;
    EXPECT_EQ(layout.form == RecordForm::kDtlsCiphertext, announced == HeaderLayout::kRfc6347)
        << byte;
    EXPECT_EQ(layout.cid_mask != 0, HasCid(first_byte)) << byte;
  }
}

}  // namespace
}  // namespace waybill
