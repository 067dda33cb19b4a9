// SPDX-License-Identifier: Apache-2.0
#include "waybill/protection/number_mask.h"

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "waybill/protection/test_processor.h"
#include "waybill/wire/test_hex.h"

namespace waybill {
namespace {

constexpr size_t kSampleLength = 16;

// All that work here. That none is missing is a test of its own.
std::vector<const NumberMasker*> MaskersOf(AeadAlgorithm algorithm) {
  std::vector<const NumberMasker*> maskers = {&BoringsslNumberMasker(algorithm),
                                              &NumberMaskerFor(algorithm)};
  if (const NumberMasker* masker = AesInstructionsNumberMasker(algorithm)) {
    maskers.push_back(masker);
  }
  return maskers;
}

std::string MaskOf(const NumberMasker& masker, const std::string& key, const std::string& sample) {
  const Bytes key_bytes = FromHex(key), sample_bytes = FromHex(sample);
  NumberMaskJob job;
  job.key = key_bytes.data();
  job.sample = sample_bytes.data();
  masker.Compute(absl::MakeSpan(&job, 1));
  return ToHex(job.mask);
}

// Jobs with keys and samples of their own, in buffers that are exactly as long.
class Jobs {
 public:
  Jobs(AeadAlgorithm algorithm, size_t count, std::mt19937_64* random)
      : keys_(count), samples_(count), jobs_(count) {
    for (size_t i = 0; i < count; ++i) {
      keys_[i].resize(ParametersOf(algorithm).key_length);
      samples_[i].resize(kSampleLength);
      for (Bytes* bytes : {&keys_[i], &samples_[i]}) {
        for (uint8_t& byte : *bytes) byte = static_cast<uint8_t>((*random)());
      }
      jobs_[i].key = keys_[i].data();
      jobs_[i].sample = samples_[i].data();
      jobs_[i].mask = {0xa5, 0xa5};  // that nothing is left of it
    }
  }

  std::vector<std::string> Together(const NumberMasker& masker) const {
    std::vector<NumberMaskJob> jobs = jobs_;
    masker.Compute(absl::MakeSpan(jobs));
    for (size_t i = 0; i < jobs.size(); ++i) {
      EXPECT_EQ(jobs[i].key, jobs_[i].key);
      EXPECT_EQ(jobs[i].sample, jobs_[i].sample);
    }
    return MasksOf(jobs);
  }

  std::vector<std::string> OneAtATime(const NumberMasker& masker) const {
    std::vector<NumberMaskJob> jobs(jobs_.size());
    for (size_t i = 0; i < jobs.size(); ++i) {
      jobs[i].key = jobs_[i].key;
      jobs[i].sample = jobs_[i].sample;
      masker.Compute(absl::MakeSpan(&jobs[i], 1));
    }
    return MasksOf(jobs);
  }

 private:
  static std::vector<std::string> MasksOf(const std::vector<NumberMaskJob>& jobs) {
    std::vector<std::string> masks;
    for (const NumberMaskJob& job : jobs) masks.push_back(ToHex(job.mask));
    return masks;
  }

