// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/secret_bytes.h"

#include <new>
#include <utility>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

using Secret = SecretBytes<16>;

TEST(SecretBytes, AreEmptyUntilAssigned) {
  Secret secret;
  EXPECT_TRUE(secret.empty());
  EXPECT_EQ(secret.size(), 0u);
  EXPECT_TRUE(secret.bytes().empty());
  EXPECT_TRUE(secret.Assign(FromHex("0102030405")));
  EXPECT_FALSE(secret.empty());
  EXPECT_EQ(secret.size(), 5u);
  EXPECT_EQ(ToHex(secret.bytes()), "0102030405");
  EXPECT_TRUE(secret.Assign(FromHex("0607")));
  EXPECT_EQ(ToHex(secret.bytes()), "0607");
  EXPECT_TRUE(secret.Assign({}));
  EXPECT_TRUE(secret.empty());
}

TEST(SecretBytes, TakeNoMoreThanThereIsRoomFor) {
  Secret secret;
  EXPECT_TRUE(secret.Assign(Bytes(16, 0xab)));
  EXPECT_EQ(secret.size(), 16u);
  for (const size_t size : {size_t{17}, size_t{255}, size_t{256}, size_t{256 + 5}, size_t{512}}) {
    ASSERT_TRUE(secret.Assign(FromHex("01")));
    EXPECT_FALSE(secret.Assign(Bytes(size, 0xab))) << size;
    EXPECT_TRUE(secret.empty());
    ASSERT_TRUE(secret.Assign(FromHex("01")));
    EXPECT_TRUE(secret.Resize(size).empty()) << size;
    EXPECT_TRUE(secret.empty());
  }
  SecretBytes<255> largest;
  EXPECT_TRUE(largest.Assign(Bytes(255, 0xab)));
  EXPECT_EQ(largest.size(), 255u);
  EXPECT_FALSE(largest.Assign(Bytes(256, 0xab)));
}

TEST(SecretBytes, AreZerosWhenResized) {
  Secret secret;
  for (size_t size = 0; size <= 16; ++size) {
    ASSERT_TRUE(secret.Assign(Bytes(16, 0xab)));
    const absl::Span<uint8_t> filled = secret.Resize(size);
    EXPECT_EQ(filled.size(), size);
    EXPECT_EQ(ToHex(secret.bytes()), ToHex(Bytes(size)));
    if (size > 0) filled[size - 1] = 7;
    EXPECT_EQ(secret.bytes().data(), filled.data());
  }
}

TEST(SecretBytes, CopiesAreSecretsOfTheirOwn) {
  Secret secret;
  ASSERT_TRUE(secret.Assign(FromHex("0102")));
  Secret copy = secret;
  ASSERT_TRUE(secret.Assign(FromHex("030405")));
  EXPECT_EQ(ToHex(copy.bytes()), "0102");
  copy = secret;
  EXPECT_EQ(ToHex(copy.bytes()), "030405");
}

// A secret in memory that can be looked at when it has gone.
class Memory {
 public:
  Secret* Make() { return new (bytes_) Secret; }
  // How many bytes of it are `value`. The compiler is not to know that they are those of an object
  // whose lifetime has ended.
  size_t Count(uint8_t value) const {
    const volatile uint8_t* bytes = bytes_;
    asm volatile("" : "+r"(bytes) : : "memory");
    size_t count = 0;
    for (size_t i = 0; i < sizeof(bytes_); ++i) count += bytes[i] == value;
    return count;
  }

 private:
  alignas(Secret) uint8_t bytes_[sizeof(Secret)] = {};
};

TEST(SecretBytes, NothingIsLeftOfThemWhenTheyGo) {
  Memory memory;
  Secret* const secret = memory.Make();
  ASSERT_TRUE(secret->Assign(Bytes(16, 0xab)));
  ASSERT_EQ(memory.Count(0xab), 16u);
  secret->~Secret();
  EXPECT_EQ(memory.Count(0xab), 0u);
}

TEST(SecretBytes, NothingIsLeftOfWhatIsOverwritten) {
  Memory memory;
  Secret* const secret = memory.Make();
  const Bytes long_one(16, 0xab);
  ASSERT_TRUE(secret->Assign(long_one));
  ASSERT_TRUE(secret->Assign(FromHex("01")));
  EXPECT_EQ(memory.Count(0xab), 0u) << "assigned";
  ASSERT_TRUE(secret->Assign(long_one));
  secret->Resize(16);
  EXPECT_EQ(memory.Count(0xab), 0u) << "resized";
  ASSERT_TRUE(secret->Assign(long_one));
  EXPECT_FALSE(secret->Assign(Bytes(17)));
  EXPECT_EQ(memory.Count(0xab), 0u) << "too long";
  ASSERT_TRUE(secret->Assign(long_one));
  Secret shorter;
  ASSERT_TRUE(shorter.Assign(FromHex("01")));
  *secret = shorter;
  EXPECT_EQ(memory.Count(0xab), 0u) << "copied over";
  ASSERT_TRUE(secret->Assign(long_one));
  *secret = std::move(shorter);
  EXPECT_EQ(memory.Count(0xab), 0u) << "moved over";
  secret->~Secret();
}

}  // namespace
}  // namespace waybill
