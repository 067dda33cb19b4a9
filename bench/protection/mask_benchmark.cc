// SPDX-License-Identifier: Apache-2.0
//
// Masks of record numbers under cold keys: each record has a key of its own, packed, out of a cache
// that holds them all. Beside them, in the same moments, the same keys expanded and the same
// samples encrypted by the AES instructions in the way of their manual.
//
//   bazel run --config=opt //bench/protection:mask_benchmark -- [--benchmark_out=FILE]
//
// Times nothing where an answer is wrong, or the build is not optimised.
#include <benchmark/benchmark.h>
#include <immintrin.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "waybill/bench/comparison/environment.h"
#include "waybill/bench/machine/cpu_clock.h"
#include "waybill/protection/number_mask.h"

namespace waybill {
namespace {

constexpr size_t kJobs = 65536;
constexpr size_t kBlock = 1024;  // jobs timed at once

template <int kRoundConstant>
[[gnu::target("aes")]] inline __m128i Expand(__m128i key) {
  const __m128i assist = _mm_shuffle_epi32(_mm_aeskeygenassist_si128(key, kRoundConstant), 0xff);
  key = _mm_xor_si128(key, _mm_slli_si128(key, 4));
  key = _mm_xor_si128(key, _mm_slli_si128(key, 4));
  key = _mm_xor_si128(key, _mm_slli_si128(key, 4));
  return _mm_xor_si128(key, assist);
}

// The floor: key expansion as Intel's manual writes it, and the block, a job at a time.
[[gnu::target("aes")]] void MasksByTheManual(NumberMaskJob* jobs, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    __m128i key = _mm_loadu_si128(reinterpret_cast<const __m128i*>(jobs[i].key));
    __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(jobs[i].sample));
    block = _mm_xor_si128(block, key);
    block = _mm_aesenc_si128(block, key = Expand<0x01>(key));
    block = _mm_aesenc_si128(block, key = Expand<0x02>(key));
    block = _mm_aesenc_si128(block, key = Expand<0x04>(key));
    block = _mm_aesenc_si128(block, key = Expand<0x08>(key));
    block = _mm_aesenc_si128(block, key = Expand<0x10>(key));
    block = _mm_aesenc_si128(block, key = Expand<0x20>(key));
    block = _mm_aesenc_si128(block, key = Expand<0x40>(key));
    block = _mm_aesenc_si128(block, key = Expand<0x80>(key));
    block = _mm_aesenc_si128(block, key = Expand<0x1b>(key));
    block = _mm_aesenclast_si128(block, key = Expand<0x36>(key));
    const uint16_t front = static_cast<uint16_t>(_mm_extract_epi16(block, 0));
    std::memcpy(jobs[i].mask.data(), &front, sizeof(front));
  }
}

struct Jobs {
  Jobs() : bytes(kJobs * 48), jobs(kJobs) {
    std::mt19937_64 random(1);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
    for (size_t i = 0; i < kJobs; ++i) {
      jobs[i].key = &bytes[48 * i];
      jobs[i].sample = &bytes[48 * i + 32];
    }
  }
  std::vector<uint8_t> bytes;
  std::vector<NumberMaskJob> jobs;
};

void Time(benchmark::State& state, const NumberMasker& masker, size_t batch, Jobs* jobs) {
  double floor_ns = 0, subject_ns = 0;
  for (auto _ : state) {
    double pass_ns = 0;
    for (size_t begin = 0; begin < kJobs; begin += kBlock) {
      const double start = ThreadCpuNs();
      MasksByTheManual(&jobs->jobs[begin], kBlock);
      const double middle = ThreadCpuNs();
      for (size_t i = begin; i < begin + kBlock; i += batch) {
        masker.Compute(absl::MakeSpan(&jobs->jobs[i], batch));
      }
      const double end = ThreadCpuNs();
      floor_ns += middle - start;
      pass_ns += end - middle;
    }
    subject_ns += pass_ns;
    state.SetIterationTime(1e-9 * pass_ns / kJobs);
  }
  state.counters["floor_ns"] = floor_ns / kJobs / static_cast<double>(state.iterations());
  state.counters["times_the_floor"] = subject_ns / floor_ns;
}

bool AnswersRight(const NumberMasker& masker, Jobs* jobs) {
  MasksByTheManual(jobs->jobs.data(), kJobs);
  std::vector<NumberMaskJob> others = jobs->jobs;
  for (NumberMaskJob& job : others) job.mask = {};
  masker.Compute(absl::MakeSpan(others));
  for (size_t i = 0; i < kJobs; ++i) {
    if (others[i].mask != jobs->jobs[i].mask) return false;
  }
  return true;
}

}  // namespace
}  // namespace waybill

int main(int argc, char** argv) {
  using namespace waybill;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  if (!IsOptimisedBuild()) {
    std::fprintf(stderr, "mask_benchmark: build it with --config=opt\n");
    return 1;
  }
  constexpr AeadAlgorithm kAes128 = AeadAlgorithm::kAes128Gcm;
  const NumberMasker* const by_instructions = AesInstructionsNumberMasker(kAes128);
  const NumberMasker& by_boringssl = BoringsslNumberMasker(kAes128);
  if (by_instructions == nullptr) {
    std::fprintf(stderr, "mask_benchmark: this processor has no AES instructions\n");
    return 1;
  }
  Jobs jobs;
  if (!AnswersRight(*by_instructions, &jobs) || !AnswersRight(by_boringssl, &jobs)) {
    std::fprintf(stderr, "mask_benchmark: a mask is wrong\n");
    return 1;
  }
  const auto add = [&](const std::string& name, const NumberMasker& masker, size_t batch) {
    benchmark::RegisterBenchmark(
        name.c_str(),
        [&masker, batch, &jobs](benchmark::State& state) { Time(state, masker, batch, &jobs); })
        ->UseManualTime()
        ->Iterations(20)
        ->Unit(benchmark::kNanosecond);
  };
  add("aes_128/batch_of_32", *by_instructions, 32);
  add("aes_128/one_at_a_time", *by_instructions, 1);
  add("aes_128/boringssl", by_boringssl, 32);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