  std::vector<Bytes> keys_;
  std::vector<Bytes> samples_;
  std::vector<NumberMaskJob> jobs_;
};

TEST(NumberMask, IsDoneByInstructionsWhereverTheProcessorHasThem) {
  for (const AeadAlgorithm algorithm : kAeadAlgorithms) {
    const bool aes = algorithm != AeadAlgorithm::kChaCha20Poly1305;
    EXPECT_EQ(AesInstructionsNumberMasker(algorithm) != nullptr, aes && ProcessorHasAes());
  }
}

// FIPS 197, appendices B and C.1: what the mask is made of. The last is RFC 9001, appendix A.2,
// which computes it as DTLS does.
TEST(NumberMask, OfAes128IsAsPublished) {
  for (const AeadAlgorithm algorithm :
       {AeadAlgorithm::kAes128Gcm, AeadAlgorithm::kAes128Ccm, AeadAlgorithm::kAes128Ccm8}) {
    for (const NumberMasker* masker : MaskersOf(algorithm)) {
      EXPECT_EQ(
          MaskOf(*masker, "2b7e151628aed2a6abf7158809cf4f3c", "3243f6a8885a308d313198a2e0370734"),
          "3925");
      EXPECT_EQ(
          MaskOf(*masker, "000102030405060708090a0b0c0d0e0f", "00112233445566778899aabbccddeeff"),
          "69c4");
      EXPECT_EQ(
          MaskOf(*masker, "9f50449e04a0e810283a1e9933adedd2", "d1b1c98dd7689fb8ec11d242b123dc9b"),
          "437b");
    }
  }
}

// FIPS 197, appendix C.3.
TEST(NumberMask, OfAes256IsAsPublished) {
  for (const NumberMasker* masker : MaskersOf(AeadAlgorithm::kAes256Gcm)) {
    EXPECT_EQ(MaskOf(*masker, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
                     "00112233445566778899aabbccddeeff"),
              "8ea2");
  }
}

// BUG-44: of ChaCha20 the first 4 bytes of the sample are the counter, little-endian. Sample and
// mask are facts of RFC 9001, appendix A.5; then the block of RFC 8439, section 2.3.2, whose
// counter is 1.
TEST(NumberMask, OfChaCha20IsAsPublished) {
  for (const NumberMasker* masker : MaskersOf(AeadAlgorithm::kChaCha20Poly1305)) {
    EXPECT_EQ(MaskOf(*masker, "25a282b9e82f06f21f488917a4fc8f1b73573685608597d0efcb076b0ab7a7a4",
                     "5e5cd55c41f69080575d7999c25a5bfb"),
              "aefe");
    EXPECT_EQ(MaskOf(*masker, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
                     "01000000 000000090000004a00000000"),
              "10f1");
  }
}

TEST(NumberMask, MaskersAgreeAndABatchIsItsJobs) {
  std::mt19937_64 random(1);
  for (const AeadAlgorithm algorithm : kAeadAlgorithms) {
    const NumberMasker& reference = BoringsslNumberMasker(algorithm);
    for (size_t count = 0; count <= 20; ++count) {
      for (int round = 0; round < 20; ++round) {
        const Jobs jobs(algorithm, count, &random);
        const std::vector<std::string> expected = jobs.OneAtATime(reference);
        for (const NumberMasker* masker : MaskersOf(algorithm)) {
          ASSERT_EQ(jobs.OneAtATime(*masker), expected) << ParametersOf(algorithm).name;
          ASSERT_EQ(jobs.Together(*masker), expected)
              << ParametersOf(algorithm).name << ", " << count << " jobs";
        }
      }
    }
  }
}

// Every byte of key and sample counts.
TEST(NumberMask, DependsOnAllOfKeyAndSample) {
  std::mt19937_64 random(1);
  for (const AeadAlgorithm algorithm : kAeadAlgorithms) {
    Bytes key(ParametersOf(algorithm).key_length), sample(kSampleLength);
    for (Bytes* bytes : {&key, &sample}) {
      for (uint8_t& byte : *bytes) byte = static_cast<uint8_t>(random());
    }
    for (const NumberMasker* masker : MaskersOf(algorithm)) {
      const std::string mask = MaskOf(*masker, ToHex(key), ToHex(sample));
      size_t changed = 0, flipped = 0;
      for (Bytes* bytes : {&key, &sample}) {
        for (uint8_t& byte : *bytes) {
          // One flipped bit may leave the same mask by chance.
          size_t differ = 0;
          for (const uint8_t bit : {uint8_t{0x01}, uint8_t{0x80}}) {
            byte ^= bit;
            differ += MaskOf(*masker, ToHex(key), ToHex(sample)) != mask;
            byte ^= bit;
          }
          changed += differ > 0;
          ++flipped;
        }
      }
      EXPECT_EQ(changed, flipped) << ParametersOf(algorithm).name;
    }
  }
}

// Keys that come again, that take the place of others, and that were forgotten: kept or not, a key
// has its masks. Without an id it is not kept, and another key at the same place is no matter.
TEST(NumberMask, KeptKeysMakeTheSameMasks) {
  std::mt19937_64 random(4);
  for (const AeadAlgorithm algorithm : kAeadAlgorithms) {
    for (const size_t contexts : {0, 1, 4}) {
      const std::unique_ptr<NumberMasker> masker = MakeNumberMasker(algorithm, contexts);
      std::vector<Bytes> keys(7, Bytes(ParametersOf(algorithm).key_length));
      for (Bytes& key : keys) {
        for (uint8_t& byte : key) byte = static_cast<uint8_t>(random());
      }
      for (int i = 0; i < 500; ++i) {
        const size_t which = random() % keys.size();
        Bytes sample(kSampleLength);
        for (uint8_t& byte : sample) byte = static_cast<uint8_t>(random());
        NumberMaskJob job;
        job.key = keys[which].data();
        job.sample = sample.data();
        NumberMaskJob expected = job;
        BoringsslNumberMasker(algorithm).Compute(absl::MakeSpan(&expected, 1));
        job.key_id = random() % 5 == 0 ? 0 : which + 1;
        masker->Compute(absl::MakeSpan(&job, 1));
        ASSERT_EQ(job.mask, expected.mask) << i;
        if (random() % 7 == 0) masker->Forget(random() % (keys.size() + 1));
        if (random() % 20 != 0) continue;
        // A key that went, and a new one of the same id.
        masker->Forget(which + 1);
        for (uint8_t& byte : keys[which]) byte = static_cast<uint8_t>(random());
      }
    }
    EXPECT_EQ(MakeAesInstructionsNumberMasker(algorithm, 1) != nullptr,
              AesInstructionsNumberMasker(algorithm) != nullptr);
  }
}

}  // namespace
}  // namespace waybill
