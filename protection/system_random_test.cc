// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/system_random.h"

#include <set>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

// That a sequence repeats by chance is as likely as guessing a key.
TEST(SystemRandom, NeverAnswersTheSame) {
  SystemRandom random, another;
  std::set<Bytes> seen;
  for (int i = 0; i < 1000; ++i) {
    for (SystemRandom* each : {&random, &another}) {
      Bytes bytes(16);
      ASSERT_TRUE(each->Fill(absl::MakeSpan(bytes)));
      EXPECT_TRUE(seen.insert(bytes).second);
    }
  }
}

// Every byte, and none beside them: of 64 fills one leaves a byte as it was by chance, not all.
TEST(SystemRandom, FillsAllThatItIsAskedFor) {
  SystemRandom random;
  for (size_t size = 0; size <= 70; ++size) {
    Bytes changed(size);
    for (int i = 0; i < 64; ++i) {
      Bytes bytes(size + 1);
      ASSERT_TRUE(random.Fill(absl::MakeSpan(bytes.data(), size)));
      for (size_t k = 0; k < size; ++k) changed[k] |= bytes[k];
      ASSERT_EQ(bytes[size], 0);
    }
    EXPECT_EQ(ToHex(changed), ToHex(Bytes(size, 0xff)));
  }
}

}  // namespace
}  // namespace waybill
