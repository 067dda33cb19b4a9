// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "waybill/protection/aes128.h"
#include "waybill/protection/hmac_cookie_mac.h"
#include "waybill/tests/constant_time/paths.h"
#include "waybill/tests/constant_time/secrets.h"

namespace waybill {
namespace {

constexpr size_t kBlocks = 9;  // a batch, and one more

// Blocks under a secret key, there and back.
void CheckBlocks(const std::unique_ptr<Aes128>& cipher) {
  const Bytes clear = SomeBytes(kBlocks * BlockCipher::kBlockLength, 1);
  Bytes blocks = clear;
  Require(cipher->Encrypt(absl::MakeSpan(blocks)), "does not encrypt");
  RequireSecret(blocks, "a block");
  Require(cipher->Decrypt(absl::MakeSpan(blocks)), "does not decrypt");
  RequireSecret(blocks, "a block");
  MakePublic(blocks);
  Require(blocks == clear, "other blocks");
}

Bytes SecretKey() { return SecretBytesOf(BlockCipher::kKeyLength, 2); }

const Bytes kMessage = SomeBytes(40, 3);  // an address and a time

std::unique_ptr<HmacCookieMac> SecretMac() {
  return MakeHmacCookieMac(SecretBytesOf(CookieMac::kKeyLength, 4));
}

Bytes MacOf(const HmacCookieMac& mac, size_t size) {
  Bytes bytes(size);
  Require(mac.Compute(kMessage, absl::MakeSpan(bytes)), "does not compute");
  RequireSecret(bytes, "the code");
  return bytes;
}

void ComputeCookies() {
  for (const size_t size : {1, 16, 32}) MacOf(*SecretMac(), size);
}

// What a cookie says is public; the code that it should have is not.
void VerifyCookies() {
  const auto mac = SecretMac();
  for (const size_t size : {16, 32}) {
    Bytes said = MacOf(*mac, size);
    MakePublic(said);
    Require(mac->Verify(kMessage, said), "refuses the right code");
    for (const size_t place : {size_t{0}, size - 1}) {
      Bytes wrong = said;
      wrong[place] ^= 1;
      Require(!mac->Verify(kMessage, wrong), "takes a wrong code");
    }
  }
}

}  // namespace

void AddCidPaths(std::vector<Path>* paths) {
  paths->push_back({"blocks by BoringSSL", [] { CheckBlocks(MakeBoringsslAes128(SecretKey())); }});
  paths->push_back(
      {"blocks by AES instructions", [] { CheckBlocks(MakeAesInstructionsAes128(SecretKey())); }});
  paths->push_back({"cookies are computed", ComputeCookies});
  paths->push_back({"cookies are verified", VerifyCookies});
}

}  // namespace waybill
