// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <memory>

#include "waybill/cid/checked_random.h"
#include "waybill/cid/cid_format.h"
#include "waybill/cid/cid_tagger.h"
#include "waybill/cid/quic_lb_cipher.h"
#include "waybill/cid/sealed_cid_format.h"
#include "waybill/cid/siphash.h"
#include "waybill/cid/tagged_cid_format.h"
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

// CIDs that go out are public; what they are made with is not.
void CheckIssued(CidFormat* format, size_t public_bytes) {
  for (const uint16_t ordinal : {0, 1}) {
    Bytes storage(format->max_length());
    CidIssue job;
    job.target = {1, 2, ordinal, 0};
    job.storage = absl::MakeSpan(storage);
    format->Issue(absl::Span<CidIssue>(&job, 1));
    Require(job.result == CidIssueResult::kIssued, "issues none");
    RequireSecret(absl::Span<const uint8_t>(job.storage.data() + public_bytes,
                                            size_t{job.length} - public_bytes),
                  "the CID");
  }
}

void IssueSealed() {
  const auto cipher = MakeAes128(SecretKey());
  for (const uint8_t length : {8, 12, 16}) {
    auto format = SealedCidFormat::Make(cipher.get(), length);
    CheckIssued(&*format, 0);
  }
}

class PublicSource final : public RandomSource {
 public:
  bool Fill(absl::Span<uint8_t> bytes) override {
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>((drawn_ += 0x9e3779b97f4a7c15) >> 56);
    return true;
  }

 private:
  uint64_t drawn_ = 0;
};

void IssueTagged(const CidTagger& tagger) {
  PublicSource source;
  CheckedRandom random(&source);
  for (const uint8_t opaque : {2, 5, 14}) {
    auto format = TaggedCidFormat::Make(&tagger, &random, opaque, 4);
    CheckIssued(&*format, opaque);
  }
}

void IssueTaggedBySipHash() {
  std::array<uint8_t, SipHashKey::kLength> key;
  const Bytes secret = SecretKey();
  std::copy(secret.begin(), secret.end(), key.begin());
  IssueTagged(SipHashCidTagger(SipHashKey::FromBytes(key)));
}

void IssueTaggedByBlocks() {
  const auto cipher = MakeAes128(SecretKey());
  IssueTagged(BlockCidTagger(cipher.get()));
}

// Four passes of an even and of an odd length, and one.
void EncryptRoutable() {
  const auto cipher = MakeAes128(SecretKey());
  for (const size_t length : {7, 10, 16, 19}) {
    QuicLbBytes bytes = {};
    const absl::Span<QuicLbBytes> job(&bytes, 1);
    const absl::Span<const uint8_t> content(bytes.data(), length);
    EncryptQuicLb(*cipher, length, job);
    RequireSecret(content, "the CID");
    DecryptQuicLb(*cipher, length, job);
    RequireSecret(content, "server ID and nonce");
    MakePublic(content);
    Require(bytes == QuicLbBytes{}, "another server ID or nonce");
  }
}

}  // namespace

void AddCidPaths(std::vector<Path>* paths) {
  paths->push_back({"blocks by BoringSSL", [] { CheckBlocks(MakeBoringsslAes128(SecretKey())); }});
  paths->push_back(
      {"blocks by AES instructions", [] { CheckBlocks(MakeAesInstructionsAes128(SecretKey())); }});
  paths->push_back({"cookies are computed", ComputeCookies});
  paths->push_back({"cookies are verified", VerifyCookies});
  paths->push_back({"sealed CIDs are issued", IssueSealed});
  paths->push_back({"CIDs are tagged by SipHash", IssueTaggedBySipHash});
  paths->push_back({"CIDs are tagged by blocks", IssueTaggedByBlocks});
  paths->push_back({"routable CIDs there and back", EncryptRoutable});
}

}  // namespace waybill
