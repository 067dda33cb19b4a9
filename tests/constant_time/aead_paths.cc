// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "waybill/protection/make_aead.h"
#include "waybill/protection/mbedtls_ccm.h"
#include "waybill/tests/constant_time/libraries.h"
#include "waybill/tests/constant_time/paths.h"
#include "waybill/tests/constant_time/secrets.h"

namespace waybill {
namespace {

constexpr AeadNonce kNonce = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

// Key and plaintext are secret, and so is the tag that a record claims to have.
void SealAndOpen(Aead* aead, size_t size) {
  const AeadParameters parameters = ParametersOf(aead->algorithm());
  const AeadKey key(SecretBytesOf(parameters.key_length, 1));
  const Bytes additional_data = SomeBytes(13 + size % 20, 2);
  Bytes text = SecretBytesOf(size, 3);
  Bytes tag(parameters.tag_length);
  Require(aead->Seal(key, kNonce, additional_data, absl::MakeSpan(text), absl::MakeSpan(tag)),
          "does not seal");
  RequireSecret(text, "the ciphertext");
  RequireSecret(tag, "the tag");
  MakePublic(text);

  Bytes opened = text;
  Require(aead->Open(key, kNonce, additional_data, absl::MakeSpan(opened), tag), "does not open");
  RequireSecret(opened, "the plaintext");
  MakePublic(opened);
  Require(opened == SomeBytes(size, 3), "another plaintext");

  for (const size_t place : {size_t{0}, tag.size() - 1}) {
    Bytes wrong = tag;
    wrong[place] ^= 1;
    opened = text;
    Require(!aead->Open(key, kNonce, additional_data, absl::MakeSpan(opened), wrong),
            "opens with a wrong tag");
  }
  aead->Forget(key);
}

void SealAndOpen(AeadAlgorithm algorithm) {
  const std::unique_ptr<Aead> aead = MakeAead(algorithm, 1);
  // Implementations go in strides of up to 512 bytes.
  for (const size_t size : {0, 1, 16, 100, 1200}) SealAndOpen(aead.get(), size);
}

// Without AES instructions mbedTLS takes its tables, at addresses that depend on the key.
void SealAndOpenByTables() {
  mbedtls_finds_aes_instructions = false;
  SealAndOpen(MakeMbedtlsCcm(AeadAlgorithm::kAes128Ccm, 1).get(), 1);
  mbedtls_finds_aes_instructions = true;
}

}  // namespace

void AddAeadPaths(std::vector<Path>* paths) {
  for (const AeadAlgorithm algorithm : kAeadAlgorithms) {
    paths->push_back({std::string(ParametersOf(algorithm).name), [=] { SealAndOpen(algorithm); }});
  }
  paths->push_back({"AES_128_CCM by tables", SealAndOpenByTables, /*leaks=*/true});
}

}  // namespace waybill
